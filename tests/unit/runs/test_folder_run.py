"""One run from paths to rows, with a network that reads its answer off the picture."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from resnet_gui.engine import queues
from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.queues import Control
from resnet_gui.engine.record import Phase
from resnet_gui.errors import DeviceError
from resnet_gui.folders import folders
from resnet_gui.images.find import FoundFile, find
from resnet_gui.images.status import Status
from resnet_gui.network.variants import published
from resnet_gui.results.in_flight import InFlight
from resnet_gui.results.query import Row, RunReader
from resnet_gui.runs import folder_run
from resnet_gui.runs.folder_run import FolderRun
from resnet_gui.runs.network_cache import Loaded, NetworkCache
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.weights.weight_set import ClassName, WeightSet
from tests.helpers.fake_backend import CLASSES, TINY, FakeBackend, numbered_pictures, wait_until

WEIGHTS = WeightSet(
    network=published(18, classes=CLASSES),
    arrays={},
    preprocessing=TINY,
    classes=tuple(ClassName(n, f"class {n}") for n in range(CLASSES)),
    sha256="0" * 64,
    title="fake",
    source="nowhere",
)
CPU = DeviceChoice("cpu", 0, "CPU", "CPU, because a test says so")


class FakeCache(NetworkCache):
    """Lends the fake network and counts what is out."""

    def __init__(self, backend: FakeBackend) -> None:
        super().__init__()
        self.backend = backend
        self.out = 0

    def find(self, choice: NetworkChoice, device: str) -> tuple[WeightSet, DeviceChoice]:
        return WEIGHTS, CPU

    def borrow(
        self, choice: NetworkChoice, precision: Precision, device: str, threads: int = 0, batch: int = 0
    ) -> Loaded:
        self.out += 1
        return Loaded(WEIGHTS, CPU, self.backend)

    def give_back(self, loaded: Loaded) -> None:
        self.out -= 1


Begin = Callable[..., FolderRun]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts runs, and ends them with the test."""
    runs: list[FolderRun] = []

    def start(*paths: Path, backend: FakeBackend | None = None, wait: bool = True, **options: object) -> FolderRun:
        networks = FakeCache(backend or FakeBackend())
        spec = RunSpec(tuple(map(str, paths)), **options)  # type: ignore[arg-type]
        runs.append(FolderRun(spec, folders(), tmp_path / "scratch", networks, Control()))
        runs[-1].start()
        assert not wait or runs[-1].wait(20)
        return runs[-1]

    yield start
    for run in runs:
        run.close()
        assert run._networks.out == 0  # type: ignore[union-attr]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    numbered_pictures(made, 40)
    return made


def rows_of(run: FolderRun) -> list[Row]:
    assert run.store_path is not None
    with RunReader(run.store_path) as reader:
        return reader.rows(list(reader.ids()))


def assert_all_right(rows: list[Row], count: int) -> None:
    assert len(rows) == count
    for row in rows:
        assert row.status is Status.OK
        assert row.prediction is not None
        assert row.prediction.top[0].index == int(Path(row.path).stem)


def test_a_folder_becomes_one_right_row_a_picture(begin: Begin, folder: Path) -> None:
    (folder / "notes.txt").write_text("no picture")
    run = begin(folder)
    assert run.failure is None
    progress = run.progress()
    assert (progress.phase, progress.found, progress.done, progress.skipped) == (Phase.DONE, 40, 40, 0)
    assert progress.ignored == 1
    assert progress.rate > 0
    assert_all_right(rows_of(run), 40)
    assert run.store_path is not None
    assert run.store_path.parent == folders().runs


def test_a_few_pictures_are_not_kept_for_another_day(begin: Begin, folder: Path, tmp_path: Path) -> None:
    run = begin(folder / "0003.png", folder / "0007.png")
    assert_all_right(rows_of(run), 2)
    assert run.store_path is not None
    assert run.store_path.parent == tmp_path / "scratch"


def test_a_second_start_asks_the_network_nothing(begin: Begin, folder: Path) -> None:
    begin(folder)
    again = FakeBackend()
    run = begin(folder, backend=again)
    assert again.answered == 0
    assert run.progress().done == 40


