"""One file becomes one upright picture, or one status with a sentence.

The order of things: read once (`read`), tell the format (`sniff`), take the size from the header, refuse what is too
large, decode strictly, see what is left of a file that ends early, turn as EXIF says, make it 8-bit (`colours`).
No exception leaves `decode`: a decoder that fails is a `corrupt` record, and one that fails in a way unknown here is
logged as well.
"""

import logging
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image
from PIL.ExifTags import Base
from PIL.ImageFile import ImageFile

from resnet_gui.images.colours import DEEP_MODES, as_rgb, deep_to_grey, is_grey, undo_ink_inversion
from resnet_gui.images.damage import DECODER_FAILURES, bad_header, corrupt, partial_picture
from resnet_gui.images.plugins import open_picture
from resnet_gui.images.quick_jpeg import Scratch, quick_pixels
from resnet_gui.images.read import PictureError, Source, read
from resnet_gui.images.status import LARGEST_MEGAPIXELS, Status

_log = logging.getLogger(__name__)

_MEGA = 1_000_000
_ICONS = ("ICO", "CUR", "ICNS")
_PNG = re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR(.{8})", re.DOTALL)
_JPEG_2000 = re.compile(rb"ihdr(.{8})", re.DOTALL)
_KEPT_AS_STORED = 2**24
"""Pixels beyond which a picture keeps the mode of its file, because RGB would cost gigabytes."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation (tag 0x0112) to what makes the picture upright; other values mean "as stored"."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Which pictures are decoded.

    max_megapixels: the largest picture, in millions of pixels.
    accept_truncated: whether the part that is there of a picture whose file ends early is used.
    """

    max_megapixels: int = LARGEST_MEGAPIXELS
    accept_truncated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """The result of decoding one file.

    status: ok, or why there is no picture.
    message: a sentence without its capital, why the status is not ok; else empty.
    image: upright; there when the status is ok, and when it is truncated and that was accepted.  Mode RGB, or L for a
        grey picture; very large pictures keep the 8-bit mode of their file.  `preprocess.cut` and `colours.as_rgb` take
        them all.
    width, height: of the whole upright picture in pixels; None where not even the header could be read.
    """

    status: Status
    message: str
    image: Image.Image | None
    width: int | None
    height: int | None


def decode(path: str, limits: Limits, at_least: int | None = None, scratch: Scratch | None = None) -> Decoded:
    """Decode one file.  Thread-safe; one call holds the file's bytes and its pixels in memory.

    path: as `os.fsdecode` gives it.  scratch: the calling thread's own, where it decodes many.
    at_least: a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size as long as its short side keeps this many pixels:
    faster, but not the same pixels.  None decodes exactly.
    """
    try:
        source = read(path)
        with source.data:
            return _decode(source, limits, at_least, scratch or Scratch())
    except PictureError as error:
        return Decoded(error.status, error.message, None, error.width, error.height)
    except MemoryError:
        return Decoded(Status.TOO_LARGE, "there is not enough memory to decode the picture", None, None, None)


def _decode(source: Source, limits: Limits, at_least: int | None, scratch: Scratch) -> Decoded:
    """From a source to its picture.  Raises PictureError."""
    if source.format.pillow_name in _ICONS:
        _check_inner_sizes(source, limits)
    picture = _open(source)
    size = _upright_size(picture)
    _check_size(size, limits)
    _check_size(getattr(picture, "_tile_size", size), limits)  # a TIFF's tile may be larger than its picture
    stored = picture.size
    if at_least is not None:
        picture.draft(None, (at_least, at_least))
    reduced = picture.size != stored
    status, message = Status.OK, ""
    with _failures(lambda error: corrupt(source, error, size)):
        quick = quick_pixels(source, picture, scratch)
        if quick is not None:
            image = _turned(quick, picture)
            return Decoded(status, message, image, *(size if reduced else image.size))
        try:
            picture.load()
        except DECODER_FAILURES as error:
            picture, message = partial_picture(source, picture, error, size)
            status = Status.TRUNCATED
        if status is Status.TRUNCATED and not limits.accept_truncated:
            return Decoded(status, message, None, *size)
        image = _eight_bits(_turned(undo_ink_inversion(picture), picture))
    return Decoded(status, message, image, *(size if reduced else image.size))


