"""A small drawing of a key, "Ctrl+O", as it stands in buttons and sentences."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from resnet_gui.gui.theme import scaled, text_font, tokens_now
from resnet_gui.gui.tokens import SECONDARY


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
