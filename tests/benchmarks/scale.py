"""A thousand pictures against twenty thousand: as fast, and in as much memory?

The 1,000 are run before and after the 20,000.  Rates are those once started (the time of one picture is taken off):
whole processes would flatter the longer run, whose start weighs less.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.figures import median, rate_once_started
from tests.benchmarks.ours import Setting, classify
from tests.benchmarks.process import Finished
from tests.benchmarks.rows import Row
from tests.benchmarks.throughput import Tell

LEAST_PART = 0.97
MOST_MIB_APART = 50.0
MOST_MIB = 700.0


@dataclass(frozen=True, slots=True)
class ScaleRound:
    """Processes over one picture, the few (twice) and the many."""

    one: Finished
    few: tuple[Finished, Finished]
    many: Finished


@dataclass(frozen=True, slots=True)
class ScaleResult:
    """few, many: how many pictures."""

    precision: str
    few: int
    many: int
    rounds: tuple[ScaleRound, ...]

    @property
    def few_rate(self) -> float:
        """Pictures/s once started, the median of all runs over few."""
        return median(
            rate_once_started(self.few, run.seconds, turn.one.seconds) for turn in self.rounds for run in turn.few
        )

    @property
    def many_rate(self) -> float:
        """Pictures/s once started, the median of all runs over many."""
        return median(rate_once_started(self.many, turn.many.seconds, turn.one.seconds) for turn in self.rounds)

    @property
    def part(self) -> float:
        """The rate over many in rates over few; each round is compared with its own few, then the median is taken."""
        return median(self._part(turn) for turn in self.rounds)

    def _part(self, turn: ScaleRound) -> float:
        seconds = (turn.few[0].seconds + turn.few[1].seconds) / 2
        few = rate_once_started(self.few, seconds, turn.one.seconds)
        return rate_once_started(self.many, turn.many.seconds, turn.one.seconds) / few


def measure(setting: Setting, precision: str, folders: tuple[Path, Path, Path], sizes: tuple[int, int], rounds: int,
            tell: Tell) -> ScaleResult:  # fmt: skip
    """folders: of one picture, of few, of many; sizes: how many few and many are."""
    one, few, many = folders
    turns = []
    for number in range(rounds):
        tell(f"scale: round {number + 1} of {rounds}, {sizes[0]:,} pictures before and after {sizes[1]:,}")
        start = classify(setting, precision, one, 1)
        before = classify(setting, precision, few, sizes[0])
        long = classify(setting, precision, many, sizes[1])
        after = classify(setting, precision, few, sizes[0])
        turns.append(ScaleRound(start, (before, after), long))
    return ScaleResult(precision, *sizes, tuple(turns))


def rows(result: ScaleResult, *, judged: bool) -> list[Row]:
    """The rate and the memory of many against those of few."""
    name = f"{result.many:,} against {result.few:,} pictures, {result.precision}"
    found = [Row(f"{name}: rate", 100 * result.part, "%", 100 * LEAST_PART if judged else None, True)]
    few = [run.peak_mib for turn in result.rounds for run in turn.few if run.peak_mib is not None]
    many = [turn.many.peak_mib for turn in result.rounds if turn.many.peak_mib is not None]
    if few and many:
        apart = abs(max(many) - max(few))
        found.append(Row(f"{name}: peak memory apart", apart, "MiB", MOST_MIB_APART if judged else None))
        found.append(Row(f"{name}: peak memory of the longer run", max(many), "MiB", MOST_MIB if judged else None))
    return found
