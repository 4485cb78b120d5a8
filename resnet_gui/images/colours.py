"""From any of Pillow's modes to the 8-bit RGB that networks were trained on.

Decided (they differ from a bare `convert("RGB")`, which clips 16 bits to white and shows what transparency hides):
16-bit grey is cut to its high byte, as Pillow does with 16-bit RGB; floats and 32-bit numbers are scaled; what is
transparent is white; CMYK follows its Adobe marker; ICC profiles are ignored, as the networks' training did.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

_BAND = 2**22
"""Pixels handled at a time where a whole second copy of a large picture would cost too much memory."""
DEEP_MODES = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")


def bands(image: Image.Image) -> Iterator[tuple[int, int]]:
    """Rows [top, bottom) of successive horizontal bands that cover the picture."""
    rows = max(1, _BAND // image.width)
    for top in range(0, image.height, rows):
        yield top, min(top + rows, image.height)


def as_rgb(image: Image.Image) -> Image.Image:
    """The picture in mode RGB, of any mode but DEEP_MODES; pixel by pixel, so a part gives a part of the whole."""
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(rgba, mask=rgba)
        return white
    if image.mode == "LAB":
        return _lab_to_rgb(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def is_grey(image: Image.Image) -> bool:
    """Whether one channel says it all, so that resizing may work on that one; the RGB result has the same bits."""
    return image.mode in ("1", "L") and not image.has_transparency_data


def undo_ink_inversion(image: Image.Image) -> Image.Image:
    """Undo Pillow's inversion of the inks of a CMYK JPEG where it is wrong.

    Adobe's files store 255 for "no ink", all others 0.  `JpegImagePlugin` takes every four-channel JPEG for one of
    Adobe's; the marker APP14 tells which are.
    """
    if image.mode == "CMYK" and image.format in ("JPEG", "MPO") and "adobe" not in image.info:
        return ImageChops.invert(image)
    return image


def deep_to_grey(image: Image.Image) -> Image.Image:
    """8-bit grey (mode L) of a picture of DEEP_MODES.

    16 bits: the high byte.  32-bit integers: as they are if all lie in 0…255, the high byte of 16 bits if all lie in
    0…65535, else lowest to highest becomes 0…255.  Floats: 0…1 becomes 0…255, 0…255 stays, else lowest to
    highest; not-a-number is black, infinities count as the highest and lowest finite value.
    """
    grey = np.empty((image.height, image.width), np.uint8)
    low, high = _scale(image)
    for top, bottom in bands(image):
        values = _rows(image, top, bottom)
        if image.mode.startswith("I;16"):
            grey[top:bottom] = values.astype(np.uint16) >> 8
        else:
            finite = np.nan_to_num(values.astype(np.float64), nan=low, posinf=high, neginf=low)
            grey[top:bottom] = np.clip((finite - low) / (high - low) * 255 + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(grey)


def _scale(image: Image.Image) -> tuple[float, float]:
    """The values that become black and white."""
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PPM"):
        return 0.0, 65535.0  # Pillow scales a 16-bit PGM to its full range, whatever the file's own maximum
    low, high = np.inf, -np.inf
    for top, bottom in bands(image):
        values = _rows(image, top, bottom)
        finite = values[np.isfinite(values)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    for white in (1.0, 255.0) if image.mode == "F" else (255.0, 65535.0):
        if low >= 0 and high <= white:
            return 0.0, white
    return (low, high) if low < high else (0.0, 1.0)


def _rows(image: Image.Image, top: int, bottom: int) -> NDArray[np.generic]:
    return np.asarray(image.crop((0, top, image.width, bottom)))


def _lab_to_rgb(image: Image.Image) -> Image.Image:
    """CIE L*a*b* (D50) to sRGB by LittleCMS: Pillow's own `convert` has no such way."""
    from PIL import ImageCms

    transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
    converted = ImageCms.applyTransform(image, transform)
    if converted is None:
        raise ValueError("LittleCMS gave no picture")
    return converted
