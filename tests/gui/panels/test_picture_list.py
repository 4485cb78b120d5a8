"""The list of pictures: rows and cards, what is current, and that painting is cheap."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from resnet_gui.gui.run.list_panel import PictureListPanel
from resnet_gui.gui.style.tokens import LIGHT
from resnet_gui.results.verdict import Verdict
from tests.gui.sample_views import Tile, TileModel


def make(qtbot: QtBot) -> PictureListPanel:
    """Sixty pictures, every seventh of them not read."""
    tiles = [
        Tile("", f"bad_{n}.jpg", "–", Verdict.FAILED, "", "corrupt", "The file cannot be decoded")
        if n % 7 == 6
        else Tile(f"class {n}", f"picture_{n}.jpg", "81.5 %", Verdict.CHECK)
        for n in range(60)
    ]
    panel = PictureListPanel()
    qtbot.addWidget(panel)
    panel.set_model(TileModel(tiles, panel))
    panel.resize(280, 500)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_rows_are_52_pixels_high(qtbot: QtBot) -> None:
    panel = make(qtbot)
    assert panel.view.tile_size().height() == 52
    assert panel.view.columns() == 1


def test_click_and_enter(qtbot: QtBot) -> None:
    panel = make(qtbot)
    heard: list[int] = []
    panel.current_changed.connect(heard.append)
    place = panel.view.visualRect(panel.view.model().index(3, 0)).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard == [3]
    with qtbot.waitSignal(panel.activated) as activated:
        qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert activated.args == [3]


def test_the_grid_keeps_what_is_current_in_sight(qtbot: QtBot) -> None:
    panel = make(qtbot)
    panel.set_current_row(45)
    panel.resize(900, 500)
    panel.set_mode("grid")
    assert panel.view.columns() > 3
    first, last = panel.view.visible_rows()
    assert first <= 45 <= last
    assert panel.current_row() == 45


def test_mode_buttons_tell(qtbot: QtBot) -> None:
    panel = make(qtbot)
    with qtbot.waitSignal(panel.mode_changed) as heard:
        qtbot.mouseClick(panel._grid_button, Qt.MouseButton.LeftButton)
    assert heard.args == ["grid"]
    assert panel.mode() == "grid"
    assert panel._grid_button.isChecked()
    assert not panel._list_button.isChecked()


def test_cards_grow_and_shrink_within_limits(qtbot: QtBot) -> None:
    panel = make(qtbot)
    panel.resize(900, 500)
    panel.set_mode("grid")
    counts = []
    for _ in range(10):
        counts.append(panel.view.columns())
        panel.resize_tiles(1)
    assert counts[0] > counts[-1] >= 1
    assert counts == sorted(counts, reverse=True)


def test_a_selected_row_is_seen(qtbot: QtBot) -> None:
    panel = make(qtbot)
    panel.set_current_row(2)
    place = panel.view.visualRect(panel.view.model().index(2, 0))
    seen = panel.view.viewport().grab().toImage()
    assert seen.pixelColor(place.left() + 1, place.center().y()).name().upper() == LIGHT.accent
    assert seen.pixelColor(place.left() + 8, place.center().y()).name().upper() == LIGHT.selection


def test_all_are_selected_as_one_range(qtbot: QtBot) -> None:
    panel = make(qtbot)
    panel.view.selectAll()
    chosen = panel.view.selectionModel().selection()
    assert [(chosen.at(part).top(), chosen.at(part).bottom()) for part in range(chosen.count())] == [(0, 59)]


def test_what_is_in_sight_changes_with_the_scroll_bar(qtbot: QtBot) -> None:
    panel = make(qtbot)
    panel.view.verticalScrollBar().setValue(20 * 52)
    assert panel.view.visible_rows()[0] == 20
