"""The bodies of the pipeline's threads, one function each; `pipeline` connects them.

A stage ends by the exceptions of its queues: Closed when all is done, Cancelled when the work was given up.
"""

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.backend import Backend
from resnet_gui.engine.modes import Average
from resnet_gui.engine.queues import BoundedQueue, Control
from resnet_gui.engine.record import Job, Record
from resnet_gui.engine.voting import predict
from resnet_gui.images.decode import Limits, decode
from resnet_gui.images.preprocess import CropSet, make_crops
from resnet_gui.images.preprocessing import Preprocessing
from resnet_gui.images.quick_jpeg import Scratch
from resnet_gui.images.status import Status

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PipelineSettings:
    """How a run of the pipeline treats every picture.

    preprocessing: how pixels become the network's input.
    crops: 1 or 10.
    average: how ten answers become one.
    limits: which pictures are decoded.
    decoders: decoding threads, at least 1.
    time_limit_s: a picture whose decoding takes longer, in seconds, is given up.
    reduced: whether large JPEGs may be decoded at a reduced scale, never below twice the size the network needs, and
        only the part that becomes a crop be resized (faster; pixels differ by a level or two, so never for exact).
    """

    preprocessing: Preprocessing
    crops: int
    average: Average
    limits: Limits
    decoders: int
    time_limit_s: float = 30.0
    reduced: bool = False


class Sink(Protocol):
    """The receiver of records.  Called from one thread only, the one that called `run_pipeline`."""

    def put(self, record: Record) -> None:
        """Take one record; may block, which slows the pipeline down; may raise, which ends it."""
        ...


class Notes(Protocol):
    """The log of what is being decoded, written where it survives the death of this process."""

    def note(self, slot: int, job_id: int) -> None:
        """The decoder `slot` (0 … decoders - 1) begins this job."""
        ...

    def clear(self, slot: int) -> None:
        """The decoder `slot` has come through."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A picture that is ready for the network.

    job: the file.
    status: ok, or truncated where that was accepted.
    message: why the status is not ok, else empty.
    width, height: of the upright picture, in pixels.
    crops: for the network.
    ms: decoding and cutting, in milliseconds.
    """

    job: Job
    status: Status
    message: str
    width: int | None
    height: int | None
    crops: CropSet
    ms: float


class Abandoned(Exception):  # noqa: N818 - the end of a thread, not an error
    """This thread has been replaced while it was stuck; what it holds is no longer wanted."""


class Decoder:
    """One decoding thread as the pipeline sees it: its current job, since when, and whether it still counts.

    A thread that hangs in a decoder's C code cannot be stopped.  It is abandoned: its slot goes to a new thread, and
    if it ever comes back, its result is thrown away.

    slot: 0 … decoders - 1.
    settings: of the pipeline.
    notes: the log of what is being decoded.
    """

    def __init__(self, slot: int, settings: PipelineSettings, notes: Notes) -> None:
        self.slot = slot
        self._settings = settings
        self._notes = notes
        self._scratch = Scratch()
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._since = 0.0
        self._abandoned = False

    def decode(self, job: Job) -> Prepared | Record:
        """The job's crops, or the record that says why there are none.  Raises Abandoned."""
        with self._lock:
            self._check()
            self._notes.note(self.slot, job.id)
            self._job, self._since = job, time.monotonic()
        result = prepare(job, self._settings, self._scratch)
        with self._lock:
            self._check()
            self._job = None
            self._notes.clear(self.slot)
        return result

    def give_up(self, limit_s: float) -> Job | None:
        """Abandon the thread if it has been at one picture for longer than this, and say at which."""
        with self._lock:
            if self._job is None or time.monotonic() - self._since <= limit_s:
                return None
            return self._abandon()

    def leave(self) -> None:
        """Abandon the thread, whatever it is at: it writes no note and delivers nothing from now on."""
        with self._lock:
            if not self._abandoned:
                self._abandon()

    def _abandon(self) -> Job | None:
        self._abandoned = True
        if self._job is not None:
            self._notes.clear(self.slot)
        return self._job

    def _check(self) -> None:
        if self._abandoned:
            raise Abandoned


