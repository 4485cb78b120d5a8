"""A Keras file's arrays, gathered by layer: what each is called, and its arrays by role, with torchvision's axes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.weights.keras import names as keras_names
from resnet_gui.weights.readers.keras3 import LAYER_NAMES
from resnet_gui.weights.readers.raw import FileError, RawWeights, shorten
from resnet_gui.weights.weight_set import Arrays

_STATISTICS = ("running_mean", "running_var")
_RANDOM = "seed_generator"
"""The state of a drop-out's random numbers; no answer depends on it."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerArrays:
    """The arrays of one Keras layer.

    name: the layer's own, or empty where the file does not say.
    path: where Keras 3 keeps it: "layers/conv2d_1"; in other files the name again.
    arrays: by torchvision's roles ("weight", "running_var") and in its axes: kernels [out, in, height, width], matrices
        [out, in]; roles that torchvision does not have keep Keras' word.
    """

    name: str
    path: str
    arrays: Arrays

    @property
    def is_convolution(self) -> bool:
        """Whether it is a convolution: its kernel has four axes."""
        return "weight" in self.arrays and self.arrays["weight"].ndim == 4

    @property
    def is_matrix(self) -> bool:
        """Whether it is a fully connected layer."""
        return "weight" in self.arrays and self.arrays["weight"].ndim == 2

    @property
    def is_normalisation(self) -> bool:
        """Whether it is a batch normalisation."""
        return "running_mean" in self.arrays


def layers_of(raw: RawWeights, affine: Mapping[str, tuple[bool, bool]]) -> list[LayerArrays]:
    """The layers in the file's order; in .weights.h5 that is the network's order within each class only.

    affine: by the paths of .weights.h5, whether a batch normalisation has gamma and beta, where a config says so.
    Raises FileError where the axes are Theano's, and where it is not clear what an array is.
    """
    arrays = {path: array for path, array in raw.arrays.items() if _RANDOM not in path}
    if LAYER_NAMES in raw.metadata:
        names = {str(path): str(name) for path, name in json.loads(raw.metadata[LAYER_NAMES]).items()}
        return _from_variables(arrays, names, affine)
    return _from_names(arrays)


def _from_names(arrays: Arrays) -> list[LayerArrays]:
    """Layers of .h5: the group of a layer, or in the group of a model within the model the innermost name."""
    scopes: dict[str, set[str]] = {}
    for path in arrays:
        names, _ = keras_names.role(path)
        scopes.setdefault(names[0] if names else "", set()).add(names[-1] if names else "")
    layers: dict[str, dict[str, NDArray[Any]]] = {}
    for path, array in arrays.items():
        names, role = keras_names.role(path)
        names = names or [""]
        nested = len(scopes[names[0]]) > 1
        layer = next((name for name in names if keras_names.is_known(name)), names[-1] if nested else names[0])
        parts = layers.setdefault(layer, {})
        if role in parts:
            raise FileError(f"it has two layers called '{shorten(layer)}'")
        parts[role] = _our_axes(array)
    return [LayerArrays(layer, layer, parts) for layer, parts in layers.items()]


def _from_variables(
    arrays: Arrays, names: Mapping[str, str], affine: Mapping[str, tuple[bool, bool]]
) -> list[LayerArrays]:
    """Layers of .weights.h5, whose arrays are numbered in the order the layer made them."""
    grouped: dict[str, list[NDArray[Any]]] = {}
    for path, array in arrays.items():
        grouped.setdefault(path.rpartition("/vars/")[0], []).append(array)
    layers = []
    for path, variables in grouped.items():
        roles = _roles(path, variables, affine.get(path))
        named = {role: _our_axes(array) for role, array in zip(roles, variables, strict=True)}
        layers.append(LayerArrays(names.get(path, ""), path, named))
    return layers


def _roles(path: str, variables: list[NDArray[Any]], affine: tuple[bool, bool] | None) -> list[str]:
    """What a layer's arrays are, by their number and axes: kernel and bias, or gamma, beta, mean and variance."""
    sides = [array.ndim for array in variables]
    if sides[0] in (2, 4) and sides[1:] in ([], [1]):
        return ["weight", "bias"][: len(sides)]
    if "normalization" in path and "batch_" not in path:  # Keras' Normalization: it shifts and scales pictures
        raise FileError(f"its layer '{shorten(path)}' prepares pictures itself; save the network without it")
    if all(side == 1 for side in sides):
        scale, center = affine if affine else {4: (True, True), 2: (False, False)}.get(len(sides), (True, False))
        if affine is None and len(sides) == 3:
            raise FileError(
                f"its layer '{shorten(path)}' has three arrays, and the file does not say whether gamma or beta is "
                "missing; save the whole model as .keras"
            )
        roles = ["weight"] * scale + ["bias"] * center + list(_STATISTICS)
        if len(roles) == len(sides):
            return roles
    raise FileError(f"its layer '{shorten(path)}' is none of a ResNet's")


def _our_axes(array: NDArray[Any]) -> NDArray[Any]:
    """Kernels [height, width, in, out] → [out, in, height, width]; the classifier [in, out] → [out, in]."""
    if array.ndim == 4:
        if array.shape[2:] == (7, 7):
            raise FileError("its kernels are in Theano's order (th); use a file of tf_dim_ordering_tf_kernels")
        return np.ascontiguousarray(array.transpose(3, 2, 0, 1))
    return np.ascontiguousarray(array.T) if array.ndim == 2 else array
