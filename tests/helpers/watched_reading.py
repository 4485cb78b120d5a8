"""Reads weight files in a process of its own that is watched: what it opens, runs and imports, its time, its memory.

    python -m tests.helpers.watched_reading FOLDER

Reads each file of the folder, in order of names, and prints a line of JSON for each.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from resnet_gui.errors import WeightsError
from resnet_gui.weights.formats import reader_for
from resnet_gui.weights.readers import hdf5, keras_zip, safetensors, torch_pickle

LOADED = (hdf5, keras_zip, safetensors, torch_pickle)
"""Before the watch begins, as `formats` loads each when it is first met: what is watched is the reading."""
_RESET = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
HARMLESS = {"object.__getattr__", "object.__setattr__", "array.__new__", "sys._getframe", "builtins.id"}
"""Audit events of Python that touch nothing outside the process."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    events: audit events but for its own opening.  seconds: of the processor.  peak_mb: how far the memory rose.
    """

    name: str
    message: str
    events: list[str]
    seconds: float
    peak_mb: float


def read_watched(folder: Path) -> list[Outcome]:
    """The outcome of each file in the folder, read by a new process."""
    command = [sys.executable, "-m", __name__, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    if done.returncode:
        raise RuntimeError(f"the reading process ended with {done.returncode}: {done.stderr[-2000:]}")
    return [Outcome(**json.loads(line)) for line in done.stdout.splitlines()]


def require_proc() -> None:
    """Skips the calling test where Linux' /proc does not tell of peaks of memory."""
    if not _RESET.exists():
        pytest.skip("peaks of memory are told by /proc of Linux only")


def reset_peak() -> float:
    """Begin anew to look for the peak; returns the memory in use in MB.  Source: proc(5), clear_refs."""
    _RESET.write_text("5", encoding="ascii")
    return peak_mb()


def peak_mb() -> float:
    """The most memory the process has had since `reset_peak`, in MB."""
    line = next(line for line in _STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _opened(file: Any) -> str:
    """The path of what `open` is given: a path, or the number of a file already open."""
    return str(Path(f"/proc/self/fd/{file}").readlink()) if isinstance(file, int) else str(file)


def main(folder: Path) -> None:
    """Prints the outcomes.  Any exception but WeightsError ends the process."""
    events: list[str] = []
    own: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if own and event not in HARMLESS and not (event == "open" and _opened(arguments[0]) == own[0]):
            events.append(f"{event} {arguments!r}"[:300])

    sys.addaudithook(watch)
    for path in sorted(folder.iterdir()):
        events.clear()
        before = reset_peak()
        start = time.process_time()
        own.append(str(path))
        try:
            message = f"read: {len(reader_for(path)(path).arrays)} arrays"
        except WeightsError as error:
            message = str(error)
        own.clear()
        seconds = time.process_time() - start
        outcome = {"name": path.name, "message": message, "events": list(events), "seconds": seconds}
        print(json.dumps({**outcome, "peak_mb": peak_mb() - before}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
