"""A block of the network: its drawing in a stage, and the card that tells of it.

Convolutions are boxes ("3×3" over "64 channels"), filled where they stride; normalisation and ReLU are narrow
strips, so that one sees whether they stand behind a convolution (v1) or before it (pre-activation); the shortcut is
the coloured line that leaves the path and comes back at the plus, with its projection on it where it has one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from resnet_gui.gui.network_map.view import BlockView, Glyph, Part, RunOfBlocks, giga_macs, short_count
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import RADIUS, SECONDARY, Tokens
from resnet_gui.gui.widgets.choice_button import ChoiceButton
from resnet_gui.gui.widgets.painting import CENTRE, draw_box, draw_text, smooth_painter

_STRIPS = (Part.NORM, Part.RELU, Part.PAD)
"""Parts without a size of their own: narrow, their letters standing on end."""
ARROW = 5.0
"""Length of an arrow's head, logical pixels."""
Placed = tuple[tuple[Glyph, QRectF], ...]
BEHIND = 3
"""How far each card of a pile looks out from under the one above it, logical pixels."""


class BlockCard(ChoiceButton):
    """The card of a block, or of several equal ones: its kind, its drawing, its costs.

    A click or Enter asks for its details.  Arrows are left to the map, which has laid out the cards.

    Parameters
    ----------
    run : the block, or the equal ones.
    parent : the map.
    """

    def __init__(self, run: RunOfBlocks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run = run
        self._drawing = lay_out(self.block)
        self._size = self._needed()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.words())
        self.setToolTip(f"{self.block.title}: {self.block.sentence}")

    @property
    def block(self) -> BlockView:
        """The block, the first of several."""
        return self.run.blocks[0]

    @property
    def line(self) -> float:
        """Height of the line its tensor comes in and goes out on."""
        return self._top() + self._drawing.path_y

    @property
    def overhang(self) -> int:
        """How far a pile looks out beyond its uppermost card, logical pixels."""
        return self._piled() * BEHIND

    def words(self) -> str:
        """All the card says, for a screen reader."""
        block, many = self.block, len(self.run.blocks)
        times = f", {many} times" if many > 1 else ""
        return f"{block.title}: {block.kind}{times}, {block.entering} to {block.output}, {self.costs()}"

    def costs(self) -> str:
        """Size of its output, parameters and multiply-accumulates, of one block."""
        return f"{self.block.output} · {short_count(self.block.parameters)} params · {giga_macs(self.block.macs)}"

    def sizeHint(self) -> QSize:
        return self._size

    def _needed(self) -> QSize:
        """Size for its words and its drawing."""
        metrics = QFontMetrics(text_font(SECONDARY))
        title = QFontMetrics(_bold()).horizontalAdvance(f"{self.block.kind}  {self._times()}") + scaled(24)
        inner = max(round(self._drawing.size.width()), metrics.horizontalAdvance(self.costs()) + 2, title)
        height = self._top() + round(self._drawing.size.height()) + scaled(3) + metrics.height() + scaled(5)
        piled = self.overhang
        return QSize(inner + 2 * scaled(10) + piled, height + piled)

    def minimumSizeHint(self) -> QSize:
        return self._size

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter, face = tokens_now(), smooth_painter(self), self._face()
        for number in range(self._piled(), 0, -1):
            below = face.translated(number * BEHIND, number * BEHIND)
            draw_box(painter, below, RADIUS, tokens.surface, tokens.hairline)
        edge = tokens.faint if self.underMouse() else tokens.hairline
        draw_box(painter, face, RADIUS, tokens.surface, tokens.accent if self.isChecked() else edge)
        self._paint_words(painter, face, tokens)
        painter.save()
        painter.translate(QPointF(face.left() + scaled(10), self._top()))
        behind = face.width() - scaled(10) - self._drawing.size.width()
        paint(painter, self._drawing, tokens, scaled(10), behind)
        painter.restore()
        if self.isChecked():
            draw_box(painter, QRectF(face.left() + 1, face.top() + 6, 3, face.height() - 12), 1.5, tokens.accent)
        if self.hasFocus():
            draw_box(painter, face.adjusted(1, 1, -1, -1), RADIUS, edge=tokens.accent, width=2)

    def _paint_words(self, painter: QPainter, face: QRectF, tokens: Tokens) -> None:
        inner = face.adjusted(scaled(10), scaled(5), -scaled(10), -scaled(5))
        left, top = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignTop
        kind = tokens.accent if self.isChecked() else tokens.text
        draw_text(painter, inner, self.block.kind, kind, _bold(), align=left | top)
        draw_text(painter, inner, self._times(), tokens.accent, align=Qt.AlignmentFlag.AlignRight | top)
        below = left | Qt.AlignmentFlag.AlignBottom
        draw_text(painter, inner, self.costs(), tokens.secondary, text_font(SECONDARY), align=below)

    def _face(self) -> QRectF:
        piled = self.overhang
        return QRectF(self.rect()).adjusted(0.5, 0.5, -0.5 - piled, -0.5 - piled)

    def _top(self) -> int:
        """Where the drawing begins."""
        return scaled(5) + QFontMetrics(_bold()).height() + scaled(2)

    def _piled(self) -> int:
        return min(len(self.run.blocks) - 1, 2)

    def _times(self) -> str:
        return f"× {len(self.run.blocks)}" if len(self.run.blocks) > 1 else ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where each piece of a block lies; logical pixels from the drawing's upper left corner.

    Attributes
    ----------
    path, after : on the line.
    shortcut : above it.
    fork : x where the shortcut leaves.
    plus : where it comes back, empty where there is none.
    shortcut_y, path_y : heights of shortcut and path.
    size : of the whole.
    """

    path: Placed
    after: Placed
    shortcut: Placed
    fork: float
    plus: QRectF
    shortcut_y: float
    path_y: float
    size: QSizeF


def lay_out(block: BlockView) -> Drawing:
    """Place the pieces of a block, the top left corner of the drawing being the origin; logical pixels."""
    high, low, gap, room = scaled(33), scaled(20), scaled(3), scaled(11)
    top = low + scaled(3) if block.residual else 0
    line = top + high / 2
    path, x = [], float(room if block.residual and not block.fork else scaled(7))
    fork = x - room / 2
    for number, glyph in enumerate(block.path):
        if block.residual and block.fork and number == block.fork:
            fork = x - gap + room / 2
            x += room - gap
        path.append((glyph, QRectF(x, top, _width(glyph), high)))
        x += _width(glyph) + gap
    plus = QRectF()
    if block.residual:
        side = scaled(17)
        plus = QRectF(x + scaled(5), line - side / 2, side, side)
        x = plus.right() + gap
    after = []
    for glyph in block.after:
        after.append((glyph, QRectF(x + gap, top, _width(glyph), high)))
        x += _width(glyph) + 2 * gap
    shortcut = _on_shortcut(block.shortcut, (fork + plus.center().x()) / 2, low, gap)
    size = QSizeF(x + scaled(5), top + high)
    return Drawing(tuple(path), tuple(after), shortcut, fork, plus, low / 2, line, size)


def paint(painter: QPainter, drawing: Drawing, tokens: Tokens, before: float = 0.0, behind: float = 0.0) -> None:
    """Draw it at the painter's origin.  before, behind: how far its line goes on beyond it on either side."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.faint), 1.5))
    painter.drawLine(QPointF(-before, drawing.path_y), QPointF(drawing.size.width() + behind, drawing.path_y))
    if not drawing.plus.isEmpty():
        _paint_shortcut(painter, drawing, tokens)
        _paint_plus(painter, drawing.plus, tokens)
    for glyph, place in (*drawing.path, *drawing.after):
        _paint_piece(painter, glyph, place, tokens, flat=False)
    for glyph, place in drawing.shortcut:
        _paint_piece(painter, glyph, place, tokens, flat=True)
    painter.restore()