def _open(source: Source) -> ImageFile:
    """The picture with its header read.  Raises PictureError where the header is no good."""
    with _failures(lambda error: bad_header(source, error)):
        picture = open_picture(source.format, source.data)
        if min(picture.size) < 1:
            raise ValueError("it has no pixels")
    if picture.format == "TIFF" and _is_raw_preview(picture):
        raise PictureError(Status.UNSUPPORTED, "the file is a camera raw file; only its small preview could be read")
    return picture


@contextmanager
def _failures(describe: Callable[[Exception], PictureError]) -> Iterator[None]:
    """What a decoder raises becomes the PictureError that describes it; what none is known to raise is logged too."""
    try:
        yield
    except (PictureError, MemoryError):
        raise
    except Exception as error:
        if not isinstance(error, DECODER_FAILURES):
            _log.exception("a decoder failed in an unknown way")
        raise describe(error) from error


def _is_raw_preview(picture: ImageFile) -> bool:
    """Camera raw files (NEF, ARW, DNG) are TIFFs whose first picture is a thumbnail (NewSubfileType 1) and whose true
    one lies in a sub-directory (SubIFDs)."""
    tags = getattr(picture, "tag_v2", {})
    return bool(tags.get(254, 0) & 1) and 330 in tags


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    """Refuse by the header alone what has more pixels than allowed."""
    width, height = size
    if width * height > limits.max_megapixels * _MEGA:
        sentence = f"{width:,} × {height:,} pixels are more than the limit of {limits.max_megapixels:,} megapixels"
        raise PictureError(Status.TOO_LARGE, sentence, size)


def _check_inner_sizes(source: Source, limits: Limits) -> None:
    """The same for the pictures inside an icon, before a plugin opens them.

    An icon's own table says 256 × 256 at most, but the PNG or bitmap inside may claim gigapixels, and the decoder
    allocates those.
    """
    source.data.seek(0)
    for size in _inner_sizes(source.data.read()):
        _check_size(size, limits)


def _inner_sizes(data: bytes) -> Iterator[tuple[int, int]]:
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


def _upright_size(picture: ImageFile) -> tuple[int, int]:
    """Width and height once turned, before decoding, as far as the header tells.

    TIFF and HEIF are turned by their plugins and give the turned size already.  `getexif` of a PNG without EXIF
    before its pixels would decode it, hence the look into `info`.
    """
    if picture.format in ("TIFF", "HEIF") or "exif" not in picture.info:
        return picture.size
    return picture.size[::-1] if _orientation(picture) >= 5 else picture.size


def _orientation(picture: Image.Image) -> int:
    """EXIF orientation 1…8; 1 where there is none, or where the EXIF block cannot be read."""
    try:
        value = picture.getexif().get(Base.Orientation, 1)
    except DECODER_FAILURES:
        return 1
    return value if isinstance(value, int) and value in _TURNS else 1


def _turned(image: Image.Image, picture: ImageFile) -> Image.Image:
    """An image as stored, turned as the EXIF block of its file says.

    The tag is read after loading: by then TIFF and HEIF, whose plugins turn the picture themselves, say 1.  Unlike
    `ImageOps.exif_transpose` this does not write the EXIF block anew, which fails on damaged ones.
    """
    turn = _TURNS.get(_orientation(picture))
    return image if turn is None else image.transpose(turn)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Mode RGB or L; a very large picture keeps its 8-bit mode."""
    if image.mode in DEEP_MODES:
        return deep_to_grey(image)
    if (image.mode == "L" and is_grey(image)) or image.width * image.height > _KEPT_AS_STORED:
        return image
    return as_rgb(image)
