"""The action table is sound, and its page in the documentation fresh."""

from collections import Counter
from pathlib import Path

import pytest

from resnet_gui.gui.actions import ACTIONS, shortcuts_page
from resnet_gui.gui.readings import READINGS
from resnet_gui.images.recipe import RECIPES
from resnet_gui.network.description import StemPool, StrideIn

KEYS = {
    "Ctrl+O", "Ctrl+L", "Ctrl+V", "Ctrl+C", "Ctrl+Shift+C", "Ctrl+S", "Ctrl+E", "Space", "Esc", "L", "[", "]", "G", "E",
    "Z", "Ctrl+0", "Left", "Right", "F5", "F11", "F1", "Ctrl+Q",
}  # fmt: skip
"""Those of LOOK and USERS."""
RESERVED = {"C", "H", "X", "U", "R", "1", "2", "3", "4", "5", "Return", "Enter"}
"""Of comparing, heat maps and reviewing, which are still to come."""


def test_no_two_actions_have_one_key_or_one_name() -> None:
    assert [key for key, count in Counter(row.key for row in ACTIONS if row.key).items() if count > 1] == []
    assert [name for name, count in Counter(row.id for row in ACTIONS).items() if count > 1] == []


def test_the_promised_keys_are_there_and_the_reserved_ones_free() -> None:
    keys = {row.key for row in ACTIONS}
    assert keys >= KEYS
    assert not keys & RESERVED


def test_each_condition_that_can_fail_says_why() -> None:
    assert [row.id for row in ACTIONS if not row.when.sentence and row.when.holds.__name__ != "<lambda>"] == []


def test_the_page_of_keys_is_fresh() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "shortcuts.md"
    assert page.read_text(encoding="utf-8") == shortcuts_page(), "write shortcuts_page() to docs/shortcuts.md"


@pytest.mark.parametrize(
    ("field", "words"),
    [("preprocess", set(RECIPES)), ("stem_pool", set(StemPool)), ("stride_in", set(StrideIn))],
)
def test_the_menu_offers_every_word_the_command_line_knows(field: str, words: set[str]) -> None:
    assert {reading.value for reading in READINGS if reading.field == field} == {None, *words}
