"""From a path to bytes of a known picture format, read once; or a PictureError that says why not.

Errors here are those of the disk, or a file that is no picture; errors inside a picture are found by `decode`.
"""

import errno
import io
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from resnet_gui.images.sniff import HEAD, PictureFormat, describe_content, detect_format
from resnet_gui.images.status import Status

_IN_MEMORY = 256 * 2**20
"""Files up to this many bytes are read whole; the few larger ones stay open and are read by the decoder in pieces."""

_STATUS_OF_ERRNO: dict[int, tuple[Status, str]] = {
    errno.ENOENT: (Status.MISSING, "the file is gone"),
    errno.ENOTDIR: (Status.MISSING, "the file is gone: a part of its path is no folder"),
    errno.EACCES: (Status.DENIED, "there is no permission to read the file"),
    errno.EPERM: (Status.DENIED, "there is no permission to read the file"),
    errno.EISDIR: (Status.IO_ERROR, "this is a folder, not a file"),
    errno.ELOOP: (Status.IO_ERROR, "the file is a link that leads in circles"),
}


class PictureError(Exception):
    """One picture cannot be used.  Stays inside `images`: `decode` makes a `Decoded` of it.

    status: of the picture's record.
    message: a sentence without its capital.
    size: width and height of the upright picture in pixels, None where the header could not be read.
    """

    def __init__(self, status: Status, message: str, size: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.width = size[0] if size else None
        self.height = size[1] if size else None


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose first bytes are those of a picture.

    format: of the picture.
    data: all bytes from the start, seekable; in memory unless the file is huge.
    size: of the file, in bytes.
    """

    format: PictureFormat
    data: BinaryIO
    size: int


def read(path: str) -> Source:
    """Open and read a file.  The caller closes `Source.data`.

    Raises PictureError: missing, denied, io_error, empty, or unsupported.
    """
    try:
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(status.st_mode):
            raise PictureError(Status.UNSUPPORTED, "this is a pipe or a device, not a file")
        file = open(path, "rb", buffering=0)  # noqa: SIM115  (stays open where the picture is huge)
        try:
            source = _read_open(file)
        except BaseException:
            file.close()
            raise
    except OSError as error:
        raise _from_os(error) from error
    except ValueError as error:
        raise PictureError(Status.MISSING, "no file can have this name") from error
    if not isinstance(source.data, io.BufferedReader):
        file.close()
    return source


def _read_open(file: io.FileIO) -> Source:
    """Look at the head before the rest is read: a film of many gigabytes is turned away at once."""
    head = file.read(HEAD)
    if not head:
        raise PictureError(Status.EMPTY, "the file has no bytes")
    picture_format = detect_format(head)
    if picture_format is None:
        raise PictureError(Status.UNSUPPORTED, f"the file is {describe_content(head)}, no picture this program reads")
    size = os.fstat(file.fileno()).st_size
    if size > _IN_MEMORY:
        return Source(picture_format, io.BufferedReader(file), size)
    data = head + file.readall()
    return Source(picture_format, io.BytesIO(data), len(data))


def _from_os(error: OSError) -> PictureError:
    """The status and sentence of an error of the file system; what is in no table is the disk's failure."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    status, sentence = _STATUS_OF_ERRNO.get(
        error.errno or 0, (Status.IO_ERROR, f"the file could not be read ({reason})")
    )
    return PictureError(status, sentence)
