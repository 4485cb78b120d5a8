"""What scanning does to the table of files: new ones, known ones, changed ones; and which of them wait to be done.

Which file took the process down is found by trying the suspects one at a time, alone.  A decoder that crashes leaves
no word behind but the notes of what was being decoded (`in_flight`).  Several decoders were at work, so several files
are suspect.  Each is tried again alone; if the process then dies once more, exactly one file was being decoded, for the
second time, and it is called `crashed`.  One death alone proves nothing: the process may have been killed, or the
battery may have been empty.
"""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from resnet_gui.engine.record import Job
from resnet_gui.images.find import FoundFile
from resnet_gui.images.status import Status
from resnet_gui.results.path_text import path_text
from resnet_gui.results.schema import CLEARED

TRIED_AGAIN = frozenset({Status.MISSING, Status.DENIED, Status.IO_ERROR})
"""What a new scan clears: the cause lies outside the file, and may be gone though size and time are the same."""
ENOUGH_ATTEMPTS = 2
CRASHED_TWICE = "the decoder took the program down on this file twice; it is left alone until the run is started afresh"

_KNOWN = (
    "SELECT id, size, mtime_ns, generation, status, generation >= (SELECT complete FROM run) FROM file WHERE path = ?"
)
_INSERT = "INSERT INTO file (path, shown, size, mtime_ns, generation, seq) VALUES (?, ?, ?, ?, ?, ?)"
_SEEN = "UPDATE file SET shown = ?, generation = ?, seq = ? WHERE id = ?"
_CHANGED = (
    f"UPDATE file SET shown = ?, generation = ?, seq = ?, size = ?, mtime_ns = ?, attempts = 0, {CLEARED} WHERE id = ?"
)
_PENDING = """
    SELECT id, path, size, mtime_ns FROM file
    WHERE status IS NULL AND id > ? AND generation = ? ORDER BY id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What adding files did to the counts: files newly listed, and statuses more (or, negative, fewer) among them."""

    found: int
    statuses: Counter[Status]


def position(connection: sqlite3.Connection) -> tuple[int, int]:
    """The number of the newest scan, and how many files it has added so far."""
    generation: int = connection.execute("SELECT generation FROM run").fetchone()[0]
    last: int | None = connection.execute("SELECT MAX(seq) FROM file WHERE generation = ?", (generation,)).fetchone()[0]
    return generation, 0 if last is None else last + 1


def has_files(connection: sqlite3.Connection) -> bool:
    """Whether any scan has ever added a file."""
    return connection.execute("SELECT 1 FROM file LIMIT 1").fetchone() is not None


def add_files(connection: sqlite3.Connection, generation: int, seq: int, files: Sequence[FoundFile]) -> Change:
    """Insert or update a row a file, the first with place `seq` in the scan.  Within the caller's transaction."""
    found, statuses = 0, Counter[Status]()
    for place, file in enumerate(files, start=seq):
        path, shown = os.fsencode(file.path), path_text(file.shown)
        known = connection.execute(_KNOWN, (path,)).fetchone()
        if known is None:
            connection.execute(_INSERT, (path, shown, file.size, file.mtime_ns, generation, place))
            found += 1
            continue
        number, size, mtime_ns, last_seen, word, listed = known
        if last_seen == generation:
            continue
        status = None if word is None else Status(word)
        found += not listed
        if (size, mtime_ns) == (file.size, file.mtime_ns) and status not in TRIED_AGAIN:
            connection.execute(_SEEN, (shown, generation, place, number))
            if status is not None and not listed:
                statuses[status] += 1
        else:
            connection.execute(_CHANGED, (shown, generation, place, file.size, file.mtime_ns, number))
            if status is not None and listed:
                statuses[status] -= 1
    return Change(found, statuses)


def pending(connection: sqlite3.Connection, generation: int, after_id: int, limit: int) -> list[Job]:
    """Files of this scan that are not done, numbers above `after_id`, ascending."""
    return [job(row) for row in connection.execute(_PENDING, (after_id, generation, limit))]


def take_suspects(connection: sqlite3.Connection, generation: int, ids: Sequence[int]) -> list[Job]:
    """Count an attempt for each of `ids` not done; mark the proven one; the other suspects of this scan, by number.

    Suspects of earlier deaths that have not had their turn since are among them.  Within the caller's transaction.
    """
    wanted = json.dumps(list(ids))
    among = "id IN (SELECT value FROM json_each(?)) AND status IS NULL AND generation = ?"
    connection.execute(f"UPDATE file SET attempts = attempts + 1 WHERE {among}", (wanted, generation))
    if len(ids) == 1:
        connection.execute(
            f"UPDATE file SET status = ?, message = ? WHERE attempts >= ? AND {among}",
            (Status.CRASHED.value, CRASHED_TWICE, ENOUGH_ATTEMPTS, wanted, generation),
        )
    rows = connection.execute(
        "SELECT id, path, size, mtime_ns FROM file "
        "WHERE status IS NULL AND attempts > 0 AND generation = ? ORDER BY id",
        (generation,),
    )
    return [job(row) for row in rows]


def job(row: tuple[int, bytes, int, int]) -> Job:
    """A row (id, path, size, mtime_ns) as the pipeline wants it."""
    number, path, size, mtime_ns = row
    return Job(number, os.fsdecode(path), size, mtime_ns)
