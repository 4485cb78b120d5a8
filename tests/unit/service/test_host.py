"""The engine's process from the inside: whatever is asked for is answered, and nothing is left behind."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.queues import Control
from resnet_gui.engine.record import Phase, Progress
from resnet_gui.errors import DeviceError
from resnet_gui.folders import folders
from resnet_gui.operations import gpu_part
from resnet_gui.operations.export import ExportTable
from resnet_gui.operations.gpu_part import GpuPartKnown, LookForGpuPart
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.operation import Services
from resnet_gui.operations.run_pictures import RunPictures
from resnet_gui.results.formats import TableOptions
from resnet_gui.runs import folder_run
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.service.host import Host
from resnet_gui.service.messages import (
    SUPERSEDED,
    Answered,
    Ask,
    Cancel,
    Event,
    Failed,
    Pause,
    Ready,
    Resume,
    Why,
)
from resnet_gui.service.pipes import MessageWriter, read_message
from resnet_gui.service.spawn import ENGINE_FLAG, SESSION_FLAG
from resnet_gui.service.worker import Worker
from tests.helpers.fake_backend import wait_until


class Answers(MessageWriter):
    """What the host tells, kept in a list."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO())
        self.told: list[Event] = []

    def send(self, message: Event) -> None:
        self.told.append(message)

    def ended(self) -> dict[int, str]:
        """Token → how it ended."""
        ends = [event for event in self.told if isinstance(event, Answered | Failed)]
        return {end.token: end.why if isinstance(end, Failed) else end.answer.progress.phase for end in ends}


class FakeRun:
    """A FolderRun that goes on until it is cancelled."""

    made: list["FakeRun"]

    def __init__(self, spec: RunSpec, folders: object, scratch: object, networks: object, control: Control) -> None:
        if spec.paths[0] == "faulty":
            raise ZeroDivisionError("by zero")
        self.control = control
        self.started = False
        self.failure = self.facts = self.store_path = None
        self.version = 0
        self.counts = folder_run.ScanCounts()
        self.made.append(self)

    def start(self) -> None:
        self.started = True

    def wait(self, timeout_s: float) -> bool:
        time.sleep(0.01)
        return self.control.cancelled

    wait_opened = wait

    def progress(self) -> Progress:
        return Progress(Phase.CANCELLED if self.control.cancelled else Phase.RUNNING)

    def close(self) -> None:
        self.control.cancel()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    FakeRun.made = []
    monkeypatch.setattr(folder_run, "FolderRun", FakeRun)
    return Answers()


@pytest.fixture
def host(tmp_path: Path, answers: Answers) -> Iterator[Host]:
    made = Host(Services(folders(), tmp_path), answers)
    yield made
    made.close()


def run_of(path: str) -> RunPictures:
    return RunPictures(RunSpec((path,)))


def test_every_run_has_an_end_also_those_that_were_overtaken_before_they_began(host: Host, answers: Answers) -> None:
    for run in range(6):
        host.take(Ask(run, run_of("long")))
    wait_until(lambda: len(answers.ended()) == 5)
    assert set(answers.ended().values()) <= {Phase.CANCELLED, Why.CANCELLED}
    wait_until(lambda: bool(FakeRun.made) and not FakeRun.made[-1].control.cancelled)
    assert 5 not in answers.ended()


