"""The speed picker, opened: keys, what it says while it measures, and room for every word."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from resnet_gui.gui.speed.popup import SpeedPopup, SpeedRowButton
from resnet_gui.gui.speed.view import SpeedRow, SpeedView
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, SPACE_8, SPACE_12

ROWS = (
    SpeedRow("exact", "Exact", "32-bit numbers: equal to the reference", "38 pictures/s"),
    SpeedRow(
        "fast",
        "Fast",
        "32-bit numbers, as this device has no faster ones; JPEG files decoded smaller",
        "1,071 pictures/s",
        "Same winner as Exact on 103 of 104 pictures",
    ),
    SpeedRow("turbo", "Turbo", "8-bit numbers (int8)", "", "Too few. " * 12),
)
VIEW = SpeedView(ROWS, "fast", "Measured 7 Mar 2025 with 104 of your pictures, one crop each.", "Measure again")


class Opened:
    """The picker over a window of its own, and what it emitted."""

    def __init__(self, qtbot: QtBot, view: SpeedView = VIEW) -> None:
        self.owner = QWidget()
        qtbot.addWidget(self.owner)
        self.owner.resize(400, 40)
        self.popup = SpeedPopup(self.owner)
        self.said: list[str] = []
        self.popup.chosen.connect(self.said.append)
        self.popup.measure_wanted.connect(lambda: self.said.append("measure"))
        self.popup.stop_wanted.connect(lambda: self.said.append("stop"))
        self.popup.set_view(view)
        with qtbot.waitExposed(self.owner):
            self.owner.show()
        self.popup.open_under(self.owner)
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)

    def press(self, qtbot: QtBot, key: Qt.Key) -> None:
        """A key, to whatever has the focus."""
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, key)

    def focus(self) -> str:
        """Where the keys are: the word of a row, or the text of the button."""
        focus = QApplication.focusWidget()
        return focus.key if isinstance(focus, SpeedRowButton) else focus.text()  # type: ignore[union-attr]


def test_arrows_walk_over_the_words_and_the_button(qtbot: QtBot) -> None:
    opened = Opened(qtbot)
    walked = [opened.focus()]
    for _ in range(3):
        opened.press(qtbot, Qt.Key.Key_Down)
        walked.append(opened.focus())
    assert walked == ["fast", "turbo", "Measure again", "exact"]
    opened.press(qtbot, Qt.Key.Key_Up)
    assert opened.focus() == "Measure again"
    assert opened.said == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_key_chooses_and_closes(qtbot: QtBot, key: Qt.Key) -> None:
    opened = Opened(qtbot)
    opened.press(qtbot, Qt.Key.Key_Up)
    opened.press(qtbot, key)
    assert opened.said == ["exact"]
    assert not opened.popup.isVisible()


def test_the_word_in_use_only_closes(qtbot: QtBot) -> None:
    opened = Opened(qtbot)
    qtbot.mouseClick(opened.popup.rows[1], Qt.MouseButton.LeftButton)
    assert opened.said == []
    assert not opened.popup.isVisible()


def test_escape_closes(qtbot: QtBot) -> None:
    opened = Opened(qtbot)
    opened.press(qtbot, Qt.Key.Key_Escape)
    assert not opened.popup.isVisible()


def test_the_button_measures_then_cancels_and_keeps_the_keys(qtbot: QtBot) -> None:
    opened = Opened(qtbot)
    opened.popup.button.setFocus()
    opened.press(qtbot, Qt.Key.Key_Space)
    busy = SpeedView(ROWS, "fast", "", "Measure again", busy="Measuring Fast · round 2 of 3", fraction=0.5)
    height = opened.popup.height()
    opened.popup.set_view(busy)
    assert opened.popup.height() == height, "Cancel must be where the pointer is"
    assert opened.popup.foot.text() == "Measuring Fast · round 2 of 3"
    assert opened.popup.button.text() == "Cancel"
    assert opened.popup.isVisible()
    assert opened.focus() == "Cancel"
    opened.press(qtbot, Qt.Key.Key_Space)
    assert opened.said == ["measure", "stop"]


def test_what_cannot_be_measured_now_says_why(qtbot: QtBot) -> None:
    opened = Opened(qtbot)
    opened.popup.button.setFocus()
    opened.popup.set_view(SpeedView(ROWS, "fast", "", "Measure again", why_not="A run is going on."))
    assert not opened.popup.button.isEnabled()
    assert opened.popup.foot.text() == "A run is going on."
    assert opened.focus() == "fast", "a button that is switched off must not keep the keys"


def test_the_figures_keep_their_date_then(qtbot: QtBot) -> None:
    opened = Opened(qtbot, replace(VIEW, why_not="A run is going on."))
    assert opened.popup.foot.text() == f"A run is going on.\n{VIEW.foot}"


def test_a_row_reads_aloud_all_that_it_shows(qtbot: QtBot) -> None:
    opened = Opened(qtbot)
    assert opened.popup.rows[1].accessibleName() == (
        "Fast, 1,071 pictures per second, 32-bit numbers, as this device has no faster ones; JPEG files decoded "
        "smaller, Same winner as Exact on 103 of 104 pictures"
    )


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_ring_stands_where_a_line_begins(qtbot: QtBot, direction: Qt.LayoutDirection) -> None:
    opened = Opened(qtbot)
    row = opened.popup.rows[1]
    row.setLayoutDirection(direction)
    qtbot.wait(10)  # the words go to the other side
    row.clearFocus()
    picture = row.grab().toImage()
    height = SPACE_8 + QFontMetrics(row.font()).height() // 2
    here, there = SPACE_12 + scaled(14) // 2, row.width() - SPACE_12 - scaled(14) // 2
    if direction == Qt.LayoutDirection.RightToLeft:
        here, there = there, here
    accent = QColor(tokens_now().accent)
    assert picture.pixelColor(here, height) == accent
    assert picture.pixelColor(there, height) != accent


@pytest.mark.parametrize("large", [False, True])
def test_every_word_has_room(qtbot: QtBot, request: pytest.FixtureRequest, large: bool) -> None:
    request.getfixturevalue("large_text" if large else "themed")
    opened = Opened(qtbot)
    popup = opened.popup
    for row in popup.rows:
        assert popup.rect().contains(row.geometry())
        assert row.height() >= row.heightForWidth(row.width())
        title = QFontMetrics(text_font(BODY)).horizontalAdvance(row.row().text + row.row().rate)
        assert title < row.width() * 0.8
    below = [QRect(popup.foot.geometry()), QRect(popup.button.geometry())]
    assert popup.foot.height() >= popup.foot.heightForWidth(popup.foot.width())
    assert popup.button.width() >= popup.button.sizeHint().width()
    assert popup.rect().contains(below[0])
    assert popup.rect().contains(below[1])
    tops = [*(row.geometry() for row in popup.rows), *below]
    assert all(one.bottom() <= other.top() for one, other in pairwise(tops))
