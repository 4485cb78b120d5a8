"""The catalogue's weight files as a Qt model: rows under headings, filtered by words and family."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from resnet_gui.gui.weights_views import Place, WeightRow

Index = QModelIndex | QPersistentModelIndex


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
