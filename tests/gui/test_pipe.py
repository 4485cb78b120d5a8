"""The pipe in which two starts meet on Windows.  Here it is a local socket of Qt's: the same calls, another system."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from pytestqt.qtbot import QtBot

pytest.importorskip("PySide6.QtNetwork", exc_type=ImportError)

from resnet_gui.gui.instance import listener, sender
from resnet_gui.gui.instance.listener import PipeListener
from resnet_gui.gui.instance.message import Answer, Handover, encode
from resnet_gui.gui.instance.sender import hand_over_by_pipe


@pytest.fixture
def name(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where they meet."""
    return str(tmp_path_factory.mktemp("p") / "window")


@pytest.fixture
def window(name: str) -> Iterator[PipeListener]:
    """The open window's end."""
    made = PipeListener(name)
    yield made
    made.close()
    made.deleteLater()


def ask(qtbot: QtBot, name: str, message: bytes, patience_s: float = 5.0) -> Answer | None:
    """Call from another thread, as another process would, while the window's events go on."""
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(hand_over_by_pipe, name, message, time.monotonic() + patience_s)
        qtbot.waitUntil(asked.done, timeout=10_000)
        return asked.result()


def test_what_is_handed_over_arrives(window: PipeListener, name: str, qtbot: QtBot) -> None:
    handed: list[Handover] = []
    window.handed.connect(handed.append)
    whole = Handover(tuple(f"/pictures/{number}.png" for number in range(20_000)), "token")
    assert ask(qtbot, name, encode(whole)) is Answer.TAKEN
    assert ask(qtbot, name, encode(Handover())) is Answer.TAKEN
    qtbot.waitUntil(lambda: len(handed) == 2)
    assert handed == [whole, Handover()]


def test_what_is_no_message_is_refused(window: PipeListener, name: str, qtbot: QtBot) -> None:
    handed: list[Handover] = []
    window.handed.connect(handed.append)
    assert ask(qtbot, name, b"GET / HTTP/1.1\r\n\r\n") is Answer.REFUSED
    assert ask(qtbot, name, b"resnet-gui 3 x\n") is Answer.UNKNOWN
    assert handed == []


def test_half_a_message_is_hung_up_on(
    window: PipeListener, name: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "SLOWEST_MS", 60)
    assert ask(qtbot, name, b"resnet-gui 1 400\n\0/never") is None


def test_where_nobody_is_there_is_no_answer(name: str) -> None:
    assert hand_over_by_pipe(name, encode(Handover()), time.monotonic() + 0.2) is None


def test_a_window_that_hangs_is_waited_for_so_long_and_no_longer(
    window: PipeListener, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=100.0, asked=0)

    def monotonic() -> float:
        """A second goes by whenever somebody looks."""
        clock.now += 1
        clock.asked += 1
        return clock.now

    monkeypatch.setattr(sender, "time", SimpleNamespace(monotonic=monotonic))
    monkeypatch.setattr(sender, "_PIPE_WAIT_MS", 1)
    assert hand_over_by_pipe(name, encode(Handover()), 110.0) is None  # its events do not go on meanwhile
    assert clock.asked == 10


def test_a_pipe_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        PipeListener(str(tmp_path / "nowhere" / "window"))
