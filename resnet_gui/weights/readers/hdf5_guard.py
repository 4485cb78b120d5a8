"""Looks through an HDF5 file before its library does, for what makes the library go round without end or fill memory.

Found by changing bytes of good files: in a "global heap collection" (where texts of variable length are kept), a
free block of length 0 is never left by the library (H5HGcache.c, H5HG__cache_heap_deserialize); in a "local heap" (the
names in a group), a list of free blocks that comes back to itself is followed until all memory is used (H5HLcache.c,
H5HL__fl_deserialize); room is made for a driver's block of any size (H5Fsuper_cache.c).
Source of the layouts: HDF5 File Format Specification, sections II.A, III.D and III.E.
"""

from resnet_gui.weights.readers.raw import FileError

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_COLLECTION = b"GCOL\x01"
_COLLECTION_HEADER = 16
_OBJECT_HEADER = 16
_SMALLEST_COLLECTION = 4096
_NOWHERE = (1 << 64) - 1
_PLAIN = {
    0: ((24, 0), (48, _NOWHERE)),
    1: ((28, 0), (52, _NOWHERE)),
    2: ((12, 0), (20, _NOWHERE)),
    3: ((12, 0), (20, _NOWHERE)),
}
"""By the superblock's version: where it says that the file begins at 0, and has no driver's block or extension."""
_LOCAL_HEAP = b"HEAP\x00"
_FREE_BLOCK = 16
_NO_MORE = 1
"""Where a list of free blocks ends, by H5HL_FREE_NULL."""


def require_harmless(content: bytes) -> None:
    """Raises FileError for a whole file's content that the library might never finish reading, or fill memory with."""
    if content[:8] != _SIGNATURE or _sizes(content) != (8, 8):
        raise FileError("it is damaged: its first bytes are not those of an HDF5 file that Keras writes")
    if any(_number(content, at) != value for at, value in _PLAIN[content[8]]):
        raise FileError("it is damaged, or begins in a way that Keras does not use")
    _require_finite_free_lists(content)
    position = content.find(_COLLECTION)
    while position >= 0:
        _require_end(content, position)
        position = content.find(_COLLECTION, position + 1)


def _sizes(content: bytes) -> tuple[int, ...]:
    """Bytes of an address and of a length, from the superblock: versions 0 and 1, or 2 and 3."""
    version = content[8] if len(content) > 16 else 255
    if version in (0, 1):
        return content[13], content[14]
    return (content[9], content[10]) if version in (2, 3) else ()


def _require_end(content: bytes, begin: int) -> None:
    """Walks over the objects of a collection as the library does.

    What merely looks like a collection has a length that the library refuses, and is passed over here.
    """
    size = int.from_bytes(content[begin + 8 : begin + 16], "little")
    end = begin + size
    if size < _SMALLEST_COLLECTION or end > len(content):
        return
    position = begin + _COLLECTION_HEADER
    while position + _OBJECT_HEADER <= end:
        index = int.from_bytes(content[position : position + 2], "little")
        length = int.from_bytes(content[position + 8 : position + 16], "little")
        needed = _OBJECT_HEADER + (length + 7) // 8 * 8 if index else length
        if needed < _OBJECT_HEADER or position + needed > end:
            raise FileError("it is damaged: a list of texts in it has no end")
        position += needed


def _require_finite_free_lists(content: bytes) -> None:
    """Follows the free blocks of each local heap.  All together have no more than the file has room for."""
    left = len(content) // _FREE_BLOCK
    heap = content.find(_LOCAL_HEAP)
    while heap >= 0:
        size, free, begin = (_number(content, heap + at) for at in (8, 16, 24))
        end = min(begin + size, len(content))
        while free != _NO_MORE and begin + free + _FREE_BLOCK <= end:  # beyond that the library refuses it
            left -= 1
            if left < 0:
                raise FileError("it is damaged: a list of free places in it has no end")
            free = _number(content, begin + free)
        heap = content.find(_LOCAL_HEAP, heap + 1)


def _number(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 8], "little")
