"""All parts, one after the other, each watched from outside; and the file they are written to."""

import argparse
import contextlib
import datetime
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.machine import this_machine
from tests.benchmarks.process import ROOT
from tests.benchmarks.rows import Row
from tests.gpu.part import LIMITS_S, jpeg_decoder

_PHOTOS = (ROOT.parent / "shared" / "photos", ROOT / "shared" / "photos")
_TAIL = 2000
_FIRST = "device"
"""Without it nothing else makes sense."""


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one part.

    status: "passed", "failed" (an error, or a figure outside its limit), "out of time" or "not begun".
    said: what went wrong, one sentence; trouble: the end of what it printed on stderr then.
    rows: figures, judged where they have a limit.  facts: what is only told, by name.
    """

    name: str
    status: str
    seconds: float = 0.0
    said: str = ""
    trouble: str = ""
    rows: tuple[Row, ...] = ()
    facts: Mapping[str, str | float] | None = None


def run_all(options: argparse.Namespace) -> int:
    """Run, write, say on stdout how it went; the exit status."""
    begin = time.monotonic()
    names = options.only or list(LIMITS_S)
    unknown = [name for name in names if name not in LIMITS_S]
    if unknown:
        print(f"There is no part '{unknown[0]}'; the parts are {', '.join(LIMITS_S)}.")
        return 2
    photos = options.photos or next((folder for folder in _PHOTOS if folder.is_dir()), None)
    done: list[Part] = []
    with tempfile.TemporaryDirectory(prefix="resnet-gui-gpu-") as work:
        command = [sys.executable, "-m", "tests.gpu", "--device", options.device, "--work", work]
        command += ["--photos", str(photos.absolute())] if photos else []
        command += ["--weights", str(options.weights.absolute())] if options.weights else []
        command += ["--quick"] if options.quick else []
        for name in names:
            left = 60 * options.minutes - (time.monotonic() - begin)
            if left <= 0 or (done and done[0].name == _FIRST and done[0].status != "passed"):
                why = "the time was over" if left <= 0 else "the device cannot be used"
                part = Part(name, "not begun", said=f"Not begun, because {why}.")
            else:
                part = watched(name, [*command, "--part", name], min(left, LIMITS_S[name]), work)
            done.append(part)
            print(f"{part.name}: {part.status} ({part.seconds:.1f} s) {part.said}".rstrip(), flush=True)
            _write(options, done, "photographs" if photos else "pieces of the program's samples", begin)
    if not any(part.rows or part.facts for part in done):
        return 2
    return int(any(part.status != "passed" for part in done))


def watched(name: str, command: Sequence[str], limit_s: float, home: str) -> Part:
    """One part, ended with all it has started when its time is over; what it had found by then counts."""
    environment = os.environ | {"RESNET_GUI_HOME": str(Path(home) / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    begin = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
        )
        try:
            status: int | None = child.wait(limit_s)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # its own children too: workers of a loop
            child.wait()
        out.seek(0)
        err.seek(0)
        lines, trouble = out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace")
    rows, facts = parse(lines)
    seconds = time.monotonic() - begin
    if status is None:
        return Part(name, "out of time", seconds, f"Ended after {limit_s:.0f} s.", trouble[-_TAIL:], rows, facts)
    if status != 0:
        last = (trouble.strip().splitlines() or [f"ended with status {status}"])[-1]
        return Part(name, "failed", seconds, last, trouble[-_TAIL:], rows, facts)
    outside = [row for row in rows if not row.holds]
    said = "; ".join(f"{row.name}: {row.value:.4g} {row.unit}, limit {row.limit:g}" for row in outside)
    return Part(name, "failed" if outside else "passed", seconds, said, "", rows, facts)


def parse(lines: str) -> tuple[tuple[Row, ...], dict[str, str | float]]:
    """Rows and facts from a part's lines; what is no JSON (a library's own words, a line cut short) is left out."""
    found: list[dict[str, Any]] = []
    for line in lines.splitlines():
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    rows = tuple(Row(**each["row"]) for each in found if "row" in each)
    return rows, {each["fact"]["name"]: each["fact"]["value"] for each in found if "fact" in each}


def _write(options: argparse.Namespace, parts: Iterable[Part], pictures: str, begin: float) -> None:
    """Everything so far."""
    values = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "device": options.device,
        "quick": options.quick,
        "seconds": time.monotonic() - begin,
        "machine": asdict(this_machine()),
        "jpeg_decoder": jpeg_decoder(),
        "pictures": pictures,
        "parts": [asdict(part) for part in parts],
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
