"""Painting that several widgets share: a line of text, an icon, a box, a picture in its place, behind a row."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from resnet_gui.gui.style.icons import pixmap
from resnet_gui.gui.style.theme import text_font
from resnet_gui.gui.style.tokens import BODY, SECONDARY, Tokens

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
NO_ELIDE = Qt.TextElideMode.ElideNone


def smooth_painter(widget: QWidget) -> QPainter:
    """A painter on the widget, with antialiasing."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def draw_text(
    painter: QPainter,
    room: QRect | QRectF,
    text: str,
    colour: str,
    font: QFont | None = None,
    *,
    align: Qt.AlignmentFlag = LEFT,
    elide: Qt.TextElideMode = NO_ELIDE,
) -> None:
    """Draw one line of text.

    Parameters
    ----------
    painter : keeps the font and the colour.
    room : logical pixels.
    text : shortened with an ellipsis where `elide` says so and `room` is too narrow.
    colour : "#RRGGBB".
    font : the painter's own where it is None.
    align : where in `room`.
    """
    if font is not None:
        painter.setFont(font)
    painter.setPen(QColor(colour))
    flags = align | Qt.TextFlag.TextSingleLine  # the name of a file may hold line breaks
    shown = text if elide is NO_ELIDE else painter.fontMetrics().elidedText(text, elide, int(room.width()))
    painter.drawText(room, flags, shown)


def draw_box(
    painter: QPainter, place: QRect | QRectF, radius: float, fill: str = "", edge: str = "", width: float = 1.0
) -> None:
    """Draw a rounded rectangle; fill, edge: "#RRGGBB" or empty for none; width: of the edge, logical pixels."""
    painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(edge), width) if edge else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(place, radius, radius)


def with_alpha(colour: str, opacity: float) -> QColor:
    """The colour "#RRGGBB", let through to `opacity`, 0…1."""
    made = QColor(colour)
    made.setAlphaF(opacity)
    return made


def draw_icon(painter: QPainter, name: str, colour: str, left: int, top: int, side: int) -> None:
    """Draw the icon `name` in `colour`, side × side logical pixels, its upper left corner at (left, top)."""
    painter.drawPixmap(left, top, pixmap(name, colour, side, painter.device().devicePixelRatio()))


def two_lines(room: QRect) -> tuple[QRect, QRect]:
    """Places for a line of text and a line of secondary text below it, in the middle of `room`'s height."""
    first, second = (QFontMetrics(text_font(size)).height() for size in (BODY, SECONDARY))
    top = room.top() + (room.height() - two_lines_height()) // 2
    return QRect(room.left(), top, room.width(), first), QRect(room.left(), top + first + 2, room.width(), second)


def two_lines_height() -> int:
    """Height of `two_lines`, logical pixels."""
    return 2 + sum(QFontMetrics(text_font(size)).height() for size in (BODY, SECONDARY))


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


def paint_row_background(painter: QPainter, option: QStyleOptionViewItem, area: QRect, tokens: Tokens) -> None:
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
