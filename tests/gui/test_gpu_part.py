"""The offer of the GPU part in the window: the banner's three answers, the dialog, and looking again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QPushButton
from pytestqt.qtbot import QtBot

from resnet_gui.gui.app.program import Program
from resnet_gui.gui.core.settings import Settings, load, save
from resnet_gui.gui.gpu_part.dialog import GpuPartDialog
from resnet_gui.gui.preferences.dialog import PreferencesDialog
from resnet_gui.operations.gpu_part import GpuPartKnown, LookForGpuPart
from resnet_gui.service.messages import Answered, Ask, Event
from tests.gui.acts import button, click
from tests.gui.conftest import Opener
from tests.helpers.fake_engine import FakeEngine

CARD = "NVIDIA GeForce RTX 4070"
MISSING = GpuPartKnown(False, CARD, "13.2")


def answers(engine: FakeEngine, known: GpuPartKnown) -> None:
    """From now on the engine finds this."""

    def answer(ask: Ask) -> Event | None:
        return Answered(ask.token, known) if isinstance(ask.operation, LookForGpuPart) else None

    engine.refuse = answer


@pytest.fixture
def offering(opened: Opener, engine: FakeEngine, qtbot: QtBot) -> Iterator[Program]:
    """A window that makes the offer."""
    answers(engine, MISSING)
    program = opened(engine)
    qtbot.waitUntil(lambda: CARD in program.window.banner.text())
    yield program
    for dialog in program.window.findChildren(GpuPartDialog):
        dialog.close()


def test_the_offer_has_three_answers_and_no_cross(offering: Program) -> None:
    banner = offering.window.banner
    shown = [one.text() for one in banner.findChildren(QPushButton) if one.isVisible()]
    assert shown == ["Get the GPU part…", "Not now", "Never"]
    assert not banner._close.isVisible()
    assert button(banner, "Never").toolTip() == "Preferences can bring the offer back"


def test_after_an_answer_the_banner_is_an_ordinary_one_again(offering: Program, qtbot: QtBot) -> None:
    banner = offering.window.banner
    click(qtbot, button(banner, "Not now"))
    assert banner.text() == ""
    offering.act(lambda context: context.notices.error("Something else."))
    assert banner._close.isVisible()
    assert [one.text() for one in banner.findChildren(QPushButton) if one.isVisible()] == []


def test_never_outlives_the_window_and_the_preferences_undo_it(
    offering: Program, opened: Opener, qtbot: QtBot, own_home: Path, tmp_path: Path
) -> None:
    click(qtbot, button(offering.window.banner, "Never"))
    offering.window.close()
    assert load(own_home / "config").settings.offer_gpu is False
    another = FakeEngine(tmp_path)
    answers(another, MISSING)
    program = opened(another)
    qtbot.waitUntil(lambda: program.context.state.gpu.known is not None)
    assert program.window.banner.text() == ""
    assert program.menus.action("network.gpu").isEnabled()
    program.menus.action("edit.preferences").trigger()
    dialog = program.window.findChild(PreferencesDialog)
    assert isinstance(dialog, PreferencesDialog)
    box = dialog.editor("offer_gpu")
    assert isinstance(box, QCheckBox)
    assert not box.isChecked()
    box.setChecked(True)
    dialog._on_ok()
    assert program.context.state.settings.offer_gpu


def test_the_dialog_copies_the_command_and_looks_again(offering: Program, engine: FakeEngine, qtbot: QtBot) -> None:
    click(qtbot, button(offering.window.banner, "Get the GPU part…"))
    dialog = offering.window.findChild(GpuPartDialog)
    assert isinstance(dialog, GpuPartDialog)
    click(qtbot, button(dialog, "Copy"))
    assert QGuiApplication.clipboard().text().endswith("-m pip install 'resnet-gui[gpu]'")
    assert button(dialog, "Copied").isVisible()
    click(qtbot, button(dialog, "Check again"))
    qtbot.waitUntil(lambda: dialog._said.words() == "The GPU part is not here yet.")
    assert button(dialog, "Copied").isVisible(), "the steps stay as they are"
    answers(engine, replace(MISSING, installed=True))
    click(qtbot, button(dialog, "Check again"))
    qtbot.waitUntil(lambda: dialog.steps() == [])
    assert [one.text() for one in dialog.findChildren(QPushButton) if one.isVisible()] == ["Close"]
    click(qtbot, button(dialog, "Close"))
    assert not offering.menus.action("network.gpu").isEnabled()


def test_another_device_chosen_by_hand_keeps_the_offer_away(
    opened: Opener, engine: FakeEngine, qtbot: QtBot, own_home: Path
) -> None:
    save(Settings(device="cpu"), own_home / "config")
    answers(engine, MISSING)
    program = opened(engine)
    qtbot.waitUntil(lambda: program.context.state.gpu.known is not None)
    assert program.window.banner.text() == ""
