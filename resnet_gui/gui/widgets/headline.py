"""A name and a large figure: side by side where both fit on one line, else the figure under the name."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy, QWidget

from resnet_gui.gui.theme import text_font
from resnet_gui.gui.tokens import FIGURE, SPACE_8, TITLE


class Headline(QWidget):
    """The name wraps, the figure never does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = QLabel()
        self._name.setFont(text_font(TITLE, QFont.Weight.DemiBold))
        self._name.setWordWrap(True)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._figure = QLabel()
        self._figure.setFont(text_font(FIGURE, QFont.Weight.Light))
        self._figure.setTextFormat(Qt.TextFormat.PlainText)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE_8)
        self._row.addWidget(self._name, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._figure, 0, Qt.AlignmentFlag.AlignVCenter)

    def set_words(self, name: str, figure: str) -> None:
        """Show both; an empty figure takes no room."""
        self._name.setText(name)
        self._figure.setText(figure.replace(" ", "\u202f"))  # A full blank looks like a gap at this size.
        self._figure.setVisible(bool(figure))
        self.setAccessibleName(f"{name} {figure}".strip())
        self._turn()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        """Beside each other only if the longest word of the name, and not more than two lines of it, fit.

        A name that would just miss one line is set a little smaller.
        """
        figure = self._figure.sizeHint().width() + SPACE_8 if self._figure.text() else 0
        room = self.width() - figure
        name = self._name.text()
        fonts = [text_font(size, QFont.Weight.DemiBold) for size in (TITLE, TITLE - 1, TITLE - 2, TITLE - 3)]
        fitting = (font for font in fonts if QFontMetrics(font).horizontalAdvance(name) + 2 <= room)
        font = next(fitting, fonts[0])
        self._name.setFont(font)
        metrics = QFontMetrics(font)
        longest = max(metrics.horizontalAdvance(word) for word in name.split() or [""])
        beside = longest <= room and metrics.horizontalAdvance(name) <= 1.8 * room
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if way != self._row.direction():
            self._row.setDirection(way)
            self._row.setSpacing(SPACE_8 if beside else 0)
