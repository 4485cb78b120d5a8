"""Whether every picture format can be read: each is written by Pillow, where it can, and read by our own decoder."""

import importlib
import tempfile
from pathlib import Path

from resnet_gui.cli.checks.assets import is_package
from resnet_gui.cli.checks.check import CheckError, is_there, require
from resnet_gui.cli.checks.small_files import HEIC
from resnet_gui.images.status import Status

_SIZE = (64, 48)
_COLOUR = (200, 40, 40)
_TOLERANCE = 40
"""Levels of 255 by which a lossy format, or one with few colours, may be off."""
_HEIF_READERS = ("pillow_heif", "pi_heif")
"""Names of the library: with an encoder, and without, as in packages that we build."""
_FORMS = {"XBM": "1", "ICO": "RGBA", "ICNS": "RGBA"}
"""Modes of the picture to be written, where RGB will not do."""


def pictures() -> str:
    """The formats that were read, and how JPEG is."""
    from PIL import Image

    from resnet_gui.images.sniff import PICTURE_FORMATS

    read, loaded = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        for each in PICTURE_FORMATS:
            if each.pillow_name == "HEIF":
                continue
            _load(f"PIL.{each.module}", each.name)
            if each.pillow_name not in Image.SAVE:  # some are only read
                loaded.append(each.name)
            elif each.pillow_name not in read:
                form = _FORMS.get(each.pillow_name, "RGB")
                with path.open("wb") as file:
                    Image.new("RGB", _SIZE, _COLOUR).convert(form).save(file, each.pillow_name)
                _require_read(path, each.pillow_name, looks_right=form == "RGB")
                read.append(each.pillow_name)
        heic = _heic(path)
        quick = _quick_jpeg(path)
    return f"{', '.join(read)}; readers of {', '.join(loaded)}; {heic}; {quick}"


def _load(module: str, name: str) -> None:
    try:
        importlib.import_module(module)
    except ImportError as error:
        raise CheckError(f"{name} cannot be read: the module {module} is missing ({error}).") from error


def _require_read(path: Path, name: str, looks_right: bool = True) -> None:
    from resnet_gui.images.colours import as_rgb
    from resnet_gui.images.decode import Limits, decode

    found = decode(str(path), Limits())
    require(found.status is Status.OK and found.image is not None, f"{name} cannot be read: {found.message}.")
    assert found.image is not None
    pixel = as_rgb(found.image).getpixel((found.image.width // 2, found.image.height // 2))
    assert isinstance(pixel, tuple)
    off = max(abs(got - true) for got, true in zip(pixel, _COLOUR, strict=True))
    require(not looks_right or off <= _TOLERANCE, f"{name} is read wrongly: {pixel} instead of {_COLOUR}.")


def _heic(path: Path) -> str:
    """A package that we build may leave HEIC out, because of what comes with it; then the program says so, and this."""
    library = next(filter(is_there, _HEIF_READERS), "")
    if not library:
        require(is_package(), "HEIC cannot be read: pillow-heif is not installed; pip install pillow-heif.")
        return "HEIC is left out of this package"
    path.write_bytes(HEIC)
    _require_read(path, "HEIC")
    return f"HEIC (libheif {importlib.import_module(library).libheif_version()})"


def _quick_jpeg(path: Path) -> str:
    """Of its own accord Pillow would step in for simplejpeg, and nobody would know why everything is slow."""
    from PIL import Image

    from resnet_gui.images.plugins import open_picture
    from resnet_gui.images.quick_jpeg import Scratch, quick_pixels
    from resnet_gui.images.read import read

    Image.linear_gradient("L").convert("RGB").save(path, "JPEG")
    source = read(str(path))
    with source.data:
        picture = open_picture(source.format, source.data)
        quick = quick_pixels(source, picture, Scratch())
        require(quick is not None, "The quick JPEG decoder (simplejpeg) does not work; install resnet-gui again.")
        assert quick is not None
        picture.load()
        require(quick.tobytes() == picture.tobytes(), "The quick JPEG decoder (simplejpeg) gives other pixels.")
    return "JPEG quickly as well"