def feed(source: Iterable[Job], jobs: BoundedQueue[Job]) -> None:
    """Thread "feed": from the source to the decoders."""
    for job in source:
        jobs.put(job)


def decode_all(
    jobs: BoundedQueue[Job],
    decoder: Decoder,
    prepared: BoundedQueue[Prepared],
    records: BoundedQueue[Record],
    control: Control,
) -> None:
    """Threads "decode-N": each picture becomes crops for the device, or a record at once."""
    while True:
        job = jobs.get()
        control.wait_while_paused()
        result = decoder.decode(job)
        if isinstance(result, Record):
            records.put(result)
        else:
            prepared.put(result)


def infer_all(
    prepared: BoundedQueue[Prepared],
    backend: Backend,
    pictures_per_call: int,
    average: Average,
    records: BoundedQueue[Record],
    control: Control,
) -> None:
    """Threads "infer-N": batches of pictures go to the device, records come back."""
    while True:
        pictures = prepared.get_some(pictures_per_call)
        control.wait_while_paused()
        for record in classify(pictures, backend, average):
            records.put(record)


def prepare(job: Job, settings: PipelineSettings, scratch: Scratch | None = None) -> Prepared | Record:
    """Decode one file and cut its crops; what goes wrong with it becomes its record.  scratch: as `decode`."""
    begin = time.perf_counter()
    at_least = 2 * (settings.preprocessing.resize or settings.preprocessing.crop) if settings.reduced else None
    try:
        decoded = decode(job.path, settings.limits, at_least, scratch)
        if decoded.image is None:
            return Record(job, decoded.status, decoded.message, decoded.width, decoded.height, _ms_since(begin))
        crops = make_crops(decoded.image, settings.preprocessing, settings.crops, nearly=settings.reduced)
    except MemoryError:
        return Record(job, Status.TOO_LARGE, "there is not enough memory for the picture", ms=_ms_since(begin))
    except Exception as error:  # noqa: BLE001 - one picture must not end the run, whatever a decoder thinks of next
        _log.exception("a picture failed in an unknown way")
        message = f"the picture cannot be decoded ({type(error).__name__}: {error})"
        return Record(job, Status.CORRUPT, message, ms=_ms_since(begin))
    return Prepared(job, decoded.status, decoded.message, decoded.width, decoded.height, crops, _ms_since(begin))


def classify(pictures: list[Prepared], backend: Backend, average: Average) -> list[Record]:
    """Compute these pictures on the device in one call; the call's time is shared out by crops.

    Raises DeviceError, and EngineError where the answer is not a number.
    """
    squares, indices = join_crops([picture.crops for picture in pictures])
    begin = time.perf_counter()
    logits = backend.logits(squares, indices)
    if len(logits) != len(indices):
        raise RuntimeError(f"{len(logits)} answers to {len(indices)} crops")
    ms_per_crop = _ms_since(begin) / len(indices)
    records = []
    first = 0
    for picture in pictures:
        own = logits[first : first + len(picture.crops.indices)]
        first += len(own)
        records.append(
            Record(
                job=picture.job,
                status=picture.status,
                message=picture.message,
                width=picture.width,
                height=picture.height,
                ms=picture.ms + ms_per_crop * len(own),
                prediction=predict(own, average),
            )
        )
    return records


def join_crops(sets: list[CropSet]) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """One call of `Backend.logits` for several pictures: all squares in a row, the indices shifted to match."""
    if len(sets) == 1:
        return sets[0].squares, sets[0].indices
    indices = []
    before = 0
    for one in sets:
        indices.append(np.where(one.indices >= 0, one.indices + before, one.indices - before))
        before += len(one.squares)
    return np.concatenate([one.squares for one in sets]), np.concatenate(indices)


def _ms_since(begin: float) -> float:
    return (time.perf_counter() - begin) * 1000
