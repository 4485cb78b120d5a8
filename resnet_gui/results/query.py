"""Reading a run: counts, ids in any order, rows by id, and all rows in the order of a table.  No numpy, no writing.

A list of 100,000 pictures is an array of ids; the wide rows are read page by page, when they are looked at.
"""

import json
import os
import sqlite3
import threading
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from resnet_gui.engine.record import KEPT_CLASSES, Prediction
from resnet_gui.errors import StoreError
from resnet_gui.images.status import Status
from resnet_gui.results.blobs import EVERY, unpack_scores, unpack_votes
from resnet_gui.results.columns import LATER
from resnet_gui.results.columns import Row as Row
from resnet_gui.results.connect import connect_reader
from resnet_gui.results.filters import LISTED, Filter, contains, where
from resnet_gui.results.path_text import encodable
from resnet_gui.results.schema import RunHeader
from resnet_gui.results.store_errors import store_edge

_PAGE = 500
_FIELDS = ", ".join(
    ("id, path, shown, status, message, width, height, ms, top, votes", *(column.name for column in LATER))
)
_ROW = f"SELECT {_FIELDS} FROM file"
_NEXT_ROWS = f"{_ROW} WHERE (shown, id) > (?, ?) AND status IS NOT NULL AND {LISTED} ORDER BY shown, id LIMIT {_PAGE}"


class Sort(StrEnum):
    """Orders of a list.  Pictures without an answer come last where the order is by answer."""

    FOLDER = "folder"
    """As the scan found them: by name, the files of a folder before the folders in it."""
    LEAST_SURE = "least sure first"
    MOST_SURE = "most sure first"
    LABEL = "label"
    """By the winner's name, the surest first within one name."""


_ORDERS = {
    Sort.FOLDER: "seq, id",
    Sort.LEAST_SURE: "p1 IS NULL, p1, seq, id",
    Sort.MOST_SURE: "p1 IS NULL, p1 DESC, seq, id",
    Sort.LABEL: "label IS NULL, (SELECT name FROM class WHERE idx = label) COLLATE NOCASE, p1 DESC, seq, id",
}


@dataclass(frozen=True, slots=True)
class RunState:
    """Where a run stands.

    phase: a word of `engine.record.Phase`; "running" also after its process has died.  started, ended: ISO 8601, UTC;
    ended is empty until it has.  scanned: whether a scan has come to its end.  ignored: files of no picture format;
    denied: folders that could not be read.  found, done: of the files listed.
    """

    phase: str
    started: str
    ended: str
    scanned: bool
    ignored: int
    denied: tuple[str, ...]
    found: int
    done: int

    @property
    def complete(self) -> bool:
        """Whether every file of a complete scan is done."""
        return self.scanned and self.done == self.found


