"""Which ResNet arrays with torchvision's or timm's names are; a model that was pickled whole says more of itself."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from resnet_gui.network.description import BlockKind, Family, Network, StrideIn
from resnet_gui.weights.architecture import first_names, infer_network
from resnet_gui.weights.readers.raw import CONV_STRIDES, EPSILON, FileError, RawWeights, shorten
from resnet_gui.weights.torch import names as timm_names
from resnet_gui.weights.torch.names import unwrap
from resnet_gui.weights.weight_set import Arrays, IdentifiedWeights

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


def identify_torch(raw: RawWeights) -> IdentifiedWeights:
    """What the arrays are; names may stand behind a prefix.  Raises FileError."""
    unwrapped = unwrap(raw.arrays, (_FIRST_KERNEL, timm_names.FIRST_KERNEL))
    arrays = unwrapped.arrays
    if timm_names.FIRST_KERNEL in arrays:
        arrays = _from_timm(arrays)
    arrays, assumed = _with_classifier(arrays)
    assumed |= unwrapped.said
    names = {stored: timm_names.rename(name) for stored, name in unwrapped.names.items()}
    network, has_settings = _with_model_settings(infer_network(arrays), raw.metadata, names)
    assumed["preprocess"] = _ASSUMED_RECIPE[network.family]
    if network.block is BlockKind.BOTTLENECK and not has_settings:
        assumed["stride_in"] = _ASSUMED_STRIDE[network.family]
    if not has_settings:
        assumed["program"] = _ASSUMED_PROGRAM
    return IdentifiedWeights(network, arrays, _preprocessing(network), assumed)


def _preprocessing(network: Network) -> str:
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
    prefix = matrices[0].removesuffix("weight")
    found: dict[str, NDArray[Any]] = {
        f"fc.{name.removeprefix(prefix)}" if name.startswith(prefix) else name: array for name, array in arrays.items()
    }
    return found, {"head": f"The classifier was found under '{shorten(prefix.rstrip('.'))}'."}


def _with_model_settings(
    network: Network, metadata: Mapping[str, str], our_names: Mapping[str, str]
) -> tuple[Network, bool]:
    """The network with the settings of a model that was pickled whole (strides, epsilon), and whether it has any.

    our_names: from names in the file to those of `walk.parameter_shapes`.  Raises FileError where the model's
    convolutions stride as in no network that this program knows.
    """
    if CONV_STRIDES not in metadata:
        return network, False
    strides = {our_names.get(name, name): stride for name, stride in json.loads(metadata[CONV_STRIDES]).items()}
    network = replace(network, stride_in=_stride_in(network, strides))
    try:
        return replace(network, epsilon=float(metadata.get(EPSILON, network.epsilon))), True
    except ValueError as error:
        raise FileError(f"its normalisations cannot be: {error}") from error


def _stride_in(network: Network, strides: Mapping[str, int]) -> StrideIn:
    # Of basic blocks both are the same; the description's default comes first.
    candidates: list[StrideIn] = [network.stride_in, *StrideIn]
    for stride_in in candidates:
        if all(strides.get(name, stride) == stride for name, stride in _strides(network, stride_in)):
            return stride_in
    raise FileError(
        "its convolutions stride elsewhere than those of the ResNets this program knows (dilated, as for segmentation?)"
    )


def _strides(network: Network, stride_in: StrideIn) -> Iterator[tuple[str, int]]:
    """The stride of each kernel by name.  Source: He et al. 2015, table 1 (stride 2 into conv3_1, conv4_1, conv5_1)."""
    yield "conv1.weight", 2
    bottleneck = network.block is BlockKind.BOTTLENECK
    striding = 2 if bottleneck and stride_in is StrideIn.THE_3X3 else 1
    for stage, blocks in enumerate(network.stages, 1):
        for block in range(blocks):
            first = 2 if stage > 1 and block == 0 else 1
            module = f"layer{stage}.{block}"
            yield f"{module}.downsample.0.weight", first
            for conv in range(1, 4 if bottleneck else 3):
                yield f"{module}.conv{conv}.weight", first if conv == striding else 1
