"""Painting that several widgets share: pictures in their place, the ground of a row."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from resnet_gui.gui.style.tokens import Tokens


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


def paint_row_ground(painter: QPainter, option: QStyleOptionViewItem, area: QRect, tokens: Tokens) -> None:
    """area: the row's own, in the painter's logical pixels.  Leaves the painter's pen and brush changed."""
    state = option.state
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(area, QColor(tokens.selection))
        painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor(tokens.accent))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(area, QColor(tokens.control))
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(tokens.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5))
