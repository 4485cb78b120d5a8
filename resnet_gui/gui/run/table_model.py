"""The run's pictures as a Qt model: numbers only, and the rows that were looked at lately.

Rows are read from the run's database, in the background and a page at a time, when Qt asks for them; until then a
placeholder stands there.  A row that is done does not change any more, so only those still waiting are read again.
How many there are is announced at most twice a second, at the end, so that nothing moves under the person's eyes.
"""

import time
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QPixmap

from resnet_gui.gui.core.context import Background
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.picture.view import Classes, class_of, file_name, reason, verdict_of, why_not
from resnet_gui.gui.run.thumbnails import Thumbnails
from resnet_gui.gui.run.view import Role
from resnet_gui.images.status import Status
from resnet_gui.results.columns import STATUS
from resnet_gui.results.filters import Filter
from resnet_gui.results.query import Row, RunReader, Sort
from resnet_gui.results.verdict import Verdict
from resnet_gui.runs.words import percent

PAGE = 128
"""Rows read at once."""
ROWS_KEPT = 40 * PAGE
STEP_S = 0.5
"""Least time between two announcements of more rows."""
REFRESH_MS = 200
"""Least time between two readings of rows that wait for their answer."""
SKIPPED = Filter(statuses=frozenset(Status) - {Status.OK})

Index = QModelIndex | QPersistentModelIndex


class _Listed(NamedTuple):
    """ids: in order.  longer: whether they only add to what was listed before.  rows: number → row."""

    ids: "array[int]"
    longer: bool
    rows: dict[int, int]


class _Opened(NamedTuple):
    reader: RunReader
    classes: Classes


