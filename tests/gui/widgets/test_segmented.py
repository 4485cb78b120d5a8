"""Segmented buttons: mouse, keys, and why something cannot be chosen."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from resnet_gui.gui.core.choice import Choice
from resnet_gui.gui.widgets.segmented import SegmentedButton

WHY = "No weights for ResNet-101 yet. Drop a weight file."
CHOICES = (Choice("18", "18", "small"), Choice("50", "50"), Choice("101", "101", "", WHY))


def make(qtbot: QtBot) -> tuple[SegmentedButton, list[str], list[str]]:
    """The button with 50 chosen, and lists of what it emitted."""
    button = SegmentedButton("Depth")
    qtbot.addWidget(button)
    button.set_choices(CHOICES, "50")
    chosen: list[str] = []
    refused: list[str] = []
    button.chosen.connect(chosen.append)
    button.refused.connect(refused.append)
    with qtbot.waitActive(button):
        button.show()
        button.activateWindow()
    return button, chosen, refused


def test_click_chooses_once(qtbot: QtBot) -> None:
    button, chosen, refused = make(qtbot)
    qtbot.mouseClick(button.segments()[0], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(button.segments()[0], Qt.MouseButton.LeftButton)
    assert (chosen, refused, button.now()) == (["18"], [], "18")
    assert [segment.isChecked() for segment in button.segments()] == [True, False, False]


def test_what_cannot_be_chosen_says_why(qtbot: QtBot) -> None:
    button, chosen, refused = make(qtbot)
    last = button.segments()[2]
    assert last.toolTip() == WHY
    assert last.accessibleDescription() == WHY
    qtbot.mouseClick(last, Qt.MouseButton.LeftButton)
    assert (chosen, refused, button.now()) == ([], [WHY], "50")
    assert QToolTip.text() == ""  # Who hears `refused` says it; the tip would lie over that.


def test_arrows_move_and_space_chooses(qtbot: QtBot) -> None:
    button, chosen, _ = make(qtbot)
    button.segments()[1].setFocus()
    qtbot.keyClick(button.segments()[1], Qt.Key.Key_Left)
    assert button.segments()[0].hasFocus()
    assert chosen == []
    qtbot.keyClick(button.segments()[0], Qt.Key.Key_Space)
    assert chosen == ["18"]
    qtbot.keyClick(button.segments()[0], Qt.Key.Key_End)
    assert button.segments()[2].hasFocus()
    QToolTip.hideText()


def test_one_tab_stop(qtbot: QtBot) -> None:
    button, _, _ = make(qtbot)
    stops = [segment.text() for segment in button.segments() if segment.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == ["50"]


def test_names_are_whole_for_a_screen_reader(qtbot: QtBot) -> None:
    button, _, _ = make(qtbot)
    assert [segment.accessibleName() for segment in button.segments()] == ["Depth 18", "Depth 50", "Depth 101"]


def test_folded_it_is_one_menu_with_the_same_choices(qtbot: QtBot) -> None:
    button, chosen, refused = make(qtbot)
    button.set_compact(True)
    assert button.width_needed(compact=True) < button.width_needed(compact=False)
    actions = button._menu.actions()
    assert [action.isChecked() for action in actions] == [False, True, False]
    actions[2].trigger()
    assert (chosen, refused) == ([], [WHY])
    button._menu.actions()[0].trigger()
    assert chosen == ["18"]
    QToolTip.hideText()


def test_what_opens_at_the_end_is_reached_by_mouse_and_keys_and_stays_when_folded(qtbot: QtBot) -> None:
    button = SegmentedButton("Speed", more="Speeds on this machine")
    qtbot.addWidget(button)
    button.set_choices(CHOICES, "50")
    wanted: list[str] = []
    button.more_wanted.connect(lambda: wanted.append("more"))
    with qtbot.waitActive(button):
        button.show()
        button.activateWindow()
    more = button.tab_stops()[-2]
    assert more.accessibleName() == "Speeds on this machine"
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    button.segments()[1].setFocus()
    qtbot.keyClick(button.segments()[1], Qt.Key.Key_End)
    assert more.hasFocus()
    qtbot.keyClick(more, Qt.Key.Key_Space)
    button.set_compact(True)
    assert not more.isVisible()
    qtbot.mouseClick(button.tab_stops()[-1], Qt.MouseButton.LeftButton)
    assert wanted == ["more"] * 3


def test_other_tips_leave_the_segments_and_their_focus(qtbot: QtBot) -> None:
    button, _, _ = make(qtbot)
    before = button.segments()
    before[1].setFocus()
    button.set_choices(tuple(Choice(one.key, one.text, "38 pictures/s") for one in CHOICES), "50")
    assert button.segments() == before
    assert before[1].hasFocus()
    assert [segment.toolTip() for segment in before] == ["38 pictures/s"] * 3
