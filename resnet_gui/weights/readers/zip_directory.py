"""The directory of a zip file, read strictly and within bounds: which parts there are and where their bytes lie.

Python's `zipfile` is made for archives of every origin: it makes an object of each entry of a directory of any length,
lets parts overlap and share names, and accepts bytes in front.  Files of torch have none of this.
Source: PKWARE's APPNOTE.TXT, 4.3 and 4.5.3.
"""

import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

from resnet_gui.weights.readers.raw import FileError, shorten

MOST_ENTRIES = 100_000
"""A checkpoint of ResNet-152 with its optimiser's state has three thousand."""
MOST_DIRECTORY_BYTES = 16 << 20

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_MOST_COMMENT = 65_535
_STORED = 0
_ENCRYPTED = 1
_FULL_32 = 0xFFFF_FFFF
_FULL_16 = 0xFFFF
_EXTRA_64 = 1
_DAMAGED = (
    "it is cut short or damaged: the directory at the end of the zip file is missing or does not fit the file; copy or "
    "download it again"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of bytes of the file.

    begin: of the first byte.
    length: in bytes.
    """

    begin: int
    length: int

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.begin + self.length


@dataclass(frozen=True, slots=True)
class Entry:
    """One part as the directory has it.

    name, raw_name: as text, and as the bytes in the file.
    stored: whether it is neither compressed nor encrypted.
    packed, length: bytes in the file, and unpacked.
    header: offset of its own header in the file.
    """

    name: str
    raw_name: bytes
    stored: bool
    packed: int
    length: int
    header: int


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory of a zip file.

    entries: all parts by name.
    begin: offset of the directory in the file.
    """

    entries: dict[str, Entry]
    begin: int


def read_directory(file: BinaryIO) -> Directory:
    """Reads the directory, and no part.  Raises FileError for one that is damaged, too large, or lies about places."""
    file_bytes = os.fstat(file.fileno()).st_size
    count, length, begin, end = _end(file, file_bytes)
    if begin + length != end:
        raise FileError(_DAMAGED)
    if count > MOST_ENTRIES or length > MOST_DIRECTORY_BYTES:
        raise FileError(f"it has {count:,} parts, more than any weights need")
    data = _at(file, begin, length)
    entries: dict[str, Entry] = {}
    position = 0
    for _ in range(count):
        entry, position = _entry(data, position)
        if entry.name in entries:
            raise FileError(f"it has two parts of the name '{shorten(entry.name)}'")
        entries[entry.name] = entry
    if position != length:
        raise FileError(_DAMAGED)
    _require_apart(entries, begin)
    return Directory(entries, begin)


def span_of(file: BinaryIO, directory: Directory, entry: Entry) -> Span:
    """Where a part's bytes lie, from the header in front of them.  Raises FileError unless it lies there as it is."""
    name = shorten(entry.name)
    if not entry.stored or entry.packed != entry.length:
        raise FileError(f"its part '{name}' is compressed or encrypted, which torch.save never does")
    header = _at(file, entry.header, _LOCAL.size + len(entry.raw_name))
    signature, *_, name_length, extra_length = _LOCAL.unpack_from(header)
    if signature != b"PK\x03\x04" or name_length != len(entry.raw_name) or header[_LOCAL.size :] != entry.raw_name:
        raise FileError(f"it is damaged: its part '{name}' is not where the directory says")
    span = Span(entry.header + _LOCAL.size + name_length + extra_length, entry.length)
    if span.end > directory.begin:
        raise FileError(f"it is cut short: its part '{name}' goes beyond the last")
    return span


def _at(file: BinaryIO, begin: int, length: int) -> bytes:
    file.seek(begin)
    data = file.read(length)
    if len(data) != length:
        raise FileError(_DAMAGED)
    return data


def _end(file: BinaryIO, file_bytes: int) -> tuple[int, int, int, int]:
    """From the end of the file: entries, bytes of the directory, where it begins, and where it has to end."""
    tail_bytes = min(file_bytes, _END.size + _MOST_COMMENT)
    tail = _at(file, file_bytes - tail_bytes, tail_bytes)
    offset = tail.rfind(b"PK\x05\x06")
    if offset < 0 or offset + _END.size > len(tail):
        raise FileError(_DAMAGED)
    _, _, _, _, count, length, begin, comment = _END.unpack_from(tail, offset)
    if offset + _END.size + comment != len(tail):
        raise FileError(_DAMAGED)
    end = file_bytes - tail_bytes + offset
    if count != _FULL_16 and _FULL_32 not in (length, begin):
        if end - begin - length != _LOCATOR_64.size + _END_64.size:
            return count, length, begin, end
    elif end < _LOCATOR_64.size + _END_64.size:
        raise FileError(_DAMAGED)
    return _end_64(file, end)


def _end_64(file: BinaryIO, end: int) -> tuple[int, int, int, int]:
    """The same from the longer record in front of the short one, which torch always writes."""
    signature, _, offset, _ = _LOCATOR_64.unpack(_at(file, end - _LOCATOR_64.size, _LOCATOR_64.size))
    if signature != b"PK\x06\x07" or offset != end - _LOCATOR_64.size - _END_64.size:
        raise FileError(_DAMAGED)
    signature, _, _, _, _, _, _, count, length, begin = _END_64.unpack(_at(file, offset, _END_64.size))
    if signature != b"PK\x06\x06":
        raise FileError(_DAMAGED)
    return count, length, begin, offset


def _entry(data: bytes, position: int) -> tuple[Entry, int]:
    """The entry at that byte of the directory, and where the next begins."""
    if position + _ENTRY.size > len(data):
        raise FileError(_DAMAGED)
    fields = _ENTRY.unpack_from(data, position)
    signature, flags, method = fields[0], fields[5], fields[6]
    packed, length, name_length, extra_length, comment_length = fields[10:15]
    header = fields[18]
    name_begin = position + _ENTRY.size
    extra_begin = name_begin + name_length
    after = extra_begin + extra_length + comment_length
    if signature != b"PK\x01\x02" or after > len(data):
        raise FileError(_DAMAGED)
    raw_name = data[name_begin:extra_begin]
    extra = data[extra_begin : extra_begin + extra_length]
    length, packed, header = _wide(extra, (length, packed, header))
    stored = method == _STORED and not flags & _ENCRYPTED
    name = raw_name.decode("utf-8", "backslashreplace")
    return Entry(name, raw_name, stored, packed, length, header), after


def _wide(extra: bytes, numbers: tuple[int, int, int]) -> tuple[int, int, int]:
    """Each number that is full in 32 bits, replaced by the next of 64 bits in the extra field."""
    wide = b""
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        if kind == _EXTRA_64:
            wide = extra[position + 4 : position + 4 + length]
        position += 4 + length
    found = []
    for number in numbers:
        if number == _FULL_32:
            if len(wide) < 8:
                raise FileError(_DAMAGED)
            number, wide = int.from_bytes(wide[:8], "little"), wide[8:]
        found.append(number)
    return found[0], found[1], found[2]


def _require_apart(entries: dict[str, Entry], end: int) -> None:
    """No part begins within another: a small file whose parts share bytes could become arrays without end."""
    position = 0
    for entry in sorted(entries.values(), key=lambda entry: entry.header):
        if entry.header < position:
            raise FileError(f"its part '{shorten(entry.name)}' lies within another")
        position = entry.header + _LOCAL.size + len(entry.raw_name) + entry.packed
    if position > end:
        raise FileError("it is cut short: its last part goes beyond the directory")
