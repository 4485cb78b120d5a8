"""A button that opens a menu: icon, text that may be shortened, and a small arrow."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from resnet_gui.gui.style.icons import GRID, pixmap
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now


class MenuButton(QPushButton):
    """Keeps its whole text as tool tip and accessible name; shows the icon alone when there is no room for words."""

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
        tokens = tokens_now()
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        painter.setFont(self.font())
        left = scaled(12)
        if self._icon:
            side = scaled(GRID) - 4
            mark = pixmap(self._icon, tokens.secondary, side, self.devicePixelRatioF())
            painter.drawPixmap(left - 1, (self.height() - side) // 2, mark)
            left += side + scaled(6)
        arrow = scaled(12)
        room = QRect(left, 0, self.width() - left - arrow - scaled(12), self.height())
        metrics = QFontMetrics(self.font())
        if room.width() > metrics.averageCharWidth() * 4 or room.width() >= metrics.horizontalAdvance(self._words):
            painter.setPen(QColor(tokens.text if self.isEnabled() else tokens.faint))
            shown = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        down = pixmap("chevron-down", tokens.secondary, arrow, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - arrow - scaled(8), (self.height() - arrow) // 2, down)

    def _trim(self) -> int:
        """Everything beside the words: margins, arrow, icon."""
        return scaled(24) + scaled(12) + (scaled(GRID) - 4 + scaled(6) if self._icon else 0)
