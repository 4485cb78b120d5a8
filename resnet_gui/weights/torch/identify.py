"""Which ResNet arrays with torchvision's or timm's names are."""

from typing import Any

from numpy.typing import NDArray

from resnet_gui.network.description import BlockKind, Family, Network
from resnet_gui.weights.identified import Arrays, Identified
from resnet_gui.weights.measure import first_names, measure
from resnet_gui.weights.readers.raw import FileError, RawWeights, shorten
from resnet_gui.weights.torch import names as timm_names
from resnet_gui.weights.torch.model import as_told
from resnet_gui.weights.torch.names import unwrap

_FIRST_KERNEL = "layer1.0.conv1.weight"
_ASSUMED_STRIDE = {
    Family.V1: "The file does not say where a stage's first block strides: in the 3×3 (v1.5, as torchvision) was "
    "assumed; the other choice is the first 1×1 (v1, as the paper).",
    Family.V2: "The file does not say where a stage's first block strides: in the 3×3 (as timm) was assumed; the other "
    "choice is the first 1×1 (as the paper's own program).",
}
_ASSUMED_RECIPE = {
    Family.V1: "The file does not say how pictures are prepared: as for torchvision's networks was assumed.",
    Family.V2: "The file does not say how pictures are prepared: as for timm's pre-activation networks (bicubic, mean "
    "and deviation 0.5) was assumed.",
}
_ASSUMED_PROGRAM = (
    "Arrays do not tell a network's program: a plain ResNet was assumed, with ReLU, epsilon 1e-5, neither dilation nor "
    "blurred pooling, and one class for each picture (softmax)."
)


def identify_torch(raw: RawWeights) -> Identified:
    """What the arrays are; names may stand behind a prefix.  Raises FileError."""
    unwrapped = unwrap(raw.arrays, (_FIRST_KERNEL, timm_names.FIRST_KERNEL))
    arrays = unwrapped.arrays
    if timm_names.FIRST_KERNEL in arrays:
        arrays = _from_timm(arrays)
    arrays, assumed = _with_classifier(arrays)
    assumed |= unwrapped.said
    names = {stored: timm_names.rename(name) for stored, name in unwrapped.names.items()}
    network, told = as_told(measure(arrays), raw.metadata, lambda name: names.get(name, name))
    assumed["preprocess"] = _ASSUMED_RECIPE[network.family]
    if network.block is BlockKind.BOTTLENECK and not told:
        assumed["stride_in"] = _ASSUMED_STRIDE[network.family]
    if not told:
        assumed["program"] = _ASSUMED_PROGRAM
    return Identified(network, arrays, _recipe(network), assumed)


def _recipe(network: Network) -> str:
    """torchvision's for v1; for v2 those of timm's published networks (default_cfgs: crop_pct 0.9 for basic blocks)."""
    if network.family is Family.V1:
        return "torch"
    return "half-248" if network.block is BlockKind.BASIC else "half"


def _from_timm(arrays: Arrays) -> Arrays:
    """timm's pre-activation network under our names; its classifier is a 1×1 convolution."""
    if "stem.conv1.weight" in arrays:
        raise FileError("it is a ResNet with a deep stem (ResNet-D), which this version does not know")
    if "stages.0.blocks.0.norm1.running_mean" not in arrays and "norm.running_mean" not in arrays:
        raise FileError(
            "its normalisations have no statistics (group normalisation, as BiT's?); this version knows none"
        )
    renamed = {timm_names.rename(name): array for name, array in arrays.items()}
    matrix = renamed.get("fc.weight")
    if matrix is not None and matrix.ndim == 4 and matrix.shape[2:] == (1, 1):
        renamed["fc.weight"] = matrix.reshape(matrix.shape[:2])
    return renamed


def _with_classifier(arrays: Arrays) -> tuple[Arrays, dict[str, str]]:
    """A network trained anew often has its classifier elsewhere ("fc.1", "head.fc"): the only matrix of the file."""
    matrices = [name for name, array in arrays.items() if name.endswith(".weight") and array.ndim == 2]
    if "fc.weight" in arrays or not matrices or _FIRST_KERNEL not in arrays:
        return arrays, {}
    if len(matrices) > 1:
        raise FileError(
            f"its classifier is not one layer but {len(matrices)}, as of a network for another purpose: "
            f"{first_names(matrices)}"
        )
    place = matrices[0].removesuffix("weight")
    found: dict[str, NDArray[Any]] = {
        f"fc.{name.removeprefix(place)}" if name.startswith(place) else name: array for name, array in arrays.items()
    }
    return found, {"head": f"The classifier was found under '{shorten(place.rstrip('.'))}'."}
