"""Looks through an HDF5 file before its library does, for what makes the library go round without end.

Found by changing bytes of good files: in a "global heap collection" (where texts of variable length are kept), a
free block of length 0 is never left by the library (H5HGcache.c, H5HG__cache_heap_deserialize).
Source of the layout: HDF5 File Format Specification, sections II.A and III.E.
"""

from resnet_gui.weights.readers.raw import FileError

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_COLLECTION = b"GCOL\x01"
_COLLECTION_HEADER = 16
_OBJECT_HEADER = 16
_SMALLEST_COLLECTION = 4096


def require_finite_heaps(content: bytes) -> int:
    """The bytes of the longest text in a whole file's content, over all its heaps.

    A list may name one text many times, and the library then makes a copy for each.  Raises FileError for a file that
    the library might never finish reading.
    """
    longest = 0
    if content[:8] != _SIGNATURE or _sizes(content) != (8, 8):
        raise FileError("it is damaged: its first bytes are not those of an HDF5 file that Keras writes")
    position = content.find(_COLLECTION)
    while position >= 0:
        longest = max(longest, _require_end(content, position))
        position = content.find(_COLLECTION, position + 1)
    return longest


def _sizes(content: bytes) -> tuple[int, ...]:
    """Bytes of an address and of a length, from the superblock: versions 0 and 1, or 2 and 3."""
    version = content[8] if len(content) > 16 else 255
    if version in (0, 1):
        return content[13], content[14]
    return (content[9], content[10]) if version in (2, 3) else ()


def _require_end(content: bytes, begin: int) -> int:
    """Walks over the objects of a collection as the library does; the length of the longest.

    What merely looks like a collection has a length that the library refuses, and is passed over here.
    """
    size = int.from_bytes(content[begin + 8 : begin + 16], "little")
    end = begin + size
    if size < _SMALLEST_COLLECTION or end > len(content):
        return 0
    longest = 0
    position = begin + _COLLECTION_HEADER
    while position + _OBJECT_HEADER <= end:
        index = int.from_bytes(content[position : position + 2], "little")
        length = int.from_bytes(content[position + 8 : position + 16], "little")
        needed = _OBJECT_HEADER + (length + 7) // 8 * 8 if index else length
        if needed < _OBJECT_HEADER or position + needed > end:
            raise FileError("it is damaged: a list of texts in it has no end")
        longest = max(longest, length)
        position += needed
    return longest
