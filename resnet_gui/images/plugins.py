"""Pillow under control: one format per file, its plugin imported when first needed, no limits of its own.

Pillow's settings are global to the process, so they are set to one value here and never changed: that is what makes
decoding in several threads safe.
"""

import importlib
import importlib.util
import re
import sys
import warnings
from types import ModuleType
from typing import BinaryIO

from PIL import Image
from PIL.ImageFile import ImageFile

from resnet_gui.images.read import PictureError
from resnet_gui.images.sniff import PictureFormat
from resnet_gui.images.status import Status

_BLOCKS_KEPT = 8
"""Blocks of 16 MB that Pillow keeps for the next picture: without them a 12-megapixel JPEG costs a quarter more."""
_HEIF_READERS = ("pillow_heif", "pi_heif")
"""One reader under two names: as PyPI has it, and without an encoder, as our packages carry it (x265 is GPL)."""
_PILLOWS_MODULES = re.compile(r"PIL\.|pillow_heif|pi_heif")


def open_picture(picture_format: PictureFormat, data: BinaryIO) -> ImageFile:
    """Read the header of a picture of a known format; its pixels are not decoded yet.

    Raises PictureError where the plugin is not installed, and whatever the plugin raises for a bad header.
    """
    # Pillow warns of large pictures and refuses very large ones; our own limit is checked by the caller, in pixels
    # that the person chose.
    Image.MAX_IMAGE_PIXELS = None
    Image.core.set_blocks_max(_BLOCKS_KEPT)  # type: ignore[attr-defined]
    _silence_warnings()
    if picture_format.pillow_name == "HEIF":
        _register_heif()
    else:
        module = importlib.import_module(f"PIL.{picture_format.module}")
        if picture_format.pillow_name == "AVIF":
            vars(module)["DEFAULT_MAX_THREADS"] = 1  # pictures are decoded side by side already
    data.seek(0)
    return Image.open(data, formats=[picture_format.pillow_name])


def heif_reader() -> ModuleType:
    """The library that reads HEIC.  Raises ImportError where none is installed; a package may leave it out."""
    installed = (name for name in _HEIF_READERS if importlib.util.find_spec(name))
    return importlib.import_module(next(installed, _HEIF_READERS[0]))


def _register_heif() -> None:
    try:
        library = heif_reader()
    except ImportError as error:
        raise PictureError(Status.UNSUPPORTED, _no_heif()) from error
    if "HEIF" not in Image.OPEN:
        library.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)


def _no_heif() -> str:
    if getattr(sys, "frozen", False):
        return "this copy of resnet-gui has no reader for HEIC pictures; save the picture as JPEG"
    return "HEIC pictures need the package pillow-heif, which is not installed"


def _silence_warnings() -> None:
    """Pillow warns of odd metadata through `warnings`: nothing that a record's message would not say better.

    Looked up each time because the list of filters is the process's, and others reset it.
    """
    for action, _, _, module, _ in warnings.filters:
        if action == "ignore" and isinstance(module, re.Pattern) and module.pattern == _PILLOWS_MODULES.pattern:
            return
    warnings.filterwarnings("ignore", module=_PILLOWS_MODULES.pattern)
