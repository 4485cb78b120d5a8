"""How one round of a speed measurement goes round its pictures, is counted and ends."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from resnet_gui.engine.queues import Control
from resnet_gui.engine.record import Job, Record

_PATIENCE = 4
"""So many times its seconds a slow round may take, to come through the pictures that exact answered."""


@dataclass(frozen=True, slots=True)
class Terms:
    """When a round begins to count, and when it ends.

    warm: answers that are not counted; warm_s: nor is what comes before so many seconds are over.
    seconds: how long it counts.  least: answers to be counted at least.
    """

    warm: int
    warm_s: float
    seconds: float
    least: int


class RoundCounter:
    """A sink that counts answers from the end of the warm-up on, keeps each picture's winner, and says when to end.

    wanted: pictures whose answers are waited for, with patience.  pictures: how many there are.
    tell: is told 0…1 of the round.  over: cancelled at the end, so that nobody waits for what is still on its way.
    """

    def __init__(self, terms: Terms, wanted: Collection[int], pictures: int, tell: Callable[[float], None]) -> None:
        self.winners: dict[int, int] = {}
        self.unreadable: set[int] = set()
        self.over = Control()
        self._terms, self._wanted, self._pictures, self._tell = terms, wanted, pictures, tell
        self._opened = time.perf_counter()
        self._seen = 0
        self._begun: float | None = None
        self._counted = 0
        self._last = 0.0

    @property
    def rate(self) -> float:
        """Pictures per second, 0.0 where nothing could be counted."""
        if self._begun is None or self._last <= self._begun:
            return 0.0
        return self._counted / (self._last - self._begun)

    def put(self, record: Record) -> None:
        """As `Sink.put`."""
        now = time.perf_counter()
        if record.prediction is None:
            self.unreadable.add(record.job.id)
            if len(self.unreadable) == self._pictures:
                self.over.cancel()
            return
        self.winners.setdefault(record.job.id, record.prediction.top[0].index)
        self._seen += 1
        if self.over.cancelled:
            return  # what was still on its way
        if self._begun is None:
            if self._is_warm(now - self._opened):
                self._begun = now
            return
        self._counted, self._last = self._counted + 1, now
        spent = now - self._begun
        seconds = self._terms.seconds
        self._tell(spent / seconds)
        enough = self._counted >= self._terms.least and (self.winners.keys() | self.unreadable) >= set(self._wanted)
        if spent >= seconds and (enough or spent >= _PATIENCE * seconds):
            self.over.cancel()

    def _is_warm(self, elapsed: float) -> bool:
        """At the first answer after the warm-up.

        Answers of one call come together: counted from the first of a call to the first of another, the time is that of
        whole calls.  A slow machine is warm enough when it has worked as long as it would be counted.
        """
        warm = self._seen > self._terms.warm and elapsed >= self._terms.warm_s
        return warm or elapsed > self._terms.seconds


class Count:
    """A sink that only counts."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self.answered = 0
        self._put = 0
        self._tell = tell

    def put(self, record: Record) -> None:
        """As `Sink.put`."""
        self._put += 1
        self.answered += record.prediction is not None
        self._tell(self._put)


class NoNotes:
    """Nobody has to know which picture took the process down: nothing is kept of it."""

    def note(self, slot: int, job_id: int) -> None:
        """As `Notes.note`."""

    def clear(self, slot: int) -> None:
        """As `Notes.clear`."""


def again_and_again(jobs: Sequence[Job], tally: RoundCounter) -> Iterator[Job]:
    """The pictures, round and round, those that cannot be read once, until the tally has enough."""
    while not tally.over.cancelled:
        readable = [job for job in jobs if job.id not in tally.unreadable]
        if not readable:
            return
        yield from takewhile(lambda job: not tally.over.cancelled, readable)


def others_first(jobs: Sequence[Job], tally: RoundCounter) -> list[Job]:
    """In which order the next round takes them: those that this one did not come to first, none that cannot be read."""
    readable = [job for job in jobs if job.id not in tally.unreadable]
    return sorted(readable, key=lambda job: job.id in tally.winners)
