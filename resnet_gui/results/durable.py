"""Writing a file aside and renaming it: its name always belongs to a whole file, the old one or the new one."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from resnet_gui.errors import ExportError
from resnet_gui.files import replaced
from resnet_gui.results.path_text import encodable


@contextmanager
def written_aside(target: Path) -> Iterator[BinaryIO]:
    """A binary stream whose bytes become `target` when the block ends well; after an exception nothing has changed.

    The bytes are on the disk before the name points to them.  A device or pipe (`/dev/null`) is written to directly.
    OSErrors within the block are taken for trouble with the target: ExportError.
    """
    with _export_edge(target):
        if is_special(target):
            with target.open("wb") as stream:
                yield stream
            return
        with replaced(target, sync=True) as stream:
            yield stream
        force_folder(target.parent)


def is_special(path: Path) -> bool:
    """Whether a path is neither a file nor a folder, but a device or a pipe."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def force_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut.  Windows cannot open folders, and does not need it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network drives refuse to sync a folder
            os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _export_edge(target: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError as error:
        raise ExportError(
            f"{_name(target)} cannot be written: it is open in another program, or its folder is protected. Close it "
            "there, or choose another name."
        ) from error
    except FileNotFoundError as error:
        raise ExportError(f"{_name(target)} cannot be written: there is no folder {_name(target.parent)}.") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ExportError(
                f"The disk is full: {_name(target)} was not written. Make room, or choose another place."
            ) from error
        raise ExportError(
            f"{_name(target)} cannot be written: {error.strerror or error}. Choose another name or place."
        ) from error


def _name(path: Path) -> str:
    return encodable(str(path))
