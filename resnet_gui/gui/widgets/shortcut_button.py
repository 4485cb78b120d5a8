"""A button that shows its key beside its text, and the key cap it is shown in."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from resnet_gui.gui.style.icons import GRID
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import SECONDARY
from resnet_gui.gui.widgets.painting import CENTRE, draw_icon, draw_text, with_alpha


class KeyCap(QWidget):
    """The picture of a key, within a line of text."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setAccessibleName(key)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return key_size(self._key)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        paint_key(QPainter(self), self.rect(), self._key, tokens.secondary, QColor(tokens.hairline))


class ShortcutButton(QPushButton):
    """A button with an icon, its text, and the key of the action it stands for.

    Parameters
    ----------
    text : what it says.
    icon : name of an icon before the text, empty for none.
    kind : "primary" (filled, one per place), "" (plain) or "quiet", as the style sheet has them.
    parent : the widget it lies in.
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
        tokens = tokens_now()
        ready = tokens.on_accent if self.property("kind") == "primary" else tokens.text
        colour = ready if self.isEnabled() else tokens.faint
        left, side = scaled(13), scaled(GRID) - 4
        if self._icon:
            draw_icon(painter, self._icon, colour, left - 1, (self.height() - side) // 2, side)
            left += side + scaled(6)
        words = QRect(left, 0, QFontMetrics(self.font()).horizontalAdvance(self.text()) + 2, self.height())
        if not self._key and not self._icon:
            words = self.rect()
        draw_text(painter, words, self.text(), colour, align=CENTRE)
        if self._key:
            size = key_size(self._key)
            place = QRect(self.width() - size.width() - scaled(9), 0, size.width(), self.height())
            paint_key(painter, place, self._key, colour, with_alpha(colour, 0.35))


def key_size(key: str) -> QSize:
    """Size of the drawing, logical pixels."""
    metrics = QFontMetrics(text_font(SECONDARY))
    return QSize(metrics.horizontalAdvance(key) + scaled(10), metrics.height() + scaled(4))


def paint_key(painter: QPainter, rect: QRect, key: str, letters: str, edge: QColor) -> None:
    """Draw the key `key` in the middle of `rect`."""
    size = key_size(key)
    box = QRectF(0, 0, size.width() - 1, size.height() - 1)
    box.moveCenter(QRectF(rect).center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 4, 4)
    draw_text(painter, box, key, letters, text_font(SECONDARY), align=CENTRE)
    painter.restore()
