"""One file becomes one upright picture, or one status with a sentence.

The order of things: read once (`read`), know the kind (`sniff`), ask the header for the size, refuse what is too large,
decode strictly, see what is left of a file that ends early, turn upright as EXIF says, bring to 8 bits (`colours`).
No exception leaves `decode`: a decoder that fails is a `corrupt` record, and one that fails in a way unknown here is
logged as well.
"""

import logging
from dataclasses import dataclass

from PIL import Image
from PIL.ExifTags import Base
from PIL.ImageFile import ImageFile

from resnet_gui.images.colours import DEEP_MODES, as_rgb, deep_to_grey, is_grey, undo_ink_inversion
from resnet_gui.images.damage import DECODER_FAILURES, bad_header, corrupt, what_is_left
from resnet_gui.images.icons import inner_sizes
from resnet_gui.images.plugins import open_picture
from resnet_gui.images.quick_jpeg import Scratch, quick_pixels
from resnet_gui.images.read import PictureError, Source, read
from resnet_gui.images.status import LARGEST_MEGAPIXELS, Status

_log = logging.getLogger(__name__)

_MEGA = 1_000_000
_ICONS = ("ICO", "CUR", "ICNS")
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
    """What a person allows.

    max_megapixels: largest picture, in millions of pixels.  accept_truncated: give the part of a picture whose file
    ends early.
    """

    max_megapixels: int = LARGEST_MEGAPIXELS
    accept_truncated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What became of a file.

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
    if source.kind.format in _ICONS:
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
    try:
        quick = quick_pixels(source, picture, scratch)
        if quick is not None:
            image = _turned(quick, picture)
            return Decoded(status, message, image, *(size if reduced else image.size))
        try:
            picture.load()
        except DECODER_FAILURES as error:
            picture, message = what_is_left(source, picture, error, size)
            status = Status.TRUNCATED
        if status is Status.TRUNCATED and not limits.accept_truncated:
            return Decoded(status, message, None, *size)
        image = _eight_bits(_upright(picture))
    except (PictureError, MemoryError):
        raise
    except DECODER_FAILURES as error:
        raise corrupt(source, error, size) from error
    except Exception as error:
        _log.exception("a decoder failed in an unknown way")
        raise corrupt(source, error, size) from error
    return Decoded(status, message, image, *(size if reduced else image.size))


def _open(source: Source) -> ImageFile:
    """The picture with its header read.  Raises PictureError where the header is no good."""
    try:
        picture = open_picture(source.kind, source.data)
        if min(picture.size) < 1:
            raise ValueError("it has no pixels")
    except (PictureError, MemoryError):
        raise
    except DECODER_FAILURES as error:
        raise bad_header(source, error) from error
    except Exception as error:
        _log.exception("a plugin failed in an unknown way")
        raise bad_header(source, error) from error
    if picture.format == "TIFF" and _is_raw_preview(picture):
        raise PictureError(Status.UNSUPPORTED, "the file is a camera raw file; only its small preview could be read")
    return picture


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
    """The same for the pictures inside an icon, before a plugin opens them."""
    source.data.seek(0)
    for size in inner_sizes(source.data.read()):
        _check_size(size, limits)


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


def _upright(picture: ImageFile) -> Image.Image:
    """Turned as EXIF says.

    The tag is read after loading: by then TIFF and HEIF, whose plugins turn the picture themselves, say 1.  Unlike
    `ImageOps.exif_transpose` this does not write the EXIF block anew, which fails on damaged ones.
    """
    return _turned(undo_ink_inversion(picture), picture)


def _turned(image: Image.Image, picture: ImageFile) -> Image.Image:
    """An image as stored, turned as its file says."""
    turn = _TURNS.get(_orientation(picture))
    return image if turn is None else image.transpose(turn)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Mode RGB or L; a very large picture keeps its 8-bit mode."""
    if image.mode in DEEP_MODES:
        return deep_to_grey(image)
    if (image.mode == "L" and is_grey(image)) or image.width * image.height > _KEPT_AS_STORED:
        return image
    return as_rgb(image)
