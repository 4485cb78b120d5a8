"""What the Weights dialog shows, as data: made by `flows.weights_rows`, drawn by the dialog.  No Qt in here."""

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where a weight file stands."""

    BUILT_IN = "built in"
    HERE = "here"
    ABSENT = "not here"
    PART = "part here"
    WAITING = "waiting"
    BUSY = "busy"
    FAILED = "failed"


class Act(StrEnum):
    """What a person can do with a weight file."""

    DOWNLOAD = "download"
    STOP = "stop"
    USE = "use"
    ADOPT = "adopt"
    VERIFY = "verify"
    REMOVE = "remove"
    COPY = "copy"
    """Its address on the web, to the clipboard."""


@dataclass(frozen=True, slots=True)
class ActView:
    """One button.  why_not: the sentence shown while it cannot be pressed, else empty.

    question: asked before it is done ("Remove 171 MB?"), in place of the buttons; empty for none.
    """

    act: Act
    text: str
    tip: str
    primary: bool = False
    why_not: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One weight file.

    name: in the catalogue, or "built-in".  group: the heading it stands under.  kind: "101" or "101 v2".
    line: small letters below the title; figure: "80.9 %" or empty; size: "171 MB".
    words: of where it stands ("42 % · 8.1 MB/s · 12 s left"); fraction: 0…1 of what is under way, negative where the
    length is unknown, None where nothing is.  used: it is the network in use.
    facts: (label, value) lines; message: what came of the last thing done with it, and whether that went wrong.
    found_by: all words it is found by, in small letters.
    """

    name: str
    title: str
    group: str
    kind: str
    line: str
    figure: str
    size: str
    place: Place
    words: str
    fraction: float | None
    used: bool
    facts: tuple[tuple[str, str], ...]
    message: str
    bad: bool
    acts: tuple[ActView, ...]
    found_by: str


@dataclass(frozen=True, slots=True)
class WeightsView:
    """The whole dialog.  note: one sentence below the list: where files go, and through which proxy.

    message: what came of a file that was given without saying which entry it is; bad: whether that went wrong.
    """

    rows: tuple[WeightRow, ...]
    folder: str
    note: str
    message: str = ""
    bad: bool = False
