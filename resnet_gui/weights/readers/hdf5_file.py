"""Reads groups, words and arrays of an HDF5 file of unknown origin, once it is known that they lie in it.

Links out of the file, links within it that make a circle, arrays stored elsewhere, compressed, and arrays larger than
the file are refused before anything is read (CVE-2026-1669; CWE-409).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.weights.readers.hdf5_guard import ReadAt, require_harmless, text_lengths
from resnet_gui.weights.readers.raw import FileError, as_float32, count, shorten

MOST_NAMES = 100_000
"""Layers, weights of one layer, members of one group; Keras' ResNet152 has 516 layers."""
MOST_TEXT_BYTES = 64 << 20
"""All names and configurations; those of Keras' ResNet152 take half a megabyte."""
MOST_SIDES = 8
"""Axes of an array; kernels have four."""

_ERRORS = (OSError, RuntimeError, ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)


class Hdf5File:
    """One open HDF5 file.  All arrays together may claim no more bytes than the file has.

    root: its outermost group.
    file_bytes: the size of the file.
    read_at: reads bytes of the file itself.
    """

    def __init__(self, root: Any, file_bytes: int, read_at: ReadAt) -> None:
        import h5py  # 0.16 s, paid only where such a file is read

        self._h5py = h5py
        self.root = root
        self._read_at = read_at
        self._text_left = MOST_TEXT_BYTES
        self._file_bytes = file_bytes
        self._left = file_bytes
        self._seen: set[int] = set()

    def has(self, group: Any, name: str) -> bool:
        """Whether a group has a member of that name, looked up without following any link."""
        return isinstance(group, self._h5py.Group) and group.get(name, getlink=True) is not None

    def child(self, group: Any, path: str) -> Any:
        """What lies at a path within a group, reached over the file's own hard links only."""
        for part in _parts(path):
            link = group.get(part, getlink=True) if isinstance(group, self._h5py.Group) else None
            if link is None:
                raise FileError(f"it is incomplete: it lists '{shorten(path)}', which is not there")
            if not isinstance(link, self._h5py.HardLink):
                raise FileError(f"'{shorten(path)}' is a link to somewhere else, which this program does not follow")
            group = group[part]
        return group

    def members(self, group: Any) -> list[str]:
        """The names in a group that is looked through for the first time: hard links let one hold itself."""
        if not isinstance(group, self._h5py.Group):
            return []
        identity = hash(group.id)
        if identity in self._seen or len(self._seen) > MOST_NAMES:
            raise FileError("its groups hold one another")
        self._seen.add(identity)
        names = [str(name) for name in islice(group, MOST_NAMES + 1)]
        if len(names) > MOST_NAMES:
            raise FileError(f"one group in it has more than {MOST_NAMES:,} members")
        return names

    def words(self, holder: Any, name: str) -> list[str]:
        """The words in an attribute, one or many.

        Its type is looked at first: HDF5's library is known to crash on types that a damaged file makes up.
        """
        attribute = holder.attrs.get_id(name)
        kind, words = attribute.get_type(), attribute.get_space().get_simple_extent_npoints()
        if words == 0:  # a layer without weights; of whatever type
            return []
        if (
            kind.get_class() != self._h5py.h5t.STRING
            or words > MOST_NAMES
            or words * kind.get_size() > self._file_bytes
        ):
            raise FileError(f"its attribute {name} holds no words")
        claimed = words * kind.get_size()
        if kind.is_variable_str():
            claimed = sum(text_lengths(self._read_at, self._h5py.h5o.get_info(holder.id).addr, name, words))
        self._text_left -= claimed
        if self._text_left < 0:
            raise FileError(f"its attribute {name} claims more text than any network has")
        return [_word(word) for word in np.ravel(holder.attrs[name])]

    def array(self, dataset: Any, name: str) -> NDArray[Any]:
        """The numbers of one dataset, once it is known that they are in this file."""
        where = f"the array '{shorten(name)}'"
        if not isinstance(dataset, self._h5py.Dataset):
            raise FileError(f"{where} holds no numbers")
        kind = dataset.id.get_type()
        bf16 = self._is_bfloat16(dataset, kind)
        if not bf16 and kind.get_class() not in (self._h5py.h5t.FLOAT, self._h5py.h5t.INTEGER):
            raise FileError(f"{where} holds no numbers")
        if dataset.external or dataset.is_virtual:
            raise FileError(f"{where} lies in another file")
        if dataset.id.get_create_plist().get_nfilters():
            raise FileError(f"{where} is compressed, which Keras never does")
        shape = dataset.shape
        if shape is None or len(shape) > MOST_SIDES:
            raise FileError(f"{where} holds no numbers")
        if dataset.chunks and count(dataset.chunks) * dataset.dtype.itemsize > self._file_bytes:
            raise FileError(f"{where} lies in chunks larger than the file")
        wanted = count(shape) * dataset.dtype.itemsize
        self._left -= wanted
        if wanted > dataset.id.get_storage_size() or self._left < 0 or wanted == 0:
            raise FileError(f"{where} claims {wanted:,} bytes, which the file does not hold")
        numbers = np.asarray(dataset[()])
        return as_float32(numbers.view("<u2").reshape(shape), "bf16") if bf16 else as_float32(numbers, "")

    def _is_bfloat16(self, dataset: Any, kind: Any) -> bool:
        """Keras 3 writes bfloat16 as opaque pairs of bytes with a word beside them (saving_lib.H5IOStore)."""
        if kind.get_class() != self._h5py.h5t.OPAQUE or kind.get_size() != 2 or "dtype" not in dataset.attrs:
            return False
        return self.words(dataset, "dtype") == ["bfloat16"]


@contextmanager
def open_hdf5(path: Path) -> Iterator[Hdf5File]:
    """Opens a file on disk.  Raises FileError for what is no HDF5 file; OSError where it cannot be read."""
    import h5py

    file_bytes = path.stat().st_size
    require_harmless(path.read_bytes())
    with _as_file_errors(), path.open("rb") as raw, h5py.File(path, "r") as file:

        def read_at(begin: int, length: int) -> bytes:
            raw.seek(begin)
            return raw.read(length)

        yield Hdf5File(file, file_bytes, read_at)


@contextmanager
def open_hdf5_bytes(content: bytes) -> Iterator[Hdf5File]:
    """Opens a file that lies in memory, as one taken out of a zip archive does."""
    import h5py

    require_harmless(content)
    with _as_file_errors(), h5py.File(h5py.h5f.open_file_image(content)) as file:
        yield Hdf5File(file, len(content), lambda begin, length: content[begin : begin + length])


@contextmanager
def _as_file_errors() -> Iterator[None]:
    try:
        yield
    except _ERRORS as error:
        if "memory allocation" in str(error):  # for a size that the file made up
            raise FileError("it is damaged: a part of it claims an impossible size") from error
        raise FileError(
            f"it is cut short or damaged, or no HDF5 file at all ({shorten(error)}); copy or download it again"
        ) from error


def _parts(path: str) -> Iterator[str]:
    return (part for part in path.split("/") if part not in ("", "."))


def _word(value: object) -> str:
    """Names are bytes in old files, text in newer ones."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if not isinstance(value, str):
        raise FileError("a name in it is no word")
    return value
