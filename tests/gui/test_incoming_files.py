"""What later starts hand over, and what the desktop opens with the program, reaches the open window as a drop would."""

import errno
import gc
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from resnet_gui.gui.app.application import _hearing
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.core.state import Page
from resnet_gui.gui.instance import listener
from resnet_gui.gui.instance.listener import OpenApplication
from resnet_gui.gui.instance.message import Handover, encode
from resnet_gui.gui.instance.sender import Claim, claim_or_hand_over
from resnet_gui.gui.preferences.dialog import PreferencesDialog
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.run_pictures import RunPictures
from tests.gui.acts import click, wait_ended
from tests.gui.conftest import Opener
from tests.helpers.fake_engine import FakeEngine
from tests.helpers.pictures import write_pictures

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets; tests/gui/test_pipe.py has the pipe")
TAKEN = b"resnet-gui 1 taken\n"
Call = Callable[[bytes], bytes]


@pytest.fixture
def claim(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Claim]:
    """The claim of the one window."""
    folder = tmp_path_factory.mktemp("r")
    folder.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    made = claim_or_hand_over([])
    assert made is not None
    yield made
    made.release()
    assert list(folder.iterdir()) == []


@pytest.fixture
def hearing(program: Program, claim: Claim) -> Iterator[Program]:
    """The window, which hears later starts; nothing was opened at its start."""
    with _hearing(program, claim, []):
        yield program


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes in one test is together, however slow the machine is."""
    monkeypatch.setattr(listener, "TOGETHER_MS", 60_000)


@pytest.fixture
def call(claim: Claim, qtbot: QtBot) -> Iterator[Call]:
    """Says these bytes to the window; what it answers, empty where it hangs up."""
    with ExitStack() as callers:

        def say(message: bytes) -> bytes:
            caller = callers.enter_context(socket.socket(socket.AF_UNIX))
            caller.setblocking(False)
            caller.connect(claim.address)
            caller.send(message)
            heard: list[bytes] = []

            def answered() -> bool:
                try:
                    heard.append(caller.recv(100))
                except BlockingIOError:
                    return False
                return True

            qtbot.waitUntil(answered, timeout=60_000)
            return heard[0]

        yield say


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """One picture, whose name is no text."""
    (made,) = write_pictures(tmp_path / "one", 1)
    return made.rename(os.fsdecode(os.fsencode(made.parent) + b"/caf\xe9.png")) if sys.platform == "linux" else made


class FullSystem:
    """A socket that takes no call while too many files are open."""

    def __init__(self, real: socket.socket) -> None:
        self.fileno, self._accept = real.fileno, real.accept
        self.open_files, self.asked = 1024, 0

    def accept(self) -> tuple[socket.socket, object]:
        self.asked += 1
        if self.open_files:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return self._accept()


def starts(program: Program) -> list[RunPictures]:
    engine = program.engine
    assert isinstance(engine, FakeEngine)
    return engine.of(RunPictures)


def message(*paths: Path | str) -> bytes:
    return encode(Handover(tuple(map(str, paths))))


def test_a_picture_that_is_handed_over_is_shown(hearing: Program, call: Call, qtbot: QtBot, picture: Path) -> None:
    assert call(message(picture)) == TAKEN
    wait_ended(qtbot, hearing)
    assert hearing.window.page() is Page.SINGLE
    assert [start.spec.paths for start in starts(hearing)] == [(str(picture),)]


def test_a_weight_file_that_is_handed_over_is_used(
    hearing: Program, engine: FakeEngine, call: Call, qtbot: QtBot, tmp_path: Path
) -> None:
    weights = tmp_path / "resnet18.pth"
    weights.write_bytes(b"x")
    engine.depths[str(weights)] = 18
    assert call(message(weights)) == TAKEN
    qtbot.waitUntil(lambda: engine.of(LoadNetwork)[-1].choice.network == str(weights))
    qtbot.waitUntil(lambda: hearing.context.state.network.facts is not None)


def test_a_start_without_files_brings_a_minimised_window_back(hearing: Program, call: Call, qtbot: QtBot) -> None:
    hearing.window.showMinimized()
    qtbot.waitUntil(hearing.window.isMinimized)
    assert call(message()) == TAKEN
    qtbot.waitUntil(hearing.window.isActiveWindow)
    assert not hearing.window.isMinimized()
    assert starts(hearing) == []


def test_ten_starts_for_ten_files_are_one_run(
    patient: None, hearing: Program, call: Call, qtbot: QtBot, tmp_path: Path
) -> None:
    pictures = write_pictures(tmp_path / "ten", 10)
    assert [call(message(one)) for one in pictures] == [TAKEN] * 10
    qtbot.waitUntil(lambda: hearing.table.number() == 10)
    wait_ended(qtbot, hearing)
    assert starts(hearing)[-1].spec.paths == tuple(map(str, pictures))


def test_a_file_that_comes_right_after_the_start_joins_those_of_the_start(
    patient: None, opened: Opener, engine: FakeEngine, claim: Claim, call: Call, qtbot: QtBot, tmp_path: Path
) -> None:
    one, two = write_pictures(tmp_path / "two", 2)
    program = opened(engine, str(one))
    with _hearing(program, claim, [str(one)]):
        assert call(message(two)) == TAKEN
        qtbot.waitUntil(lambda: program.table.number() == 2)
        wait_ended(qtbot, program)
    assert starts(program)[-1].spec.paths == (str(one), str(two))


def test_a_later_file_takes_the_place_of_an_earlier_one(
    hearing: Program, call: Call, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "TOGETHER_MS", 100)
    one, two = write_pictures(tmp_path / "two", 2)
    assert call(message(one)) == TAKEN
    qtbot.wait(400)
    wait_ended(qtbot, hearing)
    assert call(message(two)) == TAKEN
    qtbot.waitUntil(lambda: len(starts(hearing)) == 2)
    wait_ended(qtbot, hearing)
    assert [start.spec.paths for start in starts(hearing)] == [(str(one),), (str(two),)]


def test_a_stall_parts_nothing_that_came_in_it(program: Program, claim: Claim, qtbot: QtBot, tmp_path: Path) -> None:
    """As the stall of a start: what was opened first would otherwise be replaced by what waited meanwhile."""
    one, two = write_pictures(tmp_path / "two", 2)
    with _hearing(program, claim, [str(one)]), socket.socket(socket.AF_UNIX) as caller:
        caller.connect(claim.address)
        caller.sendall(message(two))
        time.sleep(2 * listener.TOGETHER_MS / 1000)
        qtbot.waitUntil(lambda: len(starts(program)) == 1)
        wait_ended(qtbot, program)
    assert starts(program)[-1].spec.paths == (str(one), str(two))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"resnet-gui 1 refused\n"),
        (b"resnet-gui 1 99999999999\n", b"resnet-gui 1 refused\n"),
        (b"resnet-gui 1 6\n\0../../", b"resnet-gui 1 refused\n"),
        (b"resnet-gui 7 anything\n", b"resnet-gui 1 unknown\n"),
        (b"resnet-gui 1 400\n\0/never", b""),
        (b"resnet", b""),
    ],
    ids=["another protocol", "too long", "relative", "another version", "half", "less"],
)
def test_bad_messages_are_refused_and_the_next_good_one_is_taken(
    hearing: Program, call: Call, monkeypatch: pytest.MonkeyPatch, said: bytes, answer: bytes
) -> None:
    monkeypatch.setattr(listener, "SLOWEST_MS", 60)
    assert call(said) == answer
    assert call(message()) == TAKEN
    assert starts(hearing) == []


def test_callers_that_say_nothing_keep_nobody_else_out(
    hearing: Program, claim: Claim, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "SLOWEST_MS", 150)
    with ExitStack() as stack:
        for _ in range(listener.CALLERS + 4):
            silent = stack.enter_context(socket.socket(socket.AF_UNIX))
            silent.connect(claim.address)
        assert call(message()) == TAKEN


def test_a_system_that_takes_no_more_connections_is_asked_again_later(
    qapp: QApplication, claim: Claim, call: Call, qtbot: QtBot
) -> None:
    assert claim.listening is not None
    full = FullSystem(claim.listening)
    hearing = listener.Listener(full)  # type: ignore[arg-type]
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(claim.address)
        qtbot.wait(100)
        assert 1 <= full.asked <= 5
    full.open_files = 0
    assert call(message()) == TAKEN
    hearing.close()


def test_what_its_start_has_not_waited_for_is_not_opened_twice(
    hearing: Program, claim: Claim, qtbot: QtBot, picture: Path
) -> None:
    """The window was too busy for too long, and the later start has opened one of its own."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(claim.address)
        caller.sendall(message(picture))
    qtbot.wait(3 * listener.GATHER_MS)
    assert starts(hearing) == []


