"""How long the packaged program takes to its window and its first answer, seen from outside, on its screen.

    python -m tests.benchmarks.frozen FOLDER [--rounds 7]

FOLDER: what packaging/build.py made.  The program is started with a picture, as a double click on one does, in turns
with the unpackaged one; medians of the rounds, after one that only warms up.  The screen is a virtual one (Xvfb),
looked at every few milliseconds: "painted" is the first moment at which the window shows more than its ground,
"answered" the last at which anything on the screen changed, so the answer was there by then.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.process import ROOT
from tests.benchmarks.rows import Row, print_rows
from tests.helpers.virtual_screen import VirtualScreen, virtual_screen

PICTURE = ROOT / "resources" / "samples" / "grace_hopper.jpg"
PAINTED_S, ANSWERED_S = 1.0, 2.0
_LOOK_S, _STILL_S, _PATIENCE_S = 0.008, 2.0, 30.0
_STEP = 4
"""Every fourth pixel of every fourth line is looked at: a hundred thousand."""
_WINDOW_PART = 0.3
"""So much of the screen is covered once the window is there."""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds since the process was started."""

    painted: float
    answered: float


def watch(command: Sequence[str], environment: Mapping[str, str], screen: VirtualScreen) -> Start:
    """Start the program, look at the screen until nothing has changed for two seconds, end it.

    Raises RuntimeError where no window came.
    """
    empty = _look(screen)
    last, painted, changed = empty, None, 0.0
    begin = time.monotonic()
    program = subprocess.Popen(command, env=dict(environment), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while painted is None or time.monotonic() - begin - changed < _STILL_S:
            now = _look(screen)
            at = time.monotonic() - begin
            if not np.array_equal(now, last):
                last, changed = now, at
                if painted is None and _is_painted(now, empty):
                    painted = at
            if at > _PATIENCE_S:
                raise RuntimeError(f"{command[0]} showed no window, or one that never came to rest")
            time.sleep(_LOOK_S)
    finally:
        program.terminate()
        program.wait()
    _wait_until(screen, empty)
    return Start(painted, changed)


def _look(screen: VirtualScreen) -> NDArray[np.uint8]:
    return screen.pixels(_STEP)


def _is_painted(now: NDArray[np.uint8], empty: NDArray[np.uint8]) -> bool:
    """Whether a large window is there, and shows several colours: bar, card, text."""
    new = now[np.any(now != empty, axis=2)]
    return len(new) > _WINDOW_PART * empty[..., 0].size and float(new.std(axis=0).max()) > 5


def _wait_until(screen: VirtualScreen, empty: NDArray[np.uint8]) -> None:
    end = time.monotonic() + 10
    while not np.array_equal(_look(screen), empty) and time.monotonic() < end:
        time.sleep(0.05)


def measure(folder: Path, rounds: int) -> list[Row]:
    """The rows of this benchmark."""
    kinds = {
        "packaged": [str(folder / "resnet-gui"), str(PICTURE)],
        "not packaged": [sys.executable, "-P", "-m", "resnet_gui", str(PICTURE)],
    }
    found: dict[str, list[Start]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory() as work, virtual_screen() as screen:
        for turn in range(rounds + 1):
            for kind, command in kinds.items():
                home = Path(work) / kind
                mine = {
                    **screen.environment(),
                    "HOME": str(home),
                    "RESNET_GUI_HOME": str(home),
                    "PYTHONPATH": str(ROOT),
                }
                start = watch(command, mine, screen)
                if turn:
                    found[kind].append(start)
    rows = []
    for kind, starts in found.items():
        limits = (PAINTED_S, ANSWERED_S) if kind == "packaged" else (None, None)
        rows.append(Row(f"{kind}: window painted", statistics.median(one.painted for one in starts), "s", limits[0]))
        rows.append(Row(f"{kind}: answer painted", statistics.median(one.answered for one in starts), "s", limits[1]))
    return rows


def main() -> int:
    """Prints the rows; 1 where one is outside its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    os.chdir(ROOT)
    return print_rows(measure(options.folder.absolute(), options.rounds))


if __name__ == "__main__":
    sys.exit(main())
