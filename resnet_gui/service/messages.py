"""What the window and the engine's process say to each other: that something is asked, told, answered; never what.

Frozen dataclasses, pickled over a private pipe between two processes of the same program.  Large things never travel:
they lie in a file of the session's folder, and the answer says where.
A `token` is the asker's own number of what was asked; all that is said of it carries that number.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from resnet_gui.operations.operation import Operation

SUPERSEDED = "Something newer was asked for."
"""The sentence of a Failed that only says that something newer took its place."""

# ---------------------------------------------------------------- the window says


@dataclass(frozen=True, slots=True)
class Ask:
    """Do this; said of it are any number of Told, then one Answered or Failed."""

    token: int
    operation: Operation[Any, Any]


@dataclass(frozen=True, slots=True)
class Pause:
    """Finish what is in flight, then wait."""

    token: int


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on after a pause."""

    token: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop soon; it is answered, or fails with Why.CANCELLED."""

    token: int


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Stop everything and end the process."""


Message = Ask | Pause | Resume | Cancel | Shutdown

# ---------------------------------------------------------------- the engine's process says


@dataclass(frozen=True, slots=True)
class Ready:
    """The process is up; comes again when it had to be started again."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an operation tells on its way.  update: of the type that the operation names."""

    token: int
    update: Any


@dataclass(frozen=True, slots=True)
class Answered:
    """It is done.  answer: of the type that the operation names."""

    token: int
    answer: Any


class Why(StrEnum):
    """Why something that was asked has no answer."""

    ERROR = "error"
    """It could not be done."""
    CANCELLED = "cancelled"
    """It was cancelled, or something newer took its place."""
    LOST = "lost"
    """The process died while it was at work on it, or cannot be started."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It has no answer.  sentence: what happened and what to do; may be empty where it was cancelled."""

    token: int
    sentence: str
    why: Why = Why.ERROR


@dataclass(frozen=True, slots=True)
class Lost:
    """Made by the client, not sent: the process ended by itself and is being started again.  sentence: for a person."""

    sentence: str


Event = Ready | Told | Answered | Failed | Lost


def newest_told(events: Iterable[Event]) -> list[Event]:
    """The events without what is out of date: of several words of one type in a row about one token, the last stays."""
    kept: list[Event] = []
    for event in events:
        last = kept[-1] if kept else None
        if (
            isinstance(event, Told)
            and isinstance(last, Told)
            and (last.token, type(last.update)) == (event.token, type(event.update))
        ):
            kept[-1] = event
        else:
            kept.append(event)
    return kept
