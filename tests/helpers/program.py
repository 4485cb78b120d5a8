"""The program as a person starts it: a real process with a home folder of its own."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

COMMAND = (sys.executable, "-P", "-m", "resnet_gui")


@dataclass(frozen=True)
class Outcome:
    """What a finished process left behind."""

    status: int
    out: str
    err: str


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, with RESNET_GUI_HOME moved and no display."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return {**kept, "RESNET_GUI_HOME": str(home), "PYTHONUTF8": "1", **(extra or {})}


def run(
    arguments: Sequence[str | Path],
    home: Path,
    *,
    timeout_s: float = 240,
    cwd: Path | None = None,
    extra: Mapping[str, str] | None = None,
    command: Sequence[str] = COMMAND,
) -> Outcome:
    """Run the program to its end."""
    done = subprocess.run(
        [*command, *map(os.fspath, arguments)],
        env=environment(home, extra),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout_s,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, read by Python's own reader."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


def without_ms(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows less the one column that differs from run to run."""
    return [{name: value for name, value in row.items() if name != "ms"} for row in rows]
