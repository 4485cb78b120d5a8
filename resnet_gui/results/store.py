"""A run on disk: opened by one process, written by one thread, read by anybody (`query.RunReader`).

The store is the truth: a picture counts as done when its row is committed, never before.  A run that was cut off is
opened again with the same header and goes on: files with unchanged size and time keep their result.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from resnet_gui.engine.record import Job, Phase, Record
from resnet_gui.errors import StoreError
from resnet_gui.images.find import FoundFile
from resnet_gui.images.status import Status
from resnet_gui.results import scan
from resnet_gui.results.columns import STORED, stored_values
from resnet_gui.results.connect import connect_writer, transaction
from resnet_gui.results.durable import force_folder
from resnet_gui.results.in_flight import notes_path
from resnet_gui.results.lock import lock_store
from resnet_gui.results.path_text import encodable
from resnet_gui.results.schema import CLEARED, RunHeader
from resnet_gui.results.store_errors import store_edge
from resnet_gui.results.writer import Writer

_SAVE = f"UPDATE file SET {', '.join(f'{column.name} = ?' for column in STORED)} WHERE id = ? AND status IS NULL"


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the files listed: found in all, done among them, skipped (done, but not `ok`) among those."""

    found: int = 0
    done: int = 0
    skipped: int = 0
    by_status: Mapping[Status, int] = field(default_factory=dict)


def open_store(path: Path, header: RunHeader) -> "Store":
    """Create the database `path`, or continue it where it exists.  A missing folder is made.

    Raises StoreError: another process writes it; it belongs to another run; it is damaged (it has then been kept as
    NAME.damaged); it comes from a newer program; the disk refuses.
    """
    lock = lock_store(path)
    try:
        connection = connect_writer(path)
        try:
            with store_edge(path):
                _write_header(connection, path, header)
                force_folder(path.parent)
            return Store(path, connection, lock)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        lock.release()
        raise


