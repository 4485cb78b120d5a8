"""Measuring speeds: whose pictures, what ends it, what is kept and told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.queues import Control
from resnet_gui.engine.record import Prediction, Record, Score
from resnet_gui.folders import folders
from resnet_gui.images.find import ScanCounts, find
from resnet_gui.images.status import Status
from resnet_gui.network.variants import published
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.operation import Services
from resnet_gui.operations.run_pictures import RunPictures
from resnet_gui.operations.speeds import (
    NETWORK_CHANGED,
    RUN_BEGAN,
    RUN_GOES_ON,
    FindSpeeds,
    MeasureSpeeds,
    SpeedProgress,
    SpeedsKnown,
)
from resnet_gui.results.schema import RunHeader
from resnet_gui.results.store import open_store
from resnet_gui.runs import speed
from resnet_gui.runs.network_cache import NetworkCache
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.runs.speed import MOST_PICTURES, Stage
from resnet_gui.runs.speed_figures import RangesCheck, Speeds, WordSpeed
from resnet_gui.runs.speed_pictures import sample_pictures
from resnet_gui.service.host import Host
from resnet_gui.service.messages import Answered, Ask, Cancel, Event, Failed, Told, Why
from resnet_gui.service.pipes import MessageWriter
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
    def find(self, choice: NetworkChoice, device: str) -> tuple[WeightSet, DeviceChoice]:
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
        network_too: bool,
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
    monkeypatch.setattr(speed, "measure_speeds", made)
    monkeypatch.setattr(speed, "ranges_check", lambda weights, device: RangesCheck(4, 3))
    return made


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def host(told: list[Event], bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    class Listed(MessageWriter):
        def __init__(self) -> None:
            pass

        def send(self, message: Event) -> None:
            told.append(message)

    services = Services(folders(), tmp_path)
    services._networks = FakeCache()
    made = Host(services, Listed())
    yield made
    made.close()


def measure(host: Host, token: int, store: str = "") -> None:
    host.take(Ask(token, MeasureSpeeds(OURS, "auto", store)))


def ends(told: list[Event]) -> list[Event]:
    return [event for event in told if isinstance(event, Answered | Failed)]


def test_what_was_measured_is_told_and_kept_for_the_next_start(host: Host, bench: Bench, told: list[Event]) -> None:
    bench.release.set()
    measure(host, 7)
    wait_until(lambda: bool(ends(told)))
    assert told[-1] == Answered(7, SpeedsKnown(OURS, "auto", FIGURES, RangesCheck(4, 3)))
    updates = [event.update for event in told[:-1] if isinstance(event, Told)]
    assert [type(update) for update in updates] == [SpeedProgress], (
        "a hundred reports within a tenth of a second are one"
    )
    host.take(Ask(8, FindSpeeds(OURS, "auto")))
    wait_until(lambda: len(ends(told)) == 2)
    assert told[-1] == Answered(8, SpeedsKnown(OURS, "auto", FIGURES, RangesCheck(4, 3)))


def test_where_nothing_was_measured_that_is_told(host: Host, told: list[Event]) -> None:
    host.take(Ask(1, FindSpeeds(OURS, "auto")))
    wait_until(lambda: bool(told))
    assert told == [Answered(1, SpeedsKnown(OURS, "auto", None, RangesCheck(4, 3)))]


def test_the_person_stops_it_without_a_word(host: Host, bench: Bench, told: list[Event]) -> None:
    measure(host, 7)
    wait_until(lambda: bool(bench.asked))
    host.take(Cancel(7))
    wait_until(lambda: bool(ends(told)))
    assert told[-1] == Failed(7, "", Why.CANCELLED)


@pytest.mark.parametrize(
    ("began", "sentence"),
    [
        (RunPictures(RunSpec(("nowhere",))), RUN_BEGAN),
        (LoadNetwork(OURS, Precision.EXACT, "nowhere"), NETWORK_CHANGED),
    ],
    ids=["run", "network"],
)
def test_a_run_that_begins_ends_it_with_a_sentence(
    host: Host, bench: Bench, told: list[Event], began: RunPictures | LoadNetwork, sentence: str
) -> None:
    """Those that wait for their turn as well."""
    measure(host, 7)
    wait_until(lambda: bool(bench.asked))
    measure(host, 8)
    host.take(Ask(9, began))
    wait_until(lambda: len(ends(told)) == 3)
    assert [event for event in told if isinstance(event, Failed) and event.token != 9] == [
        Failed(7, sentence, Why.CANCELLED),
        Failed(8, sentence, Why.CANCELLED),
    ]
    assert len(bench.asked) == 1


def test_it_is_refused_beside_a_run(
    host: Host, bench: Bench, told: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    def go_on(operation: RunPictures, services: Services, tell: object, control: Control) -> None:
        wait_until(lambda: control.cancelled)
        control.check()

    monkeypatch.setattr(RunPictures, "run", go_on)
    host.take(Ask(1, RunPictures(RunSpec(("long",)))))
    measure(host, 7)
    wait_until(lambda: bool(told))
    assert told == [Failed(7, RUN_GOES_ON)]
    assert bench.asked == []


def test_the_pictures_are_those_of_the_run_that_could_be_read(
    host: Host, bench: Bench, told: list[Event], tmp_path: Path
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
        measure(host, 1, str(store))
        wait_until(lambda: len(bench.asked) == 1)
        for job in made.pending(0, 1000):
            good = int(Path(job.path).stem) < 280
            record = Record(
                job, Status.OK if good else Status.EMPTY, prediction=Prediction(top, (top,)) if good else None
            )
            made.put(record)
        made.flush()
        measure(host, 2, str(store))
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