def arrow_head(tip: QPointF, towards: QPointF) -> QPolygonF:
    """A filled triangle whose tip is there; towards: a unit vector along one of the axes."""
    back = tip - towards * ARROW
    across = QPointF(-towards.y(), towards.x()) * (ARROW * 0.6)
    return QPolygonF([tip, back + across, back - across])


# ---------------------------------------------------------------- places


def _on_shortcut(glyphs: Sequence[Glyph], middle: float, high: int, gap: int) -> Placed:
    width = sum(_flat_width(glyph) + gap for glyph in glyphs) - gap
    placed, x = [], middle - width / 2
    for glyph in glyphs:
        placed.append((glyph, QRectF(x, 0, _flat_width(glyph), high)))
        x += _flat_width(glyph) + gap
    return tuple(placed)


def _width(glyph: Glyph) -> int:
    if glyph.part in _STRIPS:
        return scaled(17)
    metrics = QFontMetrics(_letters(glyph))
    words = max(metrics.horizontalAdvance(text) for text in (_first_line(glyph), glyph.bottom))
    return max(words + scaled(10), scaled(42))


def _flat_width(glyph: Glyph) -> int:
    return QFontMetrics(_letters(glyph)).horizontalAdvance(_one_line(glyph)) + scaled(12)


def _first_line(glyph: Glyph) -> str:
    return f"{glyph.top}/{glyph.stride}" if glyph.stride != 1 else glyph.top


