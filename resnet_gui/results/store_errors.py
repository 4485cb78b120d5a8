"""Sentences for what sqlite3 and the disk can raise: foreign errors become StoreError here, and nowhere else."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resnet_gui.errors import StoreError
from resnet_gui.results.blobs import DamagedBlobError
from resnet_gui.results.path_text import encodable

DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""Primary result codes that mean: these bytes are no sound database."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_REFUSED = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})


@contextmanager
def store_edge(path: Path) -> Iterator[None]:
    """Within this block, errors of sqlite3 and of the disk become StoreErrors about the database `path`."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(_sentence(error, _name(path))) from error
    except DamagedBlobError as error:
        raise StoreError(_damaged(_name(path))) from error
    except OSError as error:
        raise StoreError(f"The run's database {_name(path)} cannot be used: {error.strerror or error}.") from error


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error means that the file is no sound database."""
    return _primary_code(error) in DAMAGED


def damage_kept(path: Path, kept: Path) -> StoreError:
    """The error for a damaged database that has been moved out of the way."""
    return StoreError(
        f"The run's database {_name(path)} is damaged; it was kept as {encodable(kept.name)}; run again to start over."
    )


def _sentence(error: sqlite3.Error, name: str) -> str:
    code = _primary_code(error)
    if code in DAMAGED:
        return _damaged(name)
    if code == sqlite3.SQLITE_FULL:
        return f"The disk with the run's database {name} is full. What is done is kept; make room and run again."
    if code in _BUSY:
        return f"The run's database {name} is locked by another program; close that program and run again."
    if code in _REFUSED:
        return f"The run's database {name} may not be written; check the permissions of the file and its folder."
    if code == sqlite3.SQLITE_CANTOPEN:
        return f"The run's database {name} cannot be opened; check that its folder exists and may be written."
    if code == sqlite3.SQLITE_IOERR:
        return f"The disk failed while the run's database {name} was used ({error}). What is done is kept; run again."
    return f"The run's database {name} cannot be used: {error}."


def _damaged(name: str) -> str:
    return f"The run's database {name} is damaged; the next run of these pictures keeps it aside and starts over."


def _primary_code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code (the low byte of the extended one); None for errors of the Python module itself."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _name(path: Path) -> str:
    return encodable(str(path))
