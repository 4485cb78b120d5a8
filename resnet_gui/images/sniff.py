"""What a file is, by its first bytes: a picture of which format, or what else.

A name's extension never decides what is decoded; it only decides which files of a folder are looked at.
One table: a row is a format, with the Pillow plugin that reads it.  Formats that run other programs (EPS) or are
documents or science data (PDF, WMF, FITS) are left out on purpose.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

HEAD = 4096
"""How many bytes from the start of a file are enough to tell its format."""


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """A picture format that the program reads.

    name: for people.
    pillow_name: Pillow's name of the format.
    module: the module of Pillow whose import registers it.
    extensions: lower case, without dot.
    matches: whether a file that begins with these bytes is one.
    certain: False where a few bytes of another file may look the same, so that a failure to open means "not a picture"
        rather than "a damaged one".
    """

    name: str
    pillow_name: str
    module: str
    extensions: tuple[str, ...]
    matches: Callable[[bytes], bool]
    certain: bool = True


def detect_format(head: bytes) -> PictureFormat | None:
    """The picture format of a file that begins with `head` (its first HEAD bytes), or None."""
    return next((each for each in PICTURE_FORMATS if each.matches(head)), None)


def describe_content(head: bytes) -> str:
    """What a file that is no picture seems to be: "a PDF document"; "data of an unknown kind" at worst."""
    for pattern, words in _OTHERS:
        if pattern.match(head):
            return words
    if _looks_like_text(head):
        return "text"
    return "data of an unknown kind"


def _starts(*prefixes: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(prefixes)


def _pattern(expression: bytes) -> Callable[[bytes], bool]:
    compiled = re.compile(expression, re.DOTALL)
    return lambda head: compiled.match(head) is not None


def _brands(*wanted: bytes) -> Callable[[bytes], bool]:
    """ISO base media files (MP4 and its kin) name their brands in the first box: main, version, compatible ones."""

    def matches(head: bytes) -> bool:
        if head[4:8] != b"ftyp":
            return False
        end = min(int.from_bytes(head[:4], "big"), len(head))
        brands = [head[8:12], *(head[at : at + 4] for at in range(16, end, 4))]
        return any(brand in wanted for brand in brands)

    return matches


def _is_windows_icon(type_number: int) -> Callable[[bytes], bool]:
    def matches(head: bytes) -> bool:
        count = int.from_bytes(head[4:6], "little")
        return head[:4] == bytes((0, 0, type_number, 0)) and 0 < count < 256

    return matches


def _is_bitmap(head: bytes) -> bool:
    """BMP's "BM" begins many a text; the length of the second header makes it sure."""
    return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in (12, 16, 40, 52, 56, 64, 108, 124)


def _is_targa(head: bytes) -> bool:
    """Targa has no signature: a plausible header of 18 bytes has to do."""
    if len(head) < 18 or head[1] > 1 or head[2] not in (1, 2, 3, 9, 10, 11) or head[17] & 0xC0:
        return False
    width, height = int.from_bytes(head[12:14], "little"), int.from_bytes(head[14:16], "little")
    return width > 0 and height > 0 and head[16] in (1, 8, 15, 16, 24, 32)


