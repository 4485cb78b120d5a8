"""A picture as the window holds it: in three sizes, so that nothing has to be scaled in the GUI thread."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

SCREEN_SIDE = 2048
"""Longer side of the image that is shown at first, in pixels; nearer looks take the whole one."""
SMALL_SIDE = 512
"""Longer side of the image that the crops' thumbnails are cut from."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture in three sizes, all RGB32; two are equal only where they are the same object.

    whole: as the engine has decoded it.
    screen: what is shown at first, SCREEN_SIDE pixels at most.
    small: what the crops' thumbnails are cut from, SMALL_SIDE pixels at most.
    """

    whole: QImage
    screen: QImage
    small: QImage


def picture_of(whole: QImage) -> Picture:
    """All three sizes; for another thread."""
    screen = _reduced(whole, SCREEN_SIDE)
    return Picture(whole, screen, _reduced(screen, SMALL_SIDE))


def _reduced(image: QImage, side: int) -> QImage:
    if max(image.width(), image.height()) <= side:
        return image
    ratio, quality = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(QSize(side, side), ratio, quality)
