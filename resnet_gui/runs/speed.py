"""How fast exact, fast and turbo are on this machine, and how often they agree: measured with pictures at hand.

Each word answers the same pictures on the way that every run takes (`engine.pipeline`), for a few seconds after a
warm-up; the pictures go round as long as it takes.  The words take turns, exact, fast, turbo, exact …, in short rounds
of which the median counts: what else the machine is doing for a moment falls on all of them, not on one alone.  In each
round exact comes first: what it got through in its time is what the others are asked about.
"""

import hashlib
import json
import logging
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from resnet_gui import __version__
from resnet_gui.engine.backend import Backend
from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Arithmetic, DeviceKind, Precision, arithmetic
from resnet_gui.engine.open_backend import open_backend
from resnet_gui.engine.pipeline import PipelineSettings, run_pipeline
from resnet_gui.engine.queues import Control
from resnet_gui.engine.ranges import LEAST_CROPS, MOST_CROPS, find_ranges
from resnet_gui.engine.record import Job
from resnet_gui.engine.self_check import fixed_picture
from resnet_gui.engine.threads import usable_threads
from resnet_gui.errors import DeviceError, EngineError
from resnet_gui.folders import folders
from resnet_gui.network.openvino_library import core
from resnet_gui.runs.facts import versions
from resnet_gui.runs.pipeline_settings import pipeline_settings
from resnet_gui.runs.spec import RunSpec
from resnet_gui.runs.speed_figures import RangesCheck, Speeds, WordSpeed, kept_path
from resnet_gui.runs.speed_networks import Networks, Opener
from resnet_gui.runs.speed_pictures import read_ahead
from resnet_gui.runs.speed_round import Count, NoNotes, RoundCounter, Terms, again_and_again, others_first
from resnet_gui.weights.weight_set import WeightSet

_log = logging.getLogger(__name__)

MOST_PICTURES = MOST_CROPS
"""As many as show int8 its ranges."""
SECONDS = 2.2
"""For each word, after its warm-up, all rounds together."""
_ROUNDS, _ROUNDS_OF_LARGE = 3, 2
"""Of a network that is opened again for each round, fewer: opening it takes a second or two."""
_WARM = 1 / 6
"""Part of its seconds that a word works before it is counted."""
_LEAST_COUNTED = 5
_CALIBRATION = 0.5
"""Part of the whole that int8's calibration is told as, where there is one."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What is being measured: a word, in the number-th of `rounds`; or calibrating, which comes before all of them.

    fraction: 0…1 of the whole measurement; never less than before.
    """

    word: Precision
    number: int
    rounds: int
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
    bench = _Bench(weights, device, pictures[:MOST_PICTURES], control, report, seconds, opener, network_too)
    return bench.measure(samples)


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
        "recipe": asdict(weights.preprocessing),
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


@dataclass(slots=True)
class _Found:
    """What a word came to so far.

    rates: pictures per second of each round; alone: crops per second of the network.  winners: by the picture's number.
    check: int8's own, where its ranges were made just now, from so many `calibrated` pictures.
    """

    word: Precision
    computed_in: str = ""
    rates: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    winners: dict[int, int] = field(default_factory=dict)
    check: RangesCheck | None = None
    calibrated: int = 0
    why_not: str = ""

    def speed(self, reference: Mapping[int, int]) -> WordSpeed:
        """Its figures, compared with exact's winners; or why there are none."""
        if self.why_not:
            return WordSpeed(self.word, why_not=self.why_not)
        if self.check is not None:  # made from most of the pictures: only those kept back may judge it
            asked, agreed = self.check.asked, self.check.agreed
        else:
            both = self.winners.keys() & reference.keys()
            asked, agreed = len(both), sum(self.winners[number] == reference[number] for number in both)
        return WordSpeed(
            self.word,
            computed_in=self.computed_in,
            rate=_typical(self.rates),
            asked=asked,
            agreed=agreed,
            calibrated=self.calibrated,
            network_rate=_typical(self.alone),
        )


def _typical(rates: Sequence[float]) -> float:
    """The median of the rounds in which anything was counted, 0.0 without one."""
    counted = [rate for rate in rates if rate > 0]
    return statistics.median(counted) if counted else 0.0


