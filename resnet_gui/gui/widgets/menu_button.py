"""A button that opens a menu: icon, text that may be shortened, and a small arrow."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from resnet_gui.gui.style.icons import GRID
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.widgets.painting import draw_icon, draw_text


class MenuButton(QPushButton):
    """A button with an icon, a text that may be shortened, and a small arrow; without room, the icon alone.

    Parameters
    ----------
    icon : name of an icon, empty for none.
    parent : the widget it lies in.
    """

    def __init__(self, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._words = ""
        self.setFont(text_font())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        """Show `text`; the button grows to it where it can."""
        self._words = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """The whole text."""
        return self._words

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._words) + 2 + self._trim(), metrics.height() + scaled(16))

    def minimumSizeHint(self) -> QSize:
        """With an icon: the icon alone; else the whole text."""
        if not self._icon:
            return self.sizeHint()
        return QSize(scaled(24) + scaled(GRID) + scaled(12), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens, painter = tokens_now(), QPainter(self)
        left, side, arrow = scaled(12), scaled(GRID) - 4, scaled(12)
        if self._icon:
            draw_icon(painter, self._icon, tokens.secondary, left - 1, (self.height() - side) // 2, side)
            left += side + scaled(6)
        room = QRect(left, 0, self.width() - left - arrow - scaled(12), self.height())
        metrics = QFontMetrics(self.font())
        if room.width() > metrics.averageCharWidth() * 4 or room.width() >= metrics.horizontalAdvance(self._words):
            colour = tokens.text if self.isEnabled() else tokens.faint
            draw_text(painter, room, self._words, colour, elide=Qt.TextElideMode.ElideRight)
        place = (self.width() - arrow - scaled(8), (self.height() - arrow) // 2)
        draw_icon(painter, "chevron-down", tokens.secondary, *place, arrow)

    def _trim(self) -> int:
        """Everything beside the words: margins, arrow, icon."""
        return scaled(24) + scaled(12) + (scaled(GRID) - 4 + scaled(6) if self._icon else 0)
