"""Text can be read: contrasts of every pair of colours that meet."""

import pytest

from resnet_gui.gui.style.tokens import DARK, LIGHT, Tokens, contrast

LETTERS = ("text", "secondary", "sure", "check", "unsure", "accent")
GROUNDS = ("ground", "surface", "control")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)  # The well-known grey that just fails.
    assert contrast("#FFFFFF", "#777777") == contrast("#777777", "#FFFFFF")


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("letters", LETTERS)
def test_letters_stand_out_from_their_ground(tokens: Tokens, letters: str, ground: str) -> None:
    assert contrast(getattr(tokens, letters), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("letters", ["text", "secondary", "sure", "check", "unsure"])
def test_letters_stand_out_from_a_selected_row(tokens: Tokens, letters: str) -> None:
    assert contrast(getattr(tokens, letters), tokens.selection) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_special_grounds(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.text, tokens.hover) >= 4.5
    assert contrast(tokens.unsure, tokens.track) >= 4.5  # The sentence on the card of a file that was not read.
    for letters in (tokens.text, tokens.secondary, tokens.unsure):
        assert contrast(letters, tokens.picture_ground) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_signs_and_pale_letters_can_be_made_out(tokens: Tokens) -> None:
    assert contrast(tokens.faint, tokens.control) >= 2.9
    assert contrast(tokens.accent, tokens.track) >= 3.0
