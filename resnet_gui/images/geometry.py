"""Where crops lie: integer arithmetic of resize and crops, and the way back to the upright picture.

No pixels here.  Preprocessing, the crop lens and heat maps all use these same boxes.
"""

from dataclasses import dataclass
from itertools import pairwise

from resnet_gui.images.preprocessing import Preprocessing


@dataclass(frozen=True, slots=True)
class CropBox:
    """Where one crop lies, in the resized picture and in the original.

    left, top: in the resized picture (in the mirrored one when `mirrored`), in pixels; its side is the crop size.
        Negative where a picture is smaller than the crop: outside is black.
    mirrored: whether the crop is cut from the mirrored picture.
    x, y, width, height: the same square in the upright ORIGINAL picture's pixels (not mirrored), clipped to it.
    """

    left: int
    top: int
    mirrored: bool
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class CropPlan:
    """How one picture becomes crops.

    width, height: what it is resized to, in pixels.
    boxes: the crops cut from that, one or ten.
    """

    width: int
    height: int
    boxes: tuple[CropBox, ...]


def resized_size(width: int, height: int, preprocessing: Preprocessing) -> tuple[int, int]:
    """Width and height, in pixels, that a width × height picture is resized to.

    torchvision's rule (`transforms.functional._compute_resized_output_size`): the short side becomes
    `Preprocessing.resize`, the long one `int(resize * long / short)`, cut off.  Squashing makes both `crop`.
    """
    if preprocessing.resize is None:
        return preprocessing.crop, preprocessing.crop
    short, long = min(width, height), max(width, height)
    new_long = int(preprocessing.resize * long / short)
    return (preprocessing.resize, new_long) if width <= height else (new_long, preprocessing.resize)


def plan(width: int, height: int, preprocessing: Preprocessing, crops: int) -> CropPlan:
    """Where the network looks in an upright width × height picture (pixels, each at least 1): one crop, or ten.

    One: torchvision's CenterCrop.  Ten: its TenCrop: top left, top right, bottom left, bottom right, centre, then
    the same five of the mirrored picture.

    Odd shapes, decided here:
    - A picture smaller than these sizes is enlarged; a 1 × 1 picture becomes one flat square.
    - Where the resized picture is still smaller than the crop (`resize` is below `crop`), the crop
      reaches over the edge as torchvision's CenterCrop does: centred, black outside.  torchvision's TenCrop refuses
      such pictures; here the ten crops are those of the picture that CenterCrop's black margin has made large enough.
    - A long thin picture (1 × 6000) keeps its shape, so one crop sees little of it: `coverage` says how little.  The
      planned size is then only notional: `preprocess.cut` makes just the strips that the crops need.
    - Squashed, all of the picture is in every crop: ten crops are five equal ones and five equal mirrored ones.

    Raises ValueError for a number of crops other than 1 and 10, or a size below 1.
    """
    if crops not in (1, 10):
        raise ValueError(f"{crops} crops: only 1 and 10 are defined")
    if width < 1 or height < 1:
        raise ValueError(f"a picture of {width} × {height} pixels has no crops")
    new_width, new_height = resized_size(width, height, preprocessing)
    left, right = _ends(new_width, preprocessing.crop)
    top, bottom = _ends(new_height, preprocessing.crop)
    centre = _centre(new_width, preprocessing.crop), _centre(new_height, preprocessing.crop)
    corners = [(left, top), (right, top), (left, bottom), (right, bottom), centre]
    offsets = [(x, y, False) for x, y in corners] + [(x, y, True) for x, y in corners]
    if crops == 1:
        offsets = [(*centre, False)]
    scale = width / new_width, height / new_height
    boxes = tuple(
        _box(x, y, mirrored, preprocessing.crop, (new_width, new_height), scale) for x, y, mirrored in offsets
    )
    return CropPlan(new_width, new_height, boxes)


def upright_left(box: CropBox, resized_width: int, side: int) -> int:
    """Left edge of a crop in the resized picture, not mirrored, in pixels; its top needs no such turning back."""
    return resized_width - box.left - side if box.mirrored else box.left


def coverage(plan: CropPlan, width: int, height: int) -> float:
    """The share, 0…1, of the upright width × height picture that lies in at least one crop."""
    xs = sorted({edge for box in plan.boxes for edge in (box.x, box.x + box.width)})
    ys = sorted({edge for box in plan.boxes for edge in (box.y, box.y + box.height)})
    seen = 0.0
    for x0, x1 in pairwise(xs):
        for y0, y1 in pairwise(ys):
            middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
            if any(_holds(box, middle_x, middle_y) for box in plan.boxes):
                seen += (x1 - x0) * (y1 - y0)
    return min(1.0, seen / (width * height))


def _centre(length: int, crop: int) -> int:
    """CenterCrop's offset; Python's `round` (half to even) is part of torchvision's rule, as is the odd pixel of a
    margin going to the right or the bottom."""
    return round((length - crop) / 2.0) if length >= crop else -((crop - length) // 2)


def _ends(length: int, crop: int) -> tuple[int, int]:
    """Offsets of the first and the last crop along one side."""
    return (0, length - crop) if length >= crop else (_centre(length, crop), _centre(length, crop))


def _box(
    left: int, top: int, mirrored: bool, side: int, resized: tuple[int, int], scale: tuple[float, float]
) -> CropBox:
    """A crop with its place in the original, clipped to the picture."""
    upright = resized[0] - left - side if mirrored else left
    x0, x1 = max(upright, 0), min(upright + side, resized[0])
    y0, y1 = max(top, 0), min(top + side, resized[1])
    return CropBox(left, top, mirrored, x0 * scale[0], y0 * scale[1], (x1 - x0) * scale[0], (y1 - y0) * scale[1])


def _holds(box: CropBox, x: float, y: float) -> bool:
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
