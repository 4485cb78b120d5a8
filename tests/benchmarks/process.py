"""A process from its start to its end: its wall time, and the most memory it ever held."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout; every child process works there, so that it finds `tests` and `resnet_gui`."""
_TAIL = 1500
_LONGEST_S = 3600.0
_MIB = 2**20


class BenchmarkError(Exception):
    """Something could not be measured; one sentence."""


@dataclass(frozen=True, slots=True)
class Finished:
    """seconds: wall time from before the start to after the end.  peak_mib: the largest resident set, MiB; None where
    the system does not tell (Windows).  out: what it printed."""

    seconds: float
    peak_mib: float | None
    out: str


def run_to_end(
    command: Sequence[str], environment: Mapping[str, str] | None = None, limit_s: float = _LONGEST_S
) -> Finished:
    """Run it with nothing to read, and end it after so many seconds.

    Raises BenchmarkError with the end of its stderr where it fails, or has to be ended.

    On Linux the peak of a child counts from before `exec`, when it still is a copy of this process; so this process
    must stay smaller than what it measures, which is why nothing here imports numpy or torch.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        child = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        watchdog = threading.Timer(limit_s, child.kill)
        watchdog.start()
        try:
            peak_mib = _wait(child)
        except BaseException:
            child.kill()
            child.wait()
            raise
        finally:
            watchdog.cancel()
        seconds = time.perf_counter() - begin
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    if child.returncode and seconds >= limit_s:
        raise BenchmarkError(f"{' '.join(map(str, command))} did not end within {limit_s:g} s.")
    if child.returncode:
        raise BenchmarkError(
            f"{' '.join(map(str, command))} ended with status {child.returncode}: {texts[1].strip()[-_TAIL:]}"
        )
    return Finished(seconds, peak_mib, texts[0])


def _wait(child: subprocess.Popen[bytes]) -> float | None:
    """Wait for the end; the peak of the resident set in MiB."""
    if sys.platform == "win32":
        child.wait()
        return None
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for; Popen must not try again
    return usage.ru_maxrss / (_MIB if sys.platform == "darwin" else 1024)  # bytes on macOS, KiB elsewhere
