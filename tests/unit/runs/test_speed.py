"""Measuring the three words: with networks whose answers, and a clock whose time, are known."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.pipeline import PipelineSettings
from resnet_gui.engine.queues import Cancelled, Control
from resnet_gui.engine.ranges import LEAST_CROPS, Ranges
from resnet_gui.engine.record import Job, Prediction, Record, Score
from resnet_gui.errors import DeviceError, EngineError
from resnet_gui.images.status import Status
from resnet_gui.network.variants import published
from resnet_gui.runs import speed, speed_networks
from resnet_gui.runs.speed import Stage, measure_speeds, same_word
from resnet_gui.runs.speed_figures import RangesCheck, Speeds, WordSpeed
from resnet_gui.runs.speed_networks import Networks
from resnet_gui.runs.speed_round import RoundCounter
from resnet_gui.weights.weight_set import WeightSet
from tests.helpers.fake_backend import TINY, FakeBackend, numbered_pictures

CPU = DeviceChoice("cpu", 0, "CPU", "CPU, because this is a test")
CARD = DeviceChoice("cuda", 0, "Card", "Card, because this is a test")
WEIGHTS = WeightSet(published(18, classes=3), {}, TINY, (), "ab" * 32, "tiny", "nowhere")
SHORT = 0.06
"""Seconds of measuring each word: nothing here depends on how fast the machine is."""
ROUNDS = 3
ARRAY = np.zeros(1000, np.float16)
LARGE = replace(WEIGHTS, arrays={"conv1.weight": ARRAY})
"""A network of 4,000 bytes as float32."""


class Mistaken(FakeBackend):
    """Takes every picture whose number `wrong` picks for the next one.

    A shade of 8 bits is a number of `numbered_pictures`.
    """

    def __init__(self, precision: str, wrong: Callable[[int], bool] = lambda number: False) -> None:
        super().__init__()
        self.precision = precision
        self.closed = False
        self.wrong = wrong
        self.ask: Callable[[], object] = lambda: None

    def logits(self, crops: NDArray[np.uint8], *more: object, **named: object) -> NDArray[np.float32]:
        self.ask()
        mistaken = crops.copy()
        for crop in mistaken:
            crop[..., 0] += self.wrong(int(crop[0, 0, 0]))
        return super().logits(mistaken)

    def close(self) -> None:
        self.closed = True


class Network:
    """Opens a backend for each word, remembers them, and in whose turn each call came."""

    def __init__(self, wrong: Mapping[Precision, Callable[[int], bool]], *, refused: Precision | None = None) -> None:
        self.opened: list[tuple[Precision, Mistaken]] = []
        self.asked: list[Precision] = []
        self._wrong = wrong
        self._refused = refused

    def __call__(self, weights: WeightSet, device: DeviceChoice, word: Precision) -> Mistaken:
        if word is self._refused:
            raise DeviceError("The CPU cannot.")
        backend = Mistaken(f"numbers of {word}", self._wrong.get(word, lambda number: False))
        backend.ask = lambda: self.asked.append(word)
        self.opened.append((word, backend))
        return backend

    @property
    def words(self) -> list[Precision]:
        return [word for word, _ in self.opened]

    @property
    def turns(self) -> list[Precision]:
        """Who was asked, one after another."""
        return [word for word, _ in groupby(self.asked)]

    @property
    def all_closed(self) -> bool:
        return all(backend.closed for _, backend in self.opened)


def ranges_known(weights: WeightSet, folders: object) -> Ranges | None:
    return Ranges({}, 200, 50, 50)


def measure(network: Network, paths: list[str], device: DeviceChoice = CPU, **more: object) -> Speeds:
    options = {"weights": WEIGHTS, "samples": False, "control": Control(), "seconds": SHORT} | more
    return measure_speeds(device=device, pictures=paths, opener=network, **options)  # type: ignore[arg-type]


def paths_of(folder: Path, count: int) -> list[str]:
    return [job.path for job in numbered_pictures(folder, count)]


def answer(number: int, winner: int = 0) -> Record:
    top = (Score(winner, 0.9),)
    return Record(Job(number, "", 0, 0), Status.OK, prediction=Prediction(top, (top,)))


def test_each_word_is_compared_with_exact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """10 pictures: fast has three winners of its own, turbo five."""
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    network = Network({Precision.FAST: lambda n: n in (1, 4, 7), Precision.TURBO: lambda n: n < 5})
    speeds = measure(network, paths_of(tmp_path, 10))
    assert sorted(network.words) == sorted(Precision)
    assert [(one.asked, one.agreed) for one in speeds.words] == [(10, 10), (10, 7), (10, 5)]
    assert [one.computed_in for one in speeds.words] == [f"numbers of {word}" for word in Precision]
    assert all(one.rate > 0 for one in speeds.words)
    assert speeds.pictures == 10
    assert network.all_closed


def test_the_words_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what else the machine does for a moment falls on all of them."""
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    network = Network({})
    stages: list[Stage] = []
    measure(network, paths_of(tmp_path, 6), report=stages.append)
    assert network.turns == list(Precision) * ROUNDS
    assert sorted(network.words) == sorted(Precision), "no network was opened twice"
    told = [(stage.number, stage.word) for stage in stages]
    assert [turn for turn, _ in groupby(told)] == [(number, word) for number in (1, 2, 3) for word in Precision]
    assert {stage.rounds for stage in stages} == {ROUNDS}


