"""Keras weights without names of layers, identified by the order of layers within each class, and by their shapes.

.weights.h5 of Keras before 3.15 says "conv2d_7" only.  Keras lists the layers of a model by their depth; where the
shortcut's projection and the last convolution of a block lie side by side, the one that the addition names first comes
first: in keras.applications the projection, in the second article's program the other.
"""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from resnet_gui.weights.keras.layers import LayerArrays
from resnet_gui.weights.keras.names import KerasGeneration
from resnet_gui.weights.readers.raw import FileError

_NO_ORDER = (
    "its layers have no names that this program knows, and their order is not that of a ResNet of Keras; save the "
    "whole model as .keras"
)


@dataclass(frozen=True, slots=True, eq=False)
class OrderedLayers:
    """Layers without names, identified by their order.

    modules: this program's module → its layer.
    generation: whose program orders them so.
    """

    modules: dict[str, LayerArrays]
    generation: KerasGeneration


def by_order(layers: list[LayerArrays]) -> OrderedLayers:
    """The modules of a bottleneck ResNet, v1 or Keras' v2.  Raises FileError where the order is not that of one."""
    convolutions = [layer for layer in layers if layer.is_convolution]
    norms = [layer for layer in layers if layer.is_normalisation]
    dense = [layer for layer in layers if layer.is_matrix]
    if len(convolutions) + len(norms) + len(dense) != len(layers) or len(dense) > 1 or len(convolutions) < 4:
        raise FileError(_NO_ORDER)
    v2 = len(norms) < len(convolutions)
    names, projection_first = _convolution_names([layer.arrays["weight"] for layer in convolutions])
    modules = dict(zip(names, convolutions, strict=True))
    norm_names = _v2_norms(names) if v2 else [_norm_of(name) for name in names]
    if len(norm_names) != len(norms):
        raise FileError(_NO_ORDER)
    modules |= dict(zip(norm_names, norms, strict=True))
    if dense:
        modules["fc"] = dense[0]
    return OrderedLayers(
        modules,
        KerasGeneration.V2 if v2 else KerasGeneration.APPLICATIONS if projection_first else KerasGeneration.EARLY,
    )


def _convolution_names(kernels: list[NDArray[Any]]) -> tuple[list[str], bool]:
    """Names of the convolutions in order, and whether projections stand before the block's last convolution."""
    firsts = [_is_projection(kernels, at) for at in range(3, len(kernels) - 1) if kernels[at].shape[2] == 1]
    certain = [first for first in firsts if first is not None]
    if not certain:
        raise FileError(_NO_ORDER)
    projection_first = certain[0]
    names, at, channels = ["conv1"], 1, 64
    stage, block, width = 0, 0, 0
    while at < len(kernels):
        parts = kernels[at : at + 4]
        if len(parts) < 3 or parts[0].shape[1] != channels or [k.shape[2] for k in parts[:3]] != [1, 3, 1]:
            raise FileError(_NO_ORDER)
        stage, block = (stage, block + 1) if parts[0].shape[0] == width else (stage + 1, 0)
        width = parts[0].shape[0]
        name = f"layer{stage}.{block}"
        last = [f"{name}.conv3"]
        if channels != 4 * width:
            last = [f"{name}.downsample.0", *last] if projection_first else [*last, f"{name}.downsample.0"]
        names += [f"{name}.conv1", f"{name}.conv2", *last]
        at, channels = at + 2 + len(last), 4 * width
    if at != len(kernels):
        raise FileError(_NO_ORDER)
    return names, projection_first


def _is_projection(kernels: list[NDArray[Any]], at: int) -> bool | None:
    """Whether the convolution behind a 3×3 is a projection before the last one; None where that is open."""
    before, this, behind = kernels[at - 1], kernels[at], kernels[at + 1]
    if before.shape[2] != 3 or behind.shape[0] != this.shape[0] or behind.shape[1] == this.shape[1]:
        return None
    if before.shape[0] not in (this.shape[1], behind.shape[1]):
        return None
    return bool(this.shape[1] != before.shape[0])


def _norm_of(name: str) -> str:
    """v1's normalisation behind a convolution."""
    return name.replace("downsample.0", "downsample.1").replace("conv", "bn")


def _v2_norms(names: list[str]) -> list[str]:
    """v2's normalisations: one before each convolution of a block's main path, one at the end."""
    inner = [name.replace("conv", "bn") for name in names if ".conv" in name]
    return [*inner, "bn"]
