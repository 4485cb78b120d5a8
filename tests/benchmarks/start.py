"""How long a start takes: the command line as a whole, the window until it is painted, until it has answered.

    python -m tests.benchmarks.start [--rounds 11]

Whole processes, the kinds taking turns; medians of the rounds, after one that only warms up.  A cold start has an empty
home folder, and the system's cache of files is dropped before it where that is permitted (root on Linux); where it is
not, the row's name says so.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.benchmarks.process import ROOT, run_to_end
from tests.benchmarks.rows import Row, print_rows
from tests.benchmarks.screens import installed, screen

PICTURE = ROOT / "resources" / "samples" / "grace_hopper.jpg"
COMMAND_S, VISIBLE_S, ANSWERED_S, COLD_S = 0.8, 0.5, 1.0, 4.0
COLD_ROUNDS = 3
_DROP = Path("/proc/sys/vm/drop_caches")


def probe(what: str, path: Path, environment: Mapping[str, str]) -> dict[str, float]:
    """What `tests.benchmarks.probe` found in a process of its own."""
    command = [sys.executable, "-P", "-m", "tests.benchmarks.probe", what, repr(time.monotonic()), str(path)]
    out = run_to_end(command, {**environment, "PYTHONPATH": str(ROOT)}).out
    figures: dict[str, float] = json.loads(out.splitlines()[-1])
    return figures


def measure(rounds: int) -> list[Row]:
    """The rows of this benchmark.  Raises BenchmarkError where a process fails."""
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as work, screen() as (word, on_screen):
        home, bytecode = Path(work) / "home", Path(work) / "bytecode"
        warm = installed(str(home), str(bytecode), on_screen)
        command = [sys.executable, "-P", "-m", "resnet_gui", "classify", str(PICTURE)]
        for turn in range(rounds + 1):
            figures = probe("answer", PICTURE, warm)
            figures["command"] = run_to_end(command, {**warm, "PYTHONPATH": str(ROOT)}).seconds
            if turn:
                _keep(times, figures)
        dropped = False
        for turn in range(min(rounds, COLD_ROUNDS)):
            dropped = drop_caches()
            cold = installed(str(Path(work) / f"home-{turn}"), str(bytecode), on_screen)
            _keep(times, {f"cold {name}": value for name, value in probe("answer", PICTURE, cold).items()})
    middle: Callable[[str], float] = lambda name: statistics.median(times[name])  # noqa: E731
    first = "first start" if dropped else "first start (files still in the system's cache)"
    return [
        Row("classify one picture, whole process", middle("command"), "s", COMMAND_S),
        Row(f"window ({word}), painted", middle("visible"), "s", VISIBLE_S),
        Row(f"window ({word}), first prediction", middle("answered"), "s", ANSWERED_S),
        Row(f"window ({word}), {first}, painted", middle("cold visible"), "s"),
        Row(f"window ({word}), {first}, first prediction", middle("cold answered"), "s", COLD_S),
        Row(f"window ({word}), longest stall of its start", middle("worst_ms"), "ms", 100.0),
        Row(f"window ({word}), stalls of its start, p99", middle("p99_ms"), "ms", 16.0),
    ]


def drop_caches() -> bool:
    """Let the system forget the files it has read; whether it did."""
    if hasattr(os, "sync"):
        os.sync()
    try:
        _DROP.write_text("3", encoding="ascii")
    except OSError:
        return False
    return True


def _keep(times: dict[str, list[float]], figures: Mapping[str, float]) -> None:
    for name, value in figures.items():
        times.setdefault(name, []).append(value)


def main() -> int:
    """Prints the rows; 1 where one is outside its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=11)
    return print_rows(measure(parser.parse_args().rounds))


if __name__ == "__main__":
    sys.exit(main())
