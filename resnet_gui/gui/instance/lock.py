"""The lock that decides which of several starts is the first; the system gives it back however the process ends.

The system's own calls and not `filelock`, which takes 26 ms to import: a start has half a second for everything.
"""

import contextlib
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Lock:
    """A lock file, held from `take` on."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path, self._descriptor = path, descriptor

    @property
    def in_place(self) -> bool:
        """Whether the locked file still is the one of that name (somebody may have cleaned up)."""
        return _is_at(self._descriptor, self._path)

    def release(self) -> None:
        """Give it back, and leave no file behind."""
        if sys.platform == "win32":  # an open file cannot be deleted; another start may have it open by then
            os.close(self._descriptor)
            with contextlib.suppress(OSError):
                self._path.unlink()
        else:
            if self.in_place:
                self._path.unlink(missing_ok=True)
            os.close(self._descriptor)


def take(path: Path) -> Lock | None:
    """The lock, or None while another process holds it.  Raises OSError where there can be none."""
    while True:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            # No link is followed, and no process that is started inherits it.
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except FileNotFoundError:  # the folder went at this moment, with the window that was open
            continue
        try:
            _lock(descriptor)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            os.close(descriptor)
            raise
        if _is_at(descriptor, path):
            return Lock(path, descriptor)
        os.close(descriptor)  # the one that held it has ended and taken the file along: once more


def _lock(descriptor: int) -> None:
    """Raises BlockingIOError where another process holds it."""
    if sys.platform == "win32":
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError(*error.args) from error
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
