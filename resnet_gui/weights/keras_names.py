"""Keras' names of layers and weights, in both generations of its ResNets, turned into torchvision's.

Sources: keras-applications' resnet50.py ("res2a_branch2a", "bn2a_branch2a", "fc1000"; Caffe's names, in deeper
networks "res3b1_branch2a"); keras.applications.resnet since 2019 ("conv2_block1_1_conv", "predictions").
"""

import re
from enum import StrEnum


class Naming(StrEnum):
    """A generation of names; the published files of each come from one program, with one epsilon."""

    EARLY = "early"
    """2016 to 2018, the second article's: epsilon 1e-3, stem pool with or without padding."""
    APPLICATIONS = "applications"
    """Since 2019: epsilon 1.001e-5, stem pool padded."""


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
_PRE_ACTIVATION = re.compile(r"conv\d_block\d+_preact_bn|post_bn")


def module(layer: str) -> tuple[str, Naming] | None:
    """torchvision's module for one of Keras' layers, and the generation that calls it so; None for other layers."""
    if layer in _EARLY_FIXED:
        return _EARLY_FIXED[layer], Naming.EARLY
    if layer in _APPLICATIONS_FIXED:
        return _APPLICATIONS_FIXED[layer], Naming.APPLICATIONS
    if match := _EARLY_BLOCK.fullmatch(layer):
        kind, stage, letter, number, branch = match.groups()
        block = int(number) if number else ord(letter) - ord("a")  # a, b, c … or a, b1, b2 …
        conv = kind == "res"
        return _in_block(int(stage) - 1, block, "0" if branch == "1" else str(ord(branch[1]) - 96), conv), Naming.EARLY
    if match := _APPLICATIONS_BLOCK.fullmatch(layer):
        stage, number, part, kind = match.groups()
        return _in_block(int(stage) - 1, int(number) - 1, part, kind == "conv"), Naming.APPLICATIONS
    return None


def _in_block(stage: int, block: int, part: str, is_convolution: bool) -> str:
    """part: "1", "2", "3" on the main path, "0" the projection."""
    name = f"layer{stage}.{block}."
    if part == "0":
        return name + ("downsample.0" if is_convolution else "downsample.1")
    return name + ("conv" if is_convolution else "bn") + part


def is_pre_activation(layer: str) -> bool:
    """Whether only ResNet50V2 and its like have such a layer."""
    return _PRE_ACTIVATION.fullmatch(layer) is not None


def split(path: str) -> tuple[str, str]:
    """Layer and role of a weight's path in the file.

    "conv1/conv1/kernel:0" (Keras 2), "conv1/conv1_W:0" (Keras 1), "resnet50/conv1_conv/kernel:0" (a model within a
    model): the layer is the first part that is a layer of a ResNet, or else the group.  The role is torchvision's
    word, or Keras' own where that is unknown.
    """
    parts = path.split("/")
    last = parts[-1].partition(":")[0]
    names = parts[:-1]
    if last not in ROLES:
        for role in ROLES:
            if last.endswith(f"_{role}") and len(last) > len(role) + 1:
                names.append(last.removesuffix(f"_{role}"))
                last = role
                break
    layer = next((name for name in names if module(name) or is_pre_activation(name)), parts[0])
    return layer, ROLES.get(last, last)
