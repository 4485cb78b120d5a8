"""The Weights dialog over the window with a fake engine: a person clicks, types, drops, and sees what comes of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox, QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from resnet_gui.gui.app.program import Program
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.network.reading import ReadingView
from resnet_gui.gui.network.reading_dialog import ReadingDialog
from resnet_gui.gui.style.theme import apply_theme
from resnet_gui.gui.weights import details as weight_details
from resnet_gui.gui.weights import flow as weights
from resnet_gui.gui.weights.dialog import WeightsDialog
from resnet_gui.gui.weights.list_view import WeightRole
from resnet_gui.gui.weights.view import Act, RowState, WeightRow
from resnet_gui.gui.widgets.labels import Sentence
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.weights import AdoptWeights, DownloadWeights, RemoveWeights
from resnet_gui.service.messages import Answered, Cancel, Failed, Lost, Told, Why
from resnet_gui.weights.published.catalogue import find
from resnet_gui.weights.published.transfer import TransferPhase, TransferProgress
from tests.gui.acts import click, drag_in, drag_out, drop, mime_of, press
from tests.helpers.fake_engine import FakeEngine

ONE, V2 = "resnet18.tv_in1k", "resnet101v2.keras"


@pytest.fixture
def dialog(program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[WeightsDialog]:
    """Opened by its key; its buttons hear at once, since these tests click faster than a person."""
    monkeypatch.setattr(weight_details, "STILL_MS", 0)
    press(qtbot, program, Qt.Key.Key_W)
    made = program.dialogs.dialog("weights")
    assert isinstance(made, WeightsDialog)
    qtbot.waitUntil(lambda: made.details.row() is not None)
    yield made
    if program.dialogs.dialog("weights") is made:
        made.close()


def put(program: Program, name: str) -> None:
    """The entry's file, as far as its size goes."""
    entry = find(name)
    assert entry is not None
    folder = program.context.folders.weights
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / entry.file_name).open("wb") as file:
        file.truncate(entry.size)


def names(dialog: WeightsDialog) -> list[str]:
    """What is listed, headings left out."""
    model = dialog.list.model()
    rows = (model.index(number, 0).data(WeightRole.ROW) for number in range(model.rowCount()))
    return [row.name for row in rows if isinstance(row, WeightRow)]


def pick(qtbot: QtBot, dialog: WeightsDialog, name: str) -> None:
    """Click on the line of a name."""
    model = dialog.list.model()
    lines = [model.index(number, 0) for number in range(model.rowCount())]
    (line,) = [line for line in lines if getattr(line.data(WeightRole.ROW), "name", "") == name]
    dialog.list.scrollTo(line)
    qtbot.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=dialog.list.visualRect(line).center())
    assert shown(dialog).name == name


def shown(dialog: WeightsDialog) -> WeightRow:
    row = dialog.details.row()
    assert row is not None
    return row


def act(dialog: WeightsDialog, what: Act) -> QPushButton:
    button = dialog.details.button(what)
    assert button is not None
    return button


def test_it_begins_with_the_network_in_use_and_opens_once(
    program: Program, dialog: WeightsDialog, qtbot: QtBot
) -> None:
    assert shown(dialog).name == "built-in"
    assert dialog.details.button(Act.USE) is None
    program.menus.action("network.weights").trigger()
    assert program.dialogs.dialog("weights") is dialog
    assert not dialog.isModal(), "the window can be used beside it"


def test_a_pale_depth_opens_it_at_its_entries(program: Program, qtbot: QtBot) -> None:
    bar = program.window.bar
    qtbot.mouseClick(bar._depth.segments()[3], Qt.MouseButton.LeftButton)
    dialog = program.dialogs.dialog("weights")
    assert isinstance(dialog, WeightsDialog)
    qtbot.waitUntil(lambda: bool(names(dialog)))
    assert names(dialog) == ["resnet101.tv_in1k", "resnet101.tv2_in1k", "resnet101.keras"]
    assert bar._depth.now() == "50"
    qtbot.mouseClick(bar._family.segments()[1], Qt.MouseButton.LeftButton)
    assert program.dialogs.dialog("weights") is dialog
    assert names(dialog) == ["resnetv2_50.a1h_in1k", "resnet50v2.keras"]
    dialog.close()