def test_a_fresh_start_asks_for_everything_again(begin: Begin, folder: Path) -> None:
    begin(folder)
    again = FakeBackend()
    begin(folder, backend=again, fresh=True)
    assert again.answered == 40


def test_another_way_of_cropping_is_another_run(begin: Begin, folder: Path) -> None:
    first, second = begin(folder), begin(folder, crops=10)
    assert first.store_path != second.store_path


def test_only_what_changed_is_done_again_and_what_has_gone_is_not_listed(begin: Begin, folder: Path) -> None:
    begin(folder)
    (folder / "0005.png").unlink()
    os.utime(folder / "0006.png", ns=(1, 1))
    again = FakeBackend()
    run = begin(folder, backend=again)
    assert again.answered == 1
    assert_all_right(rows_of(run), 39)


def test_cancelling_keeps_what_is_done_and_a_new_start_does_the_rest(begin: Begin, folder: Path) -> None:
    cancelled = threading.Event()
    slow = FakeBackend(before_answer=lambda _: slow.answered < 20 or cancelled.wait(20))
    run = begin(folder, backend=slow, wait=False)
    wait_until(lambda: run.progress().done >= 5)
    run.control.cancel()
    cancelled.set()
    assert run.wait(20)
    done = run.progress().done
    assert run.progress().phase is Phase.CANCELLED
    assert 5 <= done < 40
    rest = FakeBackend()
    second = begin(folder, backend=rest)
    assert rest.answered == 40 - done
    assert_all_right(rows_of(second), 40)


def test_cancelling_before_anything_has_begun_ends_the_run(begin: Begin, folder: Path) -> None:
    run = begin(folder, wait=False)
    run.control.cancel()
    assert run.wait(5)
    assert run.progress().phase in (Phase.CANCELLED, Phase.DONE)


def test_pausing_stops_the_rows_and_going_on_brings_the_rest(begin: Begin, folder: Path) -> None:
    run = begin(folder, backend=FakeBackend(before_answer=lambda _: time.sleep(0.01)), wait=False)
    wait_until(lambda: run.progress().done >= 3)
    run.control.pause()
    assert run.progress().phase is Phase.PAUSED
    time.sleep(0.5)  # what was in flight is finished and committed
    done = run.progress().done
    time.sleep(0.3)
    assert run.progress().done == done < 40
    rate = run.progress().rate
    run.control.resume()
    assert run.wait(10)
    assert_all_right(rows_of(run), 40)
    assert run.progress().rate > rate / 2  # the pause does not count


def test_a_device_that_fails_is_told_and_what_is_done_is_kept(begin: Begin, folder: Path) -> None:
    calls = threading.Semaphore(10)

    def fail_after_ten(_: int) -> None:
        if not calls.acquire(blocking=False):
            raise DeviceError("The CPU failed while computing: it is a test.")

    run = begin(folder, backend=FakeBackend(before_answer=fail_after_ten))
    assert run.progress().phase is Phase.FAILED
    assert "it is a test" in str(run.failure)
    assert run.progress().done >= 9