def _one_line(glyph: Glyph) -> str:
    return f"{_first_line(glyph)}, {glyph.bottom}" if glyph.bottom else _first_line(glyph)


def _letters(glyph: Glyph) -> QFont:
    return text_font(SECONDARY, QFont.Weight.DemiBold if glyph.stride != 1 else QFont.Weight.Normal)


# ---------------------------------------------------------------- paint


def _paint_shortcut(painter: QPainter, drawing: Drawing, tokens: Tokens) -> None:
    """Up from the fork, along its height, down into the plus."""
    bend = min(8.0, drawing.shortcut_y)
    end = drawing.plus.center().x()
    up, down = drawing.path_y, drawing.plus.top() - 1
    path = QPainterPath(QPointF(drawing.fork, up))
    path.lineTo(drawing.fork, drawing.shortcut_y + bend)
    path.quadTo(drawing.fork, drawing.shortcut_y, drawing.fork + bend, drawing.shortcut_y)
    path.lineTo(end - bend, drawing.shortcut_y)
    path.quadTo(end, drawing.shortcut_y, end, drawing.shortcut_y + bend)
    path.lineTo(end, down - ARROW + 1)
    accent = QColor(tokens.accent)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(accent, 2))
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    painter.drawPolygon(arrow_head(QPointF(end, down), QPointF(0, 1)))
    painter.drawEllipse(QPointF(drawing.fork, drawing.path_y), 2.5, 2.5)


def _paint_plus(painter: QPainter, place: QRectF, tokens: Tokens) -> None:
    painter.setPen(QPen(QColor(tokens.accent), 1.5))
    painter.setBrush(QColor(tokens.surface))
    painter.drawEllipse(place)
    middle, arm = place.center(), place.width() * 0.28
    painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
    painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))


def _paint_piece(painter: QPainter, glyph: Glyph, place: QRectF, tokens: Tokens, *, flat: bool) -> None:
    fill, edge, letters = _colours(glyph, tokens)
    draw_box(painter, place.adjusted(0.5, 0.5, -0.5, -0.5), 4, fill, edge)
    painter.setFont(_letters(glyph))
    if flat:
        draw_text(painter, place, _one_line(glyph), letters, align=CENTRE)
    elif glyph.part in _STRIPS:
        painter.save()
        painter.translate(place.center())
        painter.rotate(-90)
        on_end = QRectF(-place.height() / 2, -place.width() / 2, place.height(), place.width())
        draw_text(painter, on_end, glyph.top, letters, align=CENTRE)
        painter.restore()
    else:
        painter.setPen(QColor(letters))
        lines = "\n".join(filter(None, (_first_line(glyph), glyph.bottom)))
        painter.drawText(place, CENTRE, lines)


def _colours(glyph: Glyph, tokens: Tokens) -> tuple[str, str, str]:
    """Fill, edge and letters.  Whatever makes the picture smaller is filled strongly, and says "/2"."""
    if glyph.part in (Part.CONV, Part.LINEAR):
        if glyph.stride != 1:
            return tokens.accent, tokens.accent, tokens.on_accent
        return tokens.selection, tokens.accent_pale, tokens.text
    if glyph.part is Part.POOL:
        if glyph.stride != 1:
            return tokens.secondary, tokens.secondary, tokens.surface
        return tokens.track, tokens.faint, tokens.text
    if glyph.part is Part.RELU:
        return tokens.surface, tokens.faint, tokens.secondary
    return tokens.track, tokens.hairline, tokens.secondary


def _bold() -> QFont:
    return text_font(SECONDARY, QFont.Weight.DemiBold)
