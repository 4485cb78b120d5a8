"""Sizes of the window and of what stands in it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from resnet_gui.gui.context import Page
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
    if key == Qt.Key.Key_E:
        press(qtbot, program, key)
    assert window.page() is (Page.GRID if key == Qt.Key.Key_G else Page.SINGLE)
    middle = window.list if key == Qt.Key.Key_G else window.picture
    qtbot.wait(20)
    before, room = window.right.width(), middle.width()
    window.resize(2560, 1500)
    qtbot.waitUntil(lambda: middle.width() > room)
    assert window.right.width() == before
    assert middle.width() == room + 1280
