"""The rows of a run that were looked at lately, and the databases they are read from; all reading in the background."""

from collections import OrderedDict
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from resnet_gui.gui.core.context import Background
from resnet_gui.gui.core.state import Classes
from resnet_gui.results.query import Row, RunReader

PAGE = 128
"""Rows read at once."""
ROWS_KEPT = 40 * PAGE
REFRESH_MS = 200
"""Least time between two readings of rows that wait for their answer."""


class OpenRun(NamedTuple):
    """A run's database, and its class names."""

    reader: RunReader
    classes: Classes


class RunReaders:
    """The databases that are open, each closed when nothing in the background can hold it any more.

    background: the one door to other threads.
    """

    def __init__(self, background: Background) -> None:
        self._background = background
        self._retired: list[RunReader] = []
        self._open: list[RunReader] = []

    def open(self, store: str) -> OpenRun:
        """For another thread.  Noted, so that `close` finds it even where nobody hears of it any more."""
        reader = RunReader(Path(store))
        opened = OpenRun(reader, reader.classes())
        self._open.append(reader)
        return opened

    def retire(self, opened: OpenRun | None) -> None:
        """It is used no more: close it one run later, since work in the background may still hold it."""
        while self._retired:
            self._background.run(partial(self._let_go, self._retired.pop()))
        if opened is not None:
            self._retired.append(opened.reader)

    def close(self) -> None:
        """Close all, once the background is closed: also those it opened or was to close just then."""
        for reader in self._open:
            reader.close()
        self._open.clear()

    def _let_go(self, reader: RunReader) -> None:
        """For another thread."""
        reader.close()
        self._open.remove(reader)


class RowCache(QObject):
    """Rows by the picture's number.  A row that is done does not change any more: only waiting ones are read again.

    background: the one door to other threads.
    failed: told when rows cannot be read.
    changed(numbers): these rows are there, or others than before.
    """

    changed = Signal(object)

    def __init__(self, background: Background, failed: Callable[[Exception], None]) -> None:
        super().__init__()
        self._background, self._failed = background, failed
        self._reader: RunReader | None = None
        self._rows: OrderedDict[int, Row] = OrderedDict()
        """The one looked at last at the end."""
        self._reading: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._read_waiting)

    def read_from(self, reader: RunReader | None) -> None:
        """Forget all rows; those of this database from now on."""
        self._reader = reader
        self._rows.clear()
        self._reading.clear()

    def numbers(self) -> Collection[int]:
        """Of the rows that are here."""
        return self._rows.keys()

    def row(self, number: int) -> Row | None:
        """The row of this picture, if it is here."""
        row = self._rows.get(number)
        if row is not None:
            self._rows.move_to_end(number)
        return row

    def want(self, numbers: Collection[int]) -> None:
        """Read those of them that are neither here nor on their way."""
        self._read([number for number in numbers if number not in self._rows and number not in self._reading])

    def refresh(self) -> None:
        """Rows have changed: read again, soon.  Several calls make one reading."""
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _read_waiting(self) -> None:
        """Read again the waiting rows that were looked at last; the others are forgotten until they are looked at."""
        waiting = [number for number, row in self._rows.items() if row.status is None]
        for number in waiting[: -2 * PAGE]:
            del self._rows[number]
        if self._reading:
            self._timer.start()  # what is being read may be older than what has changed: once more after it
        self._read([number for number in waiting[-2 * PAGE :] if number not in self._reading])

    def _read(self, numbers: list[int]) -> None:
        reader = self._reader
        if not numbers or reader is None:
            return
        self._reading.update(numbers)
        self._background.run(
            lambda: reader.rows(numbers),
            done=lambda rows: self._on_rows(reader, numbers, rows),
            failed=lambda error: self._on_failed(reader, error),
        )

    def _on_rows(self, reader: RunReader, numbers: list[int], rows: list[Row]) -> None:
        if reader is not self._reader:
            return
        self._reading.difference_update(numbers)
        new = [row.id for row in rows if self._rows.get(row.id) != row]
        for row in rows:
            self._rows[row.id] = row
            self._rows.move_to_end(row.id)
        while len(self._rows) > ROWS_KEPT:
            self._rows.popitem(last=False)
        self.changed.emit(new)

    def _on_failed(self, reader: RunReader, error: Exception) -> None:
        if reader is self._reader:
            self._reading.clear()
            self._failed(error)
