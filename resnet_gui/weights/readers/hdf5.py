"""Reads Keras' HDF5 files: .h5 of every Keras, weights alone or whole models, and .weights.h5 of Keras 3.

The layout of .h5 (keras/src/legacy/saving/legacy_h5_format.py): the root, or of a whole model the group
"model_weights", has the attribute "layer_names"; the group of each layer has "weight_names", the paths of its datasets
within it.  Attributes over 64 kB are split into "layer_names0", "layer_names1" and so on.  That of .weights.h5
is in `keras3`.
"""

import json
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from resnet_gui.weights.readers.hdf5_file import MOST_NAMES, Hdf5File, open_hdf5
from resnet_gui.weights.readers.keras3 import OTHER_LAYERS, read_keras3
from resnet_gui.weights.readers.raw import FileError, Framework, RawWeights, file_errors

_TOLD = ("backend", "keras_version", "model_config")


def read(path: Path) -> RawWeights:
    """Every weight by its path: "res2a_branch2a/res2a_branch2a_W:0" (Keras 1), "conv1/conv1/kernel:0" (Keras 2).

    Those of .weights.h5 by theirs: "layers/conv2d/vars/0".
    metadata: "backend", "keras_version", "model_config" (JSON) where the file has them, and what `keras3` adds.
    Raises WeightsError.
    """
    with file_errors(path):
        if "th_kernels" in path.name:
            raise FileError("its kernels are Theano's, which are turned by 180 degrees; use the file of tf_kernels")
        with open_hdf5(path) as file:
            root = file.child(file.root, "model_weights") if file.has(file.root, "model_weights") else file.root
            listed = "layer_names" in root.attrs or "layer_names0" in root.attrs
            return _read_layers(file, root) if listed else read_keras3(file)


def _read_layers(file: Hdf5File, root: Any) -> RawWeights:
    """Everything in the order of the file's own lists."""
    metadata = _metadata(file, root)
    if metadata.get("backend") == "theano":
        raise FileError("it was written with Theano, whose kernels are turned by 180 degrees")
    arrays: dict[str, NDArray[Any]] = {}
    others: list[str] = []
    for layer in _names(file, root, "layer_names"):
        group = file.child(root, layer)
        weights = _names(file, group, "weight_names")
        for weight in weights:
            path = f"{layer}/{weight}"
            arrays[path] = file.array(file.child(group, weight), path)
        if not weights:
            others.append(layer)
    return RawWeights(arrays, Framework.KERAS, {**metadata, OTHER_LAYERS: json.dumps(others)})


def _metadata(file: Hdf5File, root: Any) -> dict[str, str]:
    holders = (root, file.root)
    return {name: "".join(file.words(holder, name)[:1]) for holder in holders for name in _TOLD if name in holder.attrs}


def _names(file: Hdf5File, group: Any, title: str) -> list[str]:
    """A list of names, whole or in numbered parts."""
    if title in group.attrs:
        parts = [title]
    else:
        parts = []
        while f"{title}{len(parts)}" in group.attrs:
            parts.append(f"{title}{len(parts)}")
    if not parts:
        raise FileError(f"it has no {title}, so it holds no weights of Keras")
    names = [name for part in parts for name in file.words(group, part)]
    if len(names) > MOST_NAMES or len(set(names)) != len(names):
        raise FileError(f"its {title} has too many names, or some of them twice")
    return names
