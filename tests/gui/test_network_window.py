"""The network pane in the window: opened by its key, left by what comes next, remembered for another day."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from resnet_gui.folders import folders
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.core.settings import Settings, load, save
from resnet_gui.network.table import summary_text
from resnet_gui.network.variants import published
from tests.gui.acts import click, drop, mime_of, press, wait_ended
from tests.gui.conftest import Opener
from tests.helpers.fake_engine import FakeEngine


def keys(program: Program) -> list[str]:
    """Blocks that are drawn."""
    return [card.block.key for card in program.window.network.map.cards()]


def test_its_key_opens_it_and_closes_it(program: Program, qtbot: QtBot) -> None:
    assert not program.window.network.isVisible()
    press(qtbot, program, Qt.Key.Key_N)
    assert program.window.network.isVisible()
    assert not program.window.card.isVisible()
    assert keys(program)[:2] == ["stem", "layer1.0"]
    press(qtbot, program, Qt.Key.Key_N)
    assert program.window.card.isVisible()


def test_keys_move_within_it_and_escape_leaves_it(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    """Left, Right and Space belong to the list and the run elsewhere."""
    pictures = [tmp_path / f"picture {number}.jpg" for number in range(3)]
    for picture in pictures:
        picture.write_bytes(b"x")
    drop(program.window, mime_of(pictures))
    wait_ended(qtbot, program)
    row = program.window.list.current_row()
    press(qtbot, program, Qt.Key.Key_N)
    press(qtbot, program, Qt.Key.Key_Right)
    press(qtbot, program, Qt.Key.Key_Space)
    assert [card.block.key for card in program.window.network.map.cards() if card.isChecked()] == ["layer1.0"]
    assert program.window.list.current_row() == row
    press(qtbot, program, Qt.Key.Key_Escape)
    assert not program.window.network.isVisible()
    assert program.window.picture.isVisible()


def test_a_dropped_picture_takes_its_place(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "cat.jpg").write_bytes(b"x")
    press(qtbot, program, Qt.Key.Key_N)
    drop(program.window, mime_of([tmp_path / "cat.jpg"]))
    wait_ended(qtbot, program)
    assert program.window.picture.isVisible()
    assert not program.window.network.isVisible()


def test_another_network_is_drawn_at_once(program: Program, qtbot: QtBot, engine: FakeEngine, tmp_path: Path) -> None:
    weights = tmp_path / "resnet18.pth"
    weights.write_bytes(b"x")
    engine.depths[str(weights)] = 18
    press(qtbot, program, Qt.Key.Key_N)
    assert len(keys(program)) == 10
    drop(program.window, mime_of([weights]))
    qtbot.waitUntil(lambda: len(keys(program)) == 2 + 1 + 3 * 2)
    assert program.window.network.isVisible()


def test_the_table_is_copied(program: Program, qtbot: QtBot) -> None:
    press(qtbot, program, Qt.Key.Key_N)
    click(qtbot, program.window.network.copy_table)
    assert QGuiApplication.clipboard().text() == summary_text(published(50, classes=20))


def test_the_layers_of_a_block_are_copied(program: Program, qtbot: QtBot) -> None:
    press(qtbot, program, Qt.Key.Key_N)
    program.window.network.choose("head")
    click(qtbot, program.window.network.copy_layers)
    assert "fc.weight  20×2048" in QGuiApplication.clipboard().text()


def test_the_drawing_is_copied_whole(program: Program, qtbot: QtBot) -> None:
    """Also what is out of sight: all blocks of a deep network are higher than any window."""
    press(qtbot, program, Qt.Key.Key_N)
    click(qtbot, program.window.network.every)
    click(qtbot, program.window.network.copy_drawing)
    drawing, copied = program.window.network.map, QGuiApplication.clipboard().image()
    assert (copied.width(), copied.height()) == (2 * drawing.width(), 2 * drawing.height())
    assert drawing.height() > program.window.height()
    last = drawing.cards()[-1].geometry().center() * 2
    edge = copied.copy(last.x() - 100, last.y() - 60, 200, 120)
    colours = {edge.pixel(x, y) for x in range(0, 200, 3) for y in range(0, 120, 3)}
    assert len(colours) > 4, "the last card is drawn as well"


def test_its_own_button_closes_it(program: Program, qtbot: QtBot) -> None:
    press(qtbot, program, Qt.Key.Key_N)
    click(qtbot, program.window.network.close_pane)
    assert program.window.card.isVisible()


def test_it_is_there_again_another_day(opened: Opener, engine: FakeEngine, qtbot: QtBot) -> None:
    save(Settings(network_shown=True), folders().config)
    program = opened(engine)
    assert program.window.network.isVisible()
    qtbot.waitUntil(lambda: len(keys(program)) == 10)
    program.window.close()
    assert load(folders().config).settings.network_shown


def test_a_picture_named_at_the_start_is_shown_in_its_place(
    opened: Opener, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    save(Settings(network_shown=True), folders().config)
    (tmp_path / "cat.jpg").write_bytes(b"x")
    program = opened(engine, str(tmp_path / "cat.jpg"))
    wait_ended(qtbot, program)
    assert program.window.picture.isVisible()


def test_the_built_in_network_is_drawn_as_what_it_is(walk: Program, qtbot: QtBot) -> None:
    """With the real engine: ResNet50 of Keras 2.2.4, stride in the first 1×1, its own names (REFERENCE)."""
    press(qtbot, walk, Qt.Key.Key_N)
    pane = walk.window.network
    strided = {
        card.block.key: [glyph.top for glyph in card.block.path if glyph.stride == 2] for card in pane.map.cards()
    }
    assert strided["layer2.0"] == strided["layer4.0"] == ["1×1"]
    told = [label.text() for label in pane.side.findChildren(QLabel) if label.isVisible()]
    assert "25,636,712, with running means and variances" in told
    pane.choose("layer3.5")
    assert "res4f_branch2c/kernel" in pane.layers.words()[6]
