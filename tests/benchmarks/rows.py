"""What every benchmark hands over: rows of one figure each, with the limit it is measured against."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a benchmark.

    name: what was measured, as the table shows it.  value: the figure, in `unit`.  limit: the most it may be (least,
    where `at_least`), in the same unit; None where the figure is only told.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the figure keeps within its limit; True where it has none."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def print_rows(rows: Iterable[Row]) -> int:
    """A line for each row on stdout; the exit status: 1 where one is outside its limit, else 0."""
    status = 0
    for row in rows:
        bound = "" if row.limit is None else f"  ({'at least' if row.at_least else 'at most'} {row.limit:g} {row.unit})"
        print(f"{row.name:60} {row.value:10.3f} {row.unit}{bound}{'' if row.holds else '  FAILS'}")
        status = status if row.holds else 1
    return status
