"""The network on prepared crops, and decoding on one core: each timed alone, in this process."""

import itertools
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.backend import Backend, CropIndices
from resnet_gui.engine.record import Job
from resnet_gui.engine.stages import PipelineSettings, Prepared, join_crops, prepare
from resnet_gui.images.quick_jpeg import Scratch

CROPS_KEPT = 64
"""Different crops that the network is asked about in turn; int8 and bf16 care nothing for what is on them."""

Call = tuple[NDArray[np.uint8], CropIndices]
"""Squares, and which of them the network is to look at, mirrored or not: what `Backend.logits` is given."""


@dataclass(frozen=True, slots=True, eq=False)
class Decoding:
    """s: seconds of one core for a picture, decoded and cut.  prepared: some of the pictures."""

    s: float
    prepared: list[Prepared]


def decode_all(paths: Sequence[Path], work: PipelineSettings) -> Decoding:
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
        if len(prepared) < CROPS_KEPT:
            prepared.append(result)
    return Decoding(spent / len(paths), prepared)


def calls_of(prepared: Sequence[Prepared], backend: Backend, crops: int) -> list[Call]:
    """What the pipeline hands to the backend: as many pictures a call as it wants, at least one."""
    size = max(1, backend.crops_per_call // crops)
    count = max(1, len(prepared) // size)
    ring = itertools.cycle(prepared)
    return [join_crops([picture.crops for picture in itertools.islice(ring, size)]) for _ in range(count)]


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