def test_a_dialog_that_is_open_stays_and_undoes_nothing_of_it(
    hearing: Program, engine: FakeEngine, call: Call, qtbot: QtBot, picture: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "resnet18.pth"
    weights.write_bytes(b"x")
    engine.depths[str(weights)] = 18
    hearing.menus.action("edit.preferences").trigger()
    dialog = hearing.window.findChild(PreferencesDialog)
    assert dialog is not None
    assert call(message(picture, weights)) == TAKEN
    wait_ended(qtbot, hearing)
    qtbot.waitUntil(lambda: hearing.context.state.settings.network == str(weights))
    assert QApplication.activeModalWidget() is dialog
    assert dialog.isActiveWindow()
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    click(qtbot, buttons.button(QDialogButtonBox.StandardButton.Ok))
    settings = hearing.context.state.settings
    assert settings.network == str(weights)
    assert settings.recent == (str(picture),)
    del dialog, buttons
    gc.collect()


def test_files_that_the_desktop_opens_go_the_same_way(
    hearing: Program, qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    """macOS: one event for each file of a double click, or of a drop on the program's icon."""
    pictures = write_pictures(tmp_path / "three", 3)
    for path in pictures:
        assert QCoreApplication.sendEvent(qapp, QFileOpenEvent(str(path)))
    wait_ended(qtbot, hearing)
    assert [start.spec.paths for start in starts(hearing)] == [tuple(map(str, pictures))]
    assert hearing.window.windowState() & Qt.WindowState.WindowMinimized == Qt.WindowState.WindowNoState


def test_what_is_said_twice_is_opened_once(
    patient: None, opened: Opener, engine: FakeEngine, claim: Claim, qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    """macOS says once more what the command line has said."""
    (picture,) = write_pictures(tmp_path / "one", 1)
    program = opened(engine, str(picture))
    wait_ended(qtbot, program)
    with _hearing(program, claim, [os.path.relpath(picture)]):
        QCoreApplication.sendEvent(qapp, QFileOpenEvent(str(picture)))
        qtbot.wait(3 * listener.GATHER_MS)
    assert len(starts(program)) == 1


def test_files_that_the_desktop_opens_before_there_is_a_window_are_kept(qapp: QApplication) -> None:
    assert isinstance(qapp, OpenApplication)
    QCoreApplication.sendEvent(qapp, QFileOpenEvent("/early.png"))
    heard: list[str] = []
    qapp.listen(heard.append)
    QCoreApplication.sendEvent(qapp, QFileOpenEvent("/late.png"))
    qapp.listen(None)
    assert heard == ["/early.png", "/late.png"]


def test_a_window_that_closes_gives_its_place_to_the_next_start(program: Program, claim: Claim) -> None:
    with _hearing(program, claim, []):
        pass
    later = claim_or_hand_over(["/a"])
    assert later is not None
    assert later.address
    later.release()
