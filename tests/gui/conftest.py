"""The window with a fake engine, on the offscreen platform; no widget and no thread outlives its test."""

import gc
import os
from collections.abc import Callable, Iterator
from functools import partialmethod
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_gui.folders import folders
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.instance.listener import OpenApplication
from resnet_gui.gui.style.theme import apply_theme
from resnet_gui.service.client import EngineClient
from tests.helpers.fake_engine import FakeEngine

Opener = Callable[..., Program]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform knows no window manager and says so at each size hint: that is no fault of ours."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The application as `run_window` makes it (pytest-qt asks)."""
    return OpenApplication


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """What is waited for has a minute, not pytest-qt's five seconds: two lanes of tests share the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QtBot, "waitUntil", partialmethod(QtBot.waitUntil, timeout=60_000))
        yield


@pytest.fixture(autouse=True)
def no_widget_left(qapp: QApplication) -> Iterator[None]:
    """Fails a test that leaves a window or a dialog open."""
    before = set(qapp.topLevelWidgets())
    yield
    gc.collect()  # here, and not by chance in a thread of the next test: Qt's objects die in the GUI thread
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in qapp.topLevelWidgets() if widget not in before and widget.isVisible()]
    assert left == [], f"windows left open: {left}"


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """What the engine hands over lies here."""
    folder = tmp_path / "session"
    folder.mkdir()
    return folder


@pytest.fixture
def engine(session: Path) -> FakeEngine:
    """An engine that answers at the next poll."""
    return FakeEngine(session)


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication, own_home: Path) -> Iterator[Opener]:
    """Opens programs, and ends them after the test."""
    programs: list[Program] = []

    def open_program(engine: FakeEngine, *paths: str) -> Program:
        program = Program(engine, folders(), engine.session)
        programs.append(program)
        program.start(paths)
        return program

    yield open_program
    for program in programs:
        program.window.close()
        program.shut_down()
        program.window.deleteLater()
        program.deleteLater()
    programs.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    apply_theme(qapp, "light")


@pytest.fixture
def program(opened: Opener, engine: FakeEngine, qtbot: QtBot) -> Program:
    """The window as it stands after the start, the network loaded."""
    made = opened(engine)
    qtbot.waitUntil(lambda: made.context.state.network.facts is not None, timeout=60_000)
    return made


@pytest.fixture
def walk(qapp: QCoreApplication, session: Path, qtbot: QtBot) -> Iterator[Program]:
    """The window as `run_window` makes it, shown, with the built-in network loaded."""
    engine = EngineClient(session)
    engine.start()
    program = Program(engine, folders(), session)
    program.start([])
    qtbot.waitUntil(lambda: program.context.state.network.facts is not None, timeout=120_000)
    yield program
    program.window.close()
    program.shut_down()
    assert not engine.alive
    program.window.deleteLater()
    program.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
