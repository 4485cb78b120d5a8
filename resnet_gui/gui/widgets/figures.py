"""Labels with figures: lines of label and value, a headline, a probability bar."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QSizePolicy, QWidget

from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import FIGURE, SPACE_8, SPACE_12, TITLE
from resnet_gui.gui.widgets.labels import Sentence

BAR = 6
"""Height of the bar, logical pixels."""


class ProbabilityBar(QWidget):
    """One line.  It knows nothing of classes: the owner gives words, figure and length."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: tuple[str, str, float, bool, str] | None = None
        self._name = ""
        self._figure = ""
        self._fraction = 0.0
        self._strong = False
        self.setFont(text_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_line(self, name: str, figure: str, fraction: float, strong: bool, tip: str = "") -> None:
        """name left, figure right, bar of `fraction` (0…1) of the width; strong: in the full accent colour."""
        line = (name, figure, min(max(fraction, 0.0), 1.0), strong, tip)
        if line == self._line:
            return  # a run tells its figures several times a second: what has not changed is not painted again
        self._line = line
        self._name, self._figure, self._fraction, self._strong, _ = line
        self.setAccessibleName(f"{name}, {figure}")
        self.setAccessibleDescription(tip)
        self.setToolTip(f"{name}\n{tip}" if tip else name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(scaled(200), QFontMetrics(self.font()).height() + scaled(4) + BAR)

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(96), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        line = QRect(0, 0, self.width(), metrics.height())
        figure_width = metrics.horizontalAdvance(self._figure)
        painter.setPen(QColor(tokens.secondary))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._figure)
        painter.setPen(QColor(tokens.text))
        room = self.width() - figure_width - SPACE_8
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(0, self.height() - BAR, self.width(), BAR)
        painter.setBrush(QColor(tokens.track))
        painter.drawRoundedRect(track, BAR / 2, BAR / 2)
        if self._fraction <= 0.0:
            return
        painter.setBrush(QColor(tokens.accent if self._strong else tokens.accent_pale))
        length = max(2.0, self.width() * self._fraction)  # What is above zero stays visible.
        radius = min(BAR, length) / 2
        painter.drawRoundedRect(QRectF(0, track.top(), length, BAR), radius, radius)


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


class Facts(QWidget):
    """Lines of a label and a value that wraps; values can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_12)
        self._grid.setVerticalSpacing(SPACE_8)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[QLabel, Sentence]] = []

    def set_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Show these (label, value) lines; labels of the former lines are used again."""
        while len(self._lines) < len(facts):
            self._lines.append(self._new_line(len(self._lines)))
        for number, (label, value) in enumerate(self._lines):
            shown = number < len(facts)
            label.setVisible(shown)
            value.setVisible(shown)
            if shown:
                label.setText(facts[number][0])
                value.set_words(facts[number][1])
                value.setAccessibleName(f"{facts[number][0]}: {facts[number][1]}")

    def _new_line(self, row: int) -> tuple[QLabel, Sentence]:
        label, value = QLabel(self), Sentence(self)
        label.setProperty("tone", "secondary")
        label.setMinimumWidth(scaled(72))
        value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        return label, value
