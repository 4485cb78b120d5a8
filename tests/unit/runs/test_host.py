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
from resnet_gui.engine.record import Phase, Progress
from resnet_gui.errors import DeviceError
from resnet_gui.runs import host as host_module
from resnet_gui.runs import pictures
from resnet_gui.runs.gpu_messages import GpuPartKnown, LookForGpuPart
from resnet_gui.runs.host import Host
from resnet_gui.runs.pipes import MessageWriter, read_message
from resnet_gui.runs.protocol import (
    AdoptWeights,
    EngineReady,
    Event,
    ExportTable,
    Failed,
    LoadNetwork,
    PauseRun,
    ResumeRun,
    RunEnded,
    ShowPicture,
    StartRun,
)
from resnet_gui.runs.spawn import ENGINE_FLAG, SESSION_FLAG
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from tests.helpers.fake_backend import wait_until


class Answers(MessageWriter):
    """What the host tells, kept in a list."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO())
        self.told: list[Event] = []

    def send(self, message: Event) -> None:
        self.told.append(message)

    def ended(self) -> dict[int, Phase]:
        return {event.run: event.progress.phase for event in self.told if isinstance(event, RunEnded)}


class FakeRun:
    """A FolderRun that goes on until it is cancelled, and notes what was done to it."""

    made: list["FakeRun"]

    def __init__(self, spec: RunSpec, *_: object) -> None:
        if spec.paths[0] == "faulty":
            raise ZeroDivisionError("by zero")
        self.acts: list[str] = []
        self.failure = self.facts = self.store_path = None
        self.version = 0
        self._ended = threading.Event()
        self.made.append(self)

    def start(self) -> None:
        self.acts.append("start")

    def pause(self) -> None:
        self.acts.append("pause")

    def resume(self) -> None:
        self.acts.append("resume")

    def cancel(self) -> None:
        self._ended.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        return self._ended.wait(timeout_s)

    wait_opened = wait

    def progress(self) -> Progress:
        return Progress(Phase.CANCELLED if self._ended.is_set() else Phase.RUNNING)

    def close(self) -> None:
        self.cancel()


Ask = Callable[..., None]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    FakeRun.made = []
    monkeypatch.setattr(host_module, "FolderRun", FakeRun)
    return Answers()


@pytest.fixture
def host(tmp_path: Path, answers: Answers) -> Iterator[Host]:
    made = Host(tmp_path, answers)
    yield made
    made.close()


def test_a_failure_says_what_to_do_in_the_window(host: Host, answers: Answers, tmp_path: Path) -> None:
    """Whoever asks this process is the window."""
    given = tmp_path / "a file"
    given.write_bytes(b"no weights")
    host._take(AdoptWeights(7, str(given), ""))
    wait_until(lambda: any(isinstance(event, Failed) for event in answers.told))
    (failed,) = (event for event in answers.told if isinstance(event, Failed))
    assert failed.sentence.endswith("It can be used all the same: Network › Open weight file.")


def test_every_run_has_an_end_also_those_that_were_overtaken_before_they_began(host: Host, answers: Answers) -> None:
    for run in range(6):
        host._take(StartRun(run, RunSpec(("long",))))
    wait_until(lambda: len(answers.ended()) == 5)
    assert set(answers.ended().values()) == {Phase.CANCELLED}
    wait_until(lambda: host._run is not None and host._run[0] == 5)


def test_a_run_that_cannot_even_be_made_has_an_end(
    host: Host, answers: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    host._take(StartRun(1, RunSpec(("faulty",))))
    wait_until(lambda: answers.ended() == {1: Phase.FAILED})
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("precision", "phase", "times"),
    [(Precision.TURBO, Phase.DONE, 1), (Precision.EXACT, Phase.DONE, 0), (Precision.TURBO, Phase.CANCELLED, 0)],
)
def test_after_a_run_in_turbo_it_is_told_what_its_calibration_came_to(
    host: Host, answers: Answers, monkeypatch: pytest.MonkeyPatch, precision: Precision, phase: Phase, times: int
) -> None:
    """Not after one that was given up: the person has moved on, and reading its network again would cost them time."""
    told: list[tuple[NetworkChoice, str]] = []
    monkeypatch.setattr(host._speeds, "tell_known", lambda choice, device: told.append((choice, device)))
    monkeypatch.setattr(FakeRun, "progress", lambda run: Progress(phase))
    host._take(StartRun(1, RunSpec(("short",), precision=precision, device="cpu")))
    wait_until(lambda: bool(FakeRun.made))
    FakeRun.made[0].cancel()
    wait_until(lambda: answers.ended() == {1: phase})
    host._runs.close()  # what comes after the end has come
    assert told == [(NetworkChoice(), "cpu")] * times


@pytest.mark.parametrize("last", [PauseRun, ResumeRun])
def test_what_is_asked_before_a_run_begins_is_done_in_its_order(
    host: Host, answers: Answers, last: type[PauseRun] | type[ResumeRun]
) -> None:
    first = ResumeRun if last is PauseRun else PauseRun
    with_the_lane_busy = threading.Event()
    host._runs.add(with_the_lane_busy.wait)  # type: ignore[arg-type]
    wait_until(lambda: not host._runs._waiting)
    for request in (StartRun(1, RunSpec(("long",))), last(1), first(1), last(1)):
        host._take(request)
    with_the_lane_busy.set()
    wait_until(lambda: bool(FakeRun.made) and "start" in FakeRun.made[0].acts)
    assert [act for act in FakeRun.made[0].acts if act != "start"][-1] == last.__name__[: -len("Run")].lower()


def test_the_ready_word_is_told_however_many_networks_are_asked_for(tmp_path: Path, answers: Answers) -> None:
    pipe = io.BytesIO()
    for token in range(5):
        MessageWriter(pipe).send(LoadNetwork(token, NetworkChoice("nowhere.pth"), Precision.EXACT, "cpu"))
    pipe.seek(0)
    host = Host(tmp_path, answers)
    release = threading.Event()
    host._networks.add(release.wait)  # type: ignore[arg-type]
    assert not host.serve(lambda: read_message(pipe))  # it ended without a Shutdown
    release.set()
    wait_until(lambda: len({e.token for e in answers.told if isinstance(e, Failed)}) == 5)
    wait_until(lambda: any(isinstance(event, EngineReady) for event in answers.told))
    host.close()


def test_looking_for_the_gpu_part_is_answered_also_where_it_fails(
    host: Host, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(token: int) -> GpuPartKnown:
        if token == 2:
            raise DeviceError("The driver hangs.")
        return GpuPartKnown(token, False, "NVIDIA L4", "13.2")

    monkeypatch.setattr("resnet_gui.runs.host.look_for_gpu_part", look)
    host._take(LookForGpuPart(1))
    wait_until(lambda: GpuPartKnown(1, False, "NVIDIA L4", "13.2") in answers.told)
    host._take(LookForGpuPart(2))
    wait_until(lambda: Failed(2, "The driver hangs.") in answers.told)


def test_closing_stops_a_table_that_is_being_written(
    tmp_path: Path, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_it = threading.Event()

    def export_table(*_: object, cancelled: Callable[[], bool], **__: object) -> int:
        at_it.set()
        wait_until(cancelled)
        return 0

    monkeypatch.setattr(host_module, "export_table", export_table)
    host = Host(tmp_path, answers)
    host._take(ExportTable(1, "store", "target", "csv", 5, excel=False, absolute=False))
    assert at_it.wait(10)
    host.close()


def test_a_picture_that_finds_no_room_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Made:
        @property
        def rgb(self) -> bytes:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(pictures, "preview", lambda *_: Made())
    with pytest.raises(pictures.PictureError, match="No space left on device"):
        pictures.show_picture(ShowPicture(1, "a.jpg"), tmp_path / "picture.rgb")
    assert list(tmp_path.iterdir()) == []


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
    assert isinstance(read_message(process.stdout), EngineReady)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    process.stdin.close()  # as when the window is killed
    assert process.wait(20) == 0
    process.stdout.close()
    assert not session.exists()
