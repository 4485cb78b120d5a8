"""A name, a figure and a slim bar under them: one line of the five best, or of the most frequent classes."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from resnet_gui.gui.theme import scaled, text_font, tokens_now
from resnet_gui.gui.tokens import SPACE_8

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
