"""Files written aside and renamed, so that a name always belongs to a whole one; opened only where they are files."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replaced(path: Path, *, sync: bool = False) -> Iterator[BinaryIO]:
    """A binary stream whose bytes become `path` when the block ends well; after an exception nothing has changed.

    sync: whether the bytes are on the disk before the name points to them.  Raises OSError.
    """
    aside = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")  # two may write at once
    try:
        with aside.open("wb") as file:
            yield file
            if sync:
                file.flush()
                os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):  # the first failure is the one to tell
            aside.unlink(missing_ok=True)
        raise


def open_regular(path: Path) -> BinaryIO:
    """The file, to be read.  Raises OSError, also where it is a pipe, a device or a folder: reading might never end."""
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "it is no file but a folder, a pipe or a device")
        return open(number, "rb")
    except BaseException:
        os.close(number)
        raise
