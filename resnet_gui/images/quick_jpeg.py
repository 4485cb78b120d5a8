"""JPEGs of one or three channels through simplejpeg: libjpeg-turbo without Pillow's detours, and the same bits.

It is used after Pillow has read the header, so sizes, orientation and inks are known.  Whatever it warns of or fails
at, and whatever is not plainly grey or colour, is decoded by Pillow instead, whose status counts.
docs/decisions.md has what it saves.
"""

from io import BytesIO

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile

from resnet_gui.images.read import Source

_LARGEST = 2**26
"""Bytes of the largest picture, 22 megapixels in colour: beyond, Pillow takes no longer (CPU ms, quick and Pillow: 24
megapixels 137 and 133, 60: 390 and 367, 108: 760 and 687) and needs two thirds of the memory."""
_COLOURS = {"RGB": "RGB", "L": "GRAY"}
"""Pillow's mode of the picture to simplejpeg's name of it; CMYK differs by a level or two (Pillow decides)."""


class Scratch:
    """A buffer that one thread decodes into again and again; fresh memory costs a page fault every 4 KB."""

    def __init__(self) -> None:
        self._memory = np.empty(0, np.uint8)

    def take(self, count: int) -> NDArray[np.uint8]:
        """`count` bytes; what was there before is overwritten."""
        if len(self._memory) < count:
            self._memory = np.empty(count, np.uint8)
        return self._memory[:count]


def quick_pixels(source: Source, picture: ImageFile, scratch: Scratch) -> Image.Image | None:
    """The pixels of a JPEG as stored, not turned, in mode RGB or L; None where Pillow should decode it.

    picture: as Pillow opened it, its size already reduced by `draft` where that was wanted.
    """
    colours = _COLOURS.get(picture.mode)
    if source.format.pillow_name != "JPEG" or colours is None or not isinstance(source.data, BytesIO):
        return None
    width, height = picture.size
    channels = len(picture.mode)
    if width * height * channels > _LARGEST:
        return None
    try:
        pixels = simplejpeg.decode_jpeg(
            source.data.getbuffer(),
            colours,
            min_height=height,
            min_width=width,
            buffer=scratch.take(width * height * channels),
        )
    except ValueError:  # also what libjpeg only warns of: simplejpeg is strict
        return None
    if pixels.shape[:2] != (height, width):
        return None
    if channels == 3:
        return Image.fromarray(pixels)
    return Image.fromarray(pixels[:, :, 0]).copy()  # a grey one would lie in the scratch itself, and change with it
