"""The whole frame at every size that is promised: nothing is cut off, everything has a name, the scheme is one."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from resnet_gui.gui.style.theme import apply_theme
from resnet_gui.gui.widgets.menu_button import MenuButton
from resnet_gui.gui.widgets.segmented import Segment
from tests.gui.gallery import SCENES, Frame

Scene = Callable[[Frame], None]


@pytest.fixture
def plain_files(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Generated pictures in place of the reference ones: these tests pass where those are absent."""
    monkeypatch.setattr("tests.gui.gallery.DEMO", tmp_path_factory.mktemp("demo") / "absent")


def make(qtbot: QtBot, scene: str, width: int, height: int) -> Frame:
    """A scene on the screen."""
    frame = Frame()
    qtbot.addWidget(frame)
    frame.resize(width, height)
    with qtbot.waitExposed(frame):
        frame.show()
    SCENES[scene](frame)
    qtbot.wait(60)
    return frame


def seen(frame: Frame) -> list[QWidget]:
    """Widgets a person can see."""
    return [widget for widget in frame.findChildren(QWidget) if widget.isVisible()]


class Painted(QObject):
    """Which widgets of a frame have been told to paint themselves since."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.widgets: set[QWidget] = set()
        for widget in seen_painters(frame):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self.widgets.add(watched)
        return False


def seen_painters(frame: Frame) -> list[QWidget]:
    """The program's own widgets that paint themselves, as far as a person can see them."""
    found = [widget for widget in seen(frame) if "paintEvent" in vars(type(widget)) and not scrolled(widget)]
    assert len(found) >= 2
    return found


def scrolled(widget: QWidget) -> bool:
    """Whether the widget lies in a scroll area, which may show a part of it."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def check_nothing_is_cut(frame: Frame) -> None:
    """Buttons and labels have room for their words, and lie within the frame or in what scrolls.

    Names that wrap need more than one round of layout: to be waited for, on a busy computer longer than on an idle one.
    """
    for widget in seen(frame):
        place = QRect(widget.mapTo(frame, QPoint(0, 0)), widget.size())
        if not scrolled(widget) and isinstance(widget, QLabel | QAbstractButton):
            assert frame.rect().contains(place), f"{widget} {widget.accessibleName()!r} at {place}"
        if isinstance(widget, QLabel) and widget.text():
            needed = widget.heightForWidth(widget.width()) if widget.wordWrap() else widget.sizeHint().height()
            assert widget.height() >= needed - 1, f"{widget.text()!r}: {widget.size()}, {needed} needed"
            if not widget.wordWrap():
                assert widget.width() >= widget.sizeHint().width() - 1, f"{widget.text()!r}: {widget.size()}"
        elif isinstance(widget, Segment) or (type(widget) is QPushButton and widget.text()):
            words = QFontMetrics(widget.font()).horizontalAdvance(widget.text())
            assert widget.width() >= words + 4, f"{widget.text()!r}: {widget.size()}"


@pytest.mark.usefixtures("plain_files")
@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (900, 600), (683, 384)])
def test_nothing_is_cut_off(qtbot: QtBot, scene: str, width: int, height: int) -> None:
    """683 × 384 logical pixels are 1366 × 768 on a screen scaled to 200 %."""
    frame = make(qtbot, scene, width, height)
    assert (frame.width(), frame.height()) == (width, height)
    qtbot.waitUntil(lambda: check_nothing_is_cut(frame), timeout=60_000)


@pytest.mark.usefixtures("plain_files", "large_text")
@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_cut_off_with_letters_of_twice_the_size(qtbot: QtBot, scene: str) -> None:
    frame = make(qtbot, scene, 1366, 768)
    assert (frame.width(), frame.height()) == (1366, 768)
    qtbot.waitUntil(lambda: check_nothing_is_cut(frame), timeout=60_000)


@pytest.mark.usefixtures("plain_files")
@pytest.mark.parametrize("width", [600, 683, 760, 900, 1000, 1100, 1280, 1600])
def test_the_bar_folds_so_that_nothing_overlaps(qtbot: QtBot, width: int) -> None:
    frame = make(qtbot, "assumed", width, 600)
    parts = sorted(
        (w.geometry() for w in frame.bar.children() if isinstance(w, QWidget) and w.isVisible()), key=QRect.left
    )
    for left, right in pairwise(parts):
        assert left.right() < right.left()
    assert parts[-1].right() < frame.bar.width()
    assert frame.findChildren(MenuButton)


@pytest.mark.usefixtures("plain_files")
@pytest.mark.parametrize("scene", SCENES)
def test_every_control_has_a_name(qtbot: QtBot, scene: str) -> None:
    frame = make(qtbot, scene, 1280, 800)
    for widget in seen(frame):
        if isinstance(widget, QAbstractButton) and widget.objectName() != "qt_menubar_ext_button":
            assert widget.accessibleName() or widget.text(), widget


@pytest.mark.usefixtures("plain_files")
def test_every_control_is_reached_by_tab(qtbot: QtBot) -> None:
    frame = make(qtbot, "ten_crops", 1280, 800)
    first = frame.bar._open
    first.setFocus()
    names, widget = [], first.nextInFocusChain()
    while widget is not first:
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            names.append(widget.accessibleName())
        widget = widget.nextInFocusChain()
    wanted = [
        "Depth 50",
        "Crops 10",
        "Speed Exact",
        "Device Auto",
        "ResNet-50 · ImageNet · built in",
        "Pictures",
        "Picture",
    ]
    assert [name for name in names if name in wanted] == wanted
    assert sum(name.startswith("Crop ") and "," in name for name in names) == 10


@pytest.mark.usefixtures("plain_files")
@pytest.mark.parametrize("scene", SCENES)
def test_a_frame_switched_live_looks_like_a_fresh_one(qtbot: QtBot, themed: QApplication, scene: str) -> None:
    """What was on the screen is painted again, without being asked to, and in the new colours."""
    old = make(qtbot, scene, 1000, 700)
    painted = Painted(old)
    apply_theme(themed, "dark")
    qtbot.waitUntil(lambda: set(seen_painters(old)) <= painted.widgets)
    fresh = make(qtbot, scene, 1000, 700)
    fresh.setFocus()
    old.setFocus()
    qtbot.wait(30)
    one, other = old.grab().toImage(), fresh.grab().toImage()
    assert one == other, differing(one, other)


def differing(one: object, other: object) -> str:
    """Where two images differ, for the message."""
    from PySide6.QtGui import QImage

    assert isinstance(one, QImage)
    assert isinstance(other, QImage)
    points = [
        (x, y)
        for y in range(0, one.height(), 2)
        for x in range(0, one.width(), 2)
        if one.pixel(x, y) != other.pixel(x, y)
    ]
    xs, ys = [x for x, _ in points] or [0], [y for _, y in points] or [0]
    return f"{len(points)} points in x {min(xs)}…{max(xs)}, y {min(ys)}…{max(ys)}"
