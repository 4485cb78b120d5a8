"""Sizes of the window and of what stands in it."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from resnet_gui.gui.core.state import Page
from resnet_gui.gui.network import flow as network
from tests.gui.acts import press, wait_ended
from tests.gui.conftest import Opener
from tests.gui.sample_views import generated
from tests.helpers.fake_engine import FakeEngine


@pytest.mark.parametrize("key", [Qt.Key.Key_G, Qt.Key.Key_E])
def test_a_larger_window_leaves_the_right_side_as_wide_as_it_was(
    opened: Opener, session: Path, qtbot: QtBot, tmp_path: Path, key: Qt.Key
) -> None:
    """What is gained goes to the cards, or to the picture."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("a", "b", "c"):
        generated(40, 30).save(str(folder / f"{name}.jpg"))
    program = opened(FakeEngine(session), str(folder))
    window = program.window
    window.resize(1280, 700)
    wait_ended(qtbot, program)
    qtbot.waitUntil(lambda: program.context.state.picture is not None)
    if key == Qt.Key.Key_E:
        press(qtbot, program, key)
    wanted = Page.GRID if key == Qt.Key.Key_G else Page.SINGLE
    qtbot.waitUntil(lambda: window.page() is wanted)
    middle = window.list if key == Qt.Key.Key_G else window.picture
    qtbot.wait(20)
    before, room = window.right.width(), middle.width()
    window.resize(2560, 1500)
    qtbot.waitUntil(lambda: middle.width() > room)
    assert window.right.width() == before
    assert middle.width() == room + 1280


def test_another_choice_leaves_the_cards_where_they_were(
    opened: Opener, session: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    """The same picture under two networks is compared by one click each, not by looking for it again."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    generated(40, 30).save(str(folder / "000.jpg"))
    for number in range(1, 120):
        shutil.copyfile(folder / "000.jpg", folder / f"{number:03}.jpg")
    program = opened(FakeEngine(session), str(folder))
    wait_ended(qtbot, program)
    cards = program.window.list
    cards.set_current_row(100)
    assert cards.view.verticalScrollBar().value() > 0
    network.choose_crops(program.context, 10)
    wait_ended(qtbot, program)
    qtbot.waitUntil(lambda: cards.current_row() == 100)
    assert cards.view.viewport().rect().intersects(cards.view.visualRect(cards.view.currentIndex()))
