"""Reads Keras' .h5 files, weights alone or whole models, of Keras 1 and 2: names → arrays; nothing in them is run.

The layout (keras/src/legacy/saving/legacy_h5_format.py): the root, or the group "model_weights" of a whole model, has
the attribute "layer_names"; the group of each layer has "weight_names", the paths of its datasets within it.
Attributes over 64 kB are split into "layer_names0", "layer_names1" and so on.  Links out of the file, arrays stored
elsewhere and arrays larger than the file are refused before anything is read (CVE-2026-1669).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.weights.readers.hdf5_guard import require_finite_heaps
from resnet_gui.weights.readers.raw import Dialect, FileError, RawWeights, about, as_float32, count, shorten

MOST_NAMES = 100_000
"""Layers, and weights of one layer; Keras' ResNet152 has 516 layers."""


def read(path: Path) -> RawWeights:
    """Every weight by its path: "res2a_branch2a/res2a_branch2a_W:0" (Keras 1), "conv1/conv1/kernel:0" (Keras 2).

    metadata: "backend", "keras_version", "model_config" (JSON) where the file has them.  Raises WeightsError.
    """
    import h5py  # 0.16 s, paid only where such a file is read

    with about(path):
        if "th_kernels" in path.name:
            raise FileError("its kernels are Theano's, which are turned by 180 degrees; use the file of tf_kernels")
        file_bytes = path.stat().st_size
        require_finite_heaps(path)
        try:
            with h5py.File(path, "r") as file:
                return _Reader(file, file_bytes).read()
        except (OSError, RuntimeError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            reason = shorten(error)
            raise FileError(f"it is cut short or damaged, or no HDF5 file at all ({reason})") from error


class _Reader:
    """One open file.  `left`: bytes that arrays may still claim; all together no more than the file has."""

    def __init__(self, file: Any, file_bytes: int) -> None:
        self._file = file
        self._file_bytes = file_bytes
        self._left = file_bytes

    def read(self) -> RawWeights:
        """Everything in the order of the file's own lists."""
        root = _child(self._file, "model_weights") if "model_weights" in self._file else self._file
        metadata = self._metadata(root)
        if metadata.get("backend") == "theano":
            raise FileError("it was written with Theano, whose kernels are turned by 180 degrees")
        arrays: dict[str, NDArray[Any]] = {}
        for layer in self._names(root, "layer_names"):
            group = _child(root, layer)
            for weight in self._names(group, "weight_names"):
                arrays[f"{layer}/{weight}"] = self._array(_child(group, weight), f"{layer}/{weight}")
        return RawWeights(arrays, Dialect.KERAS, metadata)

    def _metadata(self, root: Any) -> dict[str, str]:
        found = {}
        for holder in (root, self._file):
            for name in ("backend", "keras_version", "model_config"):
                if name in holder.attrs:
                    found[name] = _word(self._attribute(holder, name))
        return found

    def _names(self, group: Any, title: str) -> list[str]:
        """A list of names, whole or in numbered parts."""
        if title in group.attrs:
            parts = [title]
        else:
            parts = []
            while f"{title}{len(parts)}" in group.attrs:
                parts.append(f"{title}{len(parts)}")
        if not parts:
            if "layers" in group or "_layer_checkpoint_dependencies" in group:
                raise FileError("it is a .weights.h5 of Keras 3, which this version does not read; save it as .h5")
            raise FileError(f"it has no {title}, so it holds no weights of Keras")
        names = [_word(name) for part in parts for name in np.ravel(self._attribute(group, part))]
        if len(names) > MOST_NAMES or len(set(names)) != len(names):
            raise FileError(f"its {title} has too many names, or some of them twice")
        return names

    def _attribute(self, holder: Any, name: str) -> Any:
        """The words in an attribute.

        Its type is looked at first: HDF5's library is known to crash on types that a damaged file makes up.
        """
        import h5py

        place = holder.attrs.get_id(name)
        kind, words = place.get_type(), place.get_space().get_simple_extent_npoints()
        if words == 0:  # a layer without weights; of whatever type
            return []
        if kind.get_class() != h5py.h5t.STRING or words > MOST_NAMES or words * kind.get_size() > self._file_bytes:
            raise FileError(f"its attribute {name} holds no words")
        return holder.attrs[name]

    def _array(self, dataset: Any, name: str) -> NDArray[Any]:
        """The numbers of one dataset, once it is known that they are in this file."""
        import h5py

        where = f"the array '{shorten(name)}'"
        numbers = (h5py.h5t.FLOAT, h5py.h5t.INTEGER)
        if not isinstance(dataset, h5py.Dataset) or dataset.id.get_type().get_class() not in numbers:
            raise FileError(f"{where} holds no numbers")
        if dataset.external or dataset.is_virtual:
            raise FileError(f"{where} lies in another file")
        if dataset.id.get_create_plist().get_nfilters():
            raise FileError(f"{where} is compressed, which Keras never does")
        wanted = count(dataset.shape) * dataset.dtype.itemsize
        self._left -= wanted
        if wanted > dataset.id.get_storage_size() or self._left < 0 or wanted == 0:
            raise FileError(f"{where} claims {wanted:,} bytes, which the file does not hold")
        return as_float32(np.asarray(dataset[()]), "")


def _child(group: Any, path: str) -> Any:
    """What lies at a path within a group, reached over the file's own hard links only."""
    import h5py

    for part in _parts(path):
        link = group.get(part, getlink=True) if isinstance(group, h5py.Group) else None
        if link is None:
            raise FileError(f"it is incomplete: it lists '{shorten(path)}', which is not there")
        if not isinstance(link, h5py.HardLink):
            raise FileError(f"'{shorten(path)}' is a link to somewhere else, which this program does not follow")
        group = group[part]
    return group


def _parts(path: str) -> Iterator[str]:
    return (part for part in path.split("/") if part not in ("", "."))


def _word(value: object) -> str:
    """Names are bytes in old files, text in newer ones."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if not isinstance(value, str):
        raise FileError("a name in it is no word")
    return value
