"""What the two parts of the work cost alone: the network on prepared crops, and decoding on one core.

    python -m tests.benchmarks.parts FOLDER [--network FILE] [--precision exact] [--crops 1] [--device auto] …

A process of its own, called in every round, so that limit and whole are measured within the same minute.  It opens the
network as the program does, and decodes as the pipeline does.  Prints one line of JSON (`Parts`).
"""

import argparse
import itertools
import json
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.backend import Backend, Looks
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Job
from resnet_gui.engine.stages import Prepared, Work, prepare, together
from resnet_gui.engine.threads import usable_threads
from resnet_gui.images.quick_jpeg import Scratch
from resnet_gui.runs.network_cache import NetworkCache
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.runs.work import work_of
from tests.benchmarks.parts_line import Parts

_WARM_UP_S = 0.5
_WARM_UP_PICTURES = 3
_CROPS_KEPT = 64
"""Different crops that the network is asked about in turn; int8 and bf16 care nothing for what is on them."""

Call = tuple[NDArray[np.uint8], Looks]
"""Squares, and which of them the network is to look at, mirrored or not: what `Backend.logits` is given."""


@dataclass(frozen=True, slots=True, eq=False)
class _Decoding:
    """s: seconds of one core for a picture, decoded and cut.  prepared: some of the pictures."""

    s: float
    prepared: list[Prepared]


def measure(spec: RunSpec, pictures: int, seconds: float) -> Parts:
    """Both parts; the network before and after decoding, so that a machine that slows down is met by both."""
    cache = NetworkCache()
    loaded = cache.borrow(spec.choice, spec.precision, spec.device)
    try:
        work = work_of(spec, loaded.weights.recipe)
        paths = sorted(path for path in Path(spec.paths[0]).iterdir() if path.is_file())
        decode_all(paths[:_WARM_UP_PICTURES], work)
        some = decode_all(paths[:_CROPS_KEPT], work).prepared
        calls = _calls(some, loaded.backend, spec.crops)
        network_rate(loaded.backend, calls, _WARM_UP_S)
        first = network_rate(loaded.backend, calls, seconds / 2)
        decoding = decode_all(paths[:pictures], work)
        second = network_rate(loaded.backend, calls, seconds / 2)
        return Parts(
            network_rate=(first + second) / 2 / spec.crops,
            decode_s=decoding.s,
            cores=usable_threads(),
            shared=loaded.device.kind == "cpu",
            precision=loaded.backend.precision,
            description=loaded.backend.description,
        )
    finally:
        cache.give_back(loaded)
        cache.close()


def decode_all(paths: Sequence[Path], work: Work) -> _Decoding:
    """Decode one after another in this thread.  Seconds are the thread's own, so that others' noise does not count."""
    prepared: list[Prepared] = []
    scratch = Scratch()  # as each of the pipeline's decoders has one
    spent = 0.0
    for number, path in enumerate(paths):
        job = Job(number, str(path), path.stat().st_size, 0)
        begin = time.thread_time()
        result = prepare(job, work, scratch)
        spent += time.thread_time() - begin
        if not isinstance(result, Prepared):
            raise RuntimeError(f"{path} is {result.status}: {result.message}; only good pictures can be measured on")
        if len(prepared) < _CROPS_KEPT:
            prepared.append(result)
    return _Decoding(spent / len(paths), prepared)


def _calls(prepared: Sequence[Prepared], backend: Backend, crops: int) -> list[Call]:
    """What the pipeline hands to the backend: as many pictures a call as it wants, at least one."""
    size = max(1, backend.crops_per_call // crops)
    count = max(1, len(prepared) // size)
    ring = itertools.cycle(prepared)
    return [together([picture.views for picture in itertools.islice(ring, size)]) for _ in range(count)]


def network_rate(backend: Backend, calls: Sequence[Call], seconds: float) -> float:
    """Crops/s with as many callers as the backend has use for."""
    done: list[tuple[int, float]] = []
    begin = time.perf_counter()

    def ask(caller: int) -> None:
        crops, turn = 0, caller
        while time.perf_counter() - begin < seconds:
            crops += len(backend.logits(*calls[turn % len(calls)]))
            turn += 1
        done.append((crops, time.perf_counter()))

    callers = [threading.Thread(target=ask, args=(number,)) for number in range(backend.parallel_calls)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    if len(done) < len(callers):
        raise RuntimeError("the network failed under its callers")  # the threads have printed why
    return sum(crops for crops, _ in done) / (max(end for _, end in done) - begin)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.parts")
    parser.add_argument("folder")
    parser.add_argument("--network", default=BUILT_IN)
    parser.add_argument("--precision", default="exact")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--crops", type=int, default=1)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args(arguments)
    spec = RunSpec(
        paths=(options.folder,),
        choice=NetworkChoice(options.network),
        crops=options.crops,
        precision=Precision(options.precision),
        device=options.device,
    )
    print(json.dumps(asdict(measure(spec, options.pictures, options.seconds))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
