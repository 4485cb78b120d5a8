"""One writer for each database: a lock file beside it, given back by the system however the process ends."""

from pathlib import Path

from filelock import FileLock, Timeout

from resnet_gui.errors import StoreError
from resnet_gui.results.path_text import encodable
from resnet_gui.results.store_errors import store_edge

_PATIENCE_S = 1.0


def lock_path(store: Path) -> Path:
    """Where the lock of the database `store` is."""
    return store.with_name(store.name + ".lock")


def lock_store(store: Path) -> FileLock:
    """Take the lock of a database; `release` gives it back.

    Raises StoreError when another writer has it, or the drive has no locks.
    """
    lock = FileLock(lock_path(store), timeout=_PATIENCE_S, thread_local=False)
    name = encodable(str(store))
    with store_edge(store):
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreError(
                f"The run's database {name} is being written by another resnet-gui; wait until it "
                "has finished, or close it."
            ) from error
        except NotImplementedError as error:
            raise StoreError(f"The drive of {name} has no file locks; move the data folder.") from error
    return lock


def is_locked(store: Path) -> bool:
    """Whether a writer has the database now.  Takes the lock for a moment: a writer that starts then waits for it.

    False where that cannot be told, as in a folder of another user: there is nothing to write there either.
    """
    if not lock_path(store).exists():
        return False
    lock = FileLock(lock_path(store), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False
