"""Measuring the three words: with networks whose answers, and a clock whose time, are known."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from resnet_gui.engine.calibration import LEAST_CROPS
from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.queues import Cancelled, Control
from resnet_gui.engine.ranges import Ranges
from resnet_gui.engine.record import Job, Prediction, Record, Score
from resnet_gui.errors import DeviceError, EngineError
from resnet_gui.images.status import Status
from resnet_gui.network.variants import published
from resnet_gui.runs import speed
from resnet_gui.runs.speed import Stage, measure_speeds, same_word
from resnet_gui.runs.speed_figures import RangesCheck, Speeds, WordSpeed, keep_speeds, kept_path, read_speeds
from resnet_gui.runs.speed_pictures import spread
from resnet_gui.weights.weight_set import WeightSet
from tests.helpers.fake_backend import TINY, FakeBackend, numbered_pictures

CPU = DeviceChoice("cpu", 0, "CPU", "CPU, because this is a test")
CARD = DeviceChoice("cuda", 0, "Card", "Card, because this is a test")
WEIGHTS = WeightSet(published(18, classes=3), {}, TINY, (), "ab" * 32, "tiny", "nowhere")
SHORT = 0.06
"""Seconds of measuring each word: nothing here depends on how fast the machine is."""


class Mistaken(FakeBackend):
    """Takes every picture whose number `wrong` picks for the next one.

    A shade of 8 bits is a number of `numbered_pictures`.
    """

    def __init__(self, precision: str, wrong: Callable[[int], bool] = lambda number: False) -> None:
        super().__init__()
        self.precision = precision
        self.closed = False
        self._wrong = wrong

    def logits(self, crops: NDArray[np.uint8], *more: object, **named: object) -> NDArray[np.float32]:
        mistaken = crops.copy()
        for crop in mistaken:
            crop[..., 0] += self._wrong(int(crop[0, 0, 0]))
        return super().logits(mistaken)

    def close(self) -> None:
        self.closed = True


class Network:
    """Opens a backend for each word, and remembers them."""

    def __init__(self, wrong: Mapping[Precision, Callable[[int], bool]]) -> None:
        self.opened: list[tuple[Precision, Mistaken]] = []
        self._wrong = wrong

    def __call__(self, weights: WeightSet, device: DeviceChoice, word: Precision) -> Mistaken:
        assert all(backend.closed for _, backend in self.opened), "two networks at once would share the machine"
        backend = Mistaken(f"numbers of {word}", self._wrong.get(word, lambda number: False))
        self.opened.append((word, backend))
        return backend

    @property
    def words(self) -> list[Precision]:
        return [word for word, _ in self.opened]


def ranges_known(weights: WeightSet, folders: object) -> Ranges | None:
    return Ranges({}, 200, 50, 50)


def measure(network: Network, paths: list[str], device: DeviceChoice = CPU, **more: object) -> Speeds:
    options = {"samples": False, "control": Control(), "seconds": SHORT} | more
    return measure_speeds(WEIGHTS, device, paths, opener=network, **options)  # type: ignore[arg-type]


def paths_of(folder: Path, count: int) -> list[str]:
    return [job.path for job in numbered_pictures(folder, count)]


def test_each_word_is_compared_with_exact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """10 pictures: fast has three winners of its own, turbo five."""
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    network = Network({Precision.FAST: lambda n: n in (1, 4, 7), Precision.TURBO: lambda n: n < 5})
    speeds = measure(network, paths_of(tmp_path, 10))
    assert network.words == [Precision.EXACT, Precision.FAST, Precision.TURBO]
    assert [(one.asked, one.agreed) for one in speeds.words] == [(10, 10), (10, 7), (10, 5)]
    assert [one.computed_in for one in speeds.words] == [f"numbers of {word}" for word in Precision]
    assert all(one.rate > 0 for one in speeds.words)
    assert speeds.pictures == 10
    assert all(backend.closed for _, backend in network.opened)


def test_a_word_that_means_another_is_not_measured_twice(tmp_path: Path) -> None:
    network = Network({})
    speeds = measure(network, paths_of(tmp_path, 4), CARD)
    assert network.words == [Precision.EXACT, Precision.FAST]
    assert speeds.words[2] == WordSpeed(Precision.TURBO, same_as=Precision.FAST)
    assert speeds.of(Precision.TURBO) == speeds.words[1]


@pytest.mark.parametrize(
    ("kind", "same"),
    [("cpu", [None, None, None]), ("gpu", [None, None, Precision.FAST]), ("cuda", [None, None, Precision.FAST])],
)
def test_which_words_mean_the_same(kind: str, same: list[Precision | None]) -> None:
    """As the table of `engine.precision` has it."""
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


def test_cancelling_ends_it_and_closes_the_network(tmp_path: Path) -> None:
    control, network = Control(), Network({})

    def report(stage: Stage) -> None:
        if stage.word is Precision.FAST:
            control.cancel()

    with pytest.raises(Cancelled):
        measure(network, paths_of(tmp_path, 4), control=control, report=report)
    assert Precision.TURBO not in network.words
    assert all(backend.closed for _, backend in network.opened)


def test_a_device_that_cannot_do_a_word_is_told_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "find_ranges", ranges_known)

    class NoFast(Network):
        def __call__(self, weights: WeightSet, device: DeviceChoice, word: Precision) -> Mistaken:
            if word is Precision.FAST:
                raise DeviceError("The CPU cannot.")
            return super().__call__(weights, device, word)

    speeds = measure(NoFast({}), paths_of(tmp_path, 4))
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
    assert network.words == [Precision.EXACT, Precision.FAST, Precision.TURBO, Precision.TURBO]
    assert network.opened[2][1].answered == 40, "each picture once: round and round would show it the same ones"
    assert (speeds.words[2].asked, speeds.words[2].agreed, speeds.words[2].calibrated) == (10, 9, 30)
    told = [stage.calibrating for stage in stages if stage.word is Precision.TURBO]
    assert told == sorted(told, reverse=True)
    assert True in told
    assert False in told


def test_too_few_pictures_show_no_ranges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "find_ranges", lambda weights, folders: None)
    network = Network({})
    speeds = measure(network, paths_of(tmp_path, LEAST_CROPS - 1))
    assert Precision.TURBO not in network.words
    assert (
        f"must first see {LEAST_CROPS} pictures of yours, and there were {LEAST_CROPS - 1}" in speeds.words[2].why_not
    )


# ---------------------------------------------------------------- the clock


def answer(number: int, winner: int = 0) -> Record:
    top = (Score(winner, 0.9),)
    return Record(Job(number, "", 0, 0), Status.OK, prediction=Prediction(top, (top,)))


class Clock:
    """A `time` that stands still between answers."""

    now = 0.0

    def perf_counter(self) -> float:
        return self.now


def test_the_rate_counts_from_the_warm_up_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow answers first, as a cold network gives them, then one each 0.1 s: 10 a second, whatever came before."""
    clock = Clock()
    monkeypatch.setattr(speed, "time", clock)
    tally = speed._Tally(2, 2.0, frozenset(), 5, lambda part: None)
    for number, gap in enumerate([1.0, 1.0] + [0.1] * 40):
        clock.now += gap
        tally.put(answer(number % 5))
    assert tally.over.is_set()
    assert tally.rate == pytest.approx(10.0)


