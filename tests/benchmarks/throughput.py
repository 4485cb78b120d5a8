"""Whole processes over a folder: ours in its three precisions, the peers' loops, and the limit, round after round.

In a round everybody takes a turn, so that what else the machine does meets all; every second round goes backwards.
Ratios are taken within a round, then the median of the rounds.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.figures import median, rate_once_started, spread
from tests.benchmarks.ours import PRECISIONS, Setting, classify, parts
from tests.benchmarks.parts_line import Parts
from tests.benchmarks.peers import PeerSample, run_peer
from tests.benchmarks.process import BenchmarkError
from tests.benchmarks.rows import Row

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Task:
    """One benchmark.

    title: heading of its table; short: its name in the rows.  peer_network: what the peers call the network.
    of_timm, of_limit: by precision, the least ratio to timm's loop and the least part of the limit (0…1).
    peak_mib: the most memory each of our processes may hold.
    """

    key: str
    title: str
    short: str
    setting: Setting
    peer_network: str
    pictures: int
    peers: tuple[str, ...]
    of_timm: Mapping[str, float] = field(default_factory=dict)
    of_limit: Mapping[str, float] = field(default_factory=dict)
    peak_mib: float | None = None


@dataclass(frozen=True, slots=True)
class OurSample:
    """pictures, seconds: of the whole process; start_s: of one with a single picture."""

    pictures: int
    seconds: float
    start_s: float
    peak_mib: float | None
    parts: Parts

    @property
    def rate(self) -> float:
        """Pictures/s of the whole process."""
        return self.pictures / self.seconds

    @property
    def rate_once_started(self) -> float:
        """Pictures/s without start and end."""
        return rate_once_started(self.pictures, self.seconds, self.start_s)

    @property
    def of_limit(self) -> float:
        """The whole process' part of what decoding and network together allow, 0…1."""
        return self.rate / self.parts.limit


@dataclass(frozen=True, slots=True)
class Round:
    """What each measured in one round, by precision and by peer; load: how busy the machine was before (1 minute)."""

    ours: Mapping[str, OurSample]
    peers: Mapping[str, PeerSample]
    load: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """All rounds of one benchmark."""

    task: Task
    rounds: tuple[Round, ...]

    def middle(self, precision: str, what: Callable[[OurSample], float]) -> float:
        """The median of a figure of ours."""
        return median(what(turn.ours[precision]) for turn in self.rounds)

    def middle_of_peer(self, peer: str, what: Callable[[PeerSample], float]) -> float:
        """The median of a figure of a peer's."""
        return median(what(turn.peers[peer]) for turn in self.rounds)

    def times_loop(self, precision: str, peer: str) -> float:
        """Our whole process against the peer's loop without its start: the median of the rounds' ratios."""
        return median(turn.ours[precision].rate / turn.peers[peer].loop_rate for turn in self.rounds)

    def times_process(self, precision: str, peer: str) -> float:
        """Whole process against whole process."""
        return median(turn.ours[precision].rate / turn.peers[peer].rate for turn in self.rounds)

    def spread(self, precision: str) -> float:
        """How far apart the rounds were, as a part of the median."""
        return spread(turn.ours[precision].rate for turn in self.rounds)

    def peak_mib(self, precision: str) -> float | None:
        """The most memory of any round; None where the system does not tell."""
        peaks = [turn.ours[precision].peak_mib for turn in self.rounds]
        return max((peak for peak in peaks if peak is not None), default=None)


def measure(task: Task, folder: Path, one: Path, rounds: int, seconds: float, tell: Tell) -> Result:
    """Run the rounds.  folder: the task's pictures; one: a folder with one of them.  seconds: of the network alone."""
    contestants = (*PRECISIONS, *task.peers)
    turns = []
    for number in range(rounds):
        ours: dict[str, OurSample] = {}
        peers: dict[str, PeerSample] = {}
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        for name in contestants if number % 2 == 0 else reversed(contestants):
            tell(f"{task.key}: round {number + 1} of {rounds}, {name}")
            if name in PRECISIONS:
                ours[name] = _our_turn(task, name, folder, one, seconds)
            else:
                peers[name] = run_peer(name, task.peer_network, folder, task.pictures)
        turns.append(Round(ours, peers, load))
    return Result(task, tuple(turns))


def _our_turn(task: Task, precision: str, folder: Path, one: Path, seconds: float) -> OurSample:
    alone = parts(task.setting, precision, folder, min(task.pictures, 200), seconds)
    if precision == "turbo" and "measuring" in alone.precision:
        raise BenchmarkError(f"turbo still calibrates {task.short}, so its speed says nothing.")
    start = classify(task.setting, precision, one, 1)
    whole = classify(task.setting, precision, folder, task.pictures)
    return OurSample(task.pictures, whole.seconds, start.seconds, whole.peak_mib, alone)


def rows(result: Result) -> list[Row]:
    """The figures that a limit is set for."""
    return [*_ratio_rows(result), *_peak_rows(result)]


def _ratio_rows(result: Result) -> Iterable[Row]:
    task = result.task
    for precision, least in task.of_timm.items():
        if "timm" in task.peers:
            yield Row(
                f"{task.short}, {precision}: × timm's loop", result.times_loop(precision, "timm"), "×", least, True
            )
    for precision, least in task.of_limit.items():
        part = 100 * result.middle(precision, lambda sample: sample.of_limit)
        yield Row(f"{task.short}, {precision}: of the limit", part, "%", 100 * least, True)


def _peak_rows(result: Result) -> Iterable[Row]:
    for precision in PRECISIONS:
        peak = result.peak_mib(precision)
        if peak is not None and result.task.peak_mib is not None:
            yield Row(f"{result.task.short}, {precision}: peak memory", peak, "MiB", result.task.peak_mib)
