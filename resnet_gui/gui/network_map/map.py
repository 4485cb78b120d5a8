"""A whole network as rows of cards: stem, stages, head; each row runs from left to right and leads to the next."""

from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from resnet_gui.gui.network_map.block import ARROW, BlockCard, arrow_head
from resnet_gui.gui.network_map.stage_head import WIDTH as HEAD_WIDTH
from resnet_gui.gui.network_map.stage_head import StageHead
from resnet_gui.gui.network_map.view import PlanView, RunOfBlocks, StageView
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_8, SPACE_16, SPACE_24
from resnet_gui.gui.widgets.choice_button import give_tab_stop
from resnet_gui.gui.widgets.painting import CENTRE, draw_text, smooth_painter

BETWEEN = 22
"""Room for an arrow between two cards, logical pixels."""
COPIED_AT = 2
"""Pixels of a copied drawing for each logical pixel."""


@dataclass
class _Row:
    """A stage on the screen; lines: its cards as they are laid out now."""

    stage: StageView
    head: StageHead
    cards: tuple[BlockCard, ...]
    lines: list[list[BlockCard]] = field(default_factory=list)


class NetworkMap(QWidget):
    """The whole network as rows of cards.

    One Tab stop among the cards: arrows, Home and End lead from card to card, Enter or Space chooses.

    Signals
    -------
    block_chosen(key) : a card was clicked.
    folding_changed() : a stage shows all its blocks, or equal ones as one.
    card_reached(card) : the arrows have led to it, it should be in sight.
    """

    block_chosen = Signal(str)
    folding_changed = Signal()
    card_reached = Signal(QWidget)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan: PlanView | None = None
        self._rows: list[_Row] = []
        self._unfolded: set[str] = set()
        self._chosen = ""
        self._ways: list[list[QPointF]] = []
        self.setProperty("surface", "ground")
        self.setAccessibleName("Network")

    def set_plan(self, plan: PlanView | None) -> None:
        """Draw this network; equal blocks as one."""
        if plan == self._plan:
            return
        self._plan, self._chosen = plan, ""
        self._unfolded.clear()
        self._rebuild()

    def set_chosen(self, key: str) -> None:
        """Mark the card of a block; empty for none."""
        self._chosen = key
        for card in self.cards():
            card.setChecked(any(block.key == key for block in card.run.blocks))

    def set_all_shown(self, shown: bool) -> None:
        """Every block has a card of its own, or equal ones have one together."""
        self._unfolded = self._foldable() if shown else set()
        self._rebuild()

    def all_shown(self) -> bool:
        """Whether every block has a card of its own."""
        foldable = self._foldable()
        return bool(foldable) and foldable == self._unfolded

    def cards(self) -> list[BlockCard]:
        """From the input to the classes."""
        return [card for row in self._rows for card in row.cards]

    def fold_button(self, key: str) -> QPushButton:
        """The button of a stage that shows all its blocks, or equal ones as one."""
        return next(row.head.button for row in self._rows if row.stage.key == key)

    def as_picture(self) -> QPixmap:
        """All of it, also what is out of sight, with twice as many pixels each way: for slides and paper."""
        picture = QPixmap(self.size() * COPIED_AT)
        picture.setDevicePixelRatio(COPIED_AT)
        self.render(picture)
        return picture

    def take_focus(self) -> None:
        """Keys go to the chosen card, or to the first."""
        cards = self.cards()
        card = next((card for card in cards if card.isChecked()), cards[0] if cards else None)
        if card is not None:
            card.setFocus()

    # ------------------------------------------------------------ Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        lines = [line for row in self._rows for line in row.lines]
        here = next(((n, card) for n, line in enumerate(lines) for card in line if card.hasFocus()), None)
        there = None if here is None else _neighbour(lines, *here, Qt.Key(event.key()))
        if there is None:
            super().keyPressEvent(event)
            return
        give_tab_stop(self.cards(), there)
        there.setFocus(Qt.FocusReason.TabFocusReason)
        self.card_reached.emit(there)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = tokens_now(), smooth_painter(self)
        painter.fillRect(event.rect(), QColor(tokens.ground))
        if self._plan is None or not self._rows:
            return
        for way in self._ways:
            painter.setPen(QPen(QColor(tokens.faint), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            tip = way[-1]
            painter.drawPolyline(QPolygonF([*way[:-1], tip - QPointF(ARROW - 1, 0)]))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.faint))
            painter.drawPolygon(arrow_head(tip, QPointF(1, 0)))
        self._paint_shapes(painter, tokens.ground, tokens.secondary)

    # ------------------------------------------------------------ inside

    def _paint_shapes(self, painter: QPainter, ground: str, letters: str) -> None:
        """What enters each row, on the line that leads to it, and what comes out at the end."""
        painter.setFont(text_font(SECONDARY))
        metrics = QFontMetrics(painter.font())
        for number, row in enumerate(self._rows):
            words = row.cards[0].block.entering
            words = f"Picture {words}" if number == 0 else words
            top = min(row.head.y(), row.cards[0].y()) - _gap()
            box = QRectF(row.cards[0].x(), top, metrics.horizontalAdvance(words) + SPACE_8, _gap())
            painter.fillRect(box, QColor(ground))
            draw_text(painter, box, words, letters, align=CENTRE)
        last = self._rows[-1].lines[-1][-1]
        place = QRectF(last.geometry().right() + BETWEEN + 4, last.y(), scaled(110), 2 * last.line)
        draw_text(painter, place, f"{last.block.output} logits", letters)

    def _foldable(self) -> set[str]:
        """Keys of the stages that have equal blocks."""
        stages = () if self._plan is None else self._plan.stages
        return {stage.key for stage in stages if stage.foldable}

    def _rebuild(self) -> None:
        had_keys = any(card.hasFocus() for card in self.cards())
        for row in self._rows:
            for old in (row.head, *row.cards):
                old.hide()
                old.deleteLater()
        self._rows = [self._new_row(stage) for stage in (() if self._plan is None else self._plan.stages)]
        self.set_chosen(self._chosen)
        cards = self.cards()
        if cards:
            give_tab_stop(self.cards(), next((card for card in cards if card.isChecked()), cards[0]))
        self._arrange()
        if had_keys:
            self.take_focus()

    def _new_row(self, stage: StageView) -> _Row:
        folded = stage.key not in self._unfolded
        head = StageHead(stage, folded, self)
        head.folded_wanted.connect(self._on_folded_wanted)
        runs = stage.runs if folded else tuple(RunOfBlocks((block,)) for run in stage.runs for block in run.blocks)
        cards = tuple(BlockCard(run, self) for run in runs)
        for card in cards:
            card.clicked.connect(self._on_clicked)
        for widget in (head, *cards):
            widget.show()
        return _Row(stage, head, cards)

    def _on_folded_wanted(self, key: str, folded: bool) -> None:
        (self._unfolded.discard if folded else self._unfolded.add)(key)
        self._rebuild()
        self.fold_button(key).setFocus()
        self.folding_changed.emit()

    def _on_clicked(self) -> None:
        card = self.sender()
        if isinstance(card, BlockCard):
            give_tab_stop(self.cards(), card)
            self.block_chosen.emit(card.block.key)

    def _arrange(self) -> None:
        """Place heads and cards for the present width, and note the ways between the rows."""
        self._ways = []
        cards = self.cards()
        widest = max((card.sizeHint().width() for card in cards), default=0)
        column = max((card.sizeHint().width() for card in cards if card.block.residual), default=0)
        beside = scaled(HEAD_WIDTH) + SPACE_24 + BETWEEN + widest + 2 * SPACE_16 <= self.width()
        left = SPACE_16 + SPACE_24 + (scaled(HEAD_WIDTH) if beside else 0)
        top = SPACE_8
        before: BlockCard | None = None
        for row in self._rows:
            top += _gap()
            row.head.set_above(not beside)
            height, between = row.head.sizeHint().height(), top - _gap() / 2
            if beside:
                row.head.setGeometry(SPACE_16, top, scaled(HEAD_WIDTH), height)
                top = max(self._place_cards(row, QPoint(left, top), column, between, before), top + height)
            else:
                row.head.setGeometry(left, top, self.width() - left - SPACE_16, height)
                top = self._place_cards(row, QPoint(left, top + height), column, between, before)
            before = row.lines[-1][-1]
        self.setMinimumSize(left + widest + SPACE_16, top + SPACE_16)
        self.updateGeometry()
        self.update()

    def _place_cards(self, row: _Row, start: QPoint, column: int, between: float, before: BlockCard | None) -> int:
        """Fill lines from left to right; returns where the last one ends.

        column: width of blocks, one all over the network, so that they stand in columns.
        between: height of the way from the row before.
        """
        row.lines = [[]]
        left, top = start.x(), start.y()
        x = left
        for card in row.cards:
            size = card.sizeHint().expandedTo(QSize(column if card.block.residual else 0, 0))
            if row.lines[-1] and x + size.width() + SPACE_16 > self.width():
                top = max(one.geometry().bottom() + 1 for one in row.lines[-1]) + _gap()
                between = top - _gap() / 2
                row.lines.append([])
                x = left
            card.setGeometry(QRect(QPoint(x, top), size))
            self._ways.append(_way(before, card, between) if not row.lines[-1] else _straight(before, card))
            row.lines[-1].append(card)
            x += size.width() + BETWEEN
            before = card
        if row is self._rows[-1]:
            self._ways.append(_straight(row.cards[-1], None))
        return max(card.geometry().bottom() + 1 for card in row.lines[-1])


