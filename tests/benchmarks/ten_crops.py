"""Ten crops of N pictures against one crop of 10 N: as many crops, so it should cost no more.

Both are whole processes and start once.  Both go over the same N pictures, in the second case ten times.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.figures import median
from tests.benchmarks.ours import PRECISIONS, Setting, classify
from tests.benchmarks.rows import Row
from tests.benchmarks.throughput import Tell

CROPS = 10


@dataclass(frozen=True, slots=True)
class CropsRound:
    """Seconds by precision: `ten` of N pictures with ten crops, `single` of 10 N with one."""

    ten: Mapping[str, float]
    single: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CropsResult:
    """pictures: N."""

    pictures: int
    rounds: tuple[CropsRound, ...]

    def rate(self, precision: str) -> float:
        """Pictures/s with ten crops, whole process."""
        return self.pictures / median(turn.ten[precision] for turn in self.rounds)

    def cost(self, precision: str) -> float:
        """Time of ten crops in times of ten single crops; the median of the rounds' ratios."""
        return median(turn.ten[precision] / turn.single[precision] for turn in self.rounds)


def measure(setting: Setting, few: Path, many: Path, pictures: int, rounds: int, tell: Tell) -> CropsResult:
    """few: a folder of N pictures; many: one of 10 N, the same ones again and again."""
    turns = []
    for number in range(rounds):
        ten: dict[str, float] = {}
        single: dict[str, float] = {}
        for precision in PRECISIONS if number % 2 == 0 else reversed(PRECISIONS):
            tell(f"crops: round {number + 1} of {rounds}, {precision}")
            ten[precision] = classify(replace(setting, crops=CROPS), precision, few, pictures).seconds
            single[precision] = classify(setting, precision, many, CROPS * pictures).seconds
        turns.append(CropsRound(ten, single))
    return CropsResult(pictures, tuple(turns))


def rows(result: CropsResult, *, judged: bool) -> list[Row]:
    """No more than ten single crops."""
    return [
        Row(f"Ten crops, {precision}: × ten single crops", result.cost(precision), "×", 1.0 if judged else None)
        for precision in PRECISIONS
    ]
