"""The window with a fake engine: a person drops, presses keys, clicks buttons, and sees what comes of it."""

import csv
import gc
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from resnet_gui.engine.record import Phase
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.core.settings import Settings, load, save
from resnet_gui.gui.core.state import Page
from resnet_gui.gui.run.view import Role
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.pictures import ShowPicture
from resnet_gui.operations.run_pictures import RunPictures
from resnet_gui.results.verdict import Verdict
from resnet_gui.service.messages import Ask, Cancel, Failed, Lost, Pause, Resume, Why
from tests.gui.acts import button, click, drag_in, drag_on, drag_out, drop, listed, mime_of, press, wait_ended
from tests.gui.conftest import Opener
from tests.helpers.fake_engine import FakeEngine

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of nine pictures, one of them broken, and a text file; nothing reads their bytes here."""
    folder = tmp_path / "pictures"
    (folder / "inner").mkdir(parents=True)
    for number in range(8):
        (folder / ("inner" if number > 5 else "") / f"picture {number}.jpg").write_bytes(b"x" * (number + 1))
    (folder / "broken.jpg").write_bytes(b"x")
    (folder / "notes.txt").write_bytes(b"x")
    return folder


@pytest.fixture
def picture(pictures: Path) -> Path:
    """One of them."""
    return pictures / "picture 1.jpg"


def answer_words(program: Program) -> list[str]:
    """All words of the answer's panel that can be seen."""
    return [label.text() for label in program.window.answer.findChildren(QLabel) if label.isVisible()]


# ---------------------------------------------------------------- the empty window


def test_starts_empty_with_the_network_loading_ahead(opened: Opener, engine: FakeEngine, qtbot: QtBot) -> None:
    program = opened(engine)
    assert program.window.card.isVisible()
    assert [request.choice.network for request in engine.of(LoadNetwork)] == ["built-in"]
    qtbot.waitUntil(lambda: program.window.status.sentence() == "Ready")


def test_the_card_has_its_size_from_its_first_moment_on(
    opened: Opener, engine: FakeEngine, qtbot: QtBot, own_home: Path, pictures: Path
) -> None:
    """Nothing is squeezed, and nothing moves under the pointer, when the background has looked at the disk."""
    save(Settings(recent=(str(pictures),)), own_home / "config")
    program = opened(engine)
    card = program.window.card.widget()
    before = [(label.text(), label.isVisible()) for label in card.findChildren(QLabel)], card.sizeHint()
    assert [one.isVisible() for one in card.findChildren(QAbstractButton)].count(True) == 2 + 3 + 1
    qtbot.waitUntil(lambda: program.window.status.sentence() == "Ready")
    qtbot.wait(100)
    assert ([(label.text(), label.isVisible()) for label in card.findChildren(QLabel)], card.sizeHint()) == before


def test_what_is_named_on_the_command_line_is_opened(
    opened: Opener, engine: FakeEngine, qtbot: QtBot, pictures: Path
) -> None:
    program = opened(engine, str(pictures))
    wait_ended(qtbot, program)
    assert program.window.page() is Page.GRID


# ---------------------------------------------------------------- drops


def test_a_dropped_picture_is_shown_with_its_answer(program: Program, qtbot: QtBot, picture: Path) -> None:
    drop(program.window, mime_of([picture]))
    wait_ended(qtbot, program)
    qtbot.waitUntil(lambda: "thing 1" in answer_words(program))
    assert program.window.page() is Page.SINGLE
    assert program.window.picture.view.isVisible()
    assert program.window.status.sentence().startswith("1 picture")


def test_dropped_pictures_are_listed_and_the_first_is_shown(program: Program, qtbot: QtBot, pictures: Path) -> None:
    given = sorted(pictures.glob("picture*.jpg"))
    drop(program.window, mime_of(given))
    wait_ended(qtbot, program)
    qtbot.waitUntil(lambda: listed(program, Role.LABEL)[0] == "thing 1")
    assert listed(program, Role.FILE) == [path.name for path in given]
    assert program.window.list.current_row() == 0


