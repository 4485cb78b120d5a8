"""The tables of a run's database, and how an older database becomes one of today.

    run     one row: what the run is, where it stands
    class   the network's classes
    file    one row a picture: what it is, and, once it is done, what became of it

A file is *listed* when the last complete scan, or the scan now going on, has seen it: `file.generation` is not below
`run.complete`.  Files that have vanished drop out when a scan is complete; their rows stay, unlisted, so that nothing
is computed twice when a drive comes back.  A file is *done* when its `status` is set, which happens in one
transaction with its result.

What a picture's columns hold is said in `columns`.  Light to import: the window reads through these definitions.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resnet_gui.results.columns import LATER, STORED

APPLICATION_ID = 0x524E4755
"""`PRAGMA application_id` of our databases: "RNGU"."""


@dataclass(frozen=True, slots=True)
class RunHeader:
    """What a run is; fixed when its database is created, but for the facts, which are those of the latest start.

    identity: 64 hex digits of `runs.facts.run_identity`.
    facts: for the report: network, weights, preprocessing, device, versions … as JSON can hold them.
    classes: (index, wnid or "", name), names unique among themselves.
    """

    identity: str
    facts: dict[str, Any]
    classes: tuple[tuple[int, str, str], ...]


_VERSION_1 = (
    """
    CREATE TABLE run (
        only       INTEGER PRIMARY KEY CHECK (only = 1),
        identity   TEXT NOT NULL,
        facts      TEXT NOT NULL,               -- JSON
        started    TEXT NOT NULL,               -- ISO 8601, UTC
        ended      TEXT,                        -- the same; NULL while it runs or after a crash
        phase      TEXT NOT NULL,               -- a word of engine.record.Phase
        generation INTEGER NOT NULL DEFAULT 0,  -- number of the newest scan, from 1
        complete   INTEGER NOT NULL DEFAULT 0,  -- number of the newest scan that came to its end
        scan       TEXT NOT NULL DEFAULT '{}'   -- JSON: what that scan passed by
    ) STRICT
    """,
    """
    CREATE TABLE class (
        idx  INTEGER PRIMARY KEY,
        wnid TEXT NOT NULL,
        name TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE file (
        id         INTEGER PRIMARY KEY,
        path       BLOB NOT NULL UNIQUE,        -- os.fsencode of the absolute path
        shown      TEXT NOT NULL,               -- what tables show, bytes outside UTF-8 as \\xNN
        size       INTEGER NOT NULL,            -- bytes, as the scan saw it
        mtime_ns   INTEGER NOT NULL,
        generation INTEGER NOT NULL,            -- number of the scan that last saw it
        seq        INTEGER NOT NULL,            -- its place in that scan
        attempts   INTEGER NOT NULL DEFAULT 0,  -- how often the program died while decoding it
        status     TEXT,                        -- a word of images.status.Status; NULL: not done
        message    TEXT NOT NULL DEFAULT '',
        width      INTEGER,
        height     INTEGER,
        ms         REAL,
        top        BLOB,                        -- blobs.pack_scores
        votes      BLOB,                        -- blobs.pack_votes
        label      INTEGER,                     -- index of the winner
        p1         REAL,                        -- its probability
        agree      INTEGER,                     -- how many crops voted for it; NULL for one crop
        margin     REAL                         -- p1 - p2
    ) STRICT
    """,
    # Everything the list of a window sorts and filters by, so that it never reads the wide rows.
    "CREATE INDEX file_listed ON file (generation, seq, status, label, p1)",
    "CREATE INDEX file_sorted ON file (shown, id)",
    "CREATE INDEX file_undone ON file (id) WHERE status IS NULL",
    f"PRAGMA application_id = {APPLICATION_ID}",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _VERSION_1,
    *(
        tuple(f"ALTER TABLE file ADD COLUMN {column.name} {column.sql}" for column in LATER if column.since == version)
        for version in range(2, max((column.since for column in LATER), default=1) + 1)
    ),
)
"""Step i (from 0) makes a database of version i one of version i + 1.  Steps are only ever added."""

CLEARED = ", ".join(f"{column.name} = {column.empty}" for column in STORED)
"""`SET` clause that makes a file undone again."""


def version_of(connection: sqlite3.Connection) -> int:
    """`PRAGMA user_version`: 0 for a new, empty database.  Asked by PRAGMA: the header may still be in the log."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def upgrade(connection: sqlite3.Connection, steps: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Bring a database to version len(steps), each step with its version number in one transaction.

    The connection commits by itself (`isolation_level=None`).  A newer database is left as it is.
    """
    for version in range(version_of(connection), len(steps)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in steps[version]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
