"""The window's part of the self-test, with a fake engine: what it sees, and what it says where there is nothing."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from resnet_gui.assets import resources
from resnet_gui.gui.app import self_test
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.app.self_test import Visit
from tests.helpers.fake_engine import FakeEngine


@pytest.fixture
def picture(tmp_path: Path) -> str:
    """Its bytes are read by nobody here."""
    path = tmp_path / "picture.jpg"
    path.write_bytes(b"x")
    return str(path)


def visited(program: Program, picture: str, qtbot: QtBot) -> dict[str, object]:
    """What was seen."""
    visit = Visit(program, picture)
    with qtbot.waitSignal(visit.ended):
        visit.begin()
    return visit.seen


def test_the_dropped_pictures_answer_is_read_from_the_panel(program: Program, qtbot: QtBot, picture: str) -> None:
    seen = visited(program, picture, qtbot)
    words = seen["words"]
    assert isinstance(words, list)
    assert "thing 1" in words
    assert seen["trouble"] == ""
    assert seen["icons"] == len(list((resources() / "icons").glob("*.svg"))) + 1


def test_what_the_window_complains_of_is_told(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    program.context.notices.error("The engine stopped.")
    assert visited(program, str(tmp_path / "none.jpg"), qtbot)["trouble"] == "the window says: The engine stopped."


def test_an_answer_that_does_not_come_is_told_with_the_status_line(
    program: Program, engine: FakeEngine, qtbot: QtBot, picture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_test, "PATIENCE_S", 0.2)
    engine.hold = True
    trouble = str(visited(program, picture, qtbot)["trouble"])
    assert trouble.startswith("no answer came within 0 seconds; the status line says: ")
    assert trouble.endswith(program.window.status.sentence())


def test_a_window_without_paint_is_told(
    program: Program, qtbot: QtBot, picture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_test, "_FEWEST_COLOURS", 100 * 100 + 1)
    assert visited(program, picture, qtbot)["trouble"] == "the window was not painted"


def test_an_icon_of_which_nothing_can_be_seen_is_named(monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.setattr(self_test, "_is_empty", lambda image: True)
    with pytest.raises(ValueError, match=r"icon [a-z-]+\.svg"):
        self_test._draw_icons()