def test_a_dropped_folder_becomes_cards_and_a_summary(program: Program, qtbot: QtBot, pictures: Path) -> None:
    drop(program.window, mime_of([pictures]))
    wait_ended(qtbot, program)
    assert program.window.page() is Page.GRID
    qtbot.waitUntil(lambda: None not in listed(program, Role.FILE))
    verdicts = dict(zip(listed(program, Role.FILE), listed(program, Role.VERDICT), strict=True))
    assert verdicts["broken.jpg"] is Verdict.FAILED
    assert verdicts["picture 1.jpg"] is Verdict.SURE
    qtbot.waitUntil(lambda: program.context.state.run is not None and len(program.context.state.run.frequent) == 5)
    words = [label.text() for label in program.window.summary.findChildren(QLabel)]
    assert "pictures · 9 pictures" in words
    assert "Done · 1 skipped" in words


def test_the_overlay_says_how_much_a_folder_holds(program: Program, qtbot: QtBot, pictures: Path) -> None:
    mime = mime_of([pictures])
    assert drag_in(program.window, mime)
    qtbot.waitUntil(lambda: program.window.overlay.sentence() == "Label 9 files in 2 folders")
    drag_out(program.window)
    assert program.window.overlay.sentence() == ""


def test_the_overlay_refuses_what_is_no_picture(program: Program, qtbot: QtBot, pictures: Path) -> None:
    mime = mime_of([pictures / "notes.txt"])
    drag_in(program.window, mime)
    qtbot.waitUntil(lambda: program.window.overlay.sentence() == "notes.txt is neither a picture nor a network")
    assert not drag_on(program.window, mime)
    drop(program.window, mime)
    qtbot.waitUntil(lambda: "neither a picture" in program.window.banner.text())
    assert program.context.state.run is None


def test_an_address_of_the_web_is_refused_with_a_reason(program: Program) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.jpg")])
    assert not drag_in(program.window, mime)
    drop(program.window, mime)
    assert "opens no connection" in program.window.banner.text()


def test_a_bitmap_from_a_browser_is_classified(program: Program, qtbot: QtBot, session: Path) -> None:
    image = QImage(17, 11, QImage.Format.Format_RGB32)
    image.fill(QColor("#305070"))
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/cat.jpg")])
    mime.setImageData(image)
    drop(program.window, mime)
    wait_ended(qtbot, program)
    kept = list(session.glob("Pasted picture*.png"))
    assert len(kept) == 1
    assert QImage(str(kept[0])).size() == image.size()
    assert program.context.state.settings.recent == ()


def test_a_weight_file_changes_the_network_and_repeats_the_run(
    program: Program, engine: FakeEngine, qtbot: QtBot, picture: Path, tmp_path: Path
) -> None:
    drop(program.window, mime_of([picture]))
    wait_ended(qtbot, program)
    weights = tmp_path / "resnet101.pth"
    weights.write_bytes(b"x")
    engine.depths[str(weights)] = 101
    mime = mime_of([weights])
    drag_in(program.window, mime)
    qtbot.waitUntil(lambda: program.window.overlay.sentence() == "Use this network")
    drop(program.window, mime)
    qtbot.waitUntil(lambda: len(engine.of(RunPictures)) == 2)
    assert engine.of(RunPictures)[1].spec.choice.network == str(weights)
    assert program.context.state.settings.weight_files == {"101": str(weights)}


