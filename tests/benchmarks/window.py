"""What the window costs: a run in it against the same run on the command line, in turns, and its stalls.

    python -m tests.benchmarks.window [--rounds 5] [--pictures 1000] [--folder DIR]

Both tell the run's own rate, counted by the same code from the first picture to the last row: starts are measured
elsewhere.  Each run has an empty home folder, so that nothing has been done before.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.pictures import linked, photographs, read_once
from tests.benchmarks.process import BenchmarkError
from tests.benchmarks.rows import Row, print_rows
from tests.benchmarks.screens import installed, screen
from tests.benchmarks.start import probe

PICTURES = 1000
LEAST_PART, WORST_MS, P99_MS = 97.0, 100.0, 16.0


def measure(rounds: int, pictures: int = PICTURES, folder: Path | None = None) -> list[Row]:
    """The rows of this benchmark.  folder: of pictures; None for the photographs of ../shared.

    Raises BenchmarkError where there are no pictures, or a run is not whole.
    """
    found: dict[str, list[dict[str, float]]] = {"window": [], "command": []}
    with tempfile.TemporaryDirectory() as work, screen() as (word, on_screen):
        place = linked(photographs(folder), pictures, Path(work) / "pictures")
        read_once(place)
        for turn in range(rounds):
            for what in ("window", "command") if turn % 2 else ("command", "window"):
                home = Path(work) / f"home-{turn}-{what}"
                figures = probe(what, place, installed(str(home), str(Path(work) / "bytecode"), on_screen))
                if figures.get("pictures") != pictures:
                    raise BenchmarkError(f"The run ({what}) did not reach its end: {figures}.")
                found[what].append(figures)
    parts = [100 * ours["rate"] / other["rate"] for ours, other in zip(found["window"], found["command"], strict=True)]
    window = {name: statistics.median(one[name] for one in found["window"]) for name in found["window"][0]}
    rate = statistics.median(one["rate"] for one in found["command"])
    return [
        Row(f"run of {pictures:,} pictures, command line", rate, "pictures/s"),
        Row(f"run of {pictures:,} pictures, window ({word})", window["rate"], "pictures/s"),
        Row("window against command line", statistics.median(parts), "%", LEAST_PART, at_least=True),
        Row("processor time of the window's process", 100 * window["cpu_s"] / (window["ended"] - window["began"]), "%"),
        Row("longest stall of the window, launch included", window["worst_ms"], "ms", WORST_MS),
        Row("stalls of the window, p99", window["p99_ms"], "ms", P99_MS),
    ]


def main() -> int:
    """Prints the rows; 1 where one is outside its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pictures", type=int, default=PICTURES)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    return print_rows(measure(options.rounds, options.pictures, options.folder))


if __name__ == "__main__":
    sys.exit(main())
