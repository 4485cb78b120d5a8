"""Which ResNet a file's arrays are: depth, blocks, widths and classes from names and shapes; what cannot be told.

The names become torchvision's and the kernels [out, in, height, width]; whether the arrays then fit the network in
every part is asked by `check`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.network.description import BlockKind, Network, StemPool, StrideIn
from resnet_gui.network.variants import EARLY_KERAS_EPSILON, KERAS_APPLICATIONS_EPSILON
from resnet_gui.weights import keras_config, keras_names
from resnet_gui.weights.readers.raw import Dialect, FileError, RawWeights, shorten

Arrays = Mapping[str, NDArray[Any]]

FORMAT = "resnet-gui 1"
"""The value of the metadata key "format" in files that this program writes."""
DESCRIPTION = "description"
"""The metadata key under which these hold the network, as JSON of `Network.as_dict`."""

MOST_STAGES = 8

_FIRST_KERNEL = "layer1.0.conv1.weight"
_BLOCK = re.compile(r"layer(\d{1,3})\.(\d{1,4})\..+")
_ASSUMED_POOL = (
    "The file does not say whether the stem's max-pool is padded: padded (56×56) was assumed; the other choice is "
    "unpadded (55×55), as in the article."
)
_ASSUMED_STRIDE = (
    "The file does not say where a stage's first block strides: in the 3×3 (v1.5, as torchvision) was assumed; the "
    "other choice is the first 1×1 (v1, as the paper)."
)
_ASSUMED_RECIPE = {
    "torch": "The file does not say how pictures are prepared: as for torchvision's networks was assumed.",
    "caffe": "The file does not say how pictures are prepared: as for Keras' ResNets (BGR less the mean) was assumed.",
}


@dataclass(frozen=True, slots=True, eq=False)
class Identified:
    """A file's arrays, understood.

    arrays: by torchvision's names, kernels as [out, in, height, width].  recipe: a name in `RECIPES`.
    assumed: sentences about what was assumed, by what it is about ("stem_pool", "stride_in", "preprocess", …).
    """

    network: Network
    arrays: Arrays
    recipe: str
    assumed: Mapping[str, str] = field(default_factory=dict)


def identify(raw: RawWeights) -> Identified:
    """Raises FileError where the arrays are no ResNet that this program knows, and says what they look like."""
    if is_ours(raw.metadata):
        return _ours(raw)
    return _keras(raw) if raw.dialect is Dialect.KERAS else _torch(raw)


def is_ours(metadata: Mapping[str, str]) -> bool:
    """Whether a file was written by this program, so that its metadata says everything."""
    return metadata.get("format", "").startswith("resnet-gui ")


def _ours(raw: RawWeights) -> Identified:
    if raw.metadata["format"] != FORMAT:
        raise FileError("it was written by a newer version of this program")
    try:
        network = Network.from_dict(json.loads(raw.metadata[DESCRIPTION]))
        recipe = raw.metadata["recipe"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileError(f"its description of the network cannot be read ({shorten(error)})") from error
    return Identified(network, raw.arrays, recipe)


def _torch(raw: RawWeights) -> Identified:
    arrays = _without_prefix(raw.arrays)
    network = _network(arrays)
    assumed = {"preprocess": _ASSUMED_RECIPE["torch"]}
    if network.block is BlockKind.BOTTLENECK:
        assumed["stride_in"] = _ASSUMED_STRIDE
    return Identified(network, arrays, "torch", assumed)


def _keras(raw: RawWeights) -> Identified:
    arrays, naming = _from_keras(raw.arrays)
    early = naming is keras_names.Naming.EARLY
    network = replace(
        _network(arrays),
        stride_in=StrideIn.FIRST_1X1,
        epsilon=EARLY_KERAS_EPSILON if early else KERAS_APPLICATIONS_EPSILON,
    )
    told = keras_config.read(raw.metadata.get("model_config", ""))
    if told.epsilon is not None:
        network = replace(network, epsilon=told.epsilon)
    if told.stride_in is not None:
        network = replace(network, stride_in=told.stride_in)
    assumed = {"preprocess": _ASSUMED_RECIPE["caffe"]}
    if told.stem_pool is not None:
        network = replace(network, stem_pool=told.stem_pool)
    elif early:
        assumed["stem_pool"] = _ASSUMED_POOL
    return Identified(network, arrays, "caffe", assumed)


def _without_prefix(arrays: Arrays) -> Arrays:
    """Without torch's batch counters, and without what wrappers put before each name ("module.", "model.", …)."""
    prefixes = {name.removesuffix(_FIRST_KERNEL) for name in arrays if name.endswith(_FIRST_KERNEL)}
    if len(prefixes) > 1:
        raise FileError(f"it holds {len(prefixes)} networks; save one of them alone")
    prefix = prefixes.pop() if prefixes else ""
    return {
        name.removeprefix(prefix): array for name, array in arrays.items() if not name.endswith("num_batches_tracked")
    }


