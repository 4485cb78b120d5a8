"""What the pieces of a network's drawing mean."""

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from resnet_gui.gui.plan_views import BlockView, Glyph, Part
from resnet_gui.gui.theme import scaled, text_font, tokens_now
from resnet_gui.gui.tokens import SECONDARY, SPACE_8, SPACE_12
from resnet_gui.gui.widgets.block_drawing import Drawing, lay_out, paint

_CONV = Glyph(Part.CONV, "3×3", "64")
_ENTRIES: tuple[tuple[tuple[Glyph, ...], tuple[Glyph, ...], bool, str], ...] = (
    ((_CONV,), (), False, "Convolution: its kernel, and how many channels it gives"),
    ((Glyph(Part.CONV, "3×3", "128", 2),), (), False, "Stride 2: height and width are halved"),
    ((Glyph(Part.NORM, "BN"), Glyph(Part.RELU, "ReLU")), (), False, "Batch normalisation, then ReLU"),
    ((_CONV,), (), True, "Identity shortcut: added unchanged"),
    ((_CONV,), (Glyph(Part.CONV, "1×1", "256"),), True, "Projection: a 1×1 convolution on the shortcut"),
)


class PlanLegend(QWidget):
    """A small drawing and a sentence for each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_12)
        grid.setVerticalSpacing(SPACE_8)
        grid.setColumnStretch(1, 1)
        for number, (path, shortcut, residual, words) in enumerate(_ENTRIES):
            label = QLabel(words)
            label.setFont(text_font(SECONDARY))
            label.setProperty("tone", "secondary")
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            grid.addWidget(_Sample(_sample(path, shortcut, residual), self), number, 0)
            grid.addWidget(label, number, 1, Qt.AlignmentFlag.AlignVCenter)


class _Sample(QWidget):
    def __init__(self, drawing: Drawing, parent: QWidget) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(max(round(self._drawing.size.width()), scaled(104)), round(self._drawing.size.height()) + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = (self.width() - self._drawing.size.width()) / 2
        painter.translate(left, 0)
        paint(painter, self._drawing, tokens_now())


def _sample(path: tuple[Glyph, ...], shortcut: tuple[Glyph, ...], residual: bool) -> Drawing:
    block = BlockView("", "", "", "", path, "", "", 0, 0, (), residual, shortcut)
    drawing = lay_out(block)
    if not shortcut:
        return drawing
    wide = QSizeF(drawing.size.width() + scaled(34), drawing.size.height())  # the projection is wider than one layer
    placed = tuple((glyph, QRectF(place).translated(scaled(17), 0)) for glyph, place in drawing.path)
    aside = tuple((glyph, QRectF(place).translated(scaled(17), 0)) for glyph, place in drawing.shortcut)
    return Drawing(
        placed,
        (),
        aside,
        drawing.fork,
        drawing.plus.translated(scaled(34), 0),
        drawing.lane,
        drawing.line,
        wide,
    )
