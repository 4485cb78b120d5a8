"""How fast exact, fast and turbo are on this machine, and how often they agree: measured with pictures at hand.

Each word answers the same pictures on the way that every run takes (`engine.pipeline`), for a few seconds after a
warm-up; the pictures go round as long as it takes.  exact comes first: what it got through in its time is what the
others are asked about.
"""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from resnet_gui import __version__
from resnet_gui.engine.backend import Backend
from resnet_gui.engine.calibration import LEAST_CROPS, MOST_CROPS
from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.open_backend import open_backend
from resnet_gui.engine.pipeline import Work, run_pipeline
from resnet_gui.engine.precision import Arithmetic, DeviceKind, arithmetic
from resnet_gui.engine.queues import Control
from resnet_gui.engine.ranges import find_ranges
from resnet_gui.engine.record import Job, Record
from resnet_gui.engine.self_check import fixed_picture
from resnet_gui.engine.threads import usable_threads
from resnet_gui.errors import DeviceError, EngineError
from resnet_gui.folders import folders
from resnet_gui.network.openvino_library import core
from resnet_gui.runs.facts import versions
from resnet_gui.runs.spec import RunSpec
from resnet_gui.runs.speed_figures import RangesCheck, Speeds, WordSpeed, kept_path
from resnet_gui.runs.speed_pictures import read_ahead
from resnet_gui.runs.work import work_of
from resnet_gui.weights.weight_set import WeightSet

_log = logging.getLogger(__name__)

MOST_PICTURES = MOST_CROPS
"""As many as show int8 its ranges."""
SECONDS = 2.5
"""For each word, after its warm-up."""
_WARM = 1 / 6
"""Part of its seconds that a word works before it is counted."""
_LEAST_COUNTED = 5
_PATIENCE = 4
"""So many times its seconds a slow word may take, to come through the pictures that exact answered."""

Opener = Callable[[WeightSet, DeviceChoice, Precision], Backend]


@dataclass(frozen=True, slots=True)
class Stage:
    """What is being measured: the number-th of `of` words; or calibrating, which comes before turbo's measurement.

    fraction: 0…1 of this stage.
    """

    word: Precision
    number: int
    of: int
    calibrating: bool
    fraction: float


Report = Callable[[Stage], None]


def measure_speeds(
    weights: WeightSet,
    device: DeviceChoice,
    pictures: Sequence[str],
    *,
    samples: bool,
    control: Control,
    report: Report = lambda stage: None,
    network_too: bool = False,
    seconds: float = SECONDS,
    opener: Opener = open_backend,
) -> Speeds:
    """Measure the three words; takes 10 s, more where int8 has to be shown its ranges first.

    pictures: paths, of which the first MOST_PICTURES are used; samples: whether they are the program's own.
    network_too: also the network alone, without files and decoding; half as long again.
    Raises Cancelled, DeviceError where the device cannot even compute exactly, EngineError when no picture can be read.
    """
    bench = _Bench(weights, device, pictures[:MOST_PICTURES], control, report, seconds, opener)
    return bench.measure(samples, network_too)


def same_word(word: Precision, kind: DeviceKind) -> Precision | None:
    """The earlier word that means the same on this kind of device, None where there is none.

    On a CPU without bf16, fast still decodes JPEGs at a reduced scale, which exact never does: it is a word of its own.
    """
    means = {one: (arithmetic(one, kind, cpu_has_bf16=True), one is not Precision.EXACT) for one in Precision}
    first = next(one for one in Precision if means[one] == means[word])
    return None if first is word else first


