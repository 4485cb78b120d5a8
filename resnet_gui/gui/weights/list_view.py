"""The catalogue's weight files as a Qt model, and how its rows are painted."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_4, SPACE_8, SPACE_12, SPACE_16, Tokens
from resnet_gui.gui.weights.view import RowState, WeightRow
from resnet_gui.gui.widgets.painting import (
    RIGHT,
    draw_icon,
    draw_text,
    paint_row_background,
    two_lines,
    two_lines_height,
)

Index = QModelIndex | QPersistentModelIndex
BAR = 3
"""Height of the bar of what is under way, logical pixels."""


class WeightDelegate(QStyledItemDelegate):
    """Paints a weight file as two lines: title, accuracy, size; below the name and its state, in word and sign."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.data(WeightRole.HEADING):
            return QSize(scaled(200), QFontMetrics(text_font(SECONDARY)).height() + SPACE_16 + SPACE_4)
        return QSize(scaled(200), two_lines_height() + SPACE_16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = tokens_now()
        area: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = index.data(WeightRole.ROW)
        if isinstance(row, WeightRow):
            paint_row_background(painter, option, option.rect, tokens)
            _paint_row(painter, area.adjusted(SPACE_16, 0, -SPACE_16, 0), row, tokens)
        else:
            below = index.sibling(index.row() + 1, 0).data(WeightRole.ROW)
            columns = isinstance(below, WeightRow) and bool(below.size)
            _paint_heading(painter, area, str(index.data(WeightRole.HEADING)), index.row() == 0, columns, tokens)
        painter.restore()


class WeightRole(IntEnum):
    """Item data beyond Qt's own roles."""

    ROW = 257
    """WeightRow, or None for a heading."""
    HEADING = 258
    """str: the heading's words, empty for a row."""


class WeightList(QAbstractListModel):
    """The weight files that pass the filter, under a heading for each group.

    What is changed in place keeps the selection and the scroll position; only another list of names resets.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[WeightRow, ...] = ()
        self._lines: list[WeightRow | str] = []
        self._words: tuple[str, ...] = ()
        self._only = ""

    def set_rows(self, rows: tuple[WeightRow, ...]) -> None:
        """Show these, as far as they pass the filter."""
        self._all = rows
        self._refresh()

    def set_filter(self, words: str, only: str) -> None:
        """words: all must be found; only: "v1", "v2", "here" or empty for all."""
        self._words, self._only = tuple(words.lower().split()), only
        self._refresh()

    def row_of(self, name: str) -> int:
        """Where a name is listed, −1 if it is not."""
        return next((n for n, line in enumerate(self._lines) if isinstance(line, WeightRow) and line.name == name), -1)

    def first_row(self) -> int:
        """The first line that is no heading, −1 if there is none."""
        return next((number for number, line in enumerate(self._lines) if isinstance(line, WeightRow)), -1)

    def at(self, row: int) -> WeightRow | None:
        """The weight file of a line; None for a heading, and beyond the ends."""
        line = self._lines[row] if 0 <= row < len(self._lines) else ""
        return line if isinstance(line, WeightRow) else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._lines[index.row()]
        if isinstance(line, str):
            return line if role in (WeightRole.HEADING, Qt.ItemDataRole.AccessibleTextRole) else None
        if role == WeightRole.ROW:
            return line
        if role == Qt.ItemDataRole.AccessibleTextRole:
            accuracy = f"{line.figure} top-1" if line.figure else ""
            return ", ".join(filter(None, (line.title, accuracy, line.size, line.words or str(line.place))))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.at(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags  # arrows pass over headings
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def _refresh(self) -> None:
        lines = with_headings([row for row in self._all if self._passes(row)])
        if [_key(line) for line in lines] != [_key(line) for line in self._lines]:
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()
            return
        before, self._lines = self._lines, lines
        for number, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(number, 0), self.index(number, 0))

    def _passes(self, row: WeightRow) -> bool:
        family = row.kind.partition(" ")[2] or "v1"
        if self._only == "here" and row.place in (RowState.ABSENT, RowState.FAILED):
            return False
        if self._only in ("v1", "v2") and family != self._only:
            return False
        return all(word in row.found_by for word in self._words)


def with_headings(rows: Sequence[WeightRow]) -> list[WeightRow | str]:
    """Each group's name before its first row."""
    lines: list[WeightRow | str] = []
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            lines.append(group)
        lines.append(row)
    return lines


def _key(line: WeightRow | str) -> str:
    return f"# {line}" if isinstance(line, str) else line.name


FIGURE_WIDTH, SIZE_WIDTH = 64, 72
"""Columns of the accuracy and the size, logical pixels at 100 % text."""


def state_sign(row: WeightRow, tokens: Tokens) -> tuple[str, str]:
    """Icon and colour of where a file stands: never colour alone."""
    return {
        RowState.BUILT_IN: ("here", tokens.sure),
        RowState.HERE: ("here", tokens.sure),
        RowState.PART: ("pause", tokens.check),
        RowState.WAITING: ("verdict-waiting", tokens.secondary),
        RowState.BUSY: ("download", tokens.accent),
        RowState.FAILED: ("warning", tokens.unsure),
    }.get(row.place, ("", tokens.secondary))


def _paint_heading(painter: QPainter, area: QRect, words: str, first: bool, columns: bool, tokens: Tokens) -> None:
    """columns: the rows below have an accuracy and a size, whose columns are named here."""
    if not first:
        painter.fillRect(area.left(), area.top(), area.width(), 1, QColor(tokens.hairline))
    wide, figure, size = _columns(area.adjusted(SPACE_16, SPACE_8, -SPACE_16, 0))
    bold = text_font(SECONDARY, QFont.Weight.DemiBold)
    draw_text(painter, wide, words, tokens.secondary, bold, elide=Qt.TextElideMode.ElideRight)
    painter.setFont(text_font(SECONDARY))
    if columns:
        draw_text(painter, figure, "Top-1", tokens.secondary, align=RIGHT)
        draw_text(painter, size, "Size", tokens.secondary, align=RIGHT)


def _columns(line: QRect) -> tuple[QRect, QRect, QRect]:
    """Places of the title, the accuracy and the size in a line."""
    size = line.adjusted(line.width() - scaled(SIZE_WIDTH), 0, 0, 0)
    figure = size.adjusted(-scaled(FIGURE_WIDTH), 0, -size.width(), 0)
    return line.adjusted(0, 0, -size.width() - figure.width(), 0), figure, size


def _paint_row(painter: QPainter, room: QRect, row: WeightRow, tokens: Tokens) -> None:
    right = Qt.TextElideMode.ElideRight
    upper, lower = two_lines(room)
    wide, figure, size = _columns(upper)
    body = text_font(weight=QFont.Weight.DemiBold if row.used else QFont.Weight.Normal)
    draw_text(painter, wide.adjusted(0, 0, -SPACE_4, 0), row.title, tokens.text, body, elide=right)
    draw_text(painter, figure, row.figure or ("–" if row.size else ""), tokens.text, text_font(), align=RIGHT)
    draw_text(painter, size, row.size, tokens.secondary, align=RIGHT)
    painter.setFont(text_font(SECONDARY))
    used = _paint_state(painter, lower, row, tokens)
    draw_text(painter, lower.adjusted(0, 0, -used - SPACE_12, 0), row.line, tokens.secondary, elide=right)
    if row.fraction is not None:
        _paint_bar(painter, room.adjusted(0, room.height() - BAR, 0, 0), row.fraction, tokens)


def _paint_state(painter: QPainter, line: QRect, row: WeightRow, tokens: Tokens) -> int:
    """Sign and words at the right end of the line; the width they take."""
    words, side = painter.fontMetrics().horizontalAdvance(row.words), line.height()
    icon, colour = state_sign(row, tokens)
    draw_text(painter, line, row.words, colour, align=RIGHT)
    if not icon:
        return words
    draw_icon(painter, icon, colour, line.right() - words - side - SPACE_4 + 1, line.top(), side)
    return words + side + SPACE_4


def _paint_bar(painter: QPainter, place: QRect, fraction: float, tokens: Tokens) -> None:
    """The part that is done; of unknown length, a paler whole."""
    painter.fillRect(place, QColor(tokens.track if fraction >= 0 else tokens.accent_pale))
    if fraction > 0:
        painter.fillRect(QRectF(place.left(), place.top(), place.width() * fraction, BAR), QColor(tokens.accent))
