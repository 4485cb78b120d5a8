"""Writing a file aside and renaming it, so that its name always belongs to a whole file: the old one or the new one."""

import contextlib
import os
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
