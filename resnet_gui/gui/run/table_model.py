"""The run's pictures as a Qt model: numbers only, and the rows that were looked at lately.

Rows are read from the run's database, in the background and a page at a time, when Qt asks for them; until then a
placeholder stands there.  A row that is done does not change any more, so only those still waiting are read again.
How many there are is announced at most twice a second, at the end, so that nothing moves under the person's eyes.
"""

import time
from array import array
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from resnet_gui.gui.core.context import Background
from resnet_gui.gui.picture.view import class_of, file_name, reason, verdict_of, why_not
from resnet_gui.gui.run.row_cache import PAGE, OpenRun, RowCache, RunReaders
from resnet_gui.gui.run.thumbnails import Thumbnails
from resnet_gui.gui.run.view import ListView, Role
from resnet_gui.gui.widgets.tool_tip import plain_tip
from resnet_gui.images.status import Status
from resnet_gui.results.columns import STATUS
from resnet_gui.results.filters import Filter
from resnet_gui.results.query import Row, RunReader, Sort
from resnet_gui.results.verdict import Verdict
from resnet_gui.runs.words import percent

STEP_S = 0.5
"""Least time between two announcements of more rows."""
SKIPPED = Filter(statuses=frozenset(Status) - {Status.OK})

Index = QModelIndex | QPersistentModelIndex


class _Listed(NamedTuple):
    """ids: in order.  longer: whether they only add to what was listed before.  rows: number → row."""

    ids: "array[int]"
    longer: bool
    rows: dict[int, int]


