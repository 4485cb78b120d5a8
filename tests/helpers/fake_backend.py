"""A network that reads its answer off the picture: the class is written in the colour of the first pixel.

So a record that got another picture's answer is found out, whatever order pictures overtook each other in.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet_gui.engine.backend import CropIndices, select_crops
from resnet_gui.engine.record import Job, Record
from resnet_gui.images.preprocessing import Channels, Interpolation, Preprocessing

CLASSES = 512

TINY = Preprocessing("tiny", None, Interpolation.NEAREST, 4, Channels.RGB, 255.0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
"""Squashes every picture to 4 × 4 pixels, colours unchanged."""


class FakeBackend:
    """`engine.backend.Backend` with the answer in the pixels.

    before_answer: called in each call with its number of crops; it may sleep, block or raise.
    """

    description = "fake"
    precision = "fp32"

    def __init__(
        self, *, crops_per_call: int = 1, parallel_calls: int = 1, before_answer: Callable[[int], None] | None = None
    ) -> None:
        self.crops_per_call = crops_per_call
        self.parallel_calls = parallel_calls
        self.calls: list[int] = []
        self.most_inside = 0
        self._inside = 0
        self._lock = threading.Lock()
        self._before_answer = before_answer

    @property
    def answered(self) -> int:
        """How many crops have been answered."""
        return sum(self.calls)

    def logits(self, crops: NDArray[np.uint8], indices: CropIndices | None = None) -> NDArray[np.float32]:
        """10 at the class in the first pixel, 0 elsewhere."""
        if indices is not None:
            crops = select_crops(crops, indices)
        with self._lock:
            self._inside += 1
            self.most_inside = max(self.most_inside, self._inside)
        try:
            if self._before_answer is not None:
                self._before_answer(len(crops))
        finally:
            with self._lock:
                self._inside -= 1
        answer = np.zeros((len(crops), CLASSES), np.float32)
        numbers = crops[:, 0, 0, :2].astype(int) @ (1, 256)
        answer[np.arange(len(crops)), numbers] = 10
        with self._lock:
            self.calls.append(len(crops))
        return answer

    def close(self) -> None:
        """Nothing to give back."""


class ListSink:
    """Keeps the records."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def put(self, record: Record) -> None:
        """Keep one."""
        self.records.append(record)


class Slots:
    """Notes, kept in memory: what each slot is at, and everything that happened."""

    def __init__(self) -> None:
        self.at: dict[int, int] = {}
        self.log: list[tuple[str, int, int]] = []
        self._lock = threading.Lock()

    def note(self, slot: int, job_id: int) -> None:
        """A decoder begins."""
        with self._lock:
            assert slot not in self.at
            self.at[slot] = job_id
            self.log.append(("note", slot, job_id))

    def clear(self, slot: int) -> None:
        """A decoder has come through."""
        with self._lock:
            self.log.append(("clear", slot, self.at.pop(slot)))


def numbered_pictures(folder: Path, count: int) -> list[Job]:
    """PNG files of 5 × 3 pixels whose colour says their number, as jobs with ids from 1000 on."""
    jobs = []
    for number in range(count):
        path = folder / f"{number:04}.png"
        Image.new("RGB", (5, 3), (number % 256, number // 256, 0)).save(path)
        jobs.append(Job(1000 + number, str(path), 0, 0))
    return jobs


def wait_until(condition: Callable[[], bool], timeout_s: float = 5.0) -> None:
    """Fails when the condition does not come true in time."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)
