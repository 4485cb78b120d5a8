"""The statuses a picture can end with, fixed for every table the program writes."""

from enum import StrEnum


class Status(StrEnum):
    """What became of one file.  The value is the word in the `status` column."""

    OK = "ok"
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"
    CORRUPT = "corrupt"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    MISSING = "missing"
    DENIED = "denied"
    IO_ERROR = "io_error"
    CRASHED = "crashed"


MEANING: dict[Status, str] = {
    Status.OK: "read and classified",
    Status.EMPTY: "the file has no bytes",
    Status.UNSUPPORTED: "not a picture the program reads, whatever its name",
    Status.CORRUPT: "a picture file whose content cannot be decoded",
    Status.TRUNCATED: "the file ends early; only a part of the picture is there",
    Status.TOO_LARGE: "more pixels than the limit allows",
    Status.MISSING: "gone since the folder was scanned",
    Status.DENIED: "no permission to read the file",
    Status.IO_ERROR: "the disk or the network drive failed while reading",
    Status.CRASHED: "the decoder took the engine down on this file; not tried again until asked",
}
"""What each status means, for tooltips, `doctor` and the user guide."""

LARGEST_MEGAPIXELS = 300
"""Larger pictures are `too_large`, unless a person says otherwise."""
