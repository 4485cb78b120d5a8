"""Drop card, drop overlay, run summary, picker bar, status line, banner: what they show and what they say."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QPushButton, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from resnet_gui.gui.app.status import Mood, StatusView
from resnet_gui.gui.app.status_line import StatusLinePanel
from resnet_gui.gui.core.state import Sample
from resnet_gui.gui.drop.card import DropCardPanel
from resnet_gui.gui.drop.view import EmptyView
from resnet_gui.gui.network.bar import NetworkBarPanel
from resnet_gui.gui.network.view import AssumedView
from resnet_gui.gui.picture.panel import PicturePanel
from resnet_gui.gui.picture.view import PictureView
from resnet_gui.gui.run.summary_panel import RunSummaryPanel
from resnet_gui.gui.widgets.banner import Banner
from resnet_gui.gui.widgets.drop_overlay import DropOverlay
from resnet_gui.gui.widgets.probability_bar import ProbabilityBar
from tests.gui.sample_views import bar_view, generated, picture_view, run_view, use_actions

ODD = "/pictures/caf\udce9/2019"
"""A folder whose name is no UTF-8, as Python gives it."""


def shown(qtbot: QtBot, widget: QWidget, width: int, height: int) -> None:
    """Put the widget on the screen."""
    qtbot.addWidget(widget)
    widget.resize(width, height)
    with qtbot.waitExposed(widget):
        widget.show()


def test_the_card_opens_pictures_folders_samples_and_what_was_open_before(qtbot: QtBot, tmp_path: object) -> None:
    sample = f"{tmp_path}/cat.png"
    generated(300, 200).save(sample)
    panel = DropCardPanel()
    shown(qtbot, panel, 900, 700)
    panel.set_view(EmptyView("Ready.", (ODD,), (Sample(sample, "Try: a cat"),)))
    card = panel._card
    actions = use_actions(panel)
    for button, name in ((card.open_pictures, "file.pictures"), (card.open_folder, "file.folder")):
        with qtbot.waitSignal(actions[name].triggered):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    heard: list[object] = []
    panel.path_chosen.connect(heard.append)
    qtbot.mouseClick(card._recent[0], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(card._samples[0], Qt.MouseButton.LeftButton)
    assert heard == [ODD, sample]  # The bytes of the name are not lost on their way.
    qtbot.waitUntil(lambda: not card._samples[0]._picture.isNull())
    assert [one.isVisible() for one in card._samples] == [True, False, False]


def test_the_overlay_says_what_will_happen(qtbot: QtBot) -> None:
    parent = QWidget()
    overlay = DropOverlay(parent)
    shown(qtbot, parent, 400, 300)
    overlay.appear("Classify 1 picture")
    assert overlay.sentence() == "Classify 1 picture"
    assert overlay.geometry() == parent.rect()
    parent.resize(500, 400)
    assert overlay.geometry() == parent.rect()
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    overlay.appear("This file is no picture", allowed=False)
    overlay.hide()
    assert overlay.sentence() == ""


def test_run_buttons_tell_what_the_person_wants(qtbot: QtBot) -> None:
    panel = RunSummaryPanel()
    shown(qtbot, panel, 330, 700)
    panel.set_view(run_view())
    actions = use_actions(panel)
    for button, name in (
        (panel._pause, "run.pause"),
        (panel._cancel, "run.cancel"),
        (panel._export, "file.export"),
    ):
        with qtbot.waitSignal(actions[name].triggered):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_run_buttons_follow_the_run(qtbot: QtBot) -> None:
    panel = RunSummaryPanel()
    shown(qtbot, panel, 330, 700)
    export = use_actions(panel)["file.export"]
    export.setEnabled(False)
    export.setToolTip("Nothing is labelled yet")
    assert [one.isVisible() for one in (panel._pause, panel._cancel, panel._export)] == [False, False, True]
    assert not panel._export.isEnabled()
    assert panel._export.toolTip() == "Nothing is labelled yet"
    export.setEnabled(True)
    panel.set_view(replace(run_view(), paused=True))
    assert panel._pause.text() == "Go on"
    assert panel._export.isEnabled()


def test_frequent_classes_are_bars_of_their_share(qtbot: QtBot) -> None:
    panel = RunSummaryPanel()
    shown(qtbot, panel, 330, 700)
    panel.set_view(run_view())
    lines = [one.accessibleName() for one in panel.findChildren(ProbabilityBar)]
    assert lines[:2] == ["red fox, 494", "wild boar, 265"]


def test_the_bar_tells_what_was_chosen_and_refused(qtbot: QtBot) -> None:
    panel = NetworkBarPanel()
    shown(qtbot, panel, 1280, 52)
    panel.set_view(bar_view())
    with qtbot.waitSignal(panel.crops_chosen) as crops:
        qtbot.mouseClick(panel._crops.segments()[1], Qt.MouseButton.LeftButton)
    assert crops.args == ["10"]
    with qtbot.waitSignal(panel.depth_chosen) as depth:  # not here: the flow leads to where it can be got
        qtbot.mouseClick(panel._depth.segments()[4], Qt.MouseButton.LeftButton)
    assert depth.args == ["152"]
    with qtbot.waitSignal(panel.family_chosen) as family:
        qtbot.mouseClick(panel._family.segments()[1], Qt.MouseButton.LeftButton)
    assert family.args == ["v2"]
    assert (panel._depth.now(), panel._family.now()) == ("50", "v1")
    with qtbot.waitSignal(panel.device_chosen) as device:
        panel._device_menu.actions()[1].trigger()
    assert device.args == ["cpu"]
    with qtbot.waitSignal(panel.refused) as no_device:
        panel._device_menu.actions()[2].trigger()
    assert no_device.args == ["No NVIDIA driver was found"]
    assert [action.isChecked() for action in panel._device_menu.actions()] == [True, False, False]
    QToolTip.hideText()


def test_the_bar_shows_again_what_is_true_after_a_refusal(qtbot: QtBot) -> None:
    """A choice that the flow did not take is taken back by the next view, even an equal one."""
    panel = NetworkBarPanel()
    shown(qtbot, panel, 1280, 52)
    panel.set_view(bar_view())
    qtbot.mouseClick(panel._crops.segments()[1], Qt.MouseButton.LeftButton)
    panel.set_view(bar_view())
    assert panel._crops.now() == "1"


def test_what_was_assumed_stays_beside_the_network(qtbot: QtBot) -> None:
    panel = NetworkBarPanel()
    shown(qtbot, panel, 1280, 52)
    panel.set_view(bar_view())
    assert not panel._assumed.isVisible()
    said = AssumedView("1 assumed", ("The stride was assumed to be in the 3×3.",))
    panel.set_view(bar_view(assumed=said))
    assert panel._assumed.isVisible()
    assert panel._assumed.words() == "1 assumed"
    assert "The stride was assumed" in panel._assumed.toolTip()
    assert "The stride was assumed" in panel._assumed.accessibleName()
    with qtbot.waitSignal(panel.assumed_clicked):
        qtbot.mouseClick(panel._assumed, Qt.MouseButton.LeftButton)
    panel.set_view(bar_view(assumed=said, busy="Loading resnet101.pth …"))
    assert not panel._assumed.isVisible(), "it is about the network before"


@pytest.mark.parametrize("width", [640, 683, 760, 830, 900, 1000, 1140, 1280, 1366, 1450, 1920])
def test_no_button_moves_when_the_network_changes(qtbot: QtBot, width: int) -> None:
    """A second click at the same place must hit the same button, whatever the first one loaded."""
    window = QWidget()
    panel = NetworkBarPanel()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(panel)
    shown(qtbot, window, width, 52)
    said = AssumedView("2 assumed", ("The stride was assumed to be in the 3×3.",))
    places = set()
    for view in (
        bar_view(),
        replace(bar_view(), network="ResNet-18 · a.pth"),
        replace(bar_view(assumed=said), network=f"ResNet-34 · {'long_name_' * 12}.pth"),
        bar_view(busy="Loading resnet101.pth …"),
    ):
        panel.set_view(view)
        column.activate()
        qtbot.wait(10)
        parts = (panel._open, *panel._groups, panel._device)
        places.add(tuple(part.geometry().getRect() for part in parts))
        assert panel._assumed.isVisible() == (view.assumed is not None)
        assert panel.width() == width
    assert len(places) == 1, places


def test_loading_is_said_in_the_place_of_the_network(qtbot: QtBot) -> None:
    panel = NetworkBarPanel()
    shown(qtbot, panel, 1280, 52)
    panel.set_view(bar_view(busy="Loading resnet101.pth …"))
    assert panel._network.words() == "Loading resnet101.pth …"


def test_the_status_line_tells_the_truth(qtbot: QtBot) -> None:
    panel = StatusLinePanel()
    shown(qtbot, panel, 1000, 30)
    panel.set_view(StatusView(Mood.WORKING, "1,204 of 23,410 · 38.4/s", 3, 0.05, "CPU, because …"))
    assert panel.sentence() == "1,204 of 23,410 · 38.4/s"
    assert panel._skipped.text() == "3 skipped"
    with qtbot.waitSignal(panel.skipped_clicked):
        qtbot.mouseClick(panel._skipped, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.device_clicked):
        qtbot.mouseClick(panel._device, Qt.MouseButton.LeftButton)
    panel.set_view(StatusView(Mood.IDLE, "Ready", 0, None, "CPU", "Downloading ResNet-101: 42 %"))
    with qtbot.waitSignal(panel.fetching_clicked):
        qtbot.mouseClick(panel._fetching, Qt.MouseButton.LeftButton)
    assert panel._fetching.text() == "Downloading ResNet-101: 42 %"
    panel.set_view(StatusView(Mood.IDLE, "Ready", 0, None, ""))
    assert not panel._fetching.isVisible()
    assert not panel._skipped.isVisible()
    assert not panel._device.isVisible()


def test_the_bar_of_unknown_length_moves_only_while_needed(qtbot: QtBot) -> None:
    panel = StatusLinePanel()
    shown(qtbot, panel, 1000, 30)
    panel.set_view(StatusView(Mood.WORKING, "Looking for pictures", 0, -1.0, "CPU"))
    assert panel._pulse.isActive()
    panel.set_view(StatusView(Mood.IDLE, "Ready", 0, None, "CPU"))
    assert not panel._pulse.isActive()


@pytest.mark.parametrize("pressed", ["_action", "_close"])
def test_a_pressed_banner_gives_the_keys_back(qtbot: QtBot, pressed: str) -> None:
    """Else they would go on to the cross, and from there to whatever comes next."""
    parent = QWidget()
    banner, before, other = Banner(), QPushButton("before"), QPushButton("other")
    column = QVBoxLayout(parent)
    for widget in (banner, other, before):
        column.addWidget(widget)
    qtbot.addWidget(parent)
    banner.action_clicked.connect(lambda: banner.show_message("It was undone."))
    with qtbot.waitExposed(parent):
        parent.show()
    parent.activateWindow()
    qtbot.waitUntil(parent.isActiveWindow)
    before.setFocus()
    banner.show_message("The recipe is in use.", action="Undo")
    button = getattr(banner, pressed)
    button.setFocus(Qt.FocusReason.MouseFocusReason)  # as the click of a person does
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert before.hasFocus()
    banner.show_message("The recipe is in use.", action="Undo")
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    before.deleteLater()
    QCoreApplication.sendPostedEvents(before, QEvent.Type.DeferredDelete)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not any(part.hasFocus() for part in (banner._action, banner._close)), "the widget of before is gone"


def test_a_banner_says_its_sentence_and_goes(qtbot: QtBot) -> None:
    parent = QWidget()
    banner = Banner(parent)
    shown(qtbot, parent, 800, 100)
    assert banner.text() == ""
    banner.show_message("The engine stopped. It was started again.", error=True, action="Show file")
    assert banner.text() == "The engine stopped. It was started again."
    assert banner.accessibleName().startswith("Problem: ")
    with qtbot.waitSignal(banner.action_clicked):
        qtbot.mouseClick(banner.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(banner.closed):
        qtbot.mouseClick(banner._close, Qt.MouseButton.LeftButton)
    assert banner.text() == ""


def test_reading_is_said_only_when_it_takes_long(qtbot: QtBot) -> None:
    panel = PicturePanel()
    shown(qtbot, panel, 500, 400)
    panel.set_view(picture_view(generated(300, 200), 300, 200))
    panel.set_view(picture_view(None, caption="next.jpg"))
    assert panel._pages.currentWidget() is panel.view
    qtbot.waitUntil(lambda: panel._pages.currentWidget() is panel._message, timeout=60_000)
    panel.set_view(picture_view(generated(300, 200), 300, 200))
    assert panel._pages.currentWidget() is panel.view
    assert not panel._reading.isActive()


def test_an_error_is_shown_in_the_place_of_the_picture(qtbot: QtBot) -> None:
    panel = PicturePanel()
    shown(qtbot, panel, 500, 400)
    panel.set_view(PictureView("IMG_2041.JPG", error="The file ends after 12 kB of 3.1 MB."))
    assert panel._message.accessibleName() == "IMG_2041.JPG The file ends after 12 kB of 3.1 MB."
    assert panel._message.isVisible()
    panel.show_empty()
    assert panel._message.accessibleName() == "Choose a picture in the list"
