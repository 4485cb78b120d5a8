"""What can be said of a broken picture file, and what can be saved of it."""

import struct
import zlib
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from PIL.ImageFile import ImageFile

from resnet_gui.images.plugins import open_picture
from resnet_gui.images.read import PictureError, Source
from resnet_gui.images.status import Status

DECODER_FAILURES = (
    OSError,  # Pillow's own word for bad data; the disk's errors were met before, in `read`
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
    struct.error,
    zlib.error,
)
"""What Pillow's plugins are known to raise on damaged files."""


def partial_picture(
    source: Source, picture: ImageFile, error: Exception, size: tuple[int, int]
) -> tuple[ImageFile, str]:
    """The part of a picture whose file ends early, and the sentence about it.

    Pillow's own switch for this, LOAD_TRUNCATED_IMAGES, is global: flipping it would let damaged files of other
    threads pass as sound.  So: a JPEG gets the end marker it lacks (libjpeg then fills the rest with grey), and the
    others' pixels decoded before the failure are still in the picture (the rest is zero).
    Raises PictureError (corrupt) when the file does not end early, or nothing of the picture is there.
    """
    if not _ends_early(source, picture, error):
        raise corrupt(source, error, size) from error
    fill = 0
    if source.format.pillow_name == "JPEG":
        source.data.seek(0)
        picture = open_picture(source.format, BytesIO(source.data.read() + b"\xff\xd9"))
        picture.load()
        fill = 128
    else:
        picture.tile = []
        picture.load()
    share = _rows_there(picture, fill) / picture.height
    if share == 0:
        raise PictureError(Status.CORRUPT, f"{_ending(source)}, before the first pixels", size) from error
    if share == 1 and "progressive" in picture.info:
        return picture, f"{_ending(source)}; all of the picture is there, but coarse"
    if share == 1:
        return picture, f"{_ending(source)}; most of the picture is there"
    return picture, f"{_ending(source)}; about {max(1, round(share * 100))} % of the picture is there"


def _ends_early(source: Source, picture: ImageFile, error: Exception) -> bool:
    """Whether bytes are missing at the end.  For TIFF its own table says how long the file should be."""
    if "truncated" in str(error):
        return True
    tags = getattr(picture, "tag_v2", {})
    for offsets, lengths in ((273, 279), (324, 325)):  # strips, tiles
        pairs = zip(tags.get(offsets, ()), tags.get(lengths, ()), strict=False)
        if any(offset + length > source.size for offset, length in pairs):
            return True
    return False


def _rows_there(picture: Image.Image, fill: int) -> int:
    """How many rows, to the next multiple of 8, were decoded: all but those at the end that hold nothing but `fill`.

    The end is the lower one, or, in formats that are stored upwards (BMP), the upper one.
    """
    tops = range(0, picture.height, 8)
    empty = [_is_flat(picture.crop((0, top, picture.width, min(top + 8, picture.height))), fill) for top in tops]
    missing = next((count for count, flat in enumerate(reversed(empty)) if not flat), len(empty))
    missing = missing or next((count for count, flat in enumerate(empty) if not flat), len(empty))
    return max(0, picture.height - 8 * missing)


def _is_flat(part: Image.Image, value: int) -> bool:
    """Whether all channels of all pixels are `value`."""
    extrema = part.getextrema()
    channels = extrema if isinstance(extrema[0], tuple) else (extrema,)
    return all(channel == (value, value) for channel in channels)


def bad_header(source: Source, error: Exception) -> PictureError:
    """Why a file that begins like a picture cannot be opened."""
    if not source.format.certain:
        return PictureError(Status.UNSUPPORTED, "the file is data of an unknown kind, no picture this program reads")
    if source.format.pillow_name == "JPEG" and (bits := _jpeg_bits(source)) not in (None, 8):
        return PictureError(Status.UNSUPPORTED, f"a JPEG of {bits} bits a channel, of which only 8 can be read")
    if _declared_length(source) <= source.size and isinstance(error, UnidentifiedImageError):
        return PictureError(Status.CORRUPT, f"the file begins like a picture ({source.format.name}), then goes wrong")
    return corrupt(source, error, None)


def corrupt(source: Source, error: Exception, size: tuple[int, int] | None) -> PictureError:
    """Why nothing can be shown.  Where the file is whole, the decoder's own words (on one line) may help further."""
    if _declared_length(source) > source.size or "truncated" in str(error).lower():
        return PictureError(Status.CORRUPT, f"{_ending(source)}, before a picture can be made of it", size)
    words = " ".join(str(error).split()) or type(error).__name__
    return PictureError(Status.CORRUPT, f"the picture ({source.format.name}) cannot be decoded: {words}", size)


def _ending(source: Source) -> str:
    size = source.size
    return f"the file ends after {size} bytes" if size < 1000 else f"the file ends after {size / 1000:,.0f} kB"


def _declared_length(source: Source) -> int:
    """How long a file says it is, in bytes: WebP in its first chunk, AVIF and HEIC box by box; 0 for other kinds."""
    data = source.data
    data.seek(0)
    if source.format.pillow_name == "WEBP":
        return int.from_bytes(data.read(8)[4:], "little") + 8
    length = 0
    while source.format.pillow_name in ("AVIF", "HEIF") and len(box := data.read(16)) >= 8:
        claimed = int.from_bytes(box[:4], "big")
        # 1 means that the length follows in 8 bytes, 0 that the box goes on to the end of the file
        length += int.from_bytes(box[8:], "big") if claimed == 1 else max(claimed, 8) if claimed else source.size
        data.seek(length)
    return length


def _jpeg_bits(source: Source) -> int | None:
    """Bits per channel, from the frame header (markers SOF0…SOF15, but DHT, JPG and DAC); None where there is none."""
    source.data.seek(2)
    while len(marker := source.data.read(4)) == 4 and marker[0] == 0xFF:
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            return next(iter(source.data.read(1)), None)
        source.data.seek(int.from_bytes(marker[2:], "big") - 2, 1)
    return None