class Store:
    """Made by `open_store`.  Every method may be called from any thread; all but `counts` and `put` wait for the disk.

    committed_version: grows whenever rows have become safe on disk.
    Every method raises StoreError when the database fails.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: FileLock) -> None:
        self.path = path
        self.committed_version = 0
        self._lock = lock
        with store_edge(path):
            self._generation, self._seq = scan.position(connection)
            self._counts = _count(connection)
        self._writer = Writer(connection, path, self._save, _tidy)

    def describe(self, facts: Mapping[str, Any]) -> None:
        """Other facts for the report than those it was opened with: what became known since."""
        words = json.dumps(facts)
        self._writer.call(lambda connection: _execute(connection, "UPDATE run SET facts = ?", words))

    # ------------------------------------------------------------ scanning

    def begin_scan(self) -> int:
        """Start looking for files afresh; the number of this scan.  Until `end_scan` what was listed stays listed."""

        def begin(connection: sqlite3.Connection) -> int:
            _execute(connection, "UPDATE run SET generation = generation + 1")
            self._generation, self._seq = scan.position(connection)
            return self._generation

        return self._writer.call(begin)

    def add_files(self, files: Sequence[FoundFile]) -> None:
        """List files that the scan has found; a path seen before in this scan is passed over.

        Results are kept while size and time of change are the same.  Results whose cause lies outside the file
        (`missing`, `denied`, `io_error`) are cleared, so that the file is tried again.
        """

        def add(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                change = scan.add_files(connection, self._generation, self._seq, files)
            self._seq += len(files)
            self._count_more(change.found, change.statuses)

        self._writer.call(add)

    def end_scan(self, ignored: int = 0, denied: Sequence[str] = ()) -> None:
        """The scan came to its end: files that it did not see are listed no more.

        ignored: files of no picture format; denied: folders that could not be read.  Both are for the report.
        """
        passed_by = json.dumps({"ignored": ignored, "denied": [encodable(folder) for folder in denied]})

        def end(connection: sqlite3.Connection) -> None:
            _execute(connection, "UPDATE run SET complete = generation, scan = ?", passed_by)
            self._recount(connection)

        self._writer.call(end)

    def has_files(self) -> bool:
        """Whether any scan has ever added a file."""
        return self._writer.call(scan.has_files)

    # ------------------------------------------------------------ working

    def pending(self, after_id: int, limit: int) -> list[Job]:
        """The next files of this scan that are not done, numbers above `after_id`, ascending, at most `limit`."""
        return self._writer.call(lambda connection: scan.pending(connection, self._generation, after_id, limit))

    def take_suspects(self, ids: Sequence[int]) -> list[Job]:
        """Files to be decoded one at a time, alone, before all others, after the process has died.

        ids: what was being decoded then (`InFlight.read_left_over`).  Their attempts are counted; a file that was
        alone, and has now had two, gets the status `crashed`.  What is returned are all files of this scan not done
        with at least one attempt.
        """

        def take(connection: sqlite3.Connection) -> list[Job]:
            with transaction(connection):
                found = scan.take_suspects(connection, self._generation, ids)
            self._recount(connection)
            return found

        return self._writer.call(take)

    def put(self, record: Record) -> None:
        """Queue a record for the next commit; waits only while many are queued.  A second one for a file is dropped."""
        self._writer.put(record)

    def flush(self) -> None:
        """Return when everything put so far is safe on disk."""
        self._writer.call(lambda connection: None)

    def counts(self) -> Counts:
        """Cheap: kept in memory, of committed rows only."""
        return self._counts

    # ------------------------------------------------------------ beginning and end

    def forget(self) -> None:
        """Clear all results, and what is known of crashes, so that every file is done again."""

        def forget(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                connection.execute(f"UPDATE file SET attempts = 0, {CLEARED}")
                connection.execute("UPDATE run SET started = ?, ended = NULL", (_now(),))
            notes_path(self.path).unlink(missing_ok=True)
            self._recount(connection)

        self._writer.call(forget)

    def finish(self, phase: str, ended: str) -> None:
        """Note how the run ended (a word of `Phase`) and when (ISO 8601, UTC)."""
        self._writer.call(lambda connection: _execute(connection, "UPDATE run SET phase = ?, ended = ?", phase, ended))

    def close(self) -> None:
        """Commit, tidy up, let go of the lock.  More than once does no harm."""
        try:
            self._writer.close()
        finally:
            self._lock.release()

    # ------------------------------------------------------------ in the writer's thread

    def _save(self, connection: sqlite3.Connection, records: list[Record]) -> None:
        statuses: Counter[Status] = Counter()
        with transaction(connection):
            for record in records:
                if connection.execute(_SAVE, (*stored_values(record), record.job.id)).rowcount:
                    statuses[record.status] += 1
        self._count_more(0, statuses)

    def _count_more(self, found: int, statuses: Counter[Status]) -> None:
        """After a commit: `found` more files, `statuses` more (or fewer) done."""
        before = self._counts
        by_status = Counter(before.by_status)
        by_status.update(statuses)
        self._counts = _summed(before.found + found, by_status)
        self.committed_version += 1

    def _recount(self, connection: sqlite3.Connection) -> None:
        self._counts = _count(connection)
        self.committed_version += 1


def _write_header(connection: sqlite3.Connection, path: Path, header: RunHeader) -> None:
    row = connection.execute("SELECT identity, facts FROM run").fetchone()
    if row is not None and row[0] != header.identity:
        raise StoreError(f"{encodable(str(path))} belongs to another run; move it away and run again.")
    with transaction(connection):
        if row is None:
            connection.execute(
                "INSERT INTO run (only, identity, facts, started, phase) VALUES (1, ?, ?, ?, ?)",
                (header.identity, json.dumps(header.facts), _now(), Phase.RUNNING.value),
            )
            connection.executemany("INSERT INTO class (idx, wnid, name) VALUES (?, ?, ?)", header.classes)
        else:
            # What computed the rows that are there is known until `describe` says it of this start.
            facts = json.dumps({**json.loads(row[1]), **header.facts})
            connection.execute("UPDATE run SET facts = ?, phase = ?, ended = NULL", (facts, Phase.RUNNING.value))


def _count(connection: sqlite3.Connection) -> Counts:
    rows = connection.execute(
        "SELECT status, COUNT(*) FROM file WHERE generation >= (SELECT complete FROM run) GROUP BY status"
    ).fetchall()
    by_status = Counter({Status(status): number for status, number in rows if status is not None})
    return _summed(sum(number for _, number in rows), by_status)


def _summed(found: int, by_status: Counter[Status]) -> Counts:
    positive = {status: number for status in Status if (number := by_status[status]) > 0}
    done = sum(positive.values())
    return Counts(found, done, done - positive.get(Status.OK, 0), positive)


def _tidy(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA busy_timeout = 500")  # a reader at work may keep the log: the next start empties it
    connection.execute("PRAGMA optimize")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _execute(connection: sqlite3.Connection, statement: str, *values: Any) -> None:
    connection.execute(statement, values)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
