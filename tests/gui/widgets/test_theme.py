"""The scheme reaches everything, at once, also what is already on the screen."""

from typing import Literal

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from resnet_gui.assets import resources
from resnet_gui.gui.picture.verdict_icon import verdict_pixmap
from resnet_gui.gui.style.icons import icon, pixmap, program_icon
from resnet_gui.gui.style.style_sheet import style_sheet
from resnet_gui.gui.style.theme import apply_theme, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, DARK, LIGHT, TITLE, Tokens
from resnet_gui.results.verdict import Verdict


def test_scheme_switches_palette_and_tokens(themed: QApplication) -> None:
    for scheme, tokens in (("dark", DARK), ("light", LIGHT)):
        apply_theme(themed, scheme)  # type: ignore[arg-type]
        assert themed.palette().color(QPalette.ColorRole.Window).name().upper() == tokens.ground
        assert tokens_now() is tokens


def test_system_scheme_is_light_where_the_desktop_says_nothing(themed: QApplication) -> None:
    apply_theme(themed, "dark")
    apply_theme(themed, "system")
    assert tokens_now() is LIGHT


def test_what_is_on_the_screen_is_told(themed: QApplication, qtbot: QtBot) -> None:
    label = QLabel("words")
    qtbot.addWidget(label)
    label.show()
    apply_theme(themed, "dark")
    assert label.palette().color(QPalette.ColorRole.WindowText).name().upper() == DARK.text


@pytest.mark.parametrize(("scheme", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_a_combo_box_is_as_flat_as_a_button_and_keeps_its_arrow(
    themed: QApplication, qtbot: QtBot, scheme: Literal["light", "dark"], tokens: Tokens
) -> None:
    apply_theme(themed, scheme)
    box = QComboBox()
    qtbot.addWidget(box)
    box.resize(200, 30)
    drawn = box.grab().toImage()
    column = {drawn.pixelColor(120, y).name().upper() for y in range(3, drawn.height() - 3)}
    assert column == {tokens.control}, "no gradient from above to below"
    right = {
        drawn.pixelColor(x, y).name().upper()
        for x in range(drawn.width() - 30, drawn.width() - 4)
        for y in range(5, drawn.height() - 5)
    }
    assert len(right) > 1, "the arrow is drawn"
    arrow = (resources() / "style" / f"down-{scheme}.svg").read_text(encoding="utf-8")
    assert f'stroke="{tokens.secondary}"' in arrow


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_the_style_sheet_is_filled_in(tokens: Tokens) -> None:
    sheet = style_sheet(tokens, lambda length: 2 * length)
    assert "@" not in sheet
    assert "padding: 12px 24px;" in sheet
    assert "padding: 11px 23px;" in sheet, "one less beside a border that is one wider"
    assert tokens.accent in sheet


def test_letters_grow_with_the_system(themed: QApplication, large_text: None) -> None:
    assert text_font(BODY).pixelSize() == themed.font().pixelSize()
    assert text_font(TITLE).pixelSize() == round(TITLE * themed.font().pixelSize() / BODY)
    assert text_font(TITLE).pixelSize() >= 2 * TITLE


def test_every_icon_is_a_drawing_that_takes_the_colour() -> None:
    files = sorted((resources() / "icons").glob("*.svg"))
    assert len(files) > 20
    for file in files:
        assert QSvgRenderer(str(file)).isValid(), file.name
        if not file.stem.startswith("resnet-gui"):
            image = pixmap(file.stem, "#FF0000", 20, 2.0).toImage()
            solid = [
                image.pixelColor(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() > 250
            ]
            assert solid, file.name
            assert {colour.name() for colour in solid} == {"#ff0000"}, file.name


def test_icons_are_sharp_on_screens_of_two_device_pixels() -> None:
    made = pixmap("folder", "#000000", 20, 2.0)
    assert made.size() == QSize(40, 40)
    assert made.devicePixelRatio() == 2.0
    assert not icon("folder", "#000000", "#888888").pixmap(QSize(20, 20), 1.0, QIcon.Mode.Disabled).isNull()


def test_missing_icon_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        pixmap("no-such-icon", "#000000", 20, 1.0)


def test_verdicts_differ_in_shape_not_only_in_colour(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    shapes = {bytes(verdict_pixmap(one, label, 20).toImage().createAlphaMask().constBits()) for one in Verdict}
    assert len(shapes) == len(Verdict)


def test_program_icon_has_all_sizes() -> None:
    sides = sorted(size.width() for size in program_icon().availableSizes())
    assert sides == [16, 24, 32, 48, 64, 128, 256]
