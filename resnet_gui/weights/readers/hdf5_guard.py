"""Checks an HDF5 file before its library reads it, for what makes the library run without end or fill memory.

Found by changing bytes of good files: in a "global heap collection" (where texts of variable length are kept), a
free block of length 0 is never left by the library (H5HGcache.c, H5HG__cache_heap_deserialize); in a "local heap" (the
names in a group), a list of free blocks that comes back to itself is followed until all memory is used (H5HLcache.c,
H5HL__fl_deserialize); room is made for a driver's block of any size (H5Fsuper_cache.c).
A text of variable length is kept as (length, heap, number), and the library makes room for the length, up to 4 GB,
before it looks whether there is such a text; a list may also name one text many times.
Source of the layouts: HDF5 File Format Specification, sections II.A, III.D and III.E; IV.A.1 (object headers), IV.A.2.m
(attributes), IV.A.2.q (continuations).
"""

from collections.abc import Callable, Iterator

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

ReadAt = Callable[[int, int], bytes]
"""Bytes of the file: from an offset, so many."""

_ATTRIBUTE = 0x0C
_CONTINUATION = 0x10
_SHARED = 0x02
_MOST_BLOCKS = 1000
_MOST_BLOCK_BYTES = 4 << 20
_REFERENCE = 16


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


def text_lengths(read_at: ReadAt, address: int, name: str, words: int) -> list[int]:
    """Bytes that each of an attribute's texts claims.

    address: of the object that has the attribute.  words: how many texts the library says it has.
    Raises FileError where the attribute is not where Keras has it.
    """
    for kind, flags, data in _messages(read_at, address):
        if kind != _ATTRIBUTE or flags & _SHARED:
            continue
        found, numbers = _attribute(data)
        if found == name.encode("utf-8", "surrogateescape"):
            if len(numbers) < words * _REFERENCE:
                break
            return [_number(numbers, at * _REFERENCE, 4) for at in range(words)]
    raise FileError(f"its attribute {name} is damaged, or kept in a way that Keras does not use")


def _messages(read_at: ReadAt, address: int) -> Iterator[tuple[int, int, bytes]]:
    """Kind, flags and data of each message of an object's header, over all its blocks."""
    start = read_at(address, 48)
    if start[:4] == b"OHDR":
        flags = start[5]
        at = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        blocks = [(address + at + width, _number(start, at, width))]
        yield from _blocks(read_at, blocks, newer=True, ordered=bool(flags & 4))
    elif start[:1] == b"\x01":
        yield from _blocks(read_at, [(address + 16, _number(start, 8, 4))], newer=False, ordered=False)


def _blocks(
    read_at: ReadAt, blocks: list[tuple[int, int]], *, newer: bool, ordered: bool
) -> Iterator[tuple[int, int, bytes]]:
    """The messages in blocks, and in those that these name.  newer: of the second layout; ordered: with counters."""
    head = (6 if ordered else 4) if newer else 8
    for done, (begin, length) in enumerate(blocks):  # grows while it is gone through
        if done >= _MOST_BLOCKS or length > _MOST_BLOCK_BYTES:
            raise FileError("it is damaged: the header of a part of it has no end")
        block = read_at(begin, length)
        if newer and done:  # a signature before, a check sum behind
            block = block[4:-4]
        at = 0
        while at + head <= len(block):
            kind = _number(block, at, 1 if newer else 2)
            size = _number(block, at + (1 if newer else 2), 2)
            flags = block[at + (3 if newer else 4)]
            data = block[at + head : at + head + size]
            if kind == _CONTINUATION and len(data) >= 16:
                blocks.append((_number(data, 0, 8), _number(data, 8, 8)))
            yield kind, flags, data
            at += head + size


def _attribute(data: bytes) -> tuple[bytes, bytes]:
    """Name and numbers of an attribute's message.  Its first layout fills each part up to eight bytes."""
    version = data[0] if data else 0
    if version not in (1, 2, 3):
        return b"", b""
    sizes = [_number(data, at, 2) for at in (2, 4, 6)]
    at = 9 if version == 3 else 8  # a word about the name's letters
    name = data[at : at + sizes[0]].partition(b"\0")[0]
    for size in sizes:
        at += (size + 7) // 8 * 8 if version == 1 else size
    return name, data[at:]


def _number(content: bytes, at: int, width: int = 8) -> int:
    return int.from_bytes(content[at : at + width], "little")
