"""The zoom view: fit, 100 %, the wheel at the pointer, dragging; and which pixels are seen."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from resnet_gui.gui.widgets.zoom_view import ZoomView


def make(qtbot: QtBot, width: int = 1000, height: int = 700) -> ZoomView:
    """A 400 × 300 view of a picture whose left half is red, right half blue."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    painter = QPainter(image)
    painter.fillRect(width // 2, 0, width - width // 2, height, QColor("blue"))
    painter.end()
    view = ZoomView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    with qtbot.waitExposed(view):
        view.show()
    view.set_image(image, width, height)
    return view


def wheel(view: ZoomView, at: QPoint, turned: int) -> None:
    """Turn the wheel over a point of the viewport; 120 is one notch."""
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.viewport().mapToGlobal(at)),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def test_fit_shows_all_and_follows_the_size(qtbot: QtBot) -> None:
    view = make(qtbot)
    for size in ((400, 300), (300, 500)):
        view.resize(*size)
        shown = view.mapFromScene(view.sceneRect()).boundingRect()
        assert view.is_fitted()
        assert view.viewport().rect().contains(shown.adjusted(1, 1, -1, -1))
        assert shown.width() > 0.8 * size[0] or shown.height() > 0.8 * size[1]


def test_small_pictures_are_enlarged_at_most_four_times(qtbot: QtBot) -> None:
    view = make(qtbot, 16, 11)
    assert view.zoom() == pytest.approx(4.0 * view.devicePixelRatioF())


def test_full_size_is_one_to_one(qtbot: QtBot) -> None:
    view = make(qtbot)
    with qtbot.waitSignal(view.zoom_changed) as heard:
        view.full_size()
    assert heard.args == [pytest.approx(1.0)]
    view.toggle_full_size()
    assert view.is_fitted()


def test_wheel_keeps_what_is_under_the_pointer(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.full_size()
    at = QPoint(120, 90)
    qtbot.mouseMove(view.viewport(), at)
    before = view.mapToScene(at)
    wheel(view, at, 240)
    after = view.mapToScene(at)
    assert view.zoom() == pytest.approx(1.25**2)
    assert (after - before).manhattanLength() < 2.0


def test_wheel_stops_at_both_ends(qtbot: QtBot) -> None:
    view = make(qtbot)
    fitted = view.zoom()
    wheel(view, QPoint(200, 150), -1200)
    assert view.zoom() == pytest.approx(fitted)
    wheel(view, QPoint(200, 150), 12000)
    assert view.zoom() == pytest.approx(32.0)


def test_drag_moves_the_picture(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.full_size()
    before = view.mapToScene(QPoint(200, 150))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    qtbot.mouseMove(view.viewport(), QPoint(150, 130))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(150, 130))
    moved = view.mapToScene(QPoint(200, 150)) - before
    assert moved.x() == pytest.approx(50, abs=2)
    assert moved.y() == pytest.approx(20, abs=2)


def test_keys_zoom_and_plain_arrows_are_left_to_the_window(qtbot: QtBot) -> None:
    view = make(qtbot)
    fitted = view.zoom()
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom() == pytest.approx(fitted * 1.25)
    view.full_size()
    before = view.mapToScene(QPoint(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.mapToScene(QPoint(0, 0)) == before
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.mapToScene(QPoint(0, 0)).x() > before.x()


def test_a_better_image_of_the_same_picture_changes_no_view(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.full_size()
    at = view.mapToScene(QPoint(10, 10))
    better = QImage(2000, 1400, QImage.Format.Format_RGB32)
    better.fill(QColor("green"))
    view.set_image(better, 1000, 700, keep_view=True)
    assert view.mapToScene(QPoint(10, 10)) == at
    view.set_image(better, 1000, 700)
    assert view.is_fitted()


def test_the_picture_lies_where_its_pixels_say(qtbot: QtBot) -> None:
    view = make(qtbot, 999, 701)  # 499 red columns, 500 blue ones.
    view.full_size()
    view.centerOn(QPointF(499, 350))
    seen = view.viewport().grab().toImage()
    edge = view.mapFromScene(QPointF(499, 350))
    assert seen.pixelColor(edge.x() - 3, edge.y()) == QColor("red")
    assert seen.pixelColor(edge.x() + 3, edge.y()) == QColor("blue")


def test_an_image_smaller_than_its_original_fills_the_original(qtbot: QtBot) -> None:
    view = make(qtbot)
    small = QImage(100, 70, QImage.Format.Format_RGB32)
    small.fill(QColor("green"))
    view.set_image(small, 4000, 2800)
    corner = view.mapFromScene(QPointF(3999, 2799))
    assert view.viewport().grab().toImage().pixelColor(corner - QPoint(2, 2)) == QColor("green")