def _from_keras(arrays: Arrays) -> tuple[Arrays, keras_names.Naming]:
    """Names and axes of torchvision, and the generation of Keras' names."""
    found: dict[str, NDArray[Any]] = {}
    unknown: dict[str, dict[str, NDArray[Any]]] = {}
    namings = set()
    for path, array in arrays.items():
        layer, role = keras_names.split(path)
        if keras_names.is_pre_activation(layer):
            raise FileError("it is a pre-activation ResNet (V2), which this version does not know")
        if known := keras_names.module(layer):
            namings.add(known[1])
            found[f"{known[0]}.{role}"] = _from_keras_axes(array)
        else:
            unknown.setdefault(layer, {})[role] = array
    dense = [layer for layer, parts in unknown.items() if "weight" in parts and parts["weight"].ndim == 2]
    if "fc.weight" not in found and len(dense) == 1:  # a network trained anew has a classifier of another name
        found |= {f"fc.{role}": _from_keras_axes(array) for role, array in unknown.pop(dense[0]).items()}
    if len(namings) != 1 or "conv1.weight" not in found:
        raise FileError(f"it is not a ResNet: {_names(arrays)}")
    found |= {f"{layer}.{role}": array for layer, parts in unknown.items() for role, array in parts.items()}
    return found, namings.pop()


def _from_keras_axes(array: NDArray[Any]) -> NDArray[Any]:
    """Kernels [height, width, in, out] → [out, in, height, width]; the classifier [in, out] → [out, in]."""
    if array.ndim == 4:
        if array.shape[2:] == (7, 7):
            raise FileError("its kernels are in Theano's order (th); use a file of tf_dim_ordering_tf_kernels")
        return np.ascontiguousarray(array.transpose(3, 2, 0, 1))
    return np.ascontiguousarray(array.T) if array.ndim == 2 else array


def _network(arrays: Arrays) -> Network:
    """The network that such names and shapes belong to.  A missing array gets its published size: `check` names it."""
    indices: dict[int, set[int]] = {}
    for name in arrays:
        if match := _BLOCK.fullmatch(name):
            indices.setdefault(int(match[1]), set()).add(int(match[2]))
    if not indices or not any(name.endswith(".conv1.weight") and name.startswith("layer") for name in arrays):
        raise FileError(f"it is not a ResNet: {_reason(arrays)}")
    stages = max(indices)
    if set(indices) != set(range(1, stages + 1)) or stages > MOST_STAGES:
        raise FileError(f"it is not a ResNet: its stages are {', '.join(map(str, sorted(indices)[:10]))}")
    bottleneck = any(name.endswith(".conv3.weight") for name in arrays)
    block = BlockKind.BOTTLENECK if bottleneck else BlockKind.BASIC
    _refuse_relatives(arrays, block, stages)
    try:
        return Network(
            block=block,
            stages=tuple(max(indices[stage]) + 1 for stage in range(1, stages + 1)),
            widths=tuple(
                _out_channels(arrays, f"layer{s}.0.conv1.weight", 64 * 2 ** (s - 1)) for s in range(1, stages + 1)
            ),
            classes=_out_channels(arrays, "fc.weight", 1000),
            conv_bias="conv1.bias" in arrays or "layer1.0.conv1.bias" in arrays,
            stem_pool=StemPool.PADDED,
        )
    except ValueError as error:
        raise FileError(f"it is not a ResNet: {error}") from error


def _out_channels(arrays: Arrays, name: str, otherwise: int) -> int:
    array = arrays.get(name)
    return otherwise if array is None or array.ndim == 0 else int(array.shape[0])


def _reason(arrays: Arrays) -> str:
    """What arrays look like that are no ResNet of ours."""
    for pattern, words in _STRANGERS:
        if any(re.match(pattern, name) for name in arrays):
            return words
    return _names(arrays)


_STRANGERS = (
    (r"stages\.\d+\.blocks\.", "it looks like a pre-activation ResNet (v2) of timm, which this version does not know"),
    (r"(.*\.)?resnet\.encoder\.|(.*\.)?embedder\.", "it has the names of Hugging Face, not those of torchvision"),
    (r"features\.denseblock", "it looks like a DenseNet"),
    (r"(.*\.)?(patch_embed|encoder\.layers)\.", "it looks like a vision transformer"),
    (r"features\.\d+\.", "it looks like a VGG, AlexNet, MobileNet or EfficientNet"),
)


def _refuse_relatives(arrays: Arrays, block: BlockKind, stages: int) -> None:
    """Networks that have the names of a ResNet and are something else."""
    stem = arrays.get("conv1.weight")
    if "conv1.0.weight" in arrays:
        raise FileError("it is a ResNet with a deep stem (ResNet-D), which this version does not know")
    if stem is not None and stem.shape[1:] != (3, 7, 7):
        shape = "×".join(map(str, stem.shape))
        raise FileError(f"its first kernel is {shape}; the ResNets of this program have 64×3×7×7 (a CIFAR network?)")
    if any(".se." in name for name in arrays):
        raise FileError("it is a squeeze-and-excitation ResNet, which this version does not know")
    if block is BlockKind.BASIC:
        return
    for stage in range(1, stages + 1):
        first, second, third = (arrays.get(f"layer{stage}.0.conv{n}.weight") for n in (1, 2, 3))
        if first is None or second is None or third is None or {first.ndim, second.ndim, third.ndim} != {4}:
            continue
        if second.shape[1] != first.shape[0]:
            raise FileError("its convolutions are grouped (a ResNeXt), which this version does not know")
        if third.shape[0] != block.expansion * first.shape[0]:
            raise FileError("its blocks are wider than the paper's (a wide ResNet), which this version does not know")


def _names(names: Iterable[str]) -> str:
    """The first few names, for a sentence."""
    first = [f"'{shorten(name)}'" for name, _ in zip(names, range(3), strict=False)]
    return f"its arrays are called {', '.join(first)} …" if first else "it has no arrays"
