"""Which file took the process down: found by trying the suspects one at a time, alone.

A decoder that crashes leaves no word behind but the notes of what was being decoded (`in_flight`).  Several decoders
were at work, so several files are suspect.  Each is tried again alone; if the process then dies once more, exactly one
file was being decoded, for the second time, and it is called `crashed`.  One death alone proves nothing: the process
may have been killed, or the battery may have been empty.
"""

import json
import sqlite3
from collections.abc import Sequence

from resnet_gui.engine.record import Job
from resnet_gui.images.status import Status
from resnet_gui.results.scan import job

ENOUGH_ATTEMPTS = 2
MESSAGE = "the decoder took the program down on this file twice; it is left alone until the run is started afresh"


def take(connection: sqlite3.Connection, generation: int, ids: Sequence[int]) -> list[Job]:
    """Count an attempt for each of `ids` not done; mark the proven one; the other suspects of this scan, by number.

    Suspects of earlier deaths that have not had their turn since are among them.  Within the caller's transaction.
    """
    wanted = json.dumps(list(ids))
    among = "id IN (SELECT value FROM json_each(?)) AND status IS NULL AND generation = ?"
    connection.execute(f"UPDATE file SET attempts = attempts + 1 WHERE {among}", (wanted, generation))
    if len(ids) == 1:
        connection.execute(
            f"UPDATE file SET status = ?, message = ? WHERE attempts >= ? AND {among}",
            (Status.CRASHED.value, MESSAGE, ENOUGH_ATTEMPTS, wanted, generation),
        )
    rows = connection.execute(
        "SELECT id, path, size, mtime_ns FROM file "
        "WHERE status IS NULL AND attempts > 0 AND generation = ? ORDER BY id",
        (generation,),
    )
    return [job(row) for row in rows]
