"""How far the fetching, copying or checking of a weight file is, and how it is stopped; what a server answers.

Light: the window imports it.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

_WINDOW_S = 3.0
_EVERY_S = 0.1


class TransferPhase(StrEnum):
    """What is going on."""

    WAITING = "waiting"
    """Another program is fetching the same file."""
    CONNECTING = "connecting"
    DOWNLOADING = "downloading"
    COPYING = "copying"
    CHECKING = "checking"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class TransferProgress:
    """done, total: bytes; total None while unknown.  rate: bytes a second over the last three seconds, 0 at first."""

    phase: TransferPhase
    done: int = 0
    total: int | None = None
    rate: float = 0.0

    @property
    def seconds_left(self) -> float | None:
        """None where it cannot be told."""
        return (self.total - self.done) / self.rate if self.total is not None and self.rate > 0 else None


Report = Callable[[TransferProgress], None]
"""Hears of progress, at most ten times a second and at each change of phase; must be quick."""
Stop = Callable[[], bool]
"""Asked about ten times a second; True: stop."""


def unheard(_progress: TransferProgress) -> None:
    """A `Report` for those who do not want to know."""


def never() -> bool:
    """A `Stop` that never stops."""
    return False


class FetchError(Exception):
    """Why an address could not be fetched, as the end of a sentence: "… cannot be downloaded: the connection was cut".

    again: whether another try may help.
    """

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer before its body.  headers: names in small letters.  published: SHA-256 sent along, or empty."""

    status: int
    headers: Mapping[str, str]
    published: str


class Meter:
    """Turns numbers of bytes into reports with a rate; `start` is what was there before, which no rate counts."""

    def __init__(self, report: Report, phase: TransferPhase, start: int, total: int | None) -> None:
        self._report, self._phase, self._total = report, phase, total
        self._marks = deque([(time.monotonic(), start)])
        self._told = 0.0
        report(TransferProgress(phase, start, total))

    def tell(self, done: int) -> None:
        """Report where it is time to."""
        now = time.monotonic()
        if now - self._told < _EVERY_S:
            return
        self._told = now
        self._marks.append((now, done))
        while now - self._marks[0][0] > _WINDOW_S and len(self._marks) > 2:
            self._marks.popleft()
        (then, before) = self._marks[0]
        rate = max(done - before, 0) / (now - then) if now > then else 0.0
        self._report(TransferProgress(self._phase, done, self._total, rate))