class RunReader:
    """Reads a run's database, also while another process writes it.

    May be handed from thread to thread; calls from several threads wait for each other.
    Every method raises StoreError when the database fails or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection = connect_reader(path)
        self._connection.create_function("contains", 2, contains, deterministic=True)
        self._classes: tuple[tuple[int, str, str], ...] | None = None

    def close(self) -> None:
        """Let go of the file; more than once does no harm."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> "RunReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------ the run

    def header(self) -> RunHeader:
        """What the run is."""
        identity, facts = self._run("identity, facts")
        return RunHeader(identity, json.loads(facts), self.classes())

    def classes(self) -> tuple[tuple[int, str, str], ...]:
        """(index, wnid or "", name) by index."""
        if self._classes is None:
            self._classes = tuple(self._all("SELECT idx, wnid, name FROM class ORDER BY idx"))
        return self._classes

    def state(self) -> RunState:
        """Where the run stands."""
        phase, started, ended, complete, scan = self._run("phase, started, ended, complete, scan")
        passed_by = json.loads(scan)
        found, done = self._all(f"SELECT COUNT(*), COUNT(status) FROM file WHERE {LISTED}")[0]
        return RunState(
            phase=phase,
            started=started,
            ended=ended or "",
            scanned=complete > 0,
            ignored=passed_by.get("ignored", 0),
            denied=tuple(passed_by.get("denied", ())),
            found=found,
            done=done,
        )

    # ------------------------------------------------------------ counts

    def count(self, wanted: Filter | None = None) -> int:
        """How many listed pictures pass the filter; without one: how many there are, those not done included."""
        condition, values = where(wanted)
        number: int = self._all(f"SELECT COUNT(*) FROM file WHERE {condition}", *values)[0][0]
        return number

    def counts_by_status(self) -> dict[Status, int]:
        """How many pictures are done with which status; statuses that none has are left out."""
        rows = self._all(
            f"SELECT status, COUNT(*) FROM file WHERE status IS NOT NULL AND {LISTED} GROUP BY status ORDER BY status"
        )
        return {Status(status): number for status, number in rows}

    def most_frequent(self, limit: int) -> list[tuple[int, int]]:
        """(class index, how often it won), most frequent first, equal ones by index."""
        rows = self._all(
            f"SELECT label, COUNT(*) FROM file WHERE label IS NOT NULL AND {LISTED} "
            "GROUP BY label ORDER BY COUNT(*) DESC, label LIMIT ?",
            limit,
        )
        return [(label, number) for label, number in rows]

    # ------------------------------------------------------------ rows

    def ids(self, wanted: Filter | None = None, sort: Sort = Sort.FOLDER) -> "array[int]":
        """Numbers (int64) of the listed pictures that pass the filter, in order."""
        condition, values = where(wanted)
        rows = self._all(f"SELECT id FROM file WHERE {condition} ORDER BY {_ORDERS[sort]}", *values)
        return array("q", (number for (number,) in rows))

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """The pictures with these numbers, in this order; numbers that do not exist are left out."""
        found: dict[int, Row] = {}
        for start in range(0, len(ids), _PAGE):
            page = json.dumps(list(ids[start : start + _PAGE]))
            for values in self._all(f"{_ROW} WHERE id IN (SELECT value FROM json_each(?))", page):
                found[values[0]] = self._row(values)
        return [found[number] for number in ids if number in found]

    def row(self, number: int) -> Row:
        """One picture.  Raises StoreError when the run has none of this number."""
        rows = self.rows([number])
        if not rows:
            raise StoreError(f"The run {encodable(str(self.path))} has no picture {number}.")
        return rows[0]

    def iterate_sorted(self, top: int = KEPT_CLASSES) -> Iterator[Row]:
        """The listed pictures that are done, by the code points of `shown`; a page of them in memory at a time.

        top: how many classes each prediction needs to have (two are there in any case, for the margin).  Where fewer
        are asked for than are kept, each vote has its winner only: a table needs no more, and is made faster.

        No transaction stays open between pages, so a writer's log can be emptied meanwhile; while a run goes on,
        rows done behind the place reached are not seen, and none is seen twice.
        """
        scores, votes = (EVERY, EVERY) if top >= KEPT_CLASSES else (max(top, 2), 1)
        last: tuple[str, int] = ("", 0)
        while page := self._all(_NEXT_ROWS, *last):
            yield from (self._row(values, scores, votes) for values in page)
            last = (page[-1][2], page[-1][0])

    # ------------------------------------------------------------ inside

    def _row(self, values: Sequence[Any], scores: int = EVERY, of_votes: int = EVERY) -> Row:
        number, path, shown, status, message, width, height, ms, top, votes, *later = values
        with store_edge(self.path):
            prediction = None if top is None else Prediction(unpack_scores(top, scores), unpack_votes(votes, of_votes))
        word = None if status is None else Status(status)
        return Row(number, os.fsdecode(path), shown, word, message, width, height, ms, prediction, *later)

    def _run(self, columns: str) -> tuple[Any, ...]:
        rows = self._all(f"SELECT {columns} FROM run")
        if not rows:
            raise StoreError(f"The run {encodable(str(self.path))} was never begun; run the same pictures again.")
        return rows[0]

    def _all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._reading() as connection:
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, store_edge(self.path):
            yield self._connection
