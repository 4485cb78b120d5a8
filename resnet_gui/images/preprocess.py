"""From an upright picture to the squares that a network sees: resize, then crop, bit for bit as torchvision does.

torchvision's PIL path is `Image.resize` (whose filters are antialiased) followed by `Image.crop`; so is this, with two
economies:
- A large picture that is not RGB is never converted whole: one channel after the other is made, resized, and dropped.
  No bit changes by it.  (Working band by band would: Pillow resizes rows first or columns first, rounding to 8 bits
  between, and chooses the order by the sizes.)
- A resized picture beyond LARGEST_RESIZED pixels (a line of 1 × 6000 would become 256 × 1,536,000) is never made;
  just the parts that the crops need are.  Where such a picture is enlarged they may differ by one level of 255 from
  those of the whole, as the filter's weights are rounded differently; where it is made smaller, by a few levels.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet_gui.images.colours import as_rgb, bands, is_grey
from resnet_gui.images.geometry import CropPlan, plan, upright_left
from resnet_gui.images.preprocessing import Interpolation, Preprocessing

LARGEST_RESIZED = 2**25
"""Pixels (128 MiB as Pillow keeps RGB) up to which the resized picture is made whole."""
_CONVERTED_WHOLE = 2**24
"""Pixels up to which a picture is converted to RGB before it is resized."""
_FILTERS = {
    Interpolation.NEAREST: Image.Resampling.NEAREST,
    Interpolation.BILINEAR: Image.Resampling.BILINEAR,
    Interpolation.BICUBIC: Image.Resampling.BICUBIC,
}
_REACH = {Interpolation.NEAREST: 1.0, Interpolation.BILINEAR: 1.0, Interpolation.BICUBIC: 2.0}
"""How far a filter looks, in pixels of the smaller of the two scales."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Along one side: the pixels of the original that a crop's pixels are made from.

    length: how many of the crop's pixels lie in the picture.
    first, last: original pixels needed, the filter's reach included.
    start, end: the exact part within those that becomes `length` pixels.
    """

    length: int
    first: int
    last: int
    start: float
    end: float


@dataclass(frozen=True, slots=True, eq=False)
class CropSet:
    """The crops of one picture, each square once: the mirrored crops of TenCrop are mirror images of these.

    squares: uint8 RGB [k, side, side, 3] (C-contiguous), upright: 1 for one crop, 5 or 6 for ten (6 where the centre
        crop and its mirror image lie a pixel apart, since the margin is odd).
    indices: int [crops], for each crop in order the square it is, or ~square where it is its mirror image.
    """

    squares: NDArray[np.uint8]
    indices: NDArray[np.intp]


def make_crops(image: Image.Image, preprocessing: Preprocessing, crops: int, *, nearly: bool = False) -> CropSet:
    """The squares that the crops of an upright picture are made of.

    image: as `decode` gives it; any of Pillow's 8-bit modes will do.
    nearly: a single crop may be resized straight from the part of the picture that becomes it: a third less work, and
    of pure noise one value in 500 differs, by a level or two.  Raises ValueError as `geometry.plan` does.
    """
    layout = plan(image.width, image.height, preprocessing, crops)
    corners: dict[tuple[int, int], int] = {}
    indices = np.empty(crops, np.intp)
    for number, box in enumerate(layout.boxes):
        corner = upright_left(box, layout.width, preprocessing.crop), box.top
        index = corners.setdefault(corner, len(corners))
        indices[number] = ~index if box.mirrored else index
    smooth = (
        preprocessing.interpolation is not Interpolation.NEAREST
    )  # a sample slightly off gives nearly the same value
    in_parts = layout.width * layout.height > LARGEST_RESIZED or (nearly and crops == 1 and smooth)
    resized = None if in_parts else resize(image, layout.width, layout.height, preprocessing.interpolation)
    squares = np.empty((len(corners), preprocessing.crop, preprocessing.crop, 3), np.uint8)
    for square, (left, top) in zip(squares, corners, strict=True):
        if resized is None:
            square[:] = np.asarray(_cut_part(image, preprocessing, layout, left, top))
        else:
            # beyond the edge Pillow's crop is black, as torchvision's padding is
            square[:] = np.asarray(resized.crop((left, top, left + preprocessing.crop, top + preprocessing.crop)))
    return CropSet(squares, indices)


def cut(image: Image.Image, preprocessing: Preprocessing, crops: int) -> NDArray[np.uint8]:
    """The crops of an upright picture in order, uint8 RGB [crops, side, side, 3] (C-contiguous), as `make_crops`."""
    made = make_crops(image, preprocessing, crops)
    if crops == 1:
        return made.squares
    return np.stack([made.squares[one] if one >= 0 else made.squares[~one][:, ::-1] for one in made.indices])


def resize(image: Image.Image, width: int, height: int, interpolation: Interpolation) -> Image.Image:
    """The picture in RGB, width × height pixels; the same bits as `as_rgb(image).resize(…)`."""
    how = _FILTERS[interpolation]
    if interpolation is Interpolation.NEAREST:
        return as_rgb(image.resize((width, height), how))
    if is_grey(image):
        return image.convert("L").resize((width, height), how).convert("RGB")
    if image.mode == "RGB" or image.width * image.height <= _CONVERTED_WHOLE:
        return as_rgb(image).resize((width, height), how)
    return Image.merge("RGB", [_channel(image, number).resize((width, height), how) for number in range(3)])


def _channel(image: Image.Image, number: int) -> Image.Image:
    """Red (0), green (1) or blue (2) of a picture of any 8-bit mode, as a picture of mode L."""
    channel = Image.new("L", image.size)
    for top, bottom in bands(image):
        channel.paste(as_rgb(image.crop((0, top, image.width, bottom))).getchannel(number), (0, top))
    return channel


def _cut_part(image: Image.Image, preprocessing: Preprocessing, layout: CropPlan, left: int, top: int) -> Image.Image:
    """One square of a resized picture that is not made whole."""
    reach = _REACH[preprocessing.interpolation]
    columns = _span(left, preprocessing.crop, image.width, layout.width, reach)
    rows = _span(top, preprocessing.crop, image.height, layout.height, reach)
    # Cut first: Pillow holds the corners of a box as float32, which is fine enough for small numbers only.
    part = image.crop((columns.first, rows.first, columns.last, rows.last))
    resized = as_rgb(
        (part.convert("L") if is_grey(part) else as_rgb(part)).resize(
            (columns.length, rows.length),
            _FILTERS[preprocessing.interpolation],
            box=(columns.start, rows.start, columns.end, rows.end),
        )
    )
    if resized.size == (preprocessing.crop, preprocessing.crop):
        return resized
    square = Image.new("RGB", (preprocessing.crop, preprocessing.crop))
    square.paste(resized, (max(0, -left), max(0, -top)))
    return square


def _span(offset: int, side: int, original: int, resized: int, reach: float) -> _Span:
    """The span of a crop that begins at `offset` of a side that goes from `original` to `resized` pixels."""
    scale = original / resized
    begin, finish = max(offset, 0), min(offset + side, resized)
    margin = math.ceil(reach * max(scale, 1.0)) + 1
    first = max(0, math.floor(begin * scale) - margin)
    last = min(original, math.ceil(finish * scale) + margin)
    return _Span(finish - begin, first, last, begin * scale - first, min(finish * scale, original) - first)
