"""A button that shows its key beside its text, and the key cap it is shown in."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from resnet_gui.gui.style.icons import GRID, pixmap
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import SECONDARY


class KeyCap(QWidget):
    """A key within a line of text."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setAccessibleName(key)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return key_size(self._key)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        paint_key(QPainter(self), self.rect(), self._key, QColor(tokens.secondary), QColor(tokens.hairline))


class ShortcutButton(QPushButton):
    """A button with an icon, its text, and the key of the action it stands for.

    text: what it says.
    icon: before the text, empty for none.
    kind: "primary" (filled, one per place), "" (plain) or "quiet".
    """

    def __init__(self, text: str, icon: str = "", kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._key = ""
        self._icon = icon
        self.setProperty("kind", kind)
        self.setFont(text_font(weight=QFont.Weight.DemiBold if kind == "primary" else QFont.Weight.Normal))
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set_key(self, key: str) -> None:
        """The key that does the same, empty for none; shown only, the action owns the shortcut."""
        if key == self._key:
            return
        self._key = key
        self.setAccessibleDescription(f"Shortcut {key}" if key else "")
        self.updateGeometry()
        self.update()

    def set_face(self, text: str, icon: str) -> None:
        """Change what the button says, for buttons of two states (Pause, Go on).  Cheap where it says so already."""
        if (text, icon) == (self.text(), self._icon):
            return
        self._icon = icon
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        width = metrics.horizontalAdvance(self.text()) + scaled(28)
        if self._key:
            width += key_size(self._key).width() + scaled(8)
        if self._icon:
            width += scaled(GRID) + scaled(2)
        return QSize(width, metrics.height() + scaled(16))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        colour = self._letter_colour()
        painter.setFont(self.font())
        painter.setPen(colour)
        left = scaled(13)
        if self._icon:
            side = scaled(GRID) - 4
            mark = pixmap(self._icon, colour.name(), side, self.devicePixelRatioF())
            painter.drawPixmap(left - 1, (self.height() - side) // 2, mark)
            left += side + scaled(6)
        metrics = QFontMetrics(self.font())
        words = QRect(left, 0, metrics.horizontalAdvance(self.text()) + 2, self.height())
        if not self._key and not self._icon:
            words = self.rect()
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._key:
            size = key_size(self._key)
            place = QRect(self.width() - size.width() - scaled(9), 0, size.width(), self.height())
            edge = QColor(colour)
            edge.setAlphaF(0.35)
            paint_key(painter, place, self._key, colour, edge)

    def _letter_colour(self) -> QColor:
        tokens = tokens_now()
        if not self.isEnabled():
            return QColor(tokens.faint)
        return QColor(tokens.on_accent if self.property("kind") == "primary" else tokens.text)


def key_size(key: str) -> QSize:
    """Size of the drawing, logical pixels."""
    metrics = QFontMetrics(text_font(SECONDARY))
    return QSize(metrics.horizontalAdvance(key) + scaled(10), metrics.height() + scaled(4))


def paint_key(painter: QPainter, rect: QRect, key: str, letters: QColor, edge: QColor) -> None:
    """Draw the key `key` in the middle of `rect`."""
    size = key_size(key)
    box = QRectF(0, 0, size.width() - 1, size.height() - 1)
    box.moveCenter(QRectF(rect).center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(text_font(SECONDARY))
    painter.setPen(letters)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
    painter.restore()
