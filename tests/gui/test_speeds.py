"""The speed picker in the window: opened by its key, measuring beside it, off while a run is going on."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_gui.gui.app.program import Program
from resnet_gui.gui.core.state import Page
from resnet_gui.gui.speed.popup import SpeedPopup
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.speeds import MeasureSpeeds
from resnet_gui.service.messages import Cancel
from tests.gui.acts import click, drop, mime_of, press, wait_ended
from tests.gui.conftest import Opener
from tests.helpers.fake_engine import FakeEngine


def picker(program: Program) -> SpeedPopup:
    """The one of the bar."""
    found = program.window.bar.findChildren(SpeedPopup)
    assert len(found) == 1
    return found[0]


def opened_picker(qtbot: QtBot, program: Program) -> SpeedPopup:
    """By its key."""
    press(qtbot, program, Qt.Key.Key_P)
    qtbot.waitUntil(picker(program).isVisible)
    return picker(program)


def test_it_measures_and_shows_what_it_found(program: Program, qtbot: QtBot, engine: FakeEngine) -> None:
    popup = opened_picker(qtbot, program)
    assert [row.row().rate for row in popup.rows] == ["", "", ""]
    click(qtbot, popup.button)
    qtbot.waitUntil(lambda: popup.rows[0].row().rate == "38 pictures/s")
    assert popup.rows[1].row().agreement == "Same winner as Exact on 103 of 104 pictures"
    assert popup.foot.text().startswith("Measured 21 Nov 2025 with 104 of your pictures")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not popup.isVisible()
    speeds = [one for one in program.window.bar.findChildren(type(program.window.bar._speed)) if one.title == "Speed"]
    assert "72 pictures/s" in speeds[0].segments()[1].toolTip()


def test_cancel_stops_it(opened: Opener, qtbot: QtBot, session: Path) -> None:
    engine = FakeEngine(session, hold=True)
    program = opened(engine)
    qtbot.waitUntil(lambda: program.context.state.network.facts is not None)
    popup = opened_picker(qtbot, program)
    click(qtbot, popup.button)
    qtbot.waitUntil(lambda: popup.foot.text() == "Measuring Fast · round 2 of 3")
    click(qtbot, popup.button)
    qtbot.waitUntil(lambda: popup.button.text() == "Measure on this machine")
    assert len(engine.of(MeasureSpeeds)) == len(engine.of(Cancel)) == 1
    popup.close()


def test_a_word_is_chosen_by_keys_and_no_key_gets_to_the_window_behind(
    program: Program, qtbot: QtBot, engine: FakeEngine, tmp_path: Path
) -> None:
    (tmp_path / "cat.jpg").write_bytes(b"x")
    drop(program.window, mime_of([tmp_path / "cat.jpg"]))
    wait_ended(qtbot, program)
    popup = opened_picker(qtbot, program)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_G)
    assert program.context.state.page is Page.SINGLE
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert not popup.isVisible()
    qtbot.waitUntil(lambda: engine.of(LoadNetwork)[-1].precision == "fast")
    assert program.context.state.settings.precision == "fast"


def test_it_is_off_while_a_run_is_going_on(opened: Opener, qtbot: QtBot, session: Path, tmp_path: Path) -> None:
    engine = FakeEngine(session, hold=True)
    program = opened(engine)
    qtbot.waitUntil(lambda: program.context.state.network.facts is not None)
    (tmp_path / "cat.jpg").write_bytes(b"x")
    drop(program.window, mime_of([tmp_path / "cat.jpg"]))
    qtbot.waitUntil(lambda: program.context.state.run is not None)
    popup = opened_picker(qtbot, program)
    assert not popup.button.isEnabled()
    assert popup.foot.text() == "A run is going on: measure when it has ended."
    assert not program.menus.action("network.measure").isEnabled()
    engine.finish()
    wait_ended(qtbot, program)
    qtbot.waitUntil(popup.button.isEnabled)
    click(qtbot, popup.button)
    qtbot.waitUntil(lambda: bool(engine.of(MeasureSpeeds)))
    run = program.context.state.run
    assert run is not None
    assert engine.of(MeasureSpeeds)[0].store == run.store
    popup.close()
