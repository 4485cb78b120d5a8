"""Bars: how much of something is done, and a line with a name, a figure and a bar."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import SPACE_8
from resnet_gui.gui.widgets.painting import RIGHT, draw_box, draw_text, smooth_painter
from resnet_gui.gui.widgets.tool_tip import plain_tip

BAR = 6
"""Height of the bar, logical pixels."""


class FractionBar(QWidget):
    """How much of something is done.

    Parameters
    ----------
    height : logical pixels.
    parent : the widget it lies in.
    """

    def __init__(self, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fraction: float | None = None
        self.setFixedHeight(height)

    def set_fraction(self, fraction: float | None) -> None:
        """0…1; negative where the length is unknown; None: nothing is going on, and a hairline stands there."""
        self._fraction = fraction
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter, place = tokens_now(), smooth_painter(self), QRectF(self.contentsRect())
        if self._fraction is None:
            line = QRectF(place.left(), place.center().y(), place.width(), 1)
            painter.fillRect(line, QColor(tokens.hairline))
        elif self._fraction < 0:
            draw_box(painter, place, place.height() / 2, tokens.accent_pale)
        else:
            _draw_bar(painter, place, self._fraction, place.height(), tokens.accent)


class ProbabilityBar(QWidget):
    """A line with a name at the left, a figure at the right and a bar below.  It knows nothing of classes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = ("", "", 0.0, False, "")
        self.setFont(text_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_line(self, name: str, figure: str, fraction: float, strong: bool, tip: str = "") -> None:
        """Show one line.

        Parameters
        ----------
        name, figure : the words at the left and at the right.
        fraction : the bar's part of the width, 0…1.
        strong : whether the bar has the full accent colour.
        tip : a second line of the tool tip.
        """
        line = (name, figure, min(max(fraction, 0.0), 1.0), strong, tip)
        if line == self._line:
            return  # a run tells its figures several times a second: what has not changed is not painted again
        self._line = line
        self.setAccessibleName(f"{name}, {figure}")
        self.setAccessibleDescription(tip)
        self.setToolTip(plain_tip(f"{name}\n{tip}" if tip else name))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(scaled(200), QFontMetrics(self.font()).height() + scaled(4) + BAR)

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(96), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = tokens_now(), smooth_painter(self)
        name, figure, fraction, strong, _ = self._line
        metrics = QFontMetrics(self.font())
        line = QRect(0, 0, self.width(), metrics.height())
        draw_text(painter, line, figure, tokens.secondary, align=RIGHT)
        line.setWidth(self.width() - metrics.horizontalAdvance(figure) - SPACE_8)
        draw_text(painter, line, name, tokens.text, elide=Qt.TextElideMode.ElideRight)
        track = QRectF(0, self.height() - BAR, self.width(), BAR)
        _draw_bar(painter, track, fraction, 2.0, tokens.accent if strong else tokens.accent_pale)


def _draw_bar(painter: QPainter, track: QRectF, fraction: float, least: float, colour: str) -> None:
    """least: width of a part above zero, so that it stays visible."""
    draw_box(painter, track, track.height() / 2, tokens_now().track)
    if fraction > 0.0:
        part = QRectF(track)
        part.setWidth(max(least, track.width() * fraction))
        draw_box(painter, part, min(part.width(), part.height()) / 2, colour)
