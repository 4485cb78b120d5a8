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
    """The phase of a transfer."""

    WAITING = "waiting"
    """Another program is fetching the same file."""
    CONNECTING = "connecting"
    DOWNLOADING = "downloading"
    COPYING = "copying"
    CHECKING = "checking"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class TransferProgress:
    """How far a transfer is.

    phase: what is going on.
    done: bytes so far.
    total: bytes of the whole, None while unknown.
    rate: bytes a second over the last three seconds, 0 at first.
    """

    phase: TransferPhase
    done: int = 0
    total: int | None = None
    rate: float = 0.0

    @property
    def seconds_left(self) -> float | None:
        """None while it is not known."""
        return (self.total - self.done) / self.rate if self.total is not None and self.rate > 0 else None


Report = Callable[[TransferProgress], None]
"""Called with the progress, at most ten times a second and at each change of phase; must be quick."""
Stop = Callable[[], bool]
"""Asked about ten times a second; True: stop."""


def no_report(_progress: TransferProgress) -> None:
    """A `Report` for those who do not want to know."""


def no_stop() -> bool:
    """A `Stop` that no_stop stops."""
    return False


class FetchError(Exception):
    """An address could not be fetched.

    reason: as the end of a sentence: "… cannot be downloaded: the connection was cut".
    again: whether another try may help.
    """

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


@dataclass(frozen=True, slots=True)
class Response:
    """A server's response before its body.

    status: HTTP's number.
    headers: names in small letters.
    published: SHA-256 that was sent along, or empty.
    """

    status: int
    headers: Mapping[str, str]
    published: str


class ProgressMeter:
    """Turns numbers of bytes into reports with a rate.

    report: called at once, and from `update` at most ten times a second.
    phase: of all its reports.
    start: bytes that were there before; no rate counts them.
    total: bytes of the whole, None while unknown.
    """

    def __init__(self, report: Report, phase: TransferPhase, start: int, total: int | None) -> None:
        self._report, self._phase, self._total = report, phase, total
        self._marks = deque([(time.monotonic(), start)])
        self._told = 0.0
        report(TransferProgress(phase, start, total))

    def update(self, done: int) -> None:
        """Report that so many bytes are done, where it is time to."""
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
