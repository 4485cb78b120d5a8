"""Random changes of good .pth, TorchScript and .safetensors files, each read under a guard of time and memory.

    python -m tests.long.torch_files [--inputs 20000] [--first 0] [--keep FOLDER]

An input is made from its number alone.  Every outcome must be a clear error (WeightsError) or weights that pass every
check and are not larger than the file allows; anything else is printed with the number, and its file is kept.
Exit status 1 where there was such a thing.
"""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType

from resnet_gui.errors import WeightsError
from resnet_gui.network.description import BlockKind, Network
from resnet_gui.weights.architecture import check_arrays
from resnet_gui.weights.formats import reader_for
from resnet_gui.weights.library import identify
from resnet_gui.weights.readers.raw import file_errors
from tests.helpers.watched_reading import peak_mb, reset_peak
from tests.long.mutations import (
    Change,
    change_bytes,
    change_json,
    change_legacy_pickle,
    change_zip_entry,
    change_zip_pickle,
)
from tests.long.options import options
from tests.unit.weights.files import LAYOUTS, pickled, random_arrays, safetensors_file, torch_file
from tests.unit.weights.torch_files import Storages, script_archive, whole_model

SMALL = Network(block=BlockKind.BOTTLENECK, stages=(1, 1), widths=(2, 3), classes=3)
MOST_SECONDS = 5.0
MOST_MB = 300.0
"""Above what was in use; the files have forty kilobytes."""
_MOST_SECONDS_EACH = 0.1
_ADDRESS_SPACE = 2 << 30
_GROWTH = 6
"""Arrays may be so many times larger than the file: halves become floats, and tensors may share a storage."""


class TooLongError(BaseException):
    """The guard's own; nothing in the program may catch it."""


@cache
def samples() -> dict[str, tuple[bytes, tuple[Change, ...]]]:
    """Good files, and the changes that suit each beside `change_bytes`."""
    arrays = random_arrays(SMALL)
    storages = Storages()
    state = {f"module.{name}": storages.tensor(array) for name, array in arrays.items()}
    checkpoint = {"epoch": 3, "classes": ["a", "b", "c"], "state_dict": state, "ema": {"decay": 0.9}}
    zipped, legacy = (change_zip_pickle, change_zip_entry), (change_legacy_pickle,)
    return {
        "zip": (torch_file(arrays, "zip"), zipped),
        "checkpoint": (LAYOUTS["zip"](pickled(checkpoint), storages.data), zipped),
        "legacy": (torch_file(arrays, "legacy"), legacy),
        "whole model": (whole_model(arrays), zipped),
        "whole model, legacy": (whole_model(arrays, "legacy"), legacy),
        "TorchScript": (script_archive(arrays), zipped),
        "safetensors": (safetensors_file(arrays, {"format": "pt", "names": '["a", "b", "c"]'}), (change_json,)),
        "safetensors, half": (safetensors_file(arrays, {}, "F16"), (change_json,)),
    }


def make_input(number: int) -> tuple[str, bytes]:
    """The kind and the content of an input, from its number alone."""
    random = Random(number)
    kinds = list(samples())
    kind = kinds[number % len(kinds)]
    content, changes = samples()[kind]
    if random.random() < 0.6:
        content = random.choice(changes)(content, random)
    if content == samples()[kind][0] or random.random() < 0.3:
        content = change_bytes(content, random, [other for other, _ in samples().values()])
    return kind, content


@contextlib.contextmanager
def guard() -> Iterator[None]:
    """Raises TooLongError in what takes longer than MOST_SECONDS."""

    def end(number: int, frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, end)
    timer = signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)  # pytest has one of its own
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *timer)


def outcome(path: Path) -> str:
    """ "read", "refused", or what is wrong."""
    before = reset_peak()
    try:
        with guard():
            result = _read(path)
    except TooLongError:
        return f"took more than {MOST_SECONDS} s"
    except Exception as error:  # noqa: BLE001 (it is what is looked for)
        return f"{type(error).__name__}: {error}"
    used = peak_mb() - before
    return result if used < MOST_MB else f"took {used:.0f} MB"


def _read(path: Path) -> str:
    try:
        with file_errors(path):
            raw = reader_for(path)(path)
            found = identify(raw)
            check_arrays(found.network, found.arrays)
    except WeightsError as error:
        message = str(error)
        if "memory" in message or str(path) not in message or len(message) > 700 or not message.isprintable():
            return f"a poor sentence: {message[:300]!r}"
        return "refused"
    size = sum(array.nbytes for array in raw.arrays.values())
    return "read" if size < _GROWTH * path.stat().st_size else f"{size:,} bytes of arrays"


def read_inputs(numbers: range, folder: Path) -> Counter[str]:
    """Reads these inputs in this process; prints each finding and keeps its file.  Counts outcomes by kind."""
    counts: Counter[str] = Counter()
    path = folder / f"input-{os.getpid()}.bin"
    for number in numbers:
        kind, content = make_input(number)
        path.write_bytes(content)
        (folder / f"now-{os.getpid()}").write_text(str(number), encoding="ascii")
        result = outcome(path)
        if result not in ("read", "refused"):
            kept = path.replace(folder / f"found-{number}.bin")
            print(f"FOUND input {number} ({kind}): {result}; kept as {kept}", flush=True)
            result = "found"
        counts[f"{kind}: {result}"] += 1
    path.unlink(missing_ok=True)
    (folder / f"now-{os.getpid()}").unlink(missing_ok=True)
    return counts


def _worker(first: int, count: int, folder: Path) -> None:
    """A process of its own: what brings it down, or fills its memory, brings down no more."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    for result, times in sorted(read_inputs(range(first, first + count), folder).items()):
        print(f"COUNT {times} {result}")


def main() -> int:
    """Parts the inputs among two processes at a time."""
    asked = options(__doc__ or "", inputs=20_000, folder="resnet-gui-fuzz")
    if asked.worker:
        _worker(asked.first, asked.inputs, asked.keep)
        return 0
    start = time.monotonic()
    half = asked.inputs // 2
    shares = ((asked.first, half), (asked.first + half, asked.inputs - half))
    command = [sys.executable, "-m", __spec__.name, "--worker", "--keep", str(asked.keep)]
    processes = [
        subprocess.Popen([*command, "--first", str(first), "--inputs", str(count)], stdout=subprocess.PIPE, text=True)
        for first, count in shares
    ]
    counts: Counter[str] = Counter()
    failed = False
    for process in processes:
        try:
            output, _ = process.communicate(timeout=_MOST_SECONDS_EACH * asked.inputs + 60)
        except subprocess.TimeoutExpired:  # it hangs where no signal of Python's can end it
            process.kill()
            output, _ = process.communicate()
        for line in output.splitlines():
            word, _, rest = line.partition(" ")
            if word == "COUNT":
                times, _, result = rest.partition(" ")
                counts[result] += int(times)
            else:
                print(line)
                failed = True
        if process.returncode:
            at = (asked.keep / f"now-{process.pid}").read_text(encoding="ascii")
            print(f"FOUND input {at}: the process ended with {process.returncode}")
            failed = True
    for result, times in sorted(counts.items()):
        print(f"{times:8,}  {result}")
    print(f"{sum(counts.values()):8,}  inputs in {time.monotonic() - start:.0f} s")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