def _leave_out(found: _Found, error: DeviceError) -> None:
    _log.warning("%s was not measured: %s", found.word, error)
    found.why_not = str(error)


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
        network_too: bool,
    ) -> None:
        self._weights, self._device, self._control, self._report = weights, device, control, report
        self._jobs = [Job(number, path, 0, 0) for number, path in enumerate(pictures)]
        self._networks = Networks(weights, device, opener)
        self._rounds = _ROUNDS if self._networks.beside else _ROUNDS_OF_LARGE
        self._seconds, self._network_too = seconds / self._rounds, network_too
        self._found = {word: _Found(word) for word in Precision if same_word(word, device.kind) is None}
        self._before = 0.0  # part of the whole that came before the rounds

    def measure(self, samples: bool) -> Speeds:
        """As `measure_speeds`."""
        read_ahead([job.path for job in self._jobs], self._control)
        try:
            if Precision.TURBO in self._found and self._needs_ranges():
                self._found[Precision.TURBO] = self._calibrated()
            if self._networks.beside:
                self._open_all()
            for number in range(1, self._rounds + 1):
                self._round(number)
        finally:
            self._networks.close()
        reference = self._found[Precision.EXACT].winners
        words = [
            self._found[word].speed(reference)
            if word in self._found
            else WordSpeed(word, same_as=same_word(word, self._device.kind))
            for word in Precision
        ]
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Speeds(tuple(words), len(reference), samples, now)

    def _open_all(self) -> None:
        """All networks, exact's last: a new one of the others is checked against another exact, which then goes."""
        self._tell(Precision.EXACT, 1, 0.0)
        for word, found in reversed(self._found.items()):
            self._control.check()
            try:
                if not found.why_not:
                    self._networks.of(word)
            except DeviceError as error:
                if word is Precision.EXACT:
                    raise
                _leave_out(found, error)

    def _round(self, number: int) -> None:
        """Each word once, about the same pictures: those that exact gets through in its time."""
        exact = self._word(Precision.EXACT, number, self._jobs, frozenset())
        if not self._found[Precision.EXACT].winners:
            raise EngineError(
                f"None of {len(self._jobs)} pictures could be read, so nothing was measured. Choose other pictures."
            )
        asked = [job for job in self._jobs if job.id in exact.winners]
        for word in (Precision.FAST, Precision.TURBO):
            found = self._found.get(word)
            if found is None or found.why_not:
                continue
            try:
                self._word(word, number, asked, frozenset(exact.winners))
            except DeviceError as error:
                _leave_out(found, error)
        self._jobs = others_first(self._jobs, exact)

    def _word(self, word: Precision, number: int, jobs: Sequence[Job], wanted: frozenset[int]) -> RoundCounter:
        """One round of a word; what it came to is added to its figures.  Raises Cancelled, DeviceError."""
        self._control.check()
        self._tell(word, number, 0.0)
        backend, found = self._networks.of(word), self._found[word]
        calls = max(1, backend.parallel_calls) * max(1, backend.crops_per_call)
        new = not (found.rates and self._networks.beside)
        # A network that has worked before needs its pipeline filled, no more.
        warm, warm_s = (2 * calls, self._seconds * self._rounds * _WARM) if new else (calls, 0.0)
        terms = Terms(warm, warm_s, self._seconds, math.ceil(_LEAST_COUNTED / self._rounds))
        tally = RoundCounter(terms, wanted, len(jobs), lambda part: self._tell(word, number, part))
        with self._control.when_cancelled(tally.over.cancel):
            run_pipeline(again_and_again(jobs, tally), self._work(word), backend, tally, tally.over, NoNotes())
        self._control.check()
        found.computed_in = backend.precision
        found.rates.append(tally.rate)
        found.winners |= tally.winners
        if self._network_too:
            found.alone.append(self._network_alone(backend))
        return tally

    def _network_alone(self, backend: Backend) -> float:
        """Crops per second with as many callers as the backend takes, which never wait for a picture."""
        crops = np.repeat(fixed_picture(self._weights.preprocessing.crop), max(1, backend.crops_per_call), axis=0)
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

    def _needs_ranges(self) -> bool:
        numbers = arithmetic(Precision.TURBO, self._device.kind, cpu_has_bf16=True)
        return numbers is Arithmetic.INT8 and find_ranges(self._weights, folders()) is None

    def _calibrated(self) -> _Found:
        """Show int8 its ranges with these pictures, once each; they are kept for next time.

        Before the rounds: a network that measures ranges takes much memory, and no other need be open yet.
        """
        turbo = _Found(Precision.TURBO)
        if len(self._jobs) < LEAST_CROPS:
            turbo.why_not = _few(len(self._jobs))
            return turbo
        self._control.check()
        sink = Count(lambda done: self._tell_calibrating(done / len(self._jobs)))
        self._before = _CALIBRATION
        try:
            self._tell_calibrating(0.0)
            try:
                backend = self._networks.of(Precision.TURBO)
                run_pipeline(self._jobs, self._work(Precision.TURBO), backend, sink, self._control, NoNotes())
            finally:
                self._networks.close()  # which keeps the ranges
        except DeviceError as error:
            _leave_out(turbo, error)
            return turbo
        self._control.check()
        ranges = find_ranges(self._weights, folders())
        if ranges is None:
            turbo.why_not = _few(sink.answered) if sink.answered < LEAST_CROPS else _NOT_KEPT
        else:
            turbo.check, turbo.calibrated = RangesCheck(ranges.asked, ranges.agreed), ranges.pictures
        return turbo

    def _work(self, word: Precision) -> PipelineSettings:
        """As a run of single crops has it."""
        return pipeline_settings(RunSpec(paths=(), precision=word), self._weights.preprocessing)

    def _tell(self, word: Precision, number: int, part: float) -> None:
        words = list(self._found)
        done = ((number - 1) * len(words) + words.index(word) + min(1.0, part)) / (self._rounds * len(words))
        self._report(Stage(word, number, self._rounds, False, self._before + (1 - self._before) * done))

    def _tell_calibrating(self, part: float) -> None:
        self._report(Stage(Precision.TURBO, 1, self._rounds, True, _CALIBRATION * min(1.0, part)))


_NOT_KEPT = "int8's ranges were measured but could not be kept; is the disk full?"


def _few(pictures: int) -> str:
    return f"int8 must first see {LEAST_CROPS} pictures of yours, and there were {pictures}: open a folder with more."