def test_nothing_is_told_of_a_run_before_its_network_is_there(
    begin: Begin, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, asked = threading.Event(), threading.Event()
    borrow = FakeCache.borrow

    def late(self: FakeCache, *given: object, **options: object) -> Loaded:
        asked.set()
        assert gate.wait(10)
        return borrow(self, *given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(FakeCache, "borrow", late)
    run = begin(folder, wait=False)
    assert asked.wait(10)
    assert not run.wait_opened(0.1)
    progress = run.progress()
    assert (progress.phase, progress.found, run.version, run.store_path, run.facts) == (Phase.LOADING, 0, 0, None, None)
    gate.set()
    assert run.wait_opened(10)
    assert run.store_path is not None
    assert run.facts is not None
    assert run.wait(20)
    assert_all_right(rows_of(run), 40)
    with RunReader(run.store_path) as reader:
        assert reader.header().facts["backend"] == run.facts.backend


def test_a_network_that_cannot_be_compiled_fails_the_run(
    begin: Begin, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: FakeCache, *given: object, **options: object) -> Loaded:
        raise DeviceError("The CPU cannot run it: a test says so.")

    monkeypatch.setattr(FakeCache, "borrow", fail)
    run = begin(folder)
    assert "a test says so" in str(run.failure)
    assert run.progress().phase is Phase.FAILED
    assert run.store_path is None
    with RunReader(next(folders().runs.glob("*.sqlite"))) as reader:
        assert reader.state().phase == "failed"  # and not "running", which would be told as cut off


def test_what_an_earlier_start_has_done_is_shown_while_the_folders_are_walked_again(
    begin: Begin, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(folder)
    gate = threading.Event()

    def slow(*given: object, **options: object) -> Iterator[FoundFile]:
        assert gate.wait(20)
        return find(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(folder_run, "find", slow)
    run = begin(folder, wait=False)
    try:
        assert run.wait_opened(10)
        assert (run.progress().done, run.progress().scanning) == (40, True)
    finally:
        gate.set()
    assert run.wait(20)
    assert_all_right(rows_of(run), 40)


def test_the_rate_of_a_run_that_goes_on_is_counted_from_what_is_left_of_the_earlier(begin: Begin, folder: Path) -> None:
    begin(folder)
    for picture in sorted(folder.iterdir())[10:]:
        picture.unlink()
    for picture in folder.iterdir():
        os.utime(picture, (1, 1))  # changed: none of the forty results is true any more
    run = begin(folder)
    assert run.progress().done == 10
    assert run.progress().rate > 0


def test_a_pause_that_began_while_the_network_was_loading_does_not_count(
    begin: Begin, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock of the test, in which the pause is an hour and all else takes no time."""
    clock = SimpleNamespace(now=1.0)
    for module in (folder_run, queues):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    gate = threading.Event()
    borrow = FakeCache.borrow

    def late(self: FakeCache, *given: object, **options: object) -> Loaded:
        assert gate.wait(10)
        return borrow(self, *given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(FakeCache, "borrow", late)
    run = begin(folder, wait=False)
    run.control.pause()
    gate.set()
    assert run.wait_opened(10)
    clock.now += 3600
    run.control.resume()
    clock.now += 10
    assert run.wait(20)
    assert run.progress().rate == pytest.approx(40 / 10)


def test_a_fault_of_ours_becomes_a_sentence(begin: Begin, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: int) -> None:
        raise ZeroDivisionError("a bug")

    run = begin(folder, backend=FakeBackend(before_answer=fail))
    assert "fault in the program" in str(run.failure)
    assert "a bug" in caplog.text


def test_a_file_that_takes_the_process_down_twice_is_marked(begin: Begin, folder: Path) -> None:
    first = begin(folder / "0001.png", folder / "0002.png", folder)
    assert first.store_path is not None
    with RunReader(first.store_path) as reader:
        killer, innocent = list(reader.ids())[:2]
    for suspects in ([killer, innocent], [killer]):  # two at work when it died first, then one alone
        with InFlight(first.store_path, 64) as notes:
            pass
        notes = InFlight(first.store_path, 64)
        for slot, job in enumerate(suspects):
            notes.note(slot, job)
        os.close(notes._file)  # type: ignore[arg-type]  # the process dies: nothing is tidied up
        _forget_results(first.store_path, suspects)
        run = begin(folder / "0001.png", folder / "0002.png", folder)
        if len(suspects) == 2:
            assert run.progress().skipped == 0  # one death proves nothing
            _forget_results(first.store_path, [killer])
    with RunReader(first.store_path) as reader:
        assert reader.row(killer).status is Status.CRASHED
        assert reader.row(innocent).status is Status.OK
    assert run.progress().skipped == 1


def _forget_results(store: Path, ids: list[int]) -> None:
    """As if the process had died before these rows were written."""
    import sqlite3

    with sqlite3.connect(store) as base:
        base.executemany("UPDATE file SET status = NULL WHERE id = ?", [(number,) for number in ids])
    base.close()


def test_paths_that_are_not_there_have_rows_too(begin: Begin, folder: Path) -> None:
    run = begin(folder / "0001.png", folder / "gone.png")
    assert [row.status for row in rows_of(run)] == [Status.OK, Status.MISSING]
