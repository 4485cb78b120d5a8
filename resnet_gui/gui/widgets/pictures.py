"""Drawing a small picture so that it fills a place: cut at the middle, rounded corners, smooth when much reduced."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap


def cover(painter: QPainter, place: QRectF, picture: QPixmap, radius: float) -> None:
    """Fill `place` (logical pixels) with the middle of `picture`; corners of `radius`, painted with antialiasing."""
    if picture.isNull() or place.isEmpty():
        return
    factor = max(place.width() / picture.width(), place.height() / picture.height())
    corner = place.center() - QPointF(picture.width(), picture.height()) * factor / 2
    brush = QBrush(picture)
    transform = brush.transform()
    transform.translate(corner.x(), corner.y())
    transform.scale(factor, factor)
    brush.setTransform(transform)
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRoundedRect(place, radius, radius)
    painter.restore()


def reduced(picture: QPixmap, place: QSize, ratio: float) -> QPixmap:
    """`picture` just large enough to cover `place` logical pixels at `ratio`, averaged rather than sampled."""
    wanted = place * ratio
    if picture.width() <= wanted.width() or picture.height() <= wanted.height():
        return picture
    return picture.scaled(
        wanted, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
