"""Which ResNet arrays with torchvision's or timm's names are."""

from resnet_gui.network.description import BlockKind
from resnet_gui.weights.identified import Arrays, Identified
from resnet_gui.weights.measure import measure
from resnet_gui.weights.readers.raw import FileError, RawWeights

_FIRST_KERNEL = "layer1.0.conv1.weight"
_ASSUMED_STRIDE = (
    "The file does not say where a stage's first block strides: in the 3×3 (v1.5, as torchvision) was assumed; the "
    "other choice is the first 1×1 (v1, as the paper)."
)
_ASSUMED_RECIPE = "The file does not say how pictures are prepared: as for torchvision's networks was assumed."


def identify_torch(raw: RawWeights) -> Identified:
    """What the arrays are; names may stand behind a prefix.  Raises FileError."""
    arrays = _without_prefix(raw.arrays)
    network = measure(arrays)
    assumed = {"preprocess": _ASSUMED_RECIPE}
    if network.block is BlockKind.BOTTLENECK:
        assumed["stride_in"] = _ASSUMED_STRIDE
    return Identified(network, arrays, "torch", assumed)


def _without_prefix(arrays: Arrays) -> Arrays:
    """Without torch's batch counters, and without what wrappers put before each name ("module.", "model.", …)."""
    prefixes = {name.removesuffix(_FIRST_KERNEL) for name in arrays if name.endswith(_FIRST_KERNEL)}
    if len(prefixes) > 1:
        raise FileError(f"it holds {len(prefixes)} networks; save one of them alone")
    prefix = prefixes.pop() if prefixes else ""
    return {
        name.removeprefix(prefix): array for name, array in arrays.items() if not name.endswith("num_batches_tracked")
    }
