"""The action table is sound, and its page in the documentation fresh."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from resnet_gui.gui.app.action_table import ACTIONS, shortcuts_page
from resnet_gui.gui.core.actions import ALWAYS, Action, Menu
from resnet_gui.gui.network.reading import READINGS
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.network.description import StemPool, StrideIn

KEYS = {
    "Ctrl+O", "Ctrl+L", "Ctrl+V", "Ctrl+C", "Ctrl+Shift+C", "Ctrl+S", "Ctrl+E", "Space", "Esc", "L", "[", "]", "G", "E",
    "Z", "Ctrl+0", "Left", "Right", "F5", "F11", "F1", "Ctrl+Q",
}  # fmt: skip
"""Those of LOOK and USERS."""
RESERVED = {"C", "H", "X", "U", "R", "1", "2", "3", "4", "5", "Return", "Enter"}
"""Of comparing, heat maps and reviewing, which are still to come."""


def _keys() -> list[str]:
    """Every key, second ones included."""
    return [key for row in ACTIONS for key in (row.key, row.also) if key]


def test_no_two_actions_have_one_key_or_one_name() -> None:
    assert [key for key, count in Counter(_keys()).items() if count > 1] == []
    assert [name for name, count in Counter(row.id for row in ACTIONS).items() if count > 1] == []


def test_the_promised_keys_are_there_and_the_reserved_ones_free() -> None:
    keys = set(_keys())
    assert keys >= KEYS
    assert not keys & RESERVED


def _silent(rows: Iterable[Action]) -> list[str]:
    """Actions that can be off and would not say why."""
    return [row.id for row in rows if not row.when.sentence.strip() and row.when != ALWAYS]


def test_each_condition_that_can_fail_says_why() -> None:
    assert _silent(ACTIONS) == []
    can_fail = [row for row in ACTIONS if row.when != ALWAYS]
    emptied = [replace(row, when=replace(row.when, sentence="")) for row in can_fail]
    assert len(can_fail) > 20
    assert _silent(emptied) == [row.id for row in can_fail]


def test_nothing_stands_twice_in_a_menu() -> None:
    """One act of a person is one line: a second key goes with the first."""
    lines = Counter((row.section.menu, row.under, row.text.removesuffix("…").removesuffix(" as")) for row in ACTIONS)
    assert [line for line, count in lines.items() if count > 1] == []


def test_choosing_a_network_comes_before_what_is_done_with_it() -> None:
    """The table of layers follows the card of how the file is read."""
    names = [row.id for row in ACTIONS if row.section.menu is Menu.NETWORK]
    assert names[0] == "network.built_in"
    assert names.index("network.copy_table") > names.index("network.reading")


def test_a_second_key_is_told_where_it_is_not_shown() -> None:
    assert [row.id for row in ACTIONS if row.also and row.also not in row.tip] == []


def test_the_page_of_keys_is_fresh() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "shortcuts.md"
    assert page.read_text(encoding="utf-8") == shortcuts_page(), "write shortcuts_page() to docs/shortcuts.md"


@pytest.mark.parametrize(
    ("field", "words"),
    [("preprocess", set(PRESETS)), ("stem_pool", set(StemPool)), ("stride_in", set(StrideIn))],
)
def test_the_menu_offers_every_word_the_command_line_knows(field: str, words: set[str]) -> None:
    assert {reading.value for reading in READINGS if reading.field == field} == {None, *words}
