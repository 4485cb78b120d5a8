"""Keras' names of layers and weights, of both generations of its ResNets and of its v2, translated.

Sources: keras-applications' resnet50.py ("res2a_branch2a", "bn2a_branch2a", "fc1000"; Caffe's names, in deeper
networks "res3b1_branch2a"); keras.applications.resnet since 2019 ("conv2_block1_1_conv", "predictions"; in v2
"conv2_block1_preact_bn", "post_bn").
"""

import re
from enum import StrEnum


class KerasGeneration(StrEnum):
    """A generation of names; the published files of each come from one program, with one epsilon."""

    EARLY = "early"
    """2016 to 2018, the second article's: epsilon 1e-3, stem pool with or without padding."""
    APPLICATIONS = "applications"
    """Since 2019: epsilon 1.001e-5, stem pool padded."""
    V2 = "v2"
    """ResNet50V2 and its like, of the same program."""


ROLES = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
    "W": "weight",
    "b": "bias",
    "running_mean": "running_mean",
    "running_std": "running_var",  # Keras 1 kept the variance under this name
}
"""Keras' word for an array within its layer → torchvision's."""

_EARLY_FIXED = {"conv1": "conv1", "bn_conv1": "bn1", "fc1000": "fc"}
_EARLY_BLOCK = re.compile(r"(res|bn)([2-9])([a-z])(\d{0,4})_branch(1|2[abc])")
_APPLICATIONS_FIXED = {"conv1_conv": "conv1", "conv1_bn": "bn1", "predictions": "fc"}
_APPLICATIONS_BLOCK = re.compile(r"conv([2-9])_block(\d{1,4})_([0-3])_(conv|bn)")
_V2_FIXED = {"conv1_conv": "conv1", "post_bn": "bn", "predictions": "fc"}
_V2_BLOCK = re.compile(r"conv([2-9])_block(\d{1,4})_(preact_bn|[0-3]_conv|[12]_bn)")


def module(layer: str, *, v2: bool = False) -> tuple[str, KerasGeneration] | None:
    """Our module for one of Keras' layers, and the generation that calls it so; None for other layers.

    v2: whether it is a layer of a pre-activation network, whose names mean other places.
    """
    if v2:
        return _v2_module(layer)
    if layer in _EARLY_FIXED:
        return _EARLY_FIXED[layer], KerasGeneration.EARLY
    if layer in _APPLICATIONS_FIXED:
        return _APPLICATIONS_FIXED[layer], KerasGeneration.APPLICATIONS
    if match := _EARLY_BLOCK.fullmatch(layer):
        kind, stage, letter, number, branch = match.groups()
        block = int(number) if number else ord(letter) - ord("a")  # a, b, c … or a, b1, b2 …
        conv = kind == "res"
        return _in_block(
            int(stage) - 1, block, "0" if branch == "1" else str(ord(branch[1]) - 96), conv
        ), KerasGeneration.EARLY
    if match := _APPLICATIONS_BLOCK.fullmatch(layer):
        stage, number, part, kind = match.groups()
        return _in_block(int(stage) - 1, int(number) - 1, part, kind == "conv"), KerasGeneration.APPLICATIONS
    return None


def _in_block(stage: int, block: int, part: str, is_convolution: bool) -> str:
    """part: "1", "2", "3" on the main path, "0" the projection."""
    name = f"layer{stage}.{block}."
    if part == "0":
        return name + ("downsample.0" if is_convolution else "downsample.1")
    return name + ("conv" if is_convolution else "bn") + part


def _v2_module(layer: str) -> tuple[str, KerasGeneration] | None:
    """Keras numbers a normalisation after the convolution before it, we after the one behind it."""
    if layer in _V2_FIXED:
        return _V2_FIXED[layer], KerasGeneration.V2
    if match := _V2_BLOCK.fullmatch(layer):
        stage, number, part = match.groups()
        if part == "preact_bn":
            part = "0_bn"
        if part.endswith("_bn"):
            return f"layer{int(stage) - 1}.{int(number) - 1}.bn{int(part[0]) + 1}", KerasGeneration.V2
        return _in_block(int(stage) - 1, int(number) - 1, part[0], is_convolution=True), KerasGeneration.V2
    return None


def is_pre_activation(layer: str) -> bool:
    """Whether only ResNet50V2 and its like have such a layer."""
    return layer == "post_bn" or (layer.endswith("_preact_bn") and _V2_BLOCK.fullmatch(layer) is not None)


def is_known(layer: str) -> bool:
    """Whether a ResNet of Keras has a layer of that name."""
    return module(layer) is not None or is_pre_activation(layer)


def role(path: str) -> tuple[list[str], str]:
    """The names a weight's path is made of, and its role.

    "conv1/conv1/kernel:0" (Keras 2), "conv1/conv1_W:0" (Keras 1), "resnet50/conv1_conv/kernel" (a model within a
    model): the names are "conv1", "conv1"; "conv1", "conv1"; "resnet50", "conv1_conv".  The role is torchvision's word,
    or Keras' own where that is unknown.
    """
    *names, last = path.split("/")
    last = last.partition(":")[0]
    if last not in ROLES:
        for word in ROLES:
            if last.endswith(f"_{word}") and len(last) > len(word) + 1:
                return [*names, last.removesuffix(f"_{word}")], ROLES[word]
    return names, ROLES.get(last, last)