def test_how_far_it_is_only_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rounds and the words are equal parts of the whole."""
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    stages: list[Stage] = []
    measure(Network({}), paths_of(tmp_path, 6), report=stages.append)
    fractions = [stage.fraction for stage in stages]
    assert fractions == sorted(fractions)
    begun = [next(one.fraction for one in stages if (one.number, one.word) == (2, word)) for word in Precision]
    assert begun == pytest.approx([3 / 9, 4 / 9, 5 / 9])
    assert fractions[-1] == 1.0


def test_a_slow_moment_in_one_round_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its second turn fast gets through a hundredth of what it does in the others."""
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    rates = {
        Precision.EXACT: iter((10.0, 12.0, 11.0)),
        Precision.FAST: iter((20.0, 0.2, 24.0)),
        Precision.TURBO: iter((0.0, 40.0, 42.0)),
    }
    turn: list[Precision] = []
    monkeypatch.setattr(RoundCounter, "rate", property(lambda tally: next(rates[turn[-1]])))
    speeds = measure(Network({}), paths_of(tmp_path, 4), report=lambda stage: turn.append(stage.word))
    assert [one.rate for one in speeds.words] == [11.0, 20.0, 41.0], "medians; a round that counted nothing is none"


def test_each_round_goes_on_with_the_pictures_the_last_did_not_come_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exact is stopped after a few pictures of each round; the others are asked about the very same."""
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    given: list[tuple[Precision, list[int]]] = []

    def pipeline(
        source: Iterable[Job], work: PipelineSettings, backend: Mistaken, sink: RoundCounter, *more: object
    ) -> None:
        word = Precision(backend.precision.removeprefix("numbers of "))
        taken = list(islice(source, 4 if word is Precision.EXACT else 20))
        given.append((word, sorted({job.id for job in taken})))
        for job in taken:
            sink.put(answer(job.id))

    monkeypatch.setattr(speed, "run_pipeline", pipeline)
    speeds = measure(Network({}), [str(tmp_path / str(number)) for number in range(10)])
    assert [numbers for word, numbers in given if word is Precision.EXACT] == [[0, 1, 2, 3], [4, 5, 6, 7], [0, 1, 8, 9]]
    assert all(given[place][1] == given[place + 1][1] == given[place + 2][1] for place in (0, 3, 6))
    assert speeds.pictures == 10
    assert [(one.asked, one.agreed) for one in speeds.words] == [(10, 10)] * 3


def test_large_networks_are_open_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In fewer rounds, since each of them opens them again."""
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    monkeypatch.setattr(speed_networks, "MOST_BESIDE", 3999)

    class OneOnly(Network):
        def __call__(self, weights: WeightSet, device: DeviceChoice, word: Precision) -> Mistaken:
            assert self.all_closed
            return super().__call__(weights, device, word)

    network = OneOnly({})
    measure(network, paths_of(tmp_path, 6), weights=LARGE)
    assert network.turns == network.words == list(Precision) * 2
    assert network.all_closed


