"""The network that arrays belong to, measured from their names (those of `network.walk`) and shapes."""

import re
from collections.abc import Iterable

from resnet_gui.network.description import BlockKind, Family, Network, StemPool
from resnet_gui.weights.identified import Arrays
from resnet_gui.weights.readers.raw import FileError, shorten

MOST_STAGES = 8

_BLOCK = re.compile(r"layer(\d{1,3})\.(\d{1,4})\..+")


def infer_network(arrays: Arrays) -> Network:
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
    """What arrays look like that are no ResNet of ours."""
    for pattern, words in _STRANGERS:
        if any(re.match(pattern, name) for name in arrays):
            return words
    return first_names(arrays)


_STRANGERS = (
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


def first_names(names: Iterable[str]) -> str:
    """The first few names, for a sentence."""
    first = [f"'{shorten(name)}'" for name, _ in zip(names, range(4), strict=False)]
    if not first:
        return "it has no arrays"
    more = " and so on" if len(first) > 3 else ""
    return f"its arrays are called {', '.join(first[:3])}{more}"