def speeds_key(weights: WeightSet, device: DeviceChoice) -> str:
    """What figures belong to, as 32 hex digits: network, device, the machine's processor and threads, versions."""
    libraries = versions()
    with_openvino = device.kind in ("cpu", "gpu")  # elsewhere it need not be loaded
    facts = {
        "weights": weights.sha256,
        "network": weights.network.as_dict(),
        "recipe": asdict(weights.recipe),
        "device": [device.kind, device.ordinal, device.name],
        "processor": str(core().get_property("CPU", "FULL_DEVICE_NAME")) if with_openvino else "",
        "threads": usable_threads(),
        "program": __version__,
        "libraries": [libraries.get(name) for name in ("openvino", "pillow", "torch", "torchvision")],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def speeds_path(weights: WeightSet, device: DeviceChoice) -> Path:
    """Where these figures are kept."""
    return kept_path(folders().cache, speeds_key(weights, device))


def ranges_check(weights: WeightSet, device: DeviceChoice) -> RangesCheck | None:
    """What is known of int8 without measuring: its calibration's own check; None where none was made."""
    if arithmetic(Precision.TURBO, device.kind) is not Arithmetic.INT8:
        return None
    ranges = find_ranges(weights, folders())
    return None if ranges is None or not ranges.asked else RangesCheck(ranges.asked, ranges.agreed)


class _Bench:
    """One measurement of all words."""

    def __init__(
        self,
        weights: WeightSet,
        device: DeviceChoice,
        pictures: Sequence[str],
        control: Control,
        report: Report,
        seconds: float,
        opener: Opener,
    ) -> None:
        self._weights, self._device, self._control = weights, device, control
        self._jobs = [Job(number, path, 0, 0) for number, path in enumerate(pictures)]
        self._report, self._seconds, self._opener = report, seconds, opener
        self._network_too = False
        self._words = [word for word in Precision if same_word(word, device.kind) is None]

    def measure(self, samples: bool, network_too: bool) -> Speeds:
        """As `measure_speeds`."""
        self._network_too = network_too
        read_ahead([job.path for job in self._jobs], self._control)
        exact, tally = self._word(Precision.EXACT, self._jobs)
        if not tally.winners:
            raise EngineError(
                f"None of {len(self._jobs)} pictures could be read, so nothing was measured. Choose other pictures."
            )
        reference = tally.winners
        self._jobs = [job for job in self._jobs if job.id not in tally.unreadable]
        words = [replace(exact, asked=len(reference), agreed=len(reference))]
        for word in (Precision.FAST, Precision.TURBO):
            same = same_word(word, self._device.kind)
            words.append(WordSpeed(word, same_as=same) if same else self._compared(word, reference))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Speeds(tuple(words), len(reference), samples, now)

    def _compared(self, word: Precision, reference: dict[int, int]) -> WordSpeed:
        """A word's figures, or why there are none."""
        calibration: RangesCheck | None = None
        calibrated = 0
        try:
            if self._needs_ranges(word):
                if len(self._jobs) < LEAST_CROPS:
                    return WordSpeed(word, why_not=_few(len(self._jobs)))
                calibrated, calibration = self._calibrate()
            asked_jobs = [job for job in self._jobs if job.id in reference]
            found, tally = self._word(word, asked_jobs)
        except DeviceError as error:
            _log.warning("%s was not measured: %s", word, error)
            return WordSpeed(word, why_not=str(error))
        if calibration is not None:  # its ranges were made from most of the pictures: only those kept back may judge it
            return replace(found, asked=calibration.asked, agreed=calibration.agreed, calibrated=calibrated)
        asked = tally.winners.keys() & reference.keys()
        agreed = sum(tally.winners[number] == reference[number] for number in asked)
        return replace(found, asked=len(asked), agreed=agreed)

    def _word(self, word: Precision, jobs: Sequence[Job]) -> tuple[WordSpeed, "_Tally"]:
        """The word's rate over these pictures, and its answers."""
        self._control.check()
        self._tell(word, 0.0)
        backend = self._opener(self._weights, self._device, word)
        try:
            warm = 2 * max(1, backend.parallel_calls) * max(1, backend.crops_per_call)
            wanted = frozenset[int]() if word is Precision.EXACT else frozenset(job.id for job in jobs)
            tally = _Tally(warm, self._seconds, wanted, len(jobs), lambda part: self._tell(word, part))
            run_pipeline(_round(jobs, tally), self._work(word), backend, tally, self._control, _NoNotes())
            self._control.check()
            alone = self._network_alone(backend) if self._network_too else 0.0
            return WordSpeed(word, computed_in=backend.precision, rate=tally.rate, network_rate=alone), tally
        finally:
            backend.close()

    def _network_alone(self, backend: Backend) -> float:
        """Crops per second with as many callers as the backend takes, which never wait for a picture."""
        crops = np.repeat(fixed_picture(self._weights.recipe.crop), max(1, backend.crops_per_call), axis=0)
        end = time.perf_counter() + self._seconds / 2

        def call_on(_: int) -> int:
            calls = 0
            while time.perf_counter() < end and not self._control.cancelled:
                backend.logits(crops)
                calls += 1
            return calls

        begin, callers = time.perf_counter(), max(1, backend.parallel_calls)
        with ThreadPoolExecutor(callers, "network-alone") as pool:
            calls = sum(pool.map(call_on, range(callers)))
        self._control.check()
        return calls * len(crops) / (time.perf_counter() - begin)

    def _needs_ranges(self, word: Precision) -> bool:
        numbers = arithmetic(word, self._device.kind, cpu_has_bf16=True)
        return numbers is Arithmetic.INT8 and find_ranges(self._weights, folders()) is None

    def _calibrate(self) -> tuple[int, RangesCheck]:
        """Show int8 its ranges with these pictures, once each; they are kept for next time.  Raises DeviceError."""
        self._control.check()
        backend = self._opener(self._weights, self._device, Precision.TURBO)
        try:
            sink = _Count(lambda done: self._tell(Precision.TURBO, done / len(self._jobs), calibrating=True))
            run_pipeline(self._jobs, self._work(Precision.TURBO), backend, sink, self._control, _NoNotes())
        finally:
            backend.close()  # which keeps the ranges
        self._control.check()
        ranges = find_ranges(self._weights, folders())
        if ranges is None:
            raise DeviceError(_few(sink.answered) if sink.answered < LEAST_CROPS else _NOT_KEPT)
        return ranges.pictures, RangesCheck(ranges.asked, ranges.agreed)

    def _work(self, word: Precision) -> Work:
        """As a run of single crops has it."""
        return work_of(RunSpec(paths=(), precision=word), self._weights.recipe)

    def _tell(self, word: Precision, fraction: float, calibrating: bool = False) -> None:
        number = self._words.index(word) + 1
        self._report(Stage(word, number, len(self._words), calibrating, min(1.0, fraction)))


_NOT_KEPT = "int8's ranges were measured but could not be kept; is the disk full?"


def _few(pictures: int) -> str:
    return f"int8 must first see {LEAST_CROPS} pictures of yours, and there were {pictures}: open a folder with more."


class _Tally:
    """A sink that counts answers from the end of the warm-up on, keeps each picture's winner, and says when to end.

    warm: answers that are not counted.  wanted: pictures whose answers are waited for, with patience.
    """

    def __init__(
        self, warm: int, seconds: float, wanted: Collection[int], pictures: int, tell: Callable[[float], None]
    ) -> None:
        self.winners: dict[int, int] = {}
        self.unreadable: set[int] = set()
        self.over = threading.Event()
        self._warm, self._seconds, self._wanted, self._pictures, self._tell = warm, seconds, wanted, pictures, tell
        self._opened = time.perf_counter()
        self._seen = 0
        self._begun: float | None = None
        self._counted = 0
        self._last = 0.0

    @property
    def rate(self) -> float:
        """Pictures per second, 0.0 where nothing could be counted."""
        if self._begun is None or self._last <= self._begun:
            return 0.0
        return self._counted / (self._last - self._begun)

    def put(self, record: Record) -> None:
        """As `Sink.put`."""
        now = time.perf_counter()
        if record.prediction is None:
            self.unreadable.add(record.job.id)
            if len(self.unreadable) == self._pictures:
                self.over.set()
            return
        self.winners.setdefault(record.job.id, record.prediction.top[0].index)
        self._seen += 1
        if self.over.is_set():
            return  # what was still on its way
        if self._begun is None:
            warm = self._seen >= self._warm and now - self._opened >= self._seconds * _WARM
            if warm or now - self._opened > self._seconds:  # a slow machine is warm enough by then
                self._begun = now
            return
        self._counted, self._last = self._counted + 1, now
        spent = now - self._begun
        self._tell(spent / self._seconds)
        enough = self._counted >= _LEAST_COUNTED and (self.winners.keys() | self.unreadable) >= set(self._wanted)
        if spent >= self._seconds and (enough or spent >= _PATIENCE * self._seconds):
            self.over.set()


class _Count:
    """A sink that only counts."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self.answered = 0
        self._put = 0
        self._tell = tell

    def put(self, record: Record) -> None:
        """As `Sink.put`."""
        self._put += 1
        self.answered += record.prediction is not None
        self._tell(self._put)


class _NoNotes:
    """Nobody has to know which picture took the process down: nothing is kept of it."""

    def note(self, slot: int, job_id: int) -> None:
        """As `Notes.note`."""

    def clear(self, slot: int) -> None:
        """As `Notes.clear`."""


def _round(jobs: Sequence[Job], tally: _Tally) -> Iterator[Job]:
    """The pictures, round and round, those that cannot be read once, until the tally has enough."""
    while not tally.over.is_set():
        readable = [job for job in jobs if job.id not in tally.unreadable]
        if not readable:
            return
        for job in readable:
            if tally.over.is_set():
                return
            yield job
