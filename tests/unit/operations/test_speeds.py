"""Measuring in the engine's process: whose pictures, what ends it, what is kept and told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.queues import Control
from resnet_gui.engine.record import Prediction, Record, Score
from resnet_gui.errors import KnownError
from resnet_gui.images.find import ScanCounts, find
from resnet_gui.images.status import Status
from resnet_gui.network.variants import published
from resnet_gui.operations import speeds
from resnet_gui.operations.speed_messages import MeasureSpeeds, SpeedProgress, SpeedsKnown, SpeedsStopped, StopSpeeds
from resnet_gui.operations.speeds import RUN_BEGAN, RUN_GOES_ON, SpeedLane
from resnet_gui.results.schema import RunHeader
from resnet_gui.results.store import open_store
from resnet_gui.runs.network_cache import NetworkCache
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.runs.speed import MOST_PICTURES, Stage
from resnet_gui.runs.speed_figures import RangesCheck, Speeds, WordSpeed
from resnet_gui.runs.speed_pictures import sample_pictures
from resnet_gui.service.messages import Event, Failed
from resnet_gui.weights.weight_set import WeightSet
from tests.helpers.fake_backend import TINY, wait_until

WEIGHTS = WeightSet(published(18, classes=3), {}, TINY, (), "ab" * 32, "tiny", "nowhere")
CARD = DeviceChoice("cuda", 0, "Card", "Card, because this is a test")
OURS = NetworkChoice()
FIGURES = Speeds(
    (
        WordSpeed(Precision.EXACT, "fp32", 38.25, 104, 104),
        WordSpeed(Precision.FAST, "fp16", 71.5, 104, 103),
        WordSpeed(Precision.TURBO, same_as=Precision.FAST),
    ),
    104,
    False,
    "2025-11-21T12:00:00+00:00",
)


class FakeCache(NetworkCache):
    def look(self, choice: NetworkChoice, device: str) -> tuple[WeightSet, DeviceChoice]:
        return WEIGHTS, CARD


class Bench:
    """Stands in for `measure_speeds`: goes on until it is released or cancelled."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], bool]] = []
        self.release = threading.Event()

    def __call__(
        self,
        weights: WeightSet,
        device: DeviceChoice,
        pictures: tuple[str, ...],
        *,
        samples: bool,
        control: Control,
        report: Callable[[Stage], None],
    ) -> Speeds:
        self.asked.append((pictures, samples))
        for number in range(100):
            report(Stage(Precision.EXACT, 1, 2, False, number / 100))
        wait_until(lambda: self.release.is_set() or control.cancelled)
        control.check()
        return FIGURES


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench()
    monkeypatch.setattr(speeds, "measure_speeds", made)
    monkeypatch.setattr(speeds, "ranges_check", lambda weights, device: RangesCheck(4, 3))
    return made


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def lane(told: list[Event], bench: Bench) -> Iterator[SpeedLane]:
    running: list[bool] = []

    def guarded(token: int, work: Callable[[], None]) -> None:
        try:
            work()
        except KnownError as error:
            told.append(Failed(token, str(error)))

    made = SpeedLane(told.append, guarded, FakeCache(), lambda: bool(running))
    made.running = running  # type: ignore[attr-defined]
    yield made
    made.close()


def kinds(told: list[Event]) -> list[type]:
    return [type(event) for event in told]


def test_what_was_measured_is_told_and_kept_for_the_next_start(
    lane: SpeedLane, bench: Bench, told: list[Event]
) -> None:
    bench.release.set()
    lane.take(MeasureSpeeds(7, OURS, "auto", ""))
    wait_until(lambda: SpeedsKnown in kinds(told))
    assert told[-1] == SpeedsKnown(7, OURS, "auto", FIGURES, RangesCheck(4, 3))
    assert kinds(told[:-1]) == [SpeedProgress], "a hundred reports within a tenth of a second are one"
    lane.tell_known(OURS, "auto")
    assert told[-1] == SpeedsKnown(0, OURS, "auto", FIGURES, RangesCheck(4, 3))


def test_where_nothing_was_measured_that_is_told(lane: SpeedLane, told: list[Event]) -> None:
    lane.tell_known(OURS, "auto")
    assert told == [SpeedsKnown(0, OURS, "auto", None, RangesCheck(4, 3))]


def test_the_person_stops_it_without_a_word(lane: SpeedLane, bench: Bench, told: list[Event]) -> None:
    lane.take(MeasureSpeeds(7, OURS, "auto", ""))
    wait_until(lambda: bool(bench.asked))
    lane.take(StopSpeeds(7))
    wait_until(lambda: SpeedsStopped in kinds(told))
    assert told[-1] == SpeedsStopped(7, "")


def test_a_run_that_begins_ends_it_with_a_sentence(lane: SpeedLane, bench: Bench, told: list[Event]) -> None:
    """Those that wait for their turn as well."""
    lane.take(MeasureSpeeds(7, OURS, "auto", ""))
    wait_until(lambda: bool(bench.asked))
    lane.take(MeasureSpeeds(8, OURS, "auto", ""))
    lane.give_up(RUN_BEGAN)
    wait_until(lambda: kinds(told).count(SpeedsStopped) == 2)
    assert [event for event in told if isinstance(event, SpeedsStopped)] == [
        SpeedsStopped(7, RUN_BEGAN),
        SpeedsStopped(8, RUN_BEGAN),
    ]
    assert len(bench.asked) == 1


def test_it_is_refused_beside_a_run(lane: SpeedLane, bench: Bench, told: list[Event]) -> None:
    lane.running.append(True)  # type: ignore[attr-defined]
    lane.take(MeasureSpeeds(7, OURS, "auto", ""))
    wait_until(lambda: bool(told))
    assert told == [Failed(7, RUN_GOES_ON)]
    assert bench.asked == []


def test_the_pictures_are_those_of_the_run_that_could_be_read(
    lane: SpeedLane, bench: Bench, told: list[Event], tmp_path: Path
) -> None:
    """A spread of them; a run without any lends none, and the samples serve."""
    bench.release.set()
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number:03}.jpg").write_bytes(b"")
    store = tmp_path / "run.sqlite"
    top = (Score(0, 0.9),)
    with closing(open_store(store, RunHeader("test", {}, ()))) as made:
        made.begin_scan()
        made.add_files(list(find([str(folder)], counts=ScanCounts())))
        made.end_scan()
        lane.take(MeasureSpeeds(1, OURS, "auto", str(store)))
        wait_until(lambda: len(bench.asked) == 1)
        for job in made.pending(0, 1000):
            good = int(Path(job.path).stem) < 280
            record = Record(
                job, Status.OK if good else Status.EMPTY, prediction=Prediction(top, (top,)) if good else None
            )
            made.put(record)
        made.flush()
        lane.take(MeasureSpeeds(2, OURS, "auto", str(store)))
        wait_until(lambda: len(bench.asked) == 2)
    assert bench.asked[0] == (sample_pictures(), True)
    pictures, samples = bench.asked[1]
    assert not samples
    assert len(set(pictures)) == MOST_PICTURES
    numbers = [int(Path(path).stem) for path in pictures]
    assert (min(numbers), max(numbers)) == (0, 278)


def test_the_sample_pictures_are_those_of_the_program() -> None:
    assert [Path(path).name for path in sample_pictures()] == [
        "astronaut.png", "chelsea.png", "coffee.png", "grace_hopper.jpg", "rocket.jpg",
    ]  # fmt: skip
