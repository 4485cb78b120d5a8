"""The network that arrays belong to: inferred from names (those of `network.walk`) and shapes, then checked against it.

Checked means: no array is missing, none is left over, every shape is right, every number is finite.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.network.description import BlockKind, Family, Network, StemPool
from resnet_gui.network.walk import parameter_shapes
from resnet_gui.weights.readers.raw import FileError, shorten
from resnet_gui.weights.weight_set import Arrays

_SHOWN = 3
MOST_STAGES = 8

_BLOCK = re.compile(r"layer(\d{1,3})\.(\d{1,4})\..+")


def infer_network(arrays: Arrays) -> Network:
    """The network that such names and shapes belong to; a missing array gets its published size."""
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
    _refuse_variants(arrays, block, stages)
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
            family=_family(arrays),
        )
    except ValueError as error:
        raise FileError(f"it is not a ResNet: {error}") from error


def _family(arrays: Arrays) -> Family:
    """v1 normalises after the stem's convolution, v2 after the last block."""
    return Family.V2 if "bn1.weight" not in arrays and "bn.weight" in arrays else Family.V1


def _out_channels(arrays: Arrays, name: str, otherwise: int) -> int:
    array = arrays.get(name)
    return otherwise if array is None or array.ndim == 0 else int(array.shape[0])


def _reason(arrays: Arrays) -> str:
    """What arrays look like that are not a ResNet of this program."""
    for pattern, words in _OTHER_NETWORKS:
        if any(re.match(pattern, name) for name in arrays):
            return words
    return first_names(arrays)


_OTHER_NETWORKS = (
    (
        r"(.*\.)?4\.0\.conv1\.weight",
        "it looks like a ResNet whose layers have numbers for names, as in fastai's learners, whose head is another "
        "than a ResNet's",
    ),
    (r"(.*\.)?resnet\.encoder\.|(.*\.)?embedder\.", "it has the names of Hugging Face, not those of torchvision"),
    (r"features\.denseblock", "it looks like a DenseNet"),
    (r"(.*\.)?(patch_embed|encoder\.layers)\.", "it looks like a vision transformer"),
    (r"features\.\d+\.", "it looks like a VGG, AlexNet, MobileNet or EfficientNet"),
)


def _refuse_variants(arrays: Arrays, block: BlockKind, stages: int) -> None:
    """Networks that have the names of a ResNet and are something else."""
    stem = arrays.get("conv1.weight")
    if "conv1.0.weight" in arrays:
        raise FileError("it is a ResNet with a deep stem (ResNet-D), which this version does not know")
    if stem is not None and stem.shape[1:] != (3, 7, 7):
        raise FileError(
            f"its first kernel is {_shape_words(stem.shape)}; the ResNets of this program have 64×3×7×7 (a CIFAR "
            "network?)"
        )
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


def first_names(names: Iterable[str]) -> str:
    """The first few names, for a sentence."""
    first = [f"'{shorten(name)}'" for name, _ in zip(names, range(4), strict=False)]
    if not first:
        return "it has no arrays"
    more = " and so on" if len(first) > 3 else ""
    return f"its arrays are called {', '.join(first[:3])}{more}"


def check_arrays(network: Network, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Raises FileError, naming what is wrong, unless the arrays are exactly those of the network."""
    shapes = parameter_shapes(network)
    missing = [name for name in shapes if name not in arrays]
    if missing == ["fc.weight", "fc.bias"]:
        raise FileError(f"it is a {network.name} without its classifier: 'fc.weight' and 'fc.bias' are missing")
    if missing:
        raise FileError(f"it lacks {len(missing)} of the {len(shapes)} arrays of {network.name}: {_listed(missing)}")
    unexpected = [name for name in arrays if name not in shapes]
    if unexpected:
        raise FileError(f"it has arrays that {network.name} has no place for: {_listed(unexpected)}")
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise FileError(
                f"its array '{name}' has the shape {_shape_words(arrays[name].shape)}; {network.name} with "
                f"{network.classes:,} classes needs {_shape_words(shape)}"
            )
    if network.classes == 1:
        raise FileError(
            "its classifier has one output, which measures something or says yes or no; this program chooses between "
            "classes, of which there must be two"
        )
    for name in shapes:
        _require_numbers(name, arrays[name], network.epsilon)


def _require_numbers(name: str, array: NDArray[Any], epsilon: float) -> None:
    if array.dtype != np.float32:
        raise FileError(f"its array '{name}' holds {array.dtype} numbers, which are no weights (quantised?)")
    # The lowest and the highest number of an array with a NaN are NaN.
    lowest, highest = float(array.min()), float(array.max())
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise FileError(f"its array '{name}' holds numbers that are infinite or none (NaN)")
    if name.endswith(".running_var") and lowest + epsilon <= 0:
        raise FileError(f"its array '{name}' holds negative variances")


def _listed(names: Collection[str]) -> str:
    shown = [f"'{shorten(name)}'" for name in list(names)[:_SHOWN]]
    return ", ".join(shown) + (f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else "")


def _shape_words(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "of a single number"
