"""The sizes that the pictures inside an icon file claim.

An icon's own table says 256 × 256 at most, but the PNG or bitmap inside may claim gigapixels, and that is what the
decoder allocates.
"""

import re
import struct
from collections.abc import Iterator

_PNG = re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR(.{8})", re.DOTALL)
_JPEG_2000 = re.compile(rb"ihdr(.{8})", re.DOTALL)


def inner_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """Width and height, in pixels, of every PNG, JPEG 2000 and (Windows icons) bitmap in an icon file's bytes."""
    for header in _PNG.findall(data):
        yield struct.unpack(">II", header)
    for header in _JPEG_2000.findall(data):
        height, width = struct.unpack(">II", header)
        yield width, height
    if data[:4] in (b"\0\0\1\0", b"\0\0\2\0"):
        yield from _bitmap_sizes(data)


def _bitmap_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """Each of the icon's entries, 16 bytes, ends with the offset of its picture; a bitmap's height there counts twice,
    for colours and mask."""
    for entry in range(int.from_bytes(data[4:6], "little")):
        offset = int.from_bytes(data[6 + 16 * entry + 12 : 6 + 16 * entry + 16], "little")
        header = data[offset : offset + 12]
        if len(header) == 12 and header[:4] == b"\x28\0\0\0":
            width, height = struct.unpack("<ii", header[4:])
            yield abs(width), abs(height) // 2