def test_exact_is_opened_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening fast or turbo may take another exact for a moment, to check them: not a fourth beside three."""
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    network = Network({})
    measure(network, paths_of(tmp_path, 6))
    assert network.words[-1] is Precision.EXACT


def test_a_device_that_cannot_compute_exactly_measures_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "find_ranges", ranges_known)

    network = Network({}, refused=Precision.EXACT)
    with pytest.raises(DeviceError, match="The CPU cannot"):
        measure(network, paths_of(tmp_path, 4))
    assert network.all_closed


def test_how_large_a_network_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """ResNet-50 has 25,557,032 parameters and stays, ResNet-101 has 44,549,160 (both: torchvision's documentation)."""

    def beside(parameters: int) -> bool:
        weights = replace(WEIGHTS, arrays={"all": np.broadcast_to(ARRAY[:1], parameters)})
        return Networks(weights, CPU, Network({})).beside

    assert beside(25_557_032)
    assert not beside(44_549_160)


def test_a_word_that_means_another_is_not_measured_twice(tmp_path: Path) -> None:
    network = Network({})
    speeds = measure(network, paths_of(tmp_path, 4), CARD)
    assert sorted(network.words) == [Precision.EXACT, Precision.FAST]
    assert speeds.words[2] == WordSpeed(Precision.TURBO, same_as=Precision.FAST)
    assert speeds.of(Precision.TURBO) == speeds.words[1]


@pytest.mark.parametrize(
    ("kind", "same"),
    [("cpu", [None, None, None]), ("gpu", [None, None, Precision.FAST]), ("cuda", [None, None, Precision.FAST])],
)
def test_which_words_mean_the_same(kind: str, same: list[Precision | None]) -> None:
    """As the table of `engine.modes` has it."""
    assert [same_word(word, kind) for word in Precision] == same  # type: ignore[arg-type]


def test_pictures_that_cannot_be_read_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    speeds = measure(Network({}), [str(tmp_path / "broken.jpg"), str(tmp_path / "gone.jpg"), *paths_of(tmp_path, 6)])
    assert speeds.pictures == 6
    assert [(one.asked, one.agreed) for one in speeds.words] == [(6, 6)] * 3


def test_without_one_readable_picture_there_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(EngineError, match="None of 2 pictures could be read"):
        measure(Network({}), [str(tmp_path / "broken.jpg"), str(tmp_path / "gone.jpg")])


@pytest.mark.parametrize("when", [(Precision.FAST, 1), (Precision.EXACT, 3)])
def test_cancelling_ends_it_and_closes_the_networks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: tuple[Precision, int]
) -> None:
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    control, network = Control(), Network({})

    def report(stage: Stage) -> None:
        if (stage.word, stage.number) == when:
            control.cancel()

    with pytest.raises(Cancelled):
        measure(network, paths_of(tmp_path, 4), control=control, report=report)
    word, number = when
    assert network.turns == list(Precision) * (number - 1) + ([Precision.EXACT] if word is Precision.FAST else [])
    assert network.all_closed


def test_a_device_that_cannot_do_a_word_is_told_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "find_ranges", ranges_known)

    speeds = measure(Network({}, refused=Precision.FAST), paths_of(tmp_path, 4))
    assert speeds.words[1] == WordSpeed(Precision.FAST, why_not="The CPU cannot.")
    assert speeds.words[2].rate > 0


def test_int8_is_shown_its_ranges_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its agreement is then that of the pictures the calibration kept back, not of those the ranges come from."""
    known: list[Ranges] = []
    monkeypatch.setattr(speed, "find_ranges", lambda weights, folders: known[0] if known else None)
    stages: list[Stage] = []

    class Calibrating(Network):
        def __call__(self, weights: WeightSet, device: DeviceChoice, word: Precision) -> Mistaken:
            backend = super().__call__(weights, device, word)
            if word is Precision.TURBO and not known:
                backend.close = lambda: (known.append(Ranges({}, 30, 10, 9)), setattr(backend, "closed", True))  # type: ignore[assignment, func-returns-value, method-assign, return-value]
            return backend

    network = Calibrating({})
    speeds = measure(network, paths_of(tmp_path, 40), report=stages.append)
    assert network.words[0] is Precision.TURBO
    assert sorted(network.words[1:]) == sorted(Precision)
    assert network.opened[0][1].answered == 40, "each picture once: round and round would show it the same ones"
    assert (speeds.words[2].asked, speeds.words[2].agreed, speeds.words[2].calibrated) == (10, 9, 30)
    told = [stage.calibrating for stage in stages]
    assert told == sorted(told, reverse=True)
    assert True in told
    assert False in told
    fractions = [stage.fraction for stage in stages]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_a_calibration_that_fails_leaves_the_other_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "find_ranges", lambda weights, folders: None)

    class NoTurbo(Network):
        def __call__(self, weights: WeightSet, device: DeviceChoice, word: Precision) -> Mistaken:
            if word is Precision.TURBO:
                raise DeviceError("The CPU cannot.")
            return super().__call__(weights, device, word)

    stages: list[Stage] = []
    network = NoTurbo({})
    speeds = measure(network, paths_of(tmp_path, 40), report=stages.append)
    assert speeds.words[2] == WordSpeed(Precision.TURBO, why_not="The CPU cannot.")
    assert network.turns == [Precision.EXACT, Precision.FAST] * ROUNDS
    fractions = [stage.fraction for stage in stages]
    assert fractions == sorted(fractions)


def test_too_few_pictures_show_no_ranges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "find_ranges", lambda weights, folders: None)
    network = Network({})
    speeds = measure(network, paths_of(tmp_path, LEAST_CROPS - 1))
    assert Precision.TURBO not in network.words
    assert (
        f"must first see {LEAST_CROPS} pictures of yours, and there were {LEAST_CROPS - 1}" in speeds.words[2].why_not
    )


def test_a_check_of_ranges_is_told_where_int8_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    assert speed.ranges_check(WEIGHTS, CPU) == RangesCheck(50, 50)
    assert speed.ranges_check(WEIGHTS, CARD) is None
