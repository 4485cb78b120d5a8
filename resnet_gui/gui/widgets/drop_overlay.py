"""What appears while something is dragged over the window: an edge, a tint, and the sentence of what will happen."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from resnet_gui.gui.style.theme import text_font, tokens_now
from resnet_gui.gui.style.tokens import RADIUS, SPACE_16, SPACE_32, TITLE
from resnet_gui.gui.widgets.painting import draw_box, smooth_painter, with_alpha


class DropOverlay(QWidget):
    """A sentence over the whole of its parent while something is dragged; lets every event through to the parent.

    Parameters
    ----------
    parent : what it covers, and what is dropped on.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._sentence = ""
        self._allowed = True
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(text_font(TITLE, QFont.Weight.DemiBold))
        parent.installEventFilter(self)
        self.hide()

    def appear(self, sentence: str, allowed: bool = True) -> None:
        """Show, or change, the sentence; allowed: False when a drop here does nothing and the sentence says why."""
        self._sentence, self._allowed = sentence, allowed
        self.setAccessibleName(sentence)
        self.setGeometry(self._over.rect())
        self.raise_()
        self.show()
        self.update()

    def sentence(self) -> str:
        """The sentence now shown, empty while hidden."""
        return "" if self.isHidden() else self._sentence

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._over:  # in this order: at the end nothing is left
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = tokens_now(), smooth_painter(self)
        colour = tokens.accent if self._allowed else tokens.unsure
        for tint, opacity in ((tokens.surface, 0.6), (colour, 0.08)):
            painter.fillRect(self.rect(), with_alpha(tint, opacity))
        painter.setPen(QPen(QColor(colour), 3))
        painter.drawRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.setFont(self.font())
        room = QRectF(self.rect()).adjusted(SPACE_32, SPACE_32, -SPACE_32, -SPACE_32)
        words = painter.boundingRect(room, flags, self._sentence)
        card = words.adjusted(-SPACE_32, -SPACE_16, SPACE_32, SPACE_16)
        draw_box(painter, card, RADIUS, tokens.surface, tokens.hairline)
        painter.setPen(QColor(tokens.text if self._allowed else tokens.unsure))
        painter.drawText(room, flags, self._sentence)
