"""What the layers and arrays of a network are called where it comes from: torchvision's, timm's and Keras' names.

Sources: torchvision.models.resnet; timm.models.resnetv2; keras.applications.resnet and resnet_v2
("conv2_block1_1_conv"); keras-applications' resnet50.py of 2016 to 2018 ("res2a_branch2a").
Reading these names is the work of `weights`.
"""

import re
from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from resnet_gui.network.description import Family, Network, StrideBlock
from resnet_gui.network.variants import EARLY_KERAS_EPSILON
from resnet_gui.network.walk import Node, Op, node_parameters, walk


class NamingScheme(StrEnum):
    """Whose names; the value is how a person calls them."""

    TORCHVISION = "torchvision"
    """timm's v1 networks have the same."""
    TIMM = "timm"
    KERAS = "Keras"
    EARLY_KERAS = "Keras of 2016 to 2018"


_KERAS_ARRAY = {"running_mean": "moving_mean", "running_var": "moving_variance"}
_KERAS_FIXED = {
    "input": "input_layer",
    "conv1": "conv1_conv",
    "bn1": "conv1_bn",
    "pad": "pool1_pad",
    "maxpool": "pool1_pool",
    "bn": "post_bn",
    "avgpool": "avg_pool",
    "fc": "predictions",
}
_EARLY_FIXED = {"input": "input_1", "conv1": "conv1", "bn1": "bn_conv1", "avgpool": "avg_pool", "fc": "fc1000"}
_TIMM_FIXED = {
    "conv1": "stem.conv",
    "maxpool": "stem.pool",
    "bn": "norm",
    "avgpool": "head.global_pool",
    "fc": "head.fc",
}
_IN_BLOCK = re.compile(r"layer(\d+)\.(\d+)\.(.+)")
_NUMBERED = re.compile(r"([a-z]+)(\d)")


def naming_scheme(network: Network) -> NamingScheme:
    """Whose names this network's layers have, as its form shows."""
    if network.family is Family.V2:
        return NamingScheme.KERAS if network.stride_block is StrideBlock.LAST else NamingScheme.TIMM
    if not network.conv_bias:
        return NamingScheme.TORCHVISION
    return NamingScheme.EARLY_KERAS if network.epsilon == EARLY_KERAS_EPSILON else NamingScheme.KERAS


def layer_names(network: Network) -> dict[str, str]:
    """What each node of the walk is called in the network's own naming scheme.

    Layers that Keras only numbers are numbered from the start of a session on ("max_pooling2d", then
    "max_pooling2d_1"); what has no name of its own keeps this program's ("layer1.0.add").
    """
    numbers: Counter[str] = Counter()
    layer_name = _LAYER_NAMES[naming_scheme(network)]
    return {node.name: layer_name(node, network, numbers) for node in walk(network)}


def array_names(node: Node, layer: str, scheme: NamingScheme) -> dict[str, tuple[int, ...]]:
    """The arrays of a node whose layer is called `layer`: their names and shapes as in files of that scheme.

    Keras' kernels are [height, width, in, out], its fully connected weight [in, out]; timm's is a 1×1 kernel.
    """
    parameters = node_parameters(node).items()
    if scheme is NamingScheme.TORCHVISION:
        return {f"{layer}.{part}": shape for part, shape in parameters}
    if scheme is NamingScheme.TIMM:
        return {f"{layer}.{part}": _timm_shape(node, shape) for part, shape in parameters}
    return {f"{layer}/{_keras_array(node, part)}": _keras_shape(shape) for part, shape in parameters}


def _keras_name(node: Node, network: Network, numbers: Counter[str]) -> str:
    pre_activated = network.family is Family.V2
    if node.name == "relu":
        return "post_relu" if pre_activated else "conv1_relu"
    inside = _IN_BLOCK.fullmatch(node.name)
    if inside is None:
        return _KERAS_FIXED[node.name]
    stage, block, part = inside.groups()
    before = f"conv{int(stage) + 1}_block{int(block) + 1}_"
    if part == "pool":
        return _numbered("max_pooling2d", numbers, first=0)
    if part == "add":
        return before + ("out" if pre_activated else "add")
    if part.startswith("downsample"):
        return before + ("0_conv" if part.endswith("0") else "0_bn")
    if part.startswith("relu"):
        return before + _keras_relu(part, network)
    kind, number = _split(part)
    if kind == "conv":
        return f"{before}{number}_conv"
    if not pre_activated:
        return f"{before}{number}_bn"
    return before + ("preact_bn" if number == 1 else f"{number - 1}_bn")