def _straight(before: BlockCard | None, card: BlockCard | None) -> list[QPointF]:
    """From one card to the next in its line, or out at the end."""
    assert before is not None
    start = QPointF(before.geometry().right() + 1 - before.overhang, before.y() + before.line)
    return [start, QPointF(start.x() + BETWEEN if card is None else card.x(), start.y())]


def _way(before: BlockCard | None, card: BlockCard, between: float) -> list[QPointF]:
    """Round the end of a line, along the height `between`, to the beginning of the next; the first of all begins so."""
    entry = QPointF(card.x(), card.y() + card.line)
    corner = card.x() - SPACE_16
    points = [QPointF(corner, between), QPointF(corner, entry.y()), entry]
    if before is None:
        return [QPointF(card.x() + SPACE_8, between), *points]
    right, out = before.geometry().right() + 1.0, before.y() + before.line
    start = QPointF(right - before.overhang, out)
    return [start, QPointF(right + 9, out), QPointF(right + 9, between), *points]


def _neighbour(lines: list[list[BlockCard]], line: int, card: BlockCard, key: Qt.Key) -> BlockCard | None:
    """Where a key leads; None for another key, and at the ends."""
    cards = [one for each in lines for one in each]
    if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
        to = line + (1 if key == Qt.Key.Key_Down else -1)
        middle = card.geometry().center().x()
        near = lines[to] if 0 <= to < len(lines) else ()
        return min(near, key=lambda one: abs(one.geometry().center().x() - middle), default=None)
    here = cards.index(card)
    there = {
        Qt.Key.Key_Left: here - 1,
        Qt.Key.Key_Right: here + 1,
        Qt.Key.Key_Home: 0,
        Qt.Key.Key_End: len(cards) - 1,
    }.get(key, -1)
    return cards[there] if 0 <= there < len(cards) else None


def _gap() -> int:
    """Between two rows: room for a line of letters."""
    return QFontMetrics(text_font(SECONDARY)).height() + scaled(1)
