"""The errors a person is meant to read: one sentence that says what happened, to which file, and what to do.

    KnownError            could not be done (exit status 1)
    ├── UsageError        the request itself is wrong (exit status 2)
    ├── WeightsError      a weight file cannot be used
    │   ├── DownloadError     a published weight file cannot be fetched
    │   └── StoppedError      a person stopped the fetching, copying or checking of a weight file
    ├── ClassNamesError   a class-names file cannot be used, or does not fit the network
    ├── DeviceError       the device asked for cannot be used
    ├── StoreError        a run's database cannot be opened, read or written
    ├── ExportError       a table cannot be written
    └── EngineError       the engine's process cannot do its work

Errors of foreign libraries become one of these at the edge where the library is called (`raise … from`).
Whatever is not a KnownError is a bug of ours and is reported as one.  Trouble with a picture is no
exception at all: it is a status of that picture's record (`images.status`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """One thing to say in two ways, as what to do about it differs.

    terminal: with what to type.  window: with what to do in the window.
    """

    terminal: str
    window: str

    def after(self, beginning: str) -> "Wording":
        """With the same beginning in both."""
        return Wording(beginning + self.terminal, beginning + self.window)


class KnownError(Exception):
    """A whole sentence for a person: what happened, which file, what to do.

    `str(error)`: the sentence, as a terminal shows it.  in_window: as the window shows it.
    """

    exit_status = 1

    def __init__(self, sentence: str | Wording) -> None:
        super().__init__(sentence if isinstance(sentence, str) else sentence.terminal)
        self.in_window = sentence if isinstance(sentence, str) else sentence.window


class UsageError(KnownError):
    """The request itself is wrong."""

    exit_status = 2


class WeightsError(KnownError):
    """A weight file cannot be used."""


class DownloadError(WeightsError):
    """A published weight file cannot be fetched."""


class StoppedError(WeightsError):
    """A person stopped the fetching, copying or checking of a weight file."""


class ClassNamesError(KnownError):
    """A class-names file cannot be used, or does not fit the network."""


class DeviceError(KnownError):
    """The device asked for cannot be used."""


class StoreError(KnownError):
    """A run's database cannot be opened, read or written."""


class ExportError(KnownError):
    """A table cannot be written."""


class EngineError(KnownError):
    """The engine's process cannot do its work."""


def printable(text: str, longest: int) -> str:
    """Text of a file or a server as it may stand in a sentence: without control characters, cut to `longest`."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:longest])