def test_a_run_that_cannot_even_be_made_has_an_end(
    host: Host, answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    host.take(Ask(1, run_of("faulty")))
    wait_until(lambda: answers.ended() == {1: Why.ERROR})
    assert "ZeroDivisionError" in caplog.text
    (failed,) = [event for event in answers.told if isinstance(event, Failed)]
    assert failed.sentence.startswith("A fault in the program: ZeroDivisionError: by zero.")


@pytest.mark.parametrize("last", [Pause, Resume])
def test_what_is_asked_before_a_run_begins_is_done_in_its_order(
    host: Host, answers: Answers, last: type[Pause] | type[Resume]
) -> None:
    first = Resume if last is Pause else Pause
    held = hold(host, "runs")
    for message in (Ask(1, run_of("long")), last(1), first(1), last(1)):
        host.take(message)
    held.set()
    wait_until(lambda: bool(FakeRun.made) and FakeRun.made[0].started)
    assert FakeRun.made[0].control.paused is (last is Pause)


def test_a_run_that_is_cancelled_before_it_begins_is_not_begun(host: Host, answers: Answers) -> None:
    held = hold(host, "runs")
    host.take(Ask(1, run_of("long")))
    host.take(Cancel(1))
    held.set()
    wait_until(lambda: answers.ended() == {1: Why.CANCELLED})
    assert FakeRun.made == []


def test_of_what_a_worker_cannot_take_the_oldest_is_given_up(host: Host, answers: Answers) -> None:
    held = hold(host, "network")
    for token in range(3):
        host.take(Ask(token, LoadNetwork(NetworkChoice("nowhere.pth"), Precision.EXACT, "cpu")))
    assert answers.told == [Failed(0, SUPERSEDED, Why.CANCELLED), Failed(1, SUPERSEDED, Why.CANCELLED)]
    held.set()
    wait_until(lambda: answers.ended().get(2) == Why.ERROR)


def test_the_ready_word_is_told_however_many_networks_are_asked_for(tmp_path: Path, answers: Answers) -> None:
    pipe = io.BytesIO()
    for token in range(5):
        MessageWriter(pipe).send(Ask(token, LoadNetwork(NetworkChoice("nowhere.pth"), Precision.EXACT, "cpu")))
    pipe.seek(0)
    host = Host(Services(folders(), tmp_path), answers)
    held = hold(host, "network")
    assert not host.serve(lambda: read_message(pipe))  # it ended without a Shutdown
    held.set()
    wait_until(lambda: len({e.token for e in answers.told if isinstance(e, Failed)}) == 5)
    wait_until(lambda: any(isinstance(event, Ready) for event in answers.told))
    host.close()


def test_looking_for_the_gpu_part_is_answered_also_where_it_fails(
    host: Host, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = GpuPartKnown(False, "NVIDIA L4", "13.2")
    monkeypatch.setattr(gpu_part, "gpu_part_of", lambda machine: found)
    host.take(Ask(1, LookForGpuPart()))
    wait_until(lambda: Answered(1, found) in answers.told)

    def fail(machine: object) -> GpuPartKnown:
        raise DeviceError("The driver hangs.")

    monkeypatch.setattr(gpu_part, "gpu_part_of", fail)
    host.take(Ask(2, LookForGpuPart()))
    wait_until(lambda: Failed(2, "The driver hangs.") in answers.told)


def test_closing_stops_a_table_that_is_being_written(
    tmp_path: Path, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_it = threading.Event()

    def export_table(*_: object, cancelled: Callable[[], bool], **__: object) -> int:
        at_it.set()
        wait_until(cancelled)
        return 0

    monkeypatch.setattr("resnet_gui.results.export.export_table", export_table)
    host = Host(Services(folders(), tmp_path), answers)
    host.take(Ask(1, ExportTable("store", "target", "csv", TableOptions())))
    assert at_it.wait(10)
    host.close()


def hold(host: Host, worker: str) -> threading.Event:
    """Keep a worker busy until the event is set."""
    begun, release = threading.Event(), threading.Event()
    host._workers[worker] = Worker(worker, 1)

    def wait() -> None:
        begun.set()
        release.wait(20)

    host._workers[worker].add(wait)
    assert begun.wait(10)
    return release


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_in_the_terminal_does_not_end_the_engine_and_its_session_goes_with_a_killed_window(
    tmp_path: Path,
) -> None:
    session = tmp_path / "session"
    session.mkdir()
    (session / "picture-1-1.rgb").write_bytes(b"pixels")
    process = subprocess.Popen(
        [sys.executable, "-m", "resnet_gui", ENGINE_FLAG, SESSION_FLAG, str(session)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "RESNET_GUI_HOME": str(tmp_path / "home")},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert isinstance(read_message(process.stdout), Ready)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    process.stdin.close()  # as when the window is killed
    assert process.wait(20) == 0
    process.stdout.close()
    assert not session.exists()