_HEIF = _brands(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF = _brands(b"avif", b"avis")
_PORTABLE = rb"P[1-6]\s+(#[^\n]*\n\s*)*\d+\s+(#[^\n]*\n\s*)*\d+\s"

PICTURE_FORMATS: tuple[PictureFormat, ...] = (
    PictureFormat(
        "JPEG", "JPEG", "JpegImagePlugin", ("jpg", "jpeg", "jpe", "jfif", "jif", "mpo"), _starts(b"\xff\xd8\xff")
    ),
    PictureFormat("PNG", "PNG", "PngImagePlugin", ("png", "apng"), _starts(b"\x89PNG\r\n\x1a\n")),
    PictureFormat("GIF", "GIF", "GifImagePlugin", ("gif",), _starts(b"GIF87a", b"GIF89a")),
    PictureFormat("WebP", "WEBP", "WebPImagePlugin", ("webp",), _pattern(rb"RIFF....WEBP")),
    PictureFormat("AVIF", "AVIF", "AvifImagePlugin", ("avif", "avifs"), _AVIF),
    PictureFormat("HEIC", "HEIF", "", ("heic", "heif", "hif", "heics", "heifs"), _HEIF),
    PictureFormat(
        "TIFF",
        "TIFF",
        "TiffImagePlugin",
        ("tif", "tiff"),
        _pattern(rb"(?:II\*\x00|MM\x00\*|II\+\x00|MM\x00\+)(?!.{4}CR)"),
    ),
    PictureFormat("BMP", "BMP", "BmpImagePlugin", ("bmp", "dib"), _is_bitmap),
    PictureFormat(
        "JPEG 2000",
        "JPEG2000",
        "Jpeg2KImagePlugin",
        ("jp2", "j2k", "jpc", "j2c", "jpf", "jpx"),
        _starts(b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  \r\n\x87\n"),
    ),
    PictureFormat("Windows icon", "ICO", "IcoImagePlugin", ("ico",), _is_windows_icon(1)),
    PictureFormat("Windows cursor", "CUR", "CurImagePlugin", ("cur",), _is_windows_icon(2)),
    PictureFormat("macOS icon", "ICNS", "IcnsImagePlugin", ("icns",), _starts(b"icns")),
    PictureFormat("Photoshop", "PSD", "PsdImagePlugin", ("psd",), _starts(b"8BPS")),
    PictureFormat("DirectDraw surface", "DDS", "DdsImagePlugin", ("dds",), _starts(b"DDS ")),
    PictureFormat("portable pixmap", "PPM", "PpmImagePlugin", ("pbm", "pgm", "ppm", "pnm"), _pattern(_PORTABLE)),
    PictureFormat("portable float map", "PPM", "PpmImagePlugin", ("pfm",), _pattern(rb"P[Ff]\s+\d+\s+\d+\s")),
    PictureFormat("QOI", "QOI", "QoiImagePlugin", ("qoi",), _starts(b"qoif")),
    PictureFormat("SGI", "SGI", "SgiImagePlugin", ("sgi", "bw"), _starts(b"\x01\xda")),
    PictureFormat("Sun raster", "SUN", "SunImagePlugin", ("ras",), _starts(b"\x59\xa6\x6a\x95")),
    PictureFormat(
        "PCX",
        "PCX",
        "PcxImagePlugin",
        ("pcx",),
        _pattern(rb"\x0a[\x00\x02\x03\x05][\x00\x01][\x01\x02\x04\x08]"),
        certain=False,
    ),
    PictureFormat("DCX", "DCX", "DcxImagePlugin", ("dcx",), _starts(b"\xb1\x68\xde\x3a")),
    PictureFormat("XBM", "XBM", "XbmImagePlugin", ("xbm",), _pattern(rb"\s*#define\s+\w*width\s+\d+"), certain=False),
    PictureFormat("XPM", "XPM", "XpmImagePlugin", ("xpm",), _starts(b"/* XPM */")),
    PictureFormat("FLI", "FLI", "FliImagePlugin", ("fli", "flc"), _pattern(rb"....[\x11\x12]\xaf"), certain=False),
    PictureFormat("Targa", "TGA", "TgaImagePlugin", ("tga", "icb", "vda", "vst"), _is_targa, certain=False),
)
"""The formats, the first that matches counts.  Targa, which has no signature, comes last."""

PICTURE_EXTENSIONS: frozenset[str] = frozenset(
    extension for each in PICTURE_FORMATS for extension in each.extensions
) | frozenset(("svg", "jxl", "cr2", "cr3", "nef", "arw", "dng", "orf", "rw2", "raf"))
"""Extensions of picture formats: such files of a folder are listed.  The last ones, of vector pictures, JPEG XL and
camera raw files, cannot be read and end as `unsupported`: a person should see that they were not classified."""

_OTHERS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(expression, re.DOTALL | re.IGNORECASE), words)
    for expression, words in (
        (rb"%PDF-", "a PDF document"),
        (
            rb"(?:\xef\xbb\xbf)?\s*<(?:svg\b|(?:\?xml|!--|!DOCTYPE)[^\x00]*?<svg\b)",
            "an SVG drawing, made of lines instead of pixels",
        ),
        (rb"(?:\xef\xbb\xbf)?\s*(?:<!DOCTYPE html|<html)", "a web page"),
        (rb"%!PS", "a PostScript document"),
        (rb"....ftypcrx ", "a camera raw file"),
        (rb"....(?:ftyp|moov|mdat|wide)", "a film"),
        (rb"\x1aE\xdf\xa3|RIFF....AVI |\x00\x00\x01\xba", "a film"),
        (rb"ID3|OggS|fLaC|RIFF....WAVE", "sound"),
        (rb"(?:II|MM)(?:\*\x00|\x00\*)....CR|FUJIFILMCCD-RAW|IIU\x00|IIRO", "a camera raw file"),
        (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
        (rb"\x00\x05\x16[\x00\x07]", "a side file of macOS, not the photo itself"),
        (rb"PK\x03\x04|Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ", "an archive"),
        (rb"MZ|\x7fELF|\xcf\xfa\xed\xfe", "a program"),
        (rb"\x89HDF|\x93NUMPY|SQLite format 3", "scientific data"),
    )
)


def _looks_like_text(head: bytes) -> bool:
    """UTF-8 without control characters but white space."""
    try:
        text = head[:-4].decode() if len(head) == HEAD else head.decode()  # a character may be cut at the end
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0e-\x1f]", text)
