"""The crop lens: the right part is dark, the right number is under the pointer."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from resnet_gui.gui.picture.panel import PicturePanel
from resnet_gui.gui.picture.view import LensView
from tests.gui.sample_views import picture_view, single_plan, ten_lens, ten_plan, use_actions

WIDTH, HEIGHT = 640, 480


def make(qtbot: QtBot, lens: LensView | None) -> PicturePanel:
    """A white picture of 640 × 480 under a lens."""
    panel = PicturePanel()
    qtbot.addWidget(panel)
    panel.resize(700, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    panel.set_view(picture_view(image, WIDTH, HEIGHT, "white.png", lens))
    return panel


def colour(panel: PicturePanel, x: float, y: float) -> QColor:
    """The colour seen where the original has its pixel (x, y)."""
    return panel.view.viewport().grab().toImage().pixelColor(panel.view.mapFromScene(QPointF(x, y)))


def move(qtbot: QtBot, panel: PicturePanel, at: QPoint) -> None:
    """Move the pointer to a point of the view."""
    qtbot.mouseMove(panel.view.viewport(), at + QPoint(1, 1))
    qtbot.mouseMove(panel.view.viewport(), at)


def test_what_a_single_crop_leaves_out_is_dark(qtbot: QtBot) -> None:
    panel = make(qtbot, LensView(single_plan(WIDTH, HEIGHT), ()))
    # Resize 256 of 640 × 480 is 341 × 256; the centre 224 begins at 58 and 16: in the original 109 and 30.
    assert colour(panel, 90, 240).red() == pytest.approx(255 * 0.45, abs=2)
    assert colour(panel, 320, 12).red() == pytest.approx(255 * 0.45, abs=2)
    assert colour(panel, 320, 240) == QColor("white")
    assert colour(panel, 125, 240) == QColor("white")


def test_the_lens_can_be_switched_off_and_on(qtbot: QtBot) -> None:
    panel = make(qtbot, LensView(single_plan(WIDTH, HEIGHT), ()))
    view = panel._view
    panel.set_view(replace(view, lens_on=False))
    assert colour(panel, 90, 240) == QColor("white")
    lens = use_actions(panel)["view.lens"]
    with qtbot.waitSignal(lens.triggered):
        qtbot.mouseClick(panel._strip.lens, Qt.MouseButton.LeftButton)
    assert lens.isChecked()
    panel.set_view(view)
    assert colour(panel, 90, 240) != QColor("white")


def test_another_picture_takes_the_lens_away(qtbot: QtBot) -> None:
    panel = make(qtbot, LensView(single_plan(WIDTH, HEIGHT), ()))
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    panel.set_view(picture_view(image, 300, 300))
    assert colour(panel, 5, 5) == QColor("white")


def test_one_of_ten_windows_stands_out(qtbot: QtBot) -> None:
    panel = make(qtbot, ten_lens(WIDTH, HEIGHT))
    panel.set_view(replace(panel._view, crop=1))  # The top left one: 0…420 in the original.
    assert colour(panel, 150, 100) == QColor("white")
    assert colour(panel, 600, 300).red() == pytest.approx(255 * 0.65, abs=2)


def test_every_number_is_found_by_the_pointer(qtbot: QtBot) -> None:
    panel = make(qtbot, ten_lens(WIDTH, HEIGHT))
    panel.view.viewport().grab()
    heard: list[int] = []
    panel.crop_hovered.connect(heard.append)
    for number in range(1, 11):
        move(qtbot, panel, panel._lens._badges[number].center().toPoint())
        assert heard[-1] == number
    move(qtbot, panel, QPoint(2, 2))
    assert heard[-1] == 0


def test_number_badges_do_not_cover_each_other(qtbot: QtBot) -> None:
    panel = make(qtbot, ten_lens(WIDTH, HEIGHT))
    panel.view.viewport().grab()
    places = list(panel._lens._badges.values())
    assert len(places) == 10
    for number, one in enumerate(places):
        assert not any(one.intersects(other) for other in places[number + 1 :])


def test_each_number_stands_in_its_own_corner(qtbot: QtBot) -> None:
    """Mirrored windows look at the other side of the upright picture: 6 (top left of the mirror) is at the right."""
    panel = make(qtbot, ten_lens(WIDTH, HEIGHT))
    panel.view.viewport().grab()
    middle = QPointF(panel.view.mapFromScene(QPointF(WIDTH / 2, HEIGHT / 2)))
    sides = {n: (b.center().x() < middle.x(), b.center().y() < middle.y()) for n, b in panel._lens._badges.items()}
    left_top, right_top, left_bottom, right_bottom = (True, True), (False, True), (True, False), (False, False)
    assert [sides[n] for n in (1, 2, 3, 4)] == [left_top, right_top, left_bottom, right_bottom]
    assert [sides[n] for n in (6, 7, 8, 9)] == [right_top, left_top, right_bottom, left_bottom]


def test_a_click_selects_and_a_second_one_lets_go(qtbot: QtBot) -> None:
    panel = make(qtbot, ten_lens(WIDTH, HEIGHT))
    panel.view.viewport().grab()
    at = panel._lens._badges[4].center().toPoint()
    heard: list[int] = []
    panel.crop_selected.connect(heard.append)
    for _ in range(2):
        qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert heard == [4, 0]


def test_the_dissenting_window_has_its_own_colour(qtbot: QtBot) -> None:
    panel = make(qtbot, ten_lens(WIDTH, HEIGHT))
    seen = panel.view.viewport().grab().toImage()
    edges = {n: seen.pixelColor(int(b.center().x()), round(b.top())) for n, b in panel._lens._badges.items() if n < 5}
    assert edges[3].red() > edges[3].blue() + 60  # Amber; the others are grey.
    assert abs(edges[1].red() - edges[1].blue()) < 30


def test_a_window_larger_than_a_tiny_picture_is_drawn_without_harm(qtbot: QtBot) -> None:
    panel = make(qtbot, None)
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    panel.set_view(picture_view(image, 3, 2, lens=LensView(ten_plan(3, 2), ten_lens(3, 2).votes)))
    assert not panel.grab().isNull()