class RunTable(QAbstractListModel):
    """The run's pictures, one a row.

    background: the one door to other threads.
    thumbnails: the small pictures.
    error: told when the run's database cannot be read.
    listed(): the list has been made anew.

    `close` after the background's threads have ended.
    """

    listed = Signal()

    def __init__(
        self,
        background: Background,
        thumbnails: Thumbnails,
        error: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background, self._thumbnails, self._error = background, thumbnails, error
        self._view = ListView()
        self._opened: OpenRun | None = None
        self._readers = RunReaders(background)
        self._cache = RowCache(background, error)
        self._run = 0
        self._ids: array[int] = array("q")
        self._rows: dict[int, int] = {}
        self._listing = False
        self._list_again = False
        self._list_timer = QTimer(self)
        self._list_timer.setSingleShot(True)
        self._list_timer.timeout.connect(self._list)
        self._listed_at = 0.0
        self._cache.changed.connect(self._on_changed)
        thumbnails.ready.connect(self._on_changed)

    # ------------------------------------------------------------ what is shown

    def set_view(self, view: ListView) -> None:
        """Ask the run for these rows, in this order; cheap where only some of them may have changed."""
        before, self._view = self._view, view
        if view.run != before.run:
            self.clear()
        if (view.only_skipped, view.sort) != (before.only_skipped, before.sort):
            self._listed_at = 0.0
            self._list_soon()
        if view.store and (view.run, view.store) != (before.run, before.store):
            self._open(view.store)
        elif (view.grown, view.changed) != (before.grown, before.changed):
            self._refresh(grown=view.grown != before.grown)
        if view.limits != before.limits:
            self._on_changed(self._cache.numbers())

    def _open(self, store: str) -> None:
        """Show the run of this database in place of the one before."""
        self.clear()
        run = self._run
        self._background.run(
            lambda: self._readers.open(store),
            done=lambda opened: self._on_opened(run, opened),
            failed=lambda error: self._on_failed(run, error),
        )

    def clear(self) -> None:
        """Show nothing."""
        self._run += 1
        self._readers.retire(self._opened)
        self._opened = None
        self._thumbnails.clear()
        self._cache.read_from(None)
        self._listing = self._list_again = False
        self._list_timer.stop()
        self._reset(array("q"), {})

    def close(self) -> None:
        """Let go of the databases, once the background is closed: also of those it opened or was to close just then."""
        self.clear()
        self._readers.close()

    def _refresh(self, grown: bool) -> None:
        """Rows have changed; grown: there may be more of them.  Several calls make one reading."""
        if grown or self._view.only_skipped or self._view.sort is not Sort.FOLDER:
            self._list_soon()
        self._cache.refresh()

    # ------------------------------------------------------------ what flows ask for (context.Table)

    def reader(self) -> RunReader | None:
        """For questions to the run's database, in another thread."""
        return None if self._opened is None else self._opened.reader

    def number(self) -> int:
        """How many rows are listed."""
        return len(self._ids)

    def id_at(self, row: int) -> int | None:
        """The picture's number in its run."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def row_of(self, number: int) -> int:
        """Where the picture is listed, −1 if it is not."""
        return self._rows.get(number, -1)

    # ------------------------------------------------------------ what Qt asks for

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._ids):
            return None
        number = self._ids[index.row()]
        if role == Role.ID:
            return number
        row = self._cache.row(number)
        if row is None:
            first = index.row() // PAGE * PAGE
            self._cache.want(self._ids[first : first + PAGE])
            return Verdict.WAITING if role == Role.VERDICT else None
        return self._value(row, role)

    def _value(self, row: Row, role: int) -> Any:
        best = row.prediction.top[0] if row.prediction is not None else None
        classes = self._opened.classes if self._opened is not None else ()
        match role:
            case Role.LABEL:
                return "" if best is None else class_of(best.index, classes)[1]
            case Role.FILE | Qt.ItemDataRole.DisplayRole:
                return file_name(row.shown)
            case Role.PERCENT:
                return "–" if best is None else percent(best.probability)
            case Role.VERDICT:
                return verdict_of(row, self._view.limits)
            case Role.STATUS:
                return STATUS.text(row)
            case Role.MESSAGE | Qt.ItemDataRole.AccessibleDescriptionRole:
                return why_not(row)
            case Role.REASON:
                return reason(row)
            case Role.THUMBNAIL:
                found = self._thumbnails.get(row.id, row.path)
                return None if found is None or found.isNull() else found
            case Role.PATH:
                return row.path
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(f"{row.shown}\n{why_not(row)}".strip())
            case Qt.ItemDataRole.AccessibleTextRole:
                said = f"{class_of(best.index, classes)[1]} {percent(best.probability)}, " if best is not None else ""
                return f"{said}{file_name(row.shown)}"
        return None

    # ------------------------------------------------------------ the list of numbers

    def _on_opened(self, run: int, opened: OpenRun) -> None:
        if run != self._run:
            self._readers.retire(opened)
            return
        self._opened = opened
        self._cache.read_from(opened.reader)
        self._listed_at = 0.0
        self._list_soon()

    def _list_soon(self) -> None:
        if self._opened is None:
            return
        if self._listing:
            self._list_again = True
        elif not self._list_timer.isActive():
            wait = STEP_S - (time.monotonic() - self._listed_at)
            self._list_timer.start(max(0, round(wait * 1000)))

    @Slot()
    def _list(self) -> None:
        if self._opened is None:
            return
        self._listing, self._list_again = True, False
        run, reader, before = self._run, self._opened.reader, self._ids
        wanted, sort = (SKIPPED if self._view.only_skipped else None), self._view.sort
        self._background.run(
            lambda: _list(reader, wanted, sort, before),
            done=lambda listed: self._on_list(run, listed),
            failed=lambda error: self._on_failed(run, error),
        )

    def _on_list(self, run: int, listed: _Listed) -> None:
        if run != self._run:
            return
        self._listing, self._listed_at = False, time.monotonic()
        if not listed.longer:
            self._reset(listed.ids, listed.rows)
        elif len(listed.ids) > len(self._ids):
            self.beginInsertRows(QModelIndex(), len(self._ids), len(listed.ids) - 1)
            self._ids, self._rows = listed.ids, listed.rows
            self.endInsertRows()
        self.listed.emit()
        if self._list_again:
            self._list_soon()

    def _reset(self, ids: "array[int]", rows: dict[int, int]) -> None:
        self.beginResetModel()
        self._ids, self._rows = ids, rows
        self.endResetModel()

    def _on_failed(self, run: int, error: Exception) -> None:
        """Of a run no longer on the screen a failure is no news: its database was closed."""
        if run == self._run:
            self._listing = False
            self._error(error)

    @Slot(object)
    def _on_changed(self, numbers: Iterable[int]) -> None:
        """One signal for all: from the first to the last place of these pictures."""
        rows = [row for row in map(self.row_of, numbers) if row >= 0]
        if rows:
            first, last = self.index(min(rows), 0), self.index(max(rows), 0)
            self.dataChanged.emit(first, last, [Role.LABEL, Role.THUMBNAIL])


def _list(reader: RunReader, wanted: Filter | None, sort: Sort, before: "array[int]") -> _Listed:
    ids = reader.ids(wanted, sort)
    longer = len(before) > 0 and ids[: len(before)] == before
    return _Listed(ids, longer, {number: row for row, number in enumerate(ids)})
