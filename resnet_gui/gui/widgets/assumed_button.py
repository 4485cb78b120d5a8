"""The sign that something had to be assumed about a weight file; it stays while the file is in use."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from resnet_gui.gui.icons import GRID, pixmap
from resnet_gui.gui.theme import scaled, text_font, tokens_now
from resnet_gui.gui.views import AssumedView
from resnet_gui.gui.widgets.tool_tip import show_tip


class AssumedButton(QPushButton):
    """Half-filled ring and "2 assumed" in the colour of what is worth a check; the sentences are its tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._compact = False
        self.setProperty("kind", "quiet")
        self.setFont(text_font())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_assumed(self, view: AssumedView | None) -> None:
        """Show what was assumed; None hides the button."""
        self.setVisible(view is not None)
        if view is None:
            self._words = ""
            return
        self._words = view.title
        said = "\n".join(view.sentences)
        self.setToolTip(f"{said}\nA click shows what to choose instead.")
        self.setAccessibleName(f"{view.title} about this network: {' '.join(view.sentences)}")
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """What it says, empty while hidden."""
        return self._words

    def set_compact(self, compact: bool) -> None:
        """The sign alone."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    def width_needed(self, compact: bool) -> int:
        """Width in logical pixels, with words or without."""
        sign = self._side() + scaled(12)
        return sign if compact else sign + scaled(5) + QFontMetrics(self.font()).horizontalAdvance(self._words) + 2

    def sizeHint(self) -> QSize:
        return QSize(self.width_needed(self._compact), QFontMetrics(self.font()).height() + scaled(16))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        """The tip is made of sentences: it wraps."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            show_tip(event.globalPos(), self.toolTip(), self)
            return True
        return bool(super().event(event))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens, side, left = tokens_now(), self._side(), scaled(6)
        painter = QPainter(self)
        sign = pixmap("verdict-check", tokens.check, side, self.devicePixelRatioF())
        painter.drawPixmap(left, (self.height() - side) // 2, sign)
        if not self._compact:
            painter.setFont(self.font())
            painter.setPen(QColor(tokens.check))
            room = self.rect().adjusted(left + side + scaled(5), 0, 0, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._words)

    def _side(self) -> int:
        return scaled(GRID) - 4