def test_words_and_family_filter_the_list(dialog: WeightsDialog, qtbot: QtBot) -> None:
    search = dialog.findChild(QLineEdit)
    qtbot.keyClick(dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(search, "keras 101")
    assert names(dialog) == ["resnet101.keras", "resnet101v2.keras"]
    qtbot.mouseClick(dialog._filter.segments()[2], Qt.MouseButton.LeftButton)
    assert names(dialog) == ["resnet101v2.keras"]
    assert shown(dialog).name == "resnet101v2.keras"
    qtbot.keyClicks(search, " nothing of the kind")
    assert names(dialog) == []
    assert dialog._nothing.isVisible()
    search.clear()
    assert V2 in names(dialog)


def test_arrows_pass_over_headings_and_enter_leads_to_the_buttons(dialog: WeightsDialog, qtbot: QtBot) -> None:
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    assert shown(dialog).name == ONE
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.list.activated.emit(dialog.list.currentIndex())
    qtbot.waitUntil(lambda: act(dialog, Act.DOWNLOAD).hasFocus())


def test_a_download_is_followed_stopped_and_resumed(
    program: Program, dialog: WeightsDialog, engine: FakeEngine, qtbot: QtBot
) -> None:
    pick(qtbot, dialog, ONE)
    assert engine.of(DownloadWeights) == []
    assert "download.pytorch.org" in act(dialog, Act.DOWNLOAD).text()
    click(qtbot, act(dialog, Act.DOWNLOAD))
    (asked,), (token,) = engine.of(DownloadWeights), engine.tokens(DownloadWeights)
    assert isinstance(asked, DownloadWeights)
    engine.tell(Told(token, TransferProgress(TransferPhase.DOWNLOADING, 10_000_000, 40_000_000, 1e6)))
    qtbot.waitUntil(lambda: shown(dialog).words == "25 % · 1.0 MB/s · 30 s left")
    assert program.window.status._fetching.text() == "Downloading ResNet-18 · torchvision: 25 %"
    button = act(dialog, Act.STOP)
    engine.tell(Told(token, TransferProgress(TransferPhase.DOWNLOADING, 20_000_000, 40_000_000, 1e6)))
    qtbot.waitUntil(lambda: shown(dialog).words.startswith("50 %"))
    assert act(dialog, Act.STOP) is button, "the button under the pointer stays the same one"
    click(qtbot, button)
    assert engine.of(Cancel) == [Cancel(token)]
    part = program.context.folders.weights / "resnet18-f37072fd.pth.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(1_000_000))
    engine.tell(Failed(token, "", Why.CANCELLED))
    qtbot.waitUntil(lambda: shown(dialog).place is RowState.PART)
    assert act(dialog, Act.DOWNLOAD).text() == "Resume from download.pytorch.org"
    qtbot.waitUntil(lambda: not program.window.status._fetching.isVisible())


def test_the_second_click_of_a_double_click_hits_no_button_that_has_just_come(
    dialog: WeightsDialog, engine: FakeEngine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weight_details, "STILL_MS", 60_000)
    pick(qtbot, dialog, ONE)
    click(qtbot, act(dialog, Act.DOWNLOAD))
    assert len(engine.of(DownloadWeights)) == 1, "what was chosen just now is heard at once"
    click(qtbot, act(dialog, Act.STOP))
    assert engine.of(Cancel) == []
    monkeypatch.setattr(weight_details, "STILL_MS", 50)
    qtbot.wait(60)
    click(qtbot, act(dialog, Act.STOP))
    assert len(engine.of(Cancel)) == 1


def test_where_the_height_is_short_the_note_takes_one_line(dialog: WeightsDialog, qtbot: QtBot) -> None:
    """A laptop's 1366×768 at twice the size leaves some 360 logical pixels."""
    dialog.resize(651, 360)
    qtbot.waitUntil(dialog._short_note.isVisible)
    assert not dialog._note.isVisible()
    assert "Nothing is fetched before you press Download" in dialog._short_note.toolTip()
    assert dialog.list.viewport().height() >= 3 * dialog.list.sizeHintForRow(1)
    dialog.resize(980, 660)
    qtbot.waitUntil(dialog._note.isVisible)
    assert not dialog._short_note.isVisible()


def test_it_goes_on_behind_a_closed_dialog_and_is_used_from_the_banner(
    program: Program, dialog: WeightsDialog, engine: FakeEngine, qtbot: QtBot
) -> None:
    pick(qtbot, dialog, ONE)
    click(qtbot, act(dialog, Act.DOWNLOAD))
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert program.dialogs.dialog("weights") is None
    assert engine.of(Cancel) == []
    put(program, ONE)
    (asked,), (token,) = engine.of(DownloadWeights), engine.tokens(DownloadWeights)
    assert isinstance(asked, DownloadWeights)
    engine.depths[ONE] = 18
    engine.tell(Answered(token, "path"))
    qtbot.waitUntil(lambda: program.window.banner.text() == "ResNet-18 · torchvision is here.")
    click(qtbot, program.window.banner._action)
    qtbot.waitUntil(lambda: program.window.bar._depth.now() == "18")
    assert engine.of(LoadNetwork)[-1].choice.network == ONE  # type: ignore[union-attr]
    assert program.window.bar._depth.segments()[0].choice.why_not == ""


def test_the_dying_of_the_engine_is_said_at_the_row_and_the_part_stays(
    program: Program, dialog: WeightsDialog, engine: FakeEngine, qtbot: QtBot
) -> None:
    pick(qtbot, dialog, ONE)
    click(qtbot, act(dialog, Act.DOWNLOAD))
    (asked,), (token,) = engine.of(DownloadWeights), engine.tokens(DownloadWeights)
    assert isinstance(asked, DownloadWeights)
    engine.tell(Failed(token, "The engine stopped (killed) while it was at work on this.", Why.LOST))
    engine.tell(Lost("The engine stopped unexpectedly (killed) and was started again."))
    qtbot.waitUntil(lambda: shown(dialog).place is RowState.FAILED)
    assert shown(dialog).message.startswith("The engine stopped (killed)")
    click(qtbot, act(dialog, Act.DOWNLOAD))
    assert len(engine.of(DownloadWeights)) == 2


def test_a_file_is_removed_after_a_question_in_its_place(
    program: Program, dialog: WeightsDialog, engine: FakeEngine, qtbot: QtBot
) -> None:
    put(program, ONE)
    pick(qtbot, dialog, ONE)
    dialog.close()
    press(qtbot, program, Qt.Key.Key_W)
    again = program.dialogs.dialog("weights")
    assert isinstance(again, WeightsDialog)
    qtbot.waitUntil(lambda: bool(names(again)))
    pick(qtbot, again, ONE)
    qtbot.waitUntil(lambda: shown(again).place is RowState.HERE)
    click(qtbot, act(again, Act.REMOVE))
    assert engine.of(RemoveWeights) == []
    assert again.details._question.text() == "Remove 47 MB from this computer?"
    click(qtbot, act(again, Act.STOP))  # Keep
    assert not again.details._question.isVisible()
    click(qtbot, act(again, Act.REMOVE))
    click(qtbot, act(again, Act.REMOVE))
    (asked,) = engine.of(RemoveWeights)
    assert isinstance(asked, RemoveWeights)
    assert asked.name == ONE
    again.close()


def test_a_file_of_the_person_is_chosen_or_dropped(
    program: Program, dialog: WeightsDialog, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.pth"
    mine.write_bytes(b"x")
    pick(qtbot, dialog, ONE)
    click(qtbot, act(dialog, Act.ADOPT))
    chooser = program.window.findChild(QFileDialog)
    assert chooser is not None
    chooser.setDirectory(str(tmp_path))
    chooser.selectFile(str(mine))
    chooser.accept()
    (asked,), (token,) = engine.of(AdoptWeights), engine.tokens(AdoptWeights)
    assert isinstance(asked, AdoptWeights)
    assert (asked.path, asked.name) == (str(mine), ONE)
    engine.tell(Failed(token, f"'{mine}' is not the file of {ONE}."))
    qtbot.waitUntil(lambda: shown(dialog).bad)
    mime = mime_of([mine])
    drag_in(dialog, mime)
    assert dialog._overlay.sentence() == "Add this weight file"
    drag_out(dialog)
    assert dialog._overlay.sentence() == ""
    drop(dialog, mime)
    dropped, token = engine.of(AdoptWeights)[-1], engine.tokens(AdoptWeights)[-1]
    assert isinstance(dropped, AdoptWeights)
    assert (dropped.path, dropped.name) == (str(mine), "")
    engine.tell(Answered(token, ONE))
    qtbot.waitUntil(lambda: dialog._message.text() == "It is the file of ResNet-18 · torchvision, and was added.")
    click(qtbot, dialog._message._close)
    program.render()
    assert dialog._message.text() == "", "what was read does not come back"
    assert engine.of(LoadNetwork)[-1].choice.network == "built-in"  # type: ignore[union-attr]


def test_tab_goes_from_the_list_to_the_buttons_of_what_is_chosen(dialog: WeightsDialog, qtbot: QtBot) -> None:
    pick(qtbot, dialog, ONE)
    stops, widget = [], dialog.list.nextInFocusChain()
    while widget is not dialog.list:
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and isinstance(widget, QPushButton):
            stops.append(widget.text())
        widget = widget.nextInFocusChain()
    assert stops[:5] == [
        "Download from download.pytorch.org", "I have the file already…", "Copy address", "Add file…", "Open folder",
    ]  # fmt: skip


def test_the_address_can_be_copied(dialog: WeightsDialog, qtbot: QtBot) -> None:
    pick(qtbot, dialog, ONE)
    click(qtbot, act(dialog, Act.COPY))
    assert QGuiApplication.clipboard().text() == "https://download.pytorch.org/models/resnet18-f37072fd.pth"


def test_every_control_has_a_name_and_every_line_is_read_aloud(dialog: WeightsDialog) -> None:
    for button in dialog.findChildren(QPushButton):
        if button.isVisible():
            assert button.accessibleName() or button.text(), button
    model = dialog.list.model()
    read = [model.index(n, 0, QModelIndex()).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(model.rowCount())]
    assert "ResNet-18 · torchvision, 69.8 % top-1, 47 MB, not here" in read
    assert all(read)


@pytest.mark.parametrize(("width", "height"), [(980, 660), (651, 360), (560, 420), (1600, 900)])
def test_nothing_is_cut_off_at_any_size(dialog: WeightsDialog, qtbot: QtBot, width: int, height: int) -> None:
    dialog.resize(width, height)
    qtbot.wait(30)
    for name in (ONE, "resnetv2_101.a1h_in1k", "resnet50.keras2016", V2):
        dialog.choose(name)
        qtbot.wait(10)
        for button in dialog.findChildren(QPushButton):
            if button.isVisible():
                assert button.width() >= button.sizeHint().width(), f"{button.text()} at {width}"
        inside = dialog.details.widget()
        assert inside is not None
        assert inside.width() <= dialog.details.viewport().width()
    assert dialog.list.viewport().height() > 80


def test_it_follows_the_scheme_live(dialog: WeightsDialog, qapp: QApplication, qtbot: QtBot) -> None:
    light = dialog.grab().toImage()
    apply_theme(qapp, "dark")
    qtbot.wait(20)
    dark = dialog.grab().toImage()
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() < 128
    middle = (dialog.list.x() + 200, dialog.height() // 2)
    assert light.pixelColor(*middle).lightness() > 200 > dark.pixelColor(*middle).lightness()


def test_what_was_assumed_is_shown_and_overruled(program: Program, engine: FakeEngine, qtbot: QtBot) -> None:
    assert not program.menus.action("network.reading").isEnabled(), "nothing is assumed about the built-in network"
    engine.assumed = ("The stride was assumed to be in the 3×3.",)
    network.choose_file(program.context, "/w/some.pth")
    qtbot.waitUntil(program.window.bar._assumed.isVisible)
    program.window.banner._close.click()
    assert program.window.bar._assumed.isVisible(), "it stays when the banner is closed"
    click(qtbot, program.window.bar._assumed)
    card = program.window.findChild(ReadingDialog)
    assert card is not None
    box = card.box("stride_in")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("1x1"))
    engine.assumed = ()
    buttons = card.findChild(QDialogButtonBox)
    assert buttons is not None
    click(qtbot, buttons.button(QDialogButtonBox.StandardButton.Ok))
    qtbot.waitUntil(lambda: not program.window.bar._assumed.isVisible())
    assert engine.of(LoadNetwork)[-1].choice.stride_in == "1x1"  # type: ignore[union-attr]


def test_the_card_leads_to_class_names(program: Program, engine: FakeEngine, qtbot: QtBot, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("one", encoding="utf-8")
    program.act(network.open_reading)
    card = program.window.findChild(ReadingDialog)
    assert card is not None
    (button,) = [one for one in card.findChildren(QPushButton) if one.text() == "Class names…"]
    click(qtbot, button)
    chooser = program.window.findChild(QFileDialog)
    assert chooser is not None
    chooser.setDirectory(str(tmp_path))
    chooser.selectFile(str(names))
    chooser.accept()
    assert engine.of(LoadNetwork)[-1].choice.classes == str(names)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: program.context.state.network.loading is None)
    assert program.menus.action("network.names.open").isChecked()


def test_the_menu_of_the_bar_lists_the_weights_of_the_depth(program: Program, qtbot: QtBot) -> None:
    put(program, "resnet50.tv2_in1k")
    weights.scan_folder(program.context)
    qtbot.waitUntil(lambda: "resnet50.tv2_in1k" in program.context.state.weights.here)
    menu = program.menus.network_menu
    menu.aboutToShow.emit()
    lines = {action.text(): action for action in menu.actions() if action.text()}
    assert lines["ResNet-50 · built in"].isChecked()
    lines["ResNet-50 · torchvision V2"].trigger()
    assert program.context.state.network.choice.network == "resnet50.tv2_in1k"
    lines["ResNet-50 · Keras: get it (103 MB)…"].trigger()
    dialog = program.dialogs.dialog("weights")
    assert isinstance(dialog, WeightsDialog)
    qtbot.waitUntil(lambda: dialog.details.row() is not None and shown(dialog).name == "resnet50.keras")
    dialog.close()


def test_enter_presses_the_button_that_has_the_focus(dialog: WeightsDialog, qtbot: QtBot, engine: FakeEngine) -> None:
    """In a dialog Qt gives Enter to the default button alone; there is none, since it would hear the search as well."""
    pick(qtbot, dialog, ONE)
    search = dialog.findChild(QLineEdit)
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert engine.of(DownloadWeights) == []
    button = act(dialog, Act.DOWNLOAD)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    (asked,) = engine.of(DownloadWeights)
    assert isinstance(asked, DownloadWeights)
    assert asked.name == ONE


def test_the_card_of_assumptions_fits_the_screen_however_many_there_are(qtbot: QtBot) -> None:
    """Choices and buttons are reached; a file of a long name is named in full."""
    sentences = tuple(
        f"The file does not say thing {number}: it was assumed to be {'usual ' * 30}" for number in range(20)
    )
    title = f"ResNet-34 · {'checkpoint_' * 12}best.pth"
    card = ReadingDialog(ReadingView(title, sentences, ()))
    qtbot.addWidget(card)
    card.show()
    assert card.height() <= card.screen().availableGeometry().height()
    words = card.findChildren(Sentence)
    assert [label.words() for label in words] == [title, *sentences]
    qtbot.waitUntil(lambda: all(label.height() >= label.heightForWidth(label.width()) for label in words))
    assert card.findChild(QDialogButtonBox).geometry().bottom() <= card.height()
