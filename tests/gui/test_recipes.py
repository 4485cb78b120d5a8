"""Recipes and the command line through the real window: the same bytes, whichever way a table is asked for."""

import csv
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from resnet_gui.engine.modes import Precision
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.preferences import flow as prefer
from resnet_gui.gui.recipe.dialog import CommandDialog
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.runs.recipe import Recipe
from resnet_gui.runs.recipe_file import write_recipe
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.service.messages import Ask, Failed
from tests.gui.acts import button, click, drag_in, drag_out, drop, mime_of, press, wait_ended
from tests.gui.conftest import Opener
from tests.helpers.fake_engine import FakeEngine
from tests.helpers.pictures import write_pictures
from tests.helpers.program import environment, run

LONG = 120_000
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ODD_NAME = b"/my 'odd' caf\xe9" if sys.platform == "linux" else b"/my 'odd' cafe"
"""Of a folder: with what shells must be told, and on Linux no text."""
ODD = replace(Recipe(), crops=10, precision=Precision.FAST, top=3, sure_from=0.9)


def without_ms(path: Path) -> bytes:
    """The file's very bytes, but for what stands in the column `ms`."""
    lines = path.read_bytes().split(b"\r\n")
    rows = list(csv.DictReader(path.read_bytes().decode().split("\r\n")[:-1]))
    assert len(rows) == len(lines) - 2
    for number, row in enumerate(rows, start=1):
        ms = f",{row['width']},{row['height']},{row['ms']},".encode()
        assert lines[number].count(ms) == 1
        lines[number] = lines[number].replace(ms, b",width,height,ms,")
    return b"\r\n".join(lines)


def chosen_in_dialog(program: Program, target: Path) -> None:
    """The file dialog that is open gets a name and is accepted."""
    dialogs = [one for one in program.window.findChildren(QFileDialog) if one.isVisible()]
    assert len(dialogs) == 1
    dialogs[0].selectFile(str(target))
    dialogs[0].accept()


@pytest.mark.slow
def test_window_recipe_and_command_line_write_the_same_bytes(walk: Program, qtbot: QtBot, tmp_path: Path) -> None:
    folder = Path(os.fsdecode(bytes(tmp_path) + ODD_NAME))
    write_pictures(folder, 3)
    (folder / "broken.jpg").write_bytes(b"no picture")
    prefer.apply(walk.context, replace(walk.context.state.settings, top=3, average="logits"))
    walk.window.bar.crops_chosen.emit("10")
    network.choose_reading(walk.context, "preprocess", "torch")
    walk.window.card.path_chosen.emit(str(folder))
    wait_ended(qtbot, walk, LONG)

    press(qtbot, walk, Qt.Key.Key_S, CONTROL)
    chosen_in_dialog(walk, tmp_path / "window.csv")
    qtbot.waitUntil(lambda: "window.csv" in walk.window.banner.text(), timeout=LONG)
    press(qtbot, walk, Qt.Key.Key_S, CONTROL | SHIFT)
    chosen_in_dialog(walk, tmp_path / "my.toml")
    qtbot.waitUntil(lambda: "my.toml" in walk.window.banner.text(), timeout=LONG)
    press(qtbot, walk, Qt.Key.Key_K, CONTROL)
    dialog = walk.window.findChild(CommandDialog)
    assert dialog is not None
    click(qtbot, dialog.copy)
    dialog.reject()
    line = QGuiApplication.clipboard().text()

    expected = without_ms(tmp_path / "window.csv")
    assert expected.count(b"\r\n") == 5
    assert b"label3" in expected
    assert b"label4" not in expected
    arguments = ["classify", folder, "--recipe", tmp_path / "my.toml"]
    for name in ("first.csv", "second.csv"):
        done = run([*arguments, "--csv", tmp_path / name, "--fresh"], tmp_path / "home")
        assert (done.status, done.err) == (0, "")
        assert without_ms(tmp_path / name) == expected
    if sys.platform != "win32":
        pasted(line, tmp_path)
        (written,) = tmp_path.glob("my 'odd' *.csv")
        assert without_ms(written) == expected


