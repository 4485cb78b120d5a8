"""The field with a line for a terminal: as high as its lines, and no higher."""

import pytest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from resnet_gui.gui.widgets.command_field import command_field

COMMAND = "/home/somebody/venv/bin/python -m pip install 'resnet-gui[gpu]'"


@pytest.fixture
def large(request: pytest.FixtureRequest) -> None:
    """Letters of twice the size where the test asks for it."""
    if request.param:
        request.getfixturevalue("large_text")


@pytest.mark.parametrize("large", [False, True], indirect=True, ids=["100 %", "200 %"])
@pytest.mark.parametrize("text", ["a", COMMAND, COMMAND * 2], ids=len)
def test_all_lines_are_seen_with_little_room_below(qtbot: QtBot, large: None, text: str) -> None:
    field = command_field(text, 400, "Command")
    qtbot.addWidget(field)
    field.setFixedWidth(400)
    field.show()
    assert field.verticalScrollBar().maximum() == 0
    line = field.fontMetrics().lineSpacing()
    assert field.viewport().height() - lines(field) * line < 1.5 * line
    assert field.accessibleName() == "Command"


def lines(field: QPlainTextEdit) -> int:
    """As they are broken on the screen."""
    return field.document().firstBlock().layout().lineCount()


def test_a_very_long_line_scrolls(qtbot: QtBot) -> None:
    field = command_field(COMMAND * 40, 400, "Command")
    qtbot.addWidget(field)
    field.setFixedWidth(400)
    field.show()
    assert field.verticalScrollBar().maximum() > 0