def test_a_name_that_is_no_text_reaches_the_engine_byte_by_byte(
    program: Program, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    import os

    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg")
    Path(path).write_bytes(b"x")
    mime = QMimeData()
    mime.setUrls([QUrl.fromEncoded(b"file://" + os.fsencode(tmp_path) + b"/caf%E9.jpg")])
    drop(program.window, mime)
    wait_ended(qtbot, program)
    assert engine.of(RunPictures)[0].spec.paths == (path,)
    qtbot.waitUntil(lambda: listed(program, Role.PATH) == [path])


def test_pasted_paths_are_opened(program: Program, qtbot: QtBot, pictures: Path) -> None:
    QGuiApplication.clipboard().setText(f"{pictures / 'picture 1.jpg'}\n{pictures / 'picture 2.jpg'}\n")
    press(qtbot, program, Qt.Key.Key_V, CONTROL)
    wait_ended(qtbot, program)
    assert program.table.number() == 2


# ---------------------------------------------------------------- keys and buttons


def test_enter_opens_a_card_and_escape_goes_back(program: Program, qtbot: QtBot, pictures: Path) -> None:
    drop(program.window, mime_of([pictures]))
    wait_ended(qtbot, program)
    program.window.list.set_current_row(3)
    press(qtbot, program, Qt.Key.Key_Return)
    assert program.window.page() is Page.SINGLE
    qtbot.waitUntil(lambda: program.window.picture.view.isVisible())
    press(qtbot, program, Qt.Key.Key_Right)
    assert program.window.list.current_row() == 4
    press(qtbot, program, Qt.Key.Key_Escape)
    assert program.window.page() is Page.GRID
    press(qtbot, program, Qt.Key.Key_E)
    assert program.window.page() is Page.SINGLE
    press(qtbot, program, Qt.Key.Key_G)
    assert program.window.page() is Page.GRID


def test_ten_crops_repeat_the_run_and_brackets_step_through_the_votes(
    program: Program, engine: FakeEngine, qtbot: QtBot, picture: Path
) -> None:
    drop(program.window, mime_of([picture]))
    wait_ended(qtbot, program)
    qtbot.waitUntil(lambda: "thing 1" in answer_words(program))
    program.window.bar.crops_chosen.emit("10")
    qtbot.waitUntil(lambda: any("Crop 4 said" in words for words in answer_words(program)))
    assert [request.spec.crops for request in engine.of(RunPictures)] == [1, 10]
    assert len(engine.of(ShowPicture)) == 1, "the picture on the screen is not read again"
    press(qtbot, program, Qt.Key.Key_BracketRight)
    assert any(words.startswith("Crop 1, top left") for words in answer_words(program))
    press(qtbot, program, Qt.Key.Key_BracketLeft)
    press(qtbot, program, Qt.Key.Key_BracketLeft)
    assert any(words.startswith("Crop 10, centre") for words in answer_words(program))
    press(qtbot, program, Qt.Key.Key_Escape)
    assert any("Crop 4 said" in words for words in answer_words(program))


def test_the_lens_is_switched_by_key_and_remembered(program: Program, qtbot: QtBot, picture: Path) -> None:
    drop(program.window, mime_of([picture]))
    wait_ended(qtbot, program)
    press(qtbot, program, Qt.Key.Key_L)
    assert not program.context.state.settings.lens
    press(qtbot, program, Qt.Key.Key_L)
    assert program.context.state.settings.lens


def test_pause_go_on_and_cancel(opened: Opener, session: Path, qtbot: QtBot, pictures: Path) -> None:
    engine = FakeEngine(session, hold=True)
    program = opened(engine, str(pictures))
    qtbot.waitUntil(lambda: program.table.number() == 9)
    click(qtbot, button(program.window.summary, "Pause"))
    assert len(engine.of(Pause)) == 1
    qtbot.waitUntil(lambda: "paused" in program.window.status.sentence())
    program.window.list.view.setFocus()
    press(qtbot, program, Qt.Key.Key_Space)
    assert len(engine.of(Resume)) == 1
    click(qtbot, button(program.window.summary, "Cancel"))
    assert len(engine.of(Cancel)) == 1
    qtbot.waitUntil(lambda: "cancelled" in program.window.status.sentence())
    press(qtbot, program, Qt.Key.Key_Space)
    assert len(engine.of(RunPictures)) == 2, "Space goes on with a cancelled run"


def test_rows_fill_in_while_the_run_goes_on_and_nothing_jumps(
    opened: Opener, session: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number:03d}.jpg").write_bytes(b"x")
    engine = FakeEngine(session, hold=True)
    program = opened(engine, str(folder))
    qtbot.waitUntil(lambda: program.table.number() == 300)
    qtbot.wait(200)  # until the new page has its last layout
    program.window.list.set_current_row(150)
    bar = program.window.list.view.verticalScrollBar()
    before = bar.value()
    assert before > 0
    engine.finish(only=200)
    index = program.table.index(150, 0)
    qtbot.waitUntil(lambda: program.table.data(index, Role.VERDICT) is Verdict.SURE)
    assert program.table.data(program.table.index(250, 0), Role.VERDICT) is Verdict.WAITING
    assert (bar.value(), program.window.list.current_row()) == (before, 150)
    engine.finish()
    qtbot.waitUntil(lambda: program.table.data(program.table.index(250, 0), Role.VERDICT) is Verdict.SURE)


def test_only_the_skipped_are_listed_on_demand(program: Program, qtbot: QtBot, pictures: Path) -> None:
    drop(program.window, mime_of([pictures]))
    wait_ended(qtbot, program)
    program.window.status.skipped_clicked.emit()
    qtbot.waitUntil(lambda: listed(program, Role.FILE) == ["broken.jpg"])
    assert listed(program, Role.MESSAGE) == [
        "Cannot read broken.jpg: the file holds no picture. It is listed as corrupt."
    ]
    press(qtbot, program, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: program.table.number() == 9)


def test_thumbnails_come_for_what_is_in_sight(program: Program, qtbot: QtBot, pictures: Path) -> None:
    drop(program.window, mime_of([pictures]))
    wait_ended(qtbot, program)
    qtbot.waitUntil(lambda: None not in listed(program, Role.THUMBNAIL))
    assert program.thumbnails.bytes_kept() == 9 * 33 * 25 * 4


# ---------------------------------------------------------------- tables


@pytest.mark.parametrize("key", [Qt.Key.Key_S, Qt.Key.Key_E])
def test_export_writes_the_table_and_offers_its_folder(
    program: Program, qtbot: QtBot, pictures: Path, tmp_path: Path, key: Qt.Key
) -> None:
    drop(program.window, mime_of([pictures]))
    wait_ended(qtbot, program)
    press(qtbot, program, key, CONTROL)
    dialog = program.window.findChild(QFileDialog)
    assert dialog is not None
    target = tmp_path / "table.csv"
    dialog.selectFile(str(target))
    dialog.accept()
    qtbot.waitUntil(lambda: program.window.banner.text() == f"9 rows written to {target}.")
    assert button(program.window.banner, "Show folder").isVisible()
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 9
    assert program.context.state.settings.last_folders["export"] == str(tmp_path)


def test_copy_result_gives_lines_for_a_spreadsheet(program: Program, qtbot: QtBot, picture: Path) -> None:
    drop(program.window, mime_of([picture]))
    wait_ended(qtbot, program)
    qtbot.waitUntil(lambda: "thing 1" in answer_words(program))
    program.menus.action("edit.copy").trigger()
    qtbot.waitUntil(lambda: "thing 1\t0.900000\tn00000001\t1" in QGuiApplication.clipboard().text())


# ---------------------------------------------------------------- trouble


def test_a_network_that_cannot_be_read_leaves_the_old_one(
    program: Program, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    weights = tmp_path / "not_a_resnet.h5"
    weights.write_bytes(b"x")

    def refuse(ask: Ask) -> Failed | None:
        request = ask.operation
        if isinstance(request, LoadNetwork) and request.choice.network == str(weights):
            return Failed(ask.token, "not_a_resnet.h5 is no ResNet.")
        return None

    engine.refuse = refuse
    drop(program.window, mime_of([weights]))
    qtbot.waitUntil(lambda: program.window.banner.text() == "not_a_resnet.h5 is no ResNet.")
    qtbot.waitUntil(lambda: program.context.state.network.loading is None)
    assert program.context.state.network.choice.network == "built-in"
    assert program.context.state.settings.network == "built-in"


def test_a_dead_engine_is_told_and_the_run_goes_on(opened: Opener, session: Path, qtbot: QtBot, pictures: Path) -> None:
    engine = FakeEngine(session, hold=True)
    program = opened(engine, str(pictures))
    qtbot.waitUntil(lambda: program.table.number() == 9)
    engine.tell(Lost("The engine stopped unexpectedly (killed) and was started again."))
    qtbot.waitUntil(lambda: "killed" in program.window.banner.text())
    run = program.context.state.run
    assert run is not None
    assert run.under_way
    engine.finish()
    wait_ended(qtbot, program)


def test_a_run_that_was_given_up_says_so(opened: Opener, session: Path, qtbot: QtBot, pictures: Path) -> None:
    engine = FakeEngine(session, hold=True)
    program = opened(engine, str(pictures))
    qtbot.waitUntil(lambda: program.table.number() == 9)
    engine.tell(Failed(engine.tokens(RunPictures)[0], "This run was given up.", Why.LOST))
    qtbot.waitUntil(lambda: program.window.status.sentence() == "This run was given up.")
    assert program.context.state.run is not None
    assert program.context.state.run.progress.phase is Phase.FAILED


def test_a_picture_that_cannot_be_shown_says_why(
    program: Program, engine: FakeEngine, qtbot: QtBot, pictures: Path
) -> None:
    engine.refuse = lambda ask: Failed(ask.token, "Cannot show it.") if isinstance(ask.operation, ShowPicture) else None
    drop(program.window, mime_of([pictures / "broken.jpg"]))
    wait_ended(qtbot, program)
    sentence = "Cannot read broken.jpg: the file holds no picture. It is listed as corrupt."
    qtbot.waitUntil(lambda: sentence in [label.text() for label in program.window.picture.findChildren(QLabel)])
    assert sentence in answer_words(program)


# ---------------------------------------------------------------- the end


def test_choices_and_shape_are_remembered(opened: Opener, session: Path, qtbot: QtBot, own_home: Path) -> None:
    first = opened(FakeEngine(session))
    first.window.bar.crops_chosen.emit("10")
    first.window.resize(800, 640)
    first.window.close()
    first.shut_down()
    settings, sentence = load(own_home / "config")
    assert (settings.crops, sentence) == (10, "")
    session.mkdir()
    second = opened(FakeEngine(session))
    assert second.window.size().height() == 640


def test_damaged_settings_are_told_and_kept(opened: Opener, engine: FakeEngine, own_home: Path) -> None:
    save(Settings(), own_home / "config")
    (own_home / "config" / "settings.json").write_text("{", encoding="utf-8")
    program = opened(engine)
    assert "damaged" in program.window.banner.text()
    assert len(list((own_home / "config").glob("settings.damaged-*.json"))) == 1


def test_closing_in_the_middle_of_a_run_cancels_it_and_cleans_up(
    opened: Opener, session: Path, qtbot: QtBot, pictures: Path
) -> None:
    engine = FakeEngine(session, hold=True)
    program = opened(engine, str(pictures))
    qtbot.waitUntil(lambda: program.table.number() == 9)
    program.window.close()
    program.shut_down()
    assert len(engine.of(Cancel)) == 1
    assert engine.closed
    assert not session.exists()


def test_dialogs_open_and_close(program: Program, qtbot: QtBot) -> None:
    for name in ("edit.preferences", "help.keys", "help.about", "network.device"):
        program.menus.action(name).trigger()
        dialog = QApplication.activeModalWidget()
        assert dialog is not None, name
        dialog.close()
        gc.collect()


def test_preferences_take_effect_at_once(program: Program, qtbot: QtBot, picture: Path) -> None:
    from PySide6.QtWidgets import QDialogButtonBox, QDoubleSpinBox

    from resnet_gui.gui.preferences.dialog import PreferencesDialog

    drop(program.window, mime_of([picture]))
    wait_ended(qtbot, program)
    qtbot.waitUntil(lambda: listed(program, Role.VERDICT) == [Verdict.SURE])
    program.menus.action("edit.preferences").trigger()
    dialog = program.window.findChild(PreferencesDialog)
    assert dialog is not None
    sure_from = dialog.editor("sure_from")
    assert isinstance(sure_from, QDoubleSpinBox)
    sure_from.setValue(0.95)
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    click(qtbot, buttons.button(QDialogButtonBox.StandardButton.Ok))
    assert listed(program, Role.VERDICT) == [Verdict.CHECK]
