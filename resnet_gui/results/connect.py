"""Connections to a run's database: one that writes, any number that only read.

The rules (sqlite.org/wal.html; the WAL-reset bug of SQLite 3.7.0 to 3.51.2 among its reasons): exactly one connection
writes and checkpoints a database, and it belongs to one process, which holds the lock file beside it; readers open
with `mode=ro`, which can never checkpoint.  `synchronous=FULL`: what is committed survives a power cut.
"""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from resnet_gui.errors import StoreError
from resnet_gui.folders import make_private_file
from resnet_gui.results.drives import is_network_path
from resnet_gui.results.path_text import encodable
from resnet_gui.results.schema import APPLICATION_ID, MIGRATIONS, upgrade, version_of
from resnet_gui.results.store_errors import damage_kept, is_damage, store_edge

_log = logging.getLogger(__name__)
_PATIENCE_S = 10.0
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite appends to a database's name for the files that belong to it."""


def connect_writer(path: Path) -> sqlite3.Connection:
    """The one connection that writes; creates the database, or checks and upgrades an existing one.

    The caller holds the lock file.  The connection commits by itself (`isolation_level=None`) and may be handed to
    another thread.  Raises StoreError; a damaged database has then been moved to NAME.damaged.
    """
    with store_edge(path):
        make_private_file(path)  # SQLite's own files beside it take their mode from it
        connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
        try:
            _refuse_strangers(connection, path)
            _check_soundness(connection)
            _set_up(connection, path)
            upgrade(connection)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            connection.close()
            if is_damage(error):
                raise damage_kept(path, _keep_damaged(path)) from error
            raise
        except BaseException:
            connection.close()
            raise
    _log.info("SQLite %s, database %s", sqlite3.sqlite_version, encodable(str(path)))
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that can only read, and may be handed from thread to thread.

    Raises StoreError: no such file, not a run's database, one of another version of the program, damaged.
    """
    with store_edge(path):
        if not path.is_file():
            raise StoreError(f"There is no run {encodable(str(path))}; it may have been deleted.")
        connection = _open_to_read(path)
        try:
            _refuse_strangers(connection, path)
            if version_of(connection) != len(MIGRATIONS):
                raise StoreError(
                    f"The run's database {encodable(str(path))} was written by an older resnet-gui; run the same "
                    "pictures again to bring it up to date."
                )
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction that takes the write lock at once, so that it cannot fail half way for want of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back when the disk is full
            connection.execute("ROLLBACK")
        raise


def _open_to_read(path: Path) -> sqlite3.Connection:
    """In a folder that may not be written, SQLite cannot make the index of its log: then, if there is no log, the file
    is read as one that nobody changes."""
    address = "file:" + quote(os.fsencode(path.absolute()), safe="/:\\") + "?mode=ro"
    for uri in (address, address + "&immutable=1"):
        connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA temp_store = MEMORY")
            version_of(connection)
            connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
        except sqlite3.OperationalError:
            connection.close()
            if uri != address or Path(f"{path}-wal").exists():
                raise
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise AssertionError("unreachable")


def _refuse_strangers(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StoreError for a sound database that is not ours, or is of a later version."""
    name = encodable(str(path))
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()[0]
    if tables and owner != APPLICATION_ID:
        raise StoreError(f"{name} is a database of another program; move it away and run again.")
    if version_of(connection) > len(MIGRATIONS):
        raise StoreError(f"The run's database {name} was written by a newer resnet-gui; update this one to use it.")


def _check_soundness(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError with a code of damage.  `quick_check` may answer rows, or raise by itself."""
    answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if answer != "ok":
        error = sqlite3.DatabaseError(answer)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    """Write-ahead log where it works; on network drives, where it does not, the old journal."""
    for pragma in (
        "synchronous = FULL",
        "fullfsync = 1",  # macOS: fsync alone does not reach the disk
        "checkpoint_fullfsync = 1",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    if not is_network_path(path):
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
            return
        _log.warning("no write-ahead log for %s; using a rollback journal", encodable(str(path)))
    connection.execute("PRAGMA journal_mode = TRUNCATE")


def _keep_damaged(path: Path) -> Path:
    """Move a database and what belongs to it to the first free name NAME.damaged, NAME.damaged.2, …"""
    kept = path.with_name(path.name + ".damaged")
    number = 2
    while kept.exists():
        kept = path.with_name(f"{path.name}.damaged.{number}")
        number += 1
    path.replace(kept)
    for suffix in BESIDE:
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + suffix))
    return kept
