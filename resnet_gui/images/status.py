"""The statuses a picture can end with, fixed for every table the program writes."""

from enum import StrEnum


class Status(StrEnum):
    """The result of one file.  The value is the word in the `status` column.

    meaning: the end of a sentence, for tooltips and messages.
    """

    OK = "ok", "read and classified"
    EMPTY = "empty", "the file has no bytes"
    UNSUPPORTED = "unsupported", "not a picture the program reads, whatever its name"
    CORRUPT = "corrupt", "a picture file whose content cannot be decoded"
    TRUNCATED = "truncated", "the file ends early; only a part of the picture is there"
    TOO_LARGE = "too_large", "more pixels than the limit allows"
    MISSING = "missing", "gone since the folder was scanned"
    DENIED = "denied", "no permission to read the file"
    IO_ERROR = "io_error", "the disk or the network drive failed while reading"
    CRASHED = "crashed", "the decoder took the engine down on this file; not tried again until asked"

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> "Status":
        """A member, its value being the word."""
        status = str.__new__(cls, value)
        status._value_ = value
        status.meaning = meaning
        return status


LARGEST_MEGAPIXELS = 300
"""Larger pictures are `too_large`, unless a person says otherwise."""
