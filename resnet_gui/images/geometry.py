"""Where the network looks: integer arithmetic of resize and crops, and the way back to the upright picture.

No pixels here.  Preprocessing, the crop lens and heat maps all use these same boxes.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CropBox:
    """One crop.

    left, top: of the crop in the resized picture (in the mirrored one when `mirrored`), in pixels; its side is the
    recipe's.  May be negative where a picture is smaller than the crop: outside is black.
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
    """How one picture is looked at: resized to width × height pixels, then cut into boxes (one, or ten)."""

    width: int
    height: int
    boxes: tuple[CropBox, ...]
