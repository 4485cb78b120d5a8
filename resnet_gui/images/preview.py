"""Pictures for the screen: upright RGB bytes, made fast; not the pixels that a network sees.

Damaged files show what is there.
"""

import math
from dataclasses import dataclass

from PIL import Image

from resnet_gui.images.colours import as_rgb
from resnet_gui.images.decode import Limits, decode
from resnet_gui.images.preprocess import resize
from resnet_gui.images.preprocessing import Interpolation
from resnet_gui.images.status import Status

_SHOW_ALL = Limits(accept_truncated=True)


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture for the screen.

    rgb: `height` rows of `width` × 3 bytes.
    width, height: of the preview, in pixels.
    full_width, full_height: of the whole upright picture, in pixels.
    """

    rgb: bytes
    width: int
    height: int
    full_width: int
    full_height: int


@dataclass(frozen=True, slots=True)
class NoPreview:
    """There is nothing to show.

    status: why.
    message: the same as a sentence without its capital.
    """

    status: Status
    message: str


def preview(path: str, max_pixels: int, limits: Limits = _SHOW_ALL) -> Preview | NoPreview:
    """One picture, whole if it has at most `max_pixels`, else made smaller to that.  Raises nothing."""
    decoded = decode(path, limits, at_least=math.isqrt(max_pixels))
    if decoded.image is None or decoded.width is None or decoded.height is None:
        return NoPreview(decoded.status, decoded.message)
    scale = math.sqrt(max_pixels / (decoded.image.width * decoded.image.height))
    image = _scaled(decoded.image, scale)
    return Preview(image.tobytes(), *image.size, decoded.width, decoded.height)


def thumbnail(path: str, width: int, height: int, limits: Limits = _SHOW_ALL) -> tuple[bytes, int, int] | None:
    """RGB bytes, width and height of a small picture that fits into width × height; None where none can be made."""
    image = decode(path, limits, at_least=max(width, height)).image
    if image is None:
        return None
    small = _scaled(image, min(width / image.width, height / image.height))
    return small.tobytes(), *small.size


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    """In RGB, made smaller by `scale`, which is never taken to enlarge; at least one pixel stays of each side."""
    if scale >= 1:
        return as_rgb(image)
    tolerance = 1e-6  # 5000 · (96 / 5000) is a hair below 96
    width, height = (max(1, int(side * scale + tolerance)) for side in image.size)
    return resize(image, width, height, Interpolation.BILINEAR)