class RunTable(QAbstractListModel):
    """settings(): the settings of now, for the verdicts.  trouble: told when the run's database cannot be read.

    `close` after the background's threads have ended.
    """

    def __init__(
        self,
        background: Background,
        thumbnails: Thumbnails,
        settings: Callable[[], Settings],
        trouble: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background, self._thumbnails, self._settings = background, thumbnails, settings
        self._trouble = trouble
        self._listed_told: Callable[[], None] = lambda: None
        self._opened: _Opened | None = None
        self._run = 0
        self._ids: array[int] = array("q")
        self._rows: dict[int, int] = {}
        self._known: OrderedDict[int, Row] = OrderedDict()
        """By the picture's number, the one looked at last at the end."""
        self._reading: set[int] = set()
        self._retired: list[RunReader] = []
        self._open_readers: list[RunReader] = []
        self._filter: Filter | None = None
        self._sort = Sort.FOLDER
        self._listing = False
        self._list_again = False
        self._list_timer = QTimer(self)
        self._list_timer.setSingleShot(True)
        self._list_timer.timeout.connect(self._list)
        self._listed_at = 0.0
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(REFRESH_MS)
        self._refresh_timer.timeout.connect(self._read_waiting)
        thumbnails.ready.connect(self._on_thumbnails)

    def tell_listed(self, told: Callable[[], None]) -> None:
        """Call `told` whenever the list has changed."""
        self._listed_told = told

    # ------------------------------------------------------------ what flows ask for (context.Table)

    def open(self, store: str) -> None:
        """Show the run of this database in place of the one before."""
        self.clear()
        run = self._run
        self._background.run(
            lambda: self._keep(_open(store)),
            done=lambda opened: self._on_opened(run, opened),
            failed=lambda error: self._on_failed(run, error),
        )

    def clear(self) -> None:
        """Show nothing."""
        self._run += 1
        self._retire(self._opened)
        self._opened = None
        self._thumbnails.clear()
        self._known.clear()
        self._reading.clear()
        self._listing = self._list_again = False
        self._list_timer.stop()
        self._reset(array("q"), {})

    def close(self) -> None:
        """Let go of the databases, once the background is closed: also of those it opened or was to close just then."""
        self.clear()
        for reader in self._open_readers:
            reader.close()
        self._open_readers.clear()

    def refresh(self, grown: bool) -> None:
        """Rows have changed; grown: there may be more of them.  Cheap: several calls make one reading."""
        if grown or self._filter is not None or self._sort is not Sort.FOLDER:
            self._list_soon()
        if not self._refresh_timer.isActive():
            self._refresh_timer.start()

    def arrange(self, only_skipped: bool, sort: Sort) -> None:
        """Show a part of the run, in another order."""
        self._filter, self._sort = (SKIPPED if only_skipped else None), sort
        self._listed_at = 0.0
        self._list_soon()

    def restyle(self) -> None:
        """The verdicts' limits have changed: paint all anew."""
        self._changed(self._known)

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
        row = self._known.get(number)
        if row is None:
            self._read_page(index.row() // PAGE)
            return Verdict.WAITING if role == Role.VERDICT else None
        self._known.move_to_end(number)
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
                return verdict_of(row, self._settings())
            case Role.STATUS:
                return STATUS.text(row)
            case Role.MESSAGE | Qt.ItemDataRole.AccessibleDescriptionRole:
                return why_not(row)
            case Role.REASON:
                return reason(row)
            case Role.THUMBNAIL:
                return self._thumbnail(row)
            case Role.PATH:
                return row.path
            case Qt.ItemDataRole.ToolTipRole:
                return f"{row.shown}\n{why_not(row)}".strip()
            case Qt.ItemDataRole.AccessibleTextRole:
                said = f"{class_of(best.index, classes)[1]} {percent(best.probability)}, " if best is not None else ""
                return f"{said}{file_name(row.shown)}"
        return None

    def _thumbnail(self, row: Row) -> QPixmap | None:
        found = self._thumbnails.get(row.id, row.path)
        return None if found is None or found.isNull() else found

    # ------------------------------------------------------------ the list of numbers

    def _on_opened(self, run: int, opened: _Opened) -> None:
        if run != self._run:
            self._retire(opened)
            return
        self._opened = opened
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
        wanted, sort = self._filter, self._sort
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
        self._listed_told()
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
            self._reading.clear()
            self._trouble(error)

    def _retire(self, opened: _Opened | None) -> None:
        """Close it one run later: work in the background may still hold it."""
        while self._retired:
            reader = self._retired.pop()
            self._background.run(partial(self._let_go, reader))
        if opened is not None:
            self._retired.append(opened.reader)

    def _keep(self, opened: _Opened) -> _Opened:
        """In the background: note the reader, so that `close` finds it even where nobody hears of it any more."""
        self._open_readers.append(opened.reader)
        return opened

    def _let_go(self, reader: RunReader) -> None:
        """In the background."""
        reader.close()
        self._open_readers.remove(reader)

    # ------------------------------------------------------------ rows

    def _read_page(self, page: int) -> None:
        part = self._ids[page * PAGE : (page + 1) * PAGE]
        self._read([number for number in part if number not in self._known and number not in self._reading])

    @Slot()
    def _read_waiting(self) -> None:
        """Read again the waiting rows that were looked at last; the others are forgotten until they are looked at."""
        waiting = [number for number, row in self._known.items() if row.status is None]
        for number in waiting[: -2 * PAGE]:
            del self._known[number]
        if self._reading:
            self._refresh_timer.start()  # what is being read may be older than what has changed: once more after it
        self._read([number for number in waiting[-2 * PAGE :] if number not in self._reading])

    def _read(self, numbers: list[int]) -> None:
        if not numbers or self._opened is None:
            return
        self._reading.update(numbers)
        run, reader = self._run, self._opened.reader
        self._background.run(
            lambda: reader.rows(numbers),
            done=lambda rows: self._on_rows(run, numbers, rows),
            failed=lambda error: self._on_failed(run, error),
        )

    def _on_rows(self, run: int, numbers: list[int], rows: list[Row]) -> None:
        if run != self._run:
            return
        self._reading.difference_update(numbers)
        new = [row.id for row in rows if self._known.get(row.id) != row]
        for row in rows:
            self._known[row.id] = row
            self._known.move_to_end(row.id)
        while len(self._known) > ROWS_KEPT:
            self._known.popitem(last=False)
        self._changed(new)

    def _changed(self, numbers: Iterable[int]) -> None:
        """One signal for all: from the first to the last place of these pictures."""
        rows = [row for row in map(self.row_of, numbers) if row >= 0]
        if rows:
            first, last = self.index(min(rows), 0), self.index(max(rows), 0)
            self.dataChanged.emit(first, last, [Role.LABEL, Role.THUMBNAIL])

    @Slot(object)
    def _on_thumbnails(self, numbers: tuple[int, ...]) -> None:
        self._changed(numbers)


def _open(store: str) -> _Opened:
    reader = RunReader(Path(store))
    return _Opened(reader, reader.classes())


def _list(reader: RunReader, wanted: Filter | None, sort: Sort, before: "array[int]") -> _Listed:
    ids = reader.ids(wanted, sort)
    longer = len(before) > 0 and ids[: len(before)] == before
    return _Listed(ids, longer, {number: row for row, number in enumerate(ids)})
