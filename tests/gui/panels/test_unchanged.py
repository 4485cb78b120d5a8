"""A run tells its figures several times a second: what has not changed costs no painting."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from resnet_gui.assets import resources
from resnet_gui.gui.app.status import Mood, StatusView
from resnet_gui.gui.app.status_line import StatusLinePanel
from resnet_gui.gui.core.state import Sample
from resnet_gui.gui.drop.card import DropCardPanel
from resnet_gui.gui.drop.view import EmptyView
from resnet_gui.gui.run.summary_panel import RunSummaryPanel
from resnet_gui.gui.widgets.probability_bar import ProbabilityBar
from resnet_gui.gui.widgets.shortcut_button import ShortcutButton
from tests.gui import sample_views
from tests.gui.sample_views import use_actions


class Paintings(QObject):
    """The widgets that were painted."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.seen: list[QObject] = []
        for widget in (watched, *watched.findChildren(QWidget)):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.append(watched)
        return False


def shown(qtbot: QtBot, panel: QWidget) -> Paintings:
    """The panel on the screen, settled."""
    qtbot.addWidget(panel)
    panel.resize(360, 600)
    panel.show()
    qtbot.waitExposed(panel)
    for _ in range(5):
        QApplication.processEvents()
    return Paintings(panel)


def painted(paintings: Paintings, act: Callable[[], None]) -> list[QObject]:
    """What `act` lets be painted."""
    paintings.seen.clear()
    act()
    for _ in range(5):
        QApplication.processEvents()
    return list(paintings.seen)


def test_bars_and_buttons_of_a_run_stay_as_they_are(qtbot: QtBot) -> None:
    view, panel = sample_views.run_view(), RunSummaryPanel()
    use_actions(panel)
    panel.set_view(view)
    paintings = shown(qtbot, panel)
    seen = painted(paintings, lambda: panel.set_view(view))
    assert [widget for widget in seen if isinstance(widget, ProbabilityBar | ShortcutButton)] == []
    paused = painted(paintings, lambda: panel.set_view(replace(view, paused=True)))
    assert any(isinstance(widget, ShortcutButton) for widget in paused)  # the watch sees what does change


@pytest.mark.parametrize("fraction", [None, 0.25], ids=["idle", "a quarter"])
def test_the_status_line_is_painted_when_it_says_something_else(qtbot: QtBot, fraction: float | None) -> None:
    view = StatusView(Mood.IDLE, "1,000 pictures", 0, fraction, "CPU")
    panel = StatusLinePanel()
    panel.set_view(view)
    paintings = shown(qtbot, panel)
    assert painted(paintings, lambda: panel.set_view(StatusView(Mood.IDLE, "1,000 pictures", 0, fraction, "CPU"))) == []
    other = StatusView(Mood.IDLE, "1,001 pictures", 0, fraction, "CPU")
    assert panel in painted(paintings, lambda: panel.set_view(other))


def test_samples_are_read_when_they_are_to_be_seen(qtbot: QtBot) -> None:
    samples = tuple(Sample(str(path), path.stem) for path in sorted((resources() / "samples").glob("*.jpg"))[:1])
    panel = DropCardPanel()
    qtbot.addWidget(panel)
    panel.resize(800, 700)
    panel.set_view(EmptyView("A line", (), samples))
    for _ in range(5):
        QApplication.processEvents()
    assert panel._card._samples[0]._picture.isNull()  # a window that opens with a picture never shows them
    panel.show()
    qtbot.waitUntil(lambda: not panel._card._samples[0]._picture.isNull())
