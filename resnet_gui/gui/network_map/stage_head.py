"""The head of a stage in the map, and the legend below it."""

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from resnet_gui.gui.network_map.block import Drawing, lay_out, paint
from resnet_gui.gui.network_map.view import BlockView, Glyph, Part, StageView, giga_macs, short_count
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, SECONDARY, SPACE_8, SPACE_12, Tokens
from resnet_gui.gui.widgets.labels import wrapped_label
from resnet_gui.gui.widgets.painting import RIGHT, draw_text

WIDTH = 168
"""Of a head that stands beside its blocks, logical pixels at 100 % text."""
_CONV = Glyph(Part.CONV, "3×3", "64")
_ENTRIES: tuple[tuple[tuple[Glyph, ...], tuple[Glyph, ...], bool, str], ...] = (
    ((_CONV,), (), False, "Convolution: its kernel, and how many channels it gives"),
    ((Glyph(Part.CONV, "3×3", "128", 2),), (), False, "Stride 2: height and width are halved"),
    ((Glyph(Part.NORM, "BN"), Glyph(Part.RELU, "ReLU")), (), False, "Batch normalisation, then ReLU"),
    ((_CONV,), (), True, "Identity shortcut: added unchanged"),
    ((_CONV,), (Glyph(Part.CONV, "1×1", "256"),), True, "Projection: a 1×1 convolution on the shortcut"),
)


class PlanLegend(QWidget):
    """The legend of the map: a small drawing and a sentence for each kind of piece."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_12)
        grid.setVerticalSpacing(SPACE_8)
        grid.setColumnStretch(1, 1)
        for number, (path, shortcut, residual, words) in enumerate(_ENTRIES):
            label = wrapped_label(text_font(SECONDARY), "secondary", words)
            grid.addWidget(_Sample(_sample(path, shortcut, residual), self), number, 0)
            grid.addWidget(label, number, 1, Qt.AlignmentFlag.AlignVCenter)


class _Sample(QWidget):
    """A drawing of the legend."""

    def __init__(self, drawing: Drawing, parent: QWidget) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(max(round(self._drawing.size.width()), scaled(104)), round(self._drawing.size.height()) + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.translate((self.width() - self._drawing.size.width()) / 2, 0)
        paint(painter, self._drawing, tokens_now())


class StageHead(QWidget):
    """The head of a stage: its names, its output and its share of the network's parameters and MACs.

    Beside its blocks it is a column; above them, in narrow windows, two lines.

    Parameters
    ----------
    stage : what is shown.
    folded : whether equal blocks are drawn as one.
    parent : the map.

    Signals
    -------
    folded_wanted(key, folded) : the person wants all blocks of the stage, or equal ones as one.
    """

    folded_wanted = Signal(str, bool)

    def __init__(self, stage: StageView, folded: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage, self._folded, self._above = stage, folded, False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(
            f"{stage.title}, {stage.names}, output {stage.output}, {self._parameters()}, {giga_macs(stage.macs)}"
        )
        self.setToolTip(
            f"{stage.title}: {stage.parameters:,} parameters ({stage.parameters_share * 100:.1f} % of the network's), "
            f"{stage.macs:,} MACs ({stage.macs_share * 100:.1f} %)"
        )
        self.button = QPushButton(f"Show all {stage.count}" if folded else "Show as one", self)
        self.button.setProperty("kind", "link")
        self.button.setFont(text_font(SECONDARY))
        self.button.setAccessibleName(f"{self.button.text()}, {stage.title}")
        self.button.setVisible(stage.foldable)
        self.button.clicked.connect(self._on_clicked)

    def set_above(self, above: bool) -> None:
        """Whether it stands above its blocks rather than beside them."""
        self._above = above
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        line = QFontMetrics(text_font(SECONDARY)).height()
        title = QFontMetrics(_bold()).height()
        if self._above:
            return QSize(scaled(WIDTH), title + line + scaled(4))
        return QSize(scaled(WIDTH), title + 4 * line + 2 * scaled(6) + scaled(2))

    def resizeEvent(self, event: object) -> None:
        size = self.button.sizeHint()
        self.button.setGeometry(self.width() - size.width(), 0, size.width(), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = tokens_now(), QPainter(self)
        title = QFontMetrics(_bold())
        line = QFontMetrics(text_font(SECONDARY)).height()
        draw_text(painter, QRectF(0, 0, self.width(), title.height()), self._stage.title, tokens.text, _bold())
        if self._above:
            left = title.horizontalAdvance(self._stage.title) + SPACE_8
            self._line(painter, tokens.secondary, left, title.height() - line - 1, self._stage.names)
            words = f"{self._stage.output} · {self._parameters()} · {giga_macs(self._stage.macs)}"
            self._line(painter, tokens.text, 0, title.height(), words)
            return
        top = float(title.height())
        self._line(painter, tokens.secondary, 0, top, self._stage.names)
        self._line(painter, tokens.text, 0, top + line, self._stage.output)
        top += 2 * line + scaled(2)
        self._share(painter, tokens, top, self._parameters(), self._stage.parameters_share)
        self._share(painter, tokens, top + line + scaled(6), giga_macs(self._stage.macs), self._stage.macs_share)

    def _share(self, painter: QPainter, tokens: Tokens, top: float, words: str, share: float) -> None:
        """A line of words, its percentage, and a thin bar for its part of the whole network."""
        line = QFontMetrics(text_font(SECONDARY)).height()
        self._line(painter, tokens.secondary, 0, top, words)
        draw_text(painter, QRectF(0, top, self.width(), line), f"{share * 100:.0f} %", tokens.secondary, align=RIGHT)
        bar = QRectF(0, top + line, self.width(), scaled(3))
        painter.fillRect(bar, QColor(tokens.track))
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()), QColor(tokens.accent_pale))

    def _line(self, painter: QPainter, colour: str, left: float, top: float, words: str) -> None:
        font = text_font(SECONDARY)
        room = QRectF(left, top, self.width() - left, QFontMetrics(font).height())
        draw_text(painter, room, words, colour, font, elide=Qt.TextElideMode.ElideRight)

    def _parameters(self) -> str:
        return f"{short_count(self._stage.parameters)} parameters"

    def _on_clicked(self) -> None:
        self.folded_wanted.emit(self._stage.key, not self._folded)


def _bold() -> QFont:
    return text_font(BODY, QFont.Weight.DemiBold)


def _sample(path: tuple[Glyph, ...], shortcut: tuple[Glyph, ...], residual: bool) -> Drawing:
    drawing = lay_out(BlockView("", "", "", "", path, "", "", 0, 0, (), residual, shortcut))
    if not shortcut:
        return drawing
    more = scaled(34)  # the projection is wider than one layer
    path_there, shortcut_there = (
        tuple((glyph, place.translated(more // 2, 0)) for glyph, place in placed)
        for placed in (drawing.path, drawing.shortcut)
    )
    wide = drawing.size + QSizeF(more, 0)
    return replace(drawing, path=path_there, shortcut=shortcut_there, plus=drawing.plus.translated(more, 0), size=wide)
