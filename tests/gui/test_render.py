"""One render: panels whose view is the same are left alone, and what a person is at in them survives every render."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from resnet_gui.gui.app.program import Program
from resnet_gui.gui.app.render import views
from resnet_gui.gui.core.state import Page
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.preferences.dialog import PreferencesDialog
from resnet_gui.gui.run import flow as folder
from resnet_gui.gui.weights.dialog import WeightsDialog
from tests.gui.acts import wait_ended
from tests.gui.conftest import Opener
from tests.gui.sample_views import generated
from tests.helpers.fake_engine import FakeEngine

PANELS = ("bar", "list", "run", "picture", "answer", "status", "empty", "window", "actions", "plan", "notice", "scheme")


def pictures(folder: Path, number: int) -> Path:
    """A folder of so many pictures."""
    folder.mkdir()
    generated(40, 30).save(str(folder / "000.jpg"))
    for place in range(1, number):
        (folder / f"{place:03}.jpg").hardlink_to(folder / "000.jpg")
    return folder


def watch(program: Program, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the views that are put on their panels, from now on."""
    put: list[str] = []
    panels = dict(program.window.panels)
    for name, show in panels.items():
        monkeypatch.setitem(
            program.window.panels, name, lambda view, name=name, show=show: (put.append(name), show(view))
        )
    return put


def test_what_has_not_changed_is_not_touched(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    put = watch(program, monkeypatch)
    for _ in range(3):
        program.render()
    assert put == []
    program.act(network.choose_crops, 10)
    assert put == ["bar"]


def test_the_whole_is_rendered_once_for_each_act(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    show = program.window.show_views
    monkeypatch.setattr(program.window, "show_views", lambda made: (shown.append(made), show(made)))
    program.menus.action("network.crops").trigger()
    assert len(shown) == 1
    program.menus.action("view.list").trigger()
    assert len(shown) == 2


def test_views_are_made_from_the_state_alone(program: Program) -> None:
    """Twice in a row they are equal, and making them changes nothing."""
    before = views(program.context)
    assert views(program.context) == before
    assert {name: getattr(before, name) for name in PANELS}


def test_a_lists_view_holds_no_rows(opened: Opener, session: Path, qtbot: QtBot, tmp_path: Path) -> None:
    few = opened(FakeEngine(session), str(pictures(tmp_path / "few", 3)))
    wait_ended(qtbot, few)
    size = len(repr(views(few.context).list))
    assert size < 1000
    assert "000.jpg" not in repr(views(few.context).list)


def test_focus_scroll_and_the_current_row_survive(opened: Opener, session: Path, qtbot: QtBot, tmp_path: Path) -> None:
    engine = FakeEngine(session, hold=True)
    program = opened(engine, str(pictures(tmp_path / "many", 150)))
    qtbot.waitUntil(lambda: program.table.number() == 150)
    cards = program.window.list
    program.window.activateWindow()
    cards.view.setFocus()
    cards.set_current_row(100)
    cards.view.verticalScrollBar().setValue(cards.view.verticalScrollBar().value() - 30)
    scrolled = cards.view.verticalScrollBar().value()
    assert scrolled > 0
    engine.finish(50)
    run = program.context.state.run
    assert run is not None
    qtbot.waitUntil(lambda: run.progress.done == 50)
    program.render()
    assert (cards.current_row(), cards.view.verticalScrollBar().value()) == (100, scrolled)
    assert cards.view.hasFocus()
    engine.finish()
    wait_ended(qtbot, program)
    assert (cards.current_row(), cards.view.verticalScrollBar().value()) == (100, scrolled)


def test_half_typed_words_and_the_caret_survive_in_an_open_dialog(program: Program, qtbot: QtBot) -> None:
    program.act(network.open_weights)
    dialog = program.dialogs.dialog("weights")
    assert isinstance(dialog, WeightsDialog)
    (search,) = (one for one in dialog.findChildren(QLineEdit) if one.accessibleName() == "Find weights")
    qtbot.keyClicks(search, "10")
    search.setCursorPosition(1)
    state = program.context.state
    state.weights.here = frozenset({"resnet18.tv1"})
    program.render()
    assert (search.text(), search.cursorPosition()) == ("10", 1)
    dialog.close()
    assert "weights" not in state.dialogs


def test_what_was_changed_in_the_preferences_stays_while_others_follow(program: Program, qtbot: QtBot) -> None:
    program.menus.action("edit.preferences").trigger()
    dialog = program.dialogs.dialog("preferences")
    assert isinstance(dialog, PreferencesDialog)
    top, pixels = dialog.editor("top"), dialog.editor("max_megapixels")
    assert isinstance(top, QAbstractSpinBox)
    top.setValue(9)  # type: ignore[union-attr]
    state = program.context.state
    state.settings = type(state.settings)(**{**vars(state.settings), "top": 7, "max_megapixels": 200})
    program.render()
    assert (dialog.values().top, dialog.values().max_megapixels) == (9, 200)
    assert pixels is dialog.editor("max_megapixels")
    dialog.reject()


def test_a_dialog_that_is_asked_for_again_is_the_same_one(program: Program) -> None:
    program.act(network.open_weights)
    first = program.dialogs.dialog("weights")
    program.act(network.open_weights, "101 v2")
    assert program.dialogs.dialog("weights") is first
    assert isinstance(first, WeightsDialog)
    assert first._search.text() == "ResNet-101"
    first.close()
    assert program.dialogs.dialog("weights") is None


def test_a_click_that_comes_to_nothing_is_taken_back(program: Program, qtbot: QtBot) -> None:
    """A depth that is not here leads to where it can be got; the bar shows what is in use."""
    bar = program.window.bar
    (segment,) = (one for one in bar._depth.segments() if one.choice.key == "152")
    qtbot.mouseClick(segment, Qt.MouseButton.LeftButton)
    assert bar._depth.now() == "50"
    weights = program.dialogs.dialog("weights")
    assert weights is not None
    weights.close()


def test_an_action_that_is_on_stays_ticked_when_it_is_chosen_again(
    opened: Opener, session: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    program = opened(FakeEngine(session), str(pictures(tmp_path / "some", 30)))
    wait_ended(qtbot, program)
    program.act(folder.to_page, Page.GRID)
    grid = program.menus.action("view.grid")
    assert grid.isChecked()
    grid.trigger()
    assert grid.isChecked()


def test_buttons_stand_as_their_actions_do(program: Program) -> None:
    """Text apart, what a button tells of itself is the action table's."""
    buttons: dict[QWidget, str] = {**program.window.summary.buttons(), **program.window.card.buttons()}
    for button, name in buttons.items():
        action = program.menus.action(name)
        assert isinstance(button, QObject)
        assert (button.isEnabled(), button.toolTip()) == (action.isEnabled(), action.toolTip())
    assert not program.menus.action("file.export").isEnabled()
    assert QApplication.instance() is not None
