"""The catalogue's weight files as a Qt model, and how its rows are painted."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from resnet_gui.gui.style.icons import pixmap
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, SECONDARY, SPACE_4, SPACE_8, SPACE_12, SPACE_16, Tokens
from resnet_gui.gui.weights.view import Place, WeightRow
from resnet_gui.gui.widgets.painting import paint_row_ground

Index = QModelIndex | QPersistentModelIndex
BAR = 3
"""Height of the bar of what is under way, logical pixels."""
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class WeightDelegate(QStyledItemDelegate):
    """Two lines: title, accuracy and size; below the name and where the file stands, in word and sign."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        body, secondary = QFontMetrics(text_font()).height(), QFontMetrics(text_font(SECONDARY)).height()
        if index.data(WeightRole.HEADING):
            return QSize(scaled(200), secondary + SPACE_16 + SPACE_4)
        return QSize(scaled(200), body + secondary + SPACE_16 + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = tokens_now()
        area: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = index.data(WeightRole.ROW)
        if isinstance(row, WeightRow):
            paint_row_ground(painter, option, option.rect, tokens)
            _paint_row(painter, area.adjusted(SPACE_16, 0, -SPACE_16, 0), row, tokens)
        else:
            below = index.sibling(index.row() + 1, 0).data(WeightRole.ROW)
            figures = isinstance(below, WeightRow) and bool(below.size)
            _paint_heading(painter, area, str(index.data(WeightRole.HEADING)), index.row() == 0, figures, tokens)
        painter.restore()


class WeightRole(IntEnum):
    """Item data beyond Qt's own roles."""

    ROW = 257
    """WeightRow, or None for a heading."""
    HEADING = 258
    """str: the heading's words, empty for a row."""


class WeightList(QAbstractListModel):
    """What is changed in place keeps the selection and the scroll position; only another list of names resets."""

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
        if self._only == "here" and row.place in (Place.ABSENT, Place.FAILED):
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
        Place.BUILT_IN: ("here", tokens.sure),
        Place.HERE: ("here", tokens.sure),
        Place.PART: ("pause", tokens.check),
        Place.WAITING: ("verdict-waiting", tokens.secondary),
        Place.BUSY: ("download", tokens.accent),
        Place.FAILED: ("warning", tokens.unsure),
    }.get(row.place, ("", tokens.secondary))


def _paint_heading(painter: QPainter, area: QRect, words: str, first: bool, figures: bool, tokens: Tokens) -> None:
    """figures: the rows below have an accuracy and a size, whose columns are named here."""
    if not first:
        painter.fillRect(area.left(), area.top(), area.width(), 1, QColor(tokens.hairline))
    painter.setFont(text_font(SECONDARY, QFont.Weight.DemiBold))
    painter.setPen(QColor(tokens.secondary))
    room = area.adjusted(SPACE_16, SPACE_8, -SPACE_16, 0)
    figure, size = scaled(FIGURE_WIDTH), scaled(SIZE_WIDTH)
    wide = room.width() - figure - size
    metrics = painter.fontMetrics()
    painter.drawText(
        QRect(room.left(), room.top(), wide, room.height()),
        _MIDDLE,
        metrics.elidedText(words, Qt.TextElideMode.ElideRight, wide),
    )
    painter.setFont(text_font(SECONDARY))
    if figures:
        painter.drawText(QRect(room.left() + wide, room.top(), figure, room.height()), _RIGHT, "Top-1")
        painter.drawText(QRect(room.right() - size + 1, room.top(), size, room.height()), _RIGHT, "Size")


def _paint_row(painter: QPainter, room: QRect, row: WeightRow, tokens: Tokens) -> None:
    body = text_font(BODY, QFont.Weight.DemiBold if row.used else QFont.Weight.Normal)
    secondary = text_font(SECONDARY)
    first, second = QFontMetrics(body).height(), QFontMetrics(secondary).height()
    top = room.top() + (room.height() - first - second - 2) // 2
    upper = QRect(room.left(), top, room.width(), first)
    lower = QRect(room.left(), top + first + 2, room.width(), second)
    figure, size = scaled(FIGURE_WIDTH), scaled(SIZE_WIDTH)
    wide = upper.width() - figure - size - SPACE_4
    painter.setFont(body)
    painter.setPen(QColor(tokens.text))
    title = QFontMetrics(body).elidedText(row.title, Qt.TextElideMode.ElideRight, wide)
    painter.drawText(QRect(upper.left(), upper.top(), wide, first), _MIDDLE, title)
    painter.setFont(text_font())
    figure_words = row.figure or ("–" if row.size else "")
    painter.drawText(QRect(upper.right() - figure - size + 1, upper.top(), figure, first), _RIGHT, figure_words)
    painter.setPen(QColor(tokens.secondary))
    painter.drawText(QRect(upper.right() - size + 1, upper.top(), size, first), _RIGHT, row.size)
    painter.setFont(secondary)
    used = _paint_state(painter, lower, row, tokens)
    painter.setPen(QColor(tokens.secondary))
    rest = lower.width() - used - SPACE_12
    line = QFontMetrics(secondary).elidedText(row.line, Qt.TextElideMode.ElideRight, rest)
    painter.drawText(QRect(lower.left(), lower.top(), rest, second), _MIDDLE, line)
    if row.fraction is not None:
        _paint_bar(painter, QRect(room.left(), room.bottom() - BAR + 1, room.width(), BAR), row.fraction, tokens)


def _paint_state(painter: QPainter, line: QRect, row: WeightRow, tokens: Tokens) -> int:
    """Sign and words at the right end of the line; the width they take."""
    metrics = painter.fontMetrics()
    words = metrics.horizontalAdvance(row.words)
    icon, colour = state_sign(row, tokens)
    painter.setPen(QColor(colour))
    painter.drawText(line, _RIGHT, row.words)
    if not icon:
        return words
    side = line.height()
    sign = pixmap(icon, colour, side, painter.device().devicePixelRatio())
    painter.drawPixmap(line.right() - words - side - SPACE_4 + 1, line.top(), sign)
    return words + side + SPACE_4


def _paint_bar(painter: QPainter, place: QRect, fraction: float, tokens: Tokens) -> None:
    """The part that is done; of unknown length, a paler whole."""
    painter.fillRect(place, QColor(tokens.track))
    if fraction < 0:
        painter.fillRect(place, QColor(tokens.accent_pale))
    else:
        painter.fillRect(QRectF(place.left(), place.top(), place.width() * fraction, BAR), QColor(tokens.accent))
