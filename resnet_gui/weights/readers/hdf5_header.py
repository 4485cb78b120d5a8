"""The lengths of the texts in an attribute, looked up in the file itself before HDF5's library reads them.

Found by changing bytes of good files: a text of variable length is kept as (length, heap, number), and the library
makes room for the length, up to 4 GB, before it looks whether there is such a text; a list may also name one text many
times.
Source of the layout: HDF5 File Format Specification, sections IV.A.1 (object headers), IV.A.2.m (attributes),
IV.A.2.q (continuations).
"""

from collections.abc import Callable, Iterator

from resnet_gui.weights.readers.raw import FileError

ReadAt = Callable[[int, int], bytes]
"""Bytes of the file: from a place, so many."""

_ATTRIBUTE = 0x0C
_CONTINUATION = 0x10
_SHARED = 0x02
_MOST_BLOCKS = 1000
_MOST_BLOCK_BYTES = 4 << 20
_REFERENCE = 16


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


def _number(content: bytes, at: int, width: int) -> int:
    return int.from_bytes(content[at : at + width], "little")