def test_a_slow_word_may_take_longer_to_answer_what_exact_did(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(speed, "time", clock)
    tally = speed._Tally(1, 1.0, frozenset(range(30)), 30, lambda part: None)
    for number in range(30):
        assert not tally.over.is_set()
        clock.now += 0.1
        tally.put(answer(number))
    assert tally.over.is_set()
    assert len(tally.winners) == 30


# ---------------------------------------------------------------- keeping


SPEEDS = Speeds(
    (
        WordSpeed(Precision.EXACT, "fp32", 38.25, 104, 104),
        WordSpeed(Precision.FAST, "bf16", 71.5, 104, 103),
        WordSpeed(Precision.TURBO, same_as=Precision.FAST),
    ),
    104,
    False,
    "2026-11-21T16:00:00+00:00",
)


def test_figures_are_kept(tmp_path: Path) -> None:
    path = kept_path(tmp_path, "key")
    assert read_speeds(path) is None
    keep_speeds(SPEEDS, path)
    assert read_speeds(path) == SPEEDS
    assert [file.name for file in path.parent.iterdir()] == ["key.json"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"exact"', '"exactly"'),
        ("38.25", "NaN"),
        ('"agreed": 103', '"agreed": 105'),
        ('"fast",\n   "computed_in"', '"exact",\n   "computed_in"'),
        ('"same_as": "fast"', '"same_as": "turbo"'),
        ('"words"', '"word"'),
        ("{", "["),
        ("\n", " " * 100_000),
    ],
)
def test_a_damaged_file_is_ignored(tmp_path: Path, caplog: pytest.LogCaptureFixture, old: str, new: str) -> None:
    path = kept_path(tmp_path, "key")
    keep_speeds(SPEEDS, path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert read_speeds(path) is None
    assert "are not used" in caplog.text


def test_a_spread_takes_from_all() -> None:
    assert sorted(spread(range(10), 5)) == [0, 2, 4, 6, 8]
    assert sorted(spread(range(3), 5)) == [0, 1, 2]
    assert spread((), 5) == ()
    assert len(set(spread(range(1001), 256))) == 256


@pytest.mark.parametrize("few", [8, 20, 40, 100])
def test_whatever_a_slow_machine_gets_through_is_a_spread_too(few: int) -> None:
    """No gap between neighbours is more than four times as long as it would be with all gaps equal."""
    first = sorted(spread(range(1000), 256)[:few])
    gaps = [after - before for before, after in pairwise([0, *first, 1000])]
    assert max(gaps) <= 4 * 1000 / few


def test_a_check_of_ranges_is_told_where_int8_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "find_ranges", ranges_known)
    assert speed.ranges_check(WEIGHTS, CPU) == RangesCheck(50, 50)
    assert speed.ranges_check(WEIGHTS, CARD) is None