def pasted(line: str, folder: Path) -> None:
    """Into a shell that knows the command, with a home of its own."""
    script = folder / "bin" / "resnet-gui"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m resnet_gui "$@"\n')
    script.chmod(0o755)
    path = {"PATH": f"{script.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["sh", "-c", line], env=environment(folder / "home2", path), cwd=folder, check=True, timeout=240)


def test_a_dropped_recipe_is_announced_used_shown_and_taken_back(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    state = program.context.state
    before = state.settings
    write_recipe(replace(ODD, title="ResNet-50 · mine"), tmp_path / "my.toml")
    mime = mime_of([tmp_path / "my.toml"])
    assert drag_in(program.window, mime)
    overlay = program.window.overlay
    qtbot.waitUntil(lambda: "Use this recipe (ResNet-50, ten crops, fast)" in overlay.accessibleName(), timeout=60_000)
    drag_out(program.window)
    drop(program.window, mime)
    qtbot.waitUntil(lambda: program.window.banner.text().startswith("The recipe my.toml is in use"), timeout=60_000)
    assert (state.settings.crops, state.settings.precision, state.settings.top) == (10, "fast", 3)
    click(qtbot, button(program.window.banner, "Undo"))
    qtbot.waitUntil(lambda: program.window.banner.text().startswith("Back to"), timeout=60_000)
    assert replace(state.settings, recent=()) == replace(before, recent=())


def test_a_recipe_named_on_the_command_line_is_used(
    opened: Opener, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    write_recipe(ODD, tmp_path / "my.toml")
    (given,) = write_pictures(tmp_path / "given", 1)
    program = opened(engine, str(tmp_path / "my.toml"), str(given))
    wait_ended(qtbot, program)
    run_now = program.context.state.run
    assert run_now is not None
    assert (run_now.spec.crops, run_now.spec.precision) == (10, Precision.FAST)


def test_a_recipe_that_cannot_be_used_is_told_and_changes_nothing(
    program: Program, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    before = program.context.state.settings
    (tmp_path / "my.toml").write_text("recipe = 1\n[answers]\ncrop = 10\n")
    drop(program.window, mime_of([tmp_path / "my.toml"]))
    qtbot.waitUntil(lambda: "is 'crops' meant?" in program.window.banner.text(), timeout=60_000)
    (tmp_path / "net.pth").write_bytes(b"x")

    def refused(ask: Ask) -> Failed | None:
        if isinstance(ask.operation, LoadNetwork) and ask.operation.choice.network.endswith("net.pth"):
            return Failed(ask.token, "It cannot be read.")
        return None

    engine.refuse = refused
    write_recipe(replace(ODD, choice=NetworkChoice(str(tmp_path / "net.pth"))), tmp_path / "my.toml")
    drop(program.window, mime_of([tmp_path / "my.toml"]))
    qtbot.waitUntil(lambda: program.window.banner.text() == "It cannot be read.", timeout=60_000)
    qtbot.waitUntil(lambda: program.context.state.network.loading is None, timeout=60_000)
    assert replace(program.context.state.settings, recent=()) == replace(before, recent=())
    assert program.context.state.network.choice == NetworkChoice()


def test_the_command_line_is_shown_copied_and_leads_to_a_recipe(program: Program, qtbot: QtBot) -> None:
    press(qtbot, program, Qt.Key.Key_K, CONTROL)
    dialog = program.window.findChild(CommandDialog)
    assert dialog is not None
    assert dialog.field.toPlainText() == "resnet-gui classify PICTURES --csv table.csv"
    assert dialog.field.isReadOnly()
    QGuiApplication.clipboard().clear()
    click(qtbot, dialog.copy)
    assert QGuiApplication.clipboard().text() == "resnet-gui classify PICTURES --csv table.csv"
    assert dialog.copy.text() == "Copied"
    click(qtbot, button(dialog, "Save recipe…"))
    files = program.window.findChild(QFileDialog)
    assert files is not None
    assert files.defaultSuffix() == "toml"
    files.reject()
    QGuiApplication.clipboard().clear()
    press(qtbot, program, Qt.Key.Key_K, CONTROL | SHIFT)
    assert QGuiApplication.clipboard().text() == "resnet-gui classify PICTURES --csv table.csv"
    assert "clipboard" in program.window.banner.text()
