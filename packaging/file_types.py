"""Which files the program offers itself for, as each system names them: one table for Linux, macOS and Windows.

No import of the program: the spec and the installers read this where it is not installed.  That the rows are what the
program really reads is held by tests/unit/packaging/test_desktop.py.
"""

from dataclasses import dataclass

FOLDER_MIME = "inode/directory"
"""shared-mime-info's name for a folder."""


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file.

    name: for people, as `images.sniff` has it.  extensions: lower case, without dot.  mimes: what shared-mime-info
    calls it, or what packaging/linux/resnet-gui.xml adds; empty where neither knows it.  on_macos: whether macOS itself
    knows it as a picture (public.image).
    """

    name: str
    extensions: tuple[str, ...]
    mimes: tuple[str, ...]
    on_macos: bool = True


PICTURES: tuple[FileType, ...] = (
    FileType("JPEG", ("jpg", "jpeg", "jpe", "jfif", "jif", "mpo"), ("image/jpeg",)),
    FileType("PNG", ("png", "apng"), ("image/png", "image/apng")),
    FileType("GIF", ("gif",), ("image/gif",)),
    FileType("WebP", ("webp",), ("image/webp",)),
    FileType("AVIF", ("avif", "avifs"), ("image/avif",)),
    FileType("HEIC", ("heic", "heif", "hif", "heics", "heifs"), ("image/heif",)),
    FileType("TIFF", ("tif", "tiff"), ("image/tiff",)),
    FileType("BMP", ("bmp", "dib"), ("image/bmp",)),
    FileType(
        "JPEG 2000",
        ("jp2", "j2k", "jpc", "j2c", "jpf", "jpx"),
        ("image/jp2", "image/jpx", "image/x-jp2-codestream"),
    ),
    FileType("Windows icon", ("ico",), ("image/vnd.microsoft.icon",)),
    FileType("Windows cursor", ("cur",), ("image/x-win-bitmap",), on_macos=False),
    FileType("macOS icon", ("icns",), ("image/x-icns",)),
    FileType("Photoshop", ("psd",), ("image/vnd.adobe.photoshop",)),
    FileType("DirectDraw surface", ("dds",), ("image/x-dds",), on_macos=False),
    FileType(
        "portable pixmap",
        ("pbm", "pgm", "ppm", "pnm"),
        ("image/x-portable-bitmap", "image/x-portable-graymap", "image/x-portable-pixmap", "image/x-portable-anymap"),
        on_macos=False,
    ),
    FileType("portable float map", ("pfm",), (), on_macos=False),
    FileType("QOI", ("qoi",), ("image/qoi",), on_macos=False),
    FileType("SGI", ("sgi", "bw"), ("image/x-sgi",)),
    FileType("Sun raster", ("ras",), ("image/x-cmu-raster",), on_macos=False),
    FileType("PCX", ("pcx",), ("image/vnd.zbrush.pcx",), on_macos=False),
    FileType("DCX", ("dcx",), (), on_macos=False),
    FileType("XBM", ("xbm",), ("image/x-xbitmap",), on_macos=False),
    FileType("XPM", ("xpm",), ("image/x-xpixmap",), on_macos=False),
    FileType("FLI", ("fli", "flc"), ("video/x-flic",), on_macos=False),
    FileType("Targa", ("tga", "icb", "vda", "vst"), ("image/x-tga",)),
)
"""The rows of `images.sniff.PICTURE_FORMATS`, in their order."""

WEIGHTS: tuple[FileType, ...] = (
    FileType("Safetensors weights", ("safetensors",), ("application/x-safetensors",), on_macos=False),
    FileType("PyTorch weights", ("pth", "pt", "pth.tar"), ("application/x-pytorch",), on_macos=False),
    FileType("Keras model", ("keras",), ("application/x-keras",), on_macos=False),
    FileType("HDF5 data", ("h5", "hdf5"), ("application/x-hdf",), on_macos=False),
)
"""Weight files, as far as their names say so."""

TOO_COMMON = ("bin", "ckpt", "th")
"""Ends of weight files' names that other programs use as well: no system is told that they are networks by name.
Linux tells those of torch by their first bytes."""


def desktop_mimes() -> tuple[str, ...]:
    """What the desktop entry's MimeType names, in this order."""
    return (FOLDER_MIME, *(mime for kind in (*PICTURES, *WEIGHTS) for mime in kind.mimes))