def _keras_relu(part: str, network: Network) -> str:
    """ "relu", "relu_1", "relu_2": in v1 the last stands behind the addition, in v2 the first before everything."""
    index = int(part.removeprefix("relu").removeprefix("_") or 0)
    if network.family is Family.V2:
        return "preact_relu" if index == 0 else f"{index}_relu"
    return "out" if index == 2 else f"{index + 1}_relu"


def _early_name(node: Node, network: Network, numbers: Counter[str]) -> str:
    if node.name in _EARLY_FIXED:
        return _EARLY_FIXED[node.name]
    numbered = {Op.RELU: "activation", Op.ADD: "add", Op.MAX_POOL: "max_pooling2d"}
    if node.op in numbered:
        return _numbered(numbered[node.op], numbers, first=1)
    inside = _IN_BLOCK.fullmatch(node.name)
    assert inside is not None, node.name
    stage, block, part = int(inside[1]), int(inside[2]), inside[3]
    if max(network.stages) > 6 and network.stages[stage - 1] > 3:  # Caffe's names in 101 and 152: a, b1, b2, …
        letter = f"b{block}" if block else "a"
    else:
        letter = chr(ord("a") + block)
    if part.startswith("downsample"):
        kind, branch = ("res" if part.endswith("0") else "bn"), "1"
    else:
        word, number = _split(part)
        kind, branch = ("res" if word == "conv" else "bn"), "2" + chr(ord("a") + number - 1)
    return f"{kind}{stage + 1}{letter}_branch{branch}"


def _timm_name(node: Node, _network: Network, _numbers: Counter[str]) -> str:
    if node.name in _TIMM_FIXED:
        return _TIMM_FIXED[node.name]
    if node.name == "relu":
        return "norm.act"
    inside = _IN_BLOCK.fullmatch(node.name)
    if inside is None:
        return node.name
    stage, block, part = inside.groups()
    if part.startswith("relu"):  # timm's normalisation has its ReLU inside
        part = f"norm{int(part.removeprefix('relu').removeprefix('_') or 0) + 1}.act"
    part = part.replace("bn", "norm").replace("downsample.0", "downsample.conv")
    return f"stages.{int(stage) - 1}.blocks.{block}.{part}"


_LAYER_NAMES: dict[NamingScheme, Callable[[Node, Network, Counter[str]], str]] = {
    NamingScheme.TORCHVISION: lambda node, _network, _numbers: node.name,
    NamingScheme.TIMM: _timm_name,
    NamingScheme.KERAS: _keras_name,
    NamingScheme.EARLY_KERAS: _early_name,
}


def _numbered(word: str, numbers: Counter[str], first: int) -> str:
    """first: the number of the first such layer in a session; Keras 3 writes none for it."""
    number = first + numbers[word]
    numbers[word] += 1
    return f"{word}_{number}" if number else word


def _split(part: str) -> tuple[str, int]:
    """ "conv2" → "conv", 2."""
    found = _NUMBERED.fullmatch(part)
    assert found is not None, part
    return found[1], int(found[2])


def _keras_array(node: Node, part: str) -> str:
    if node.op is Op.BATCH_NORM:
        return {"weight": "gamma", "bias": "beta"}.get(part) or _KERAS_ARRAY[part]
    return "kernel" if part == "weight" else part


def _keras_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (*shape[2:], shape[1], shape[0]) if len(shape) > 1 else shape


def _timm_shape(node: Node, shape: tuple[int, ...]) -> tuple[int, ...]:
    return (*shape, 1, 1) if node.op is Op.LINEAR and len(shape) > 1 else shape
