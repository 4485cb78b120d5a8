"""The window, the real engine's process and a real server: a network is fetched, stopped, resumed, used; it answers."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from resnet_gui.assets import resources
from resnet_gui.folders import folders
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.run.view import Role
from resnet_gui.gui.weights import details as weight_details
from resnet_gui.gui.weights.dialog import WeightsDialog
from resnet_gui.gui.weights.view import Act, RowState, WeightRow
from resnet_gui.network.variants import published
from resnet_gui.network.walk import parameter_shapes
from resnet_gui.service.client import EngineClient
from resnet_gui.service.spawn import ENGINE_FLAG, SESSION_FLAG
from resnet_gui.weights.own_file import write_safetensors
from tests.gui.acts import click, listed, wait_ended
from tests.helpers.file_server import Behaviour, serving
from tests.helpers.own_catalogue import ENGINE, NAME, own_catalogue, write_catalogue

pytestmark = pytest.mark.slow
LONG = 120_000
LABEL = 417
"""The class whose bias decides every answer of the network that is served."""


def resnet18(path: Path) -> bytes:
    """A file of torchvision's ResNet-18 that calls every picture LABEL; its numbers are half those of chance."""
    random = np.random.default_rng(18)
    arrays = {}
    for name, shape in parameter_shapes(published(18)).items():
        spread = np.sqrt(2 / max(int(np.prod(shape[1:])), 1)) if len(shape) > 1 else 0.0
        arrays[name] = (random.standard_normal(shape) * spread).astype(np.float32)
        if name.endswith("running_var") or (len(shape) == 1 and name.endswith("weight")):
            arrays[name] = np.ones(shape, np.float32)
    arrays["fc.weight"] *= 0.01
    arrays["fc.bias"][LABEL] = 50.0
    write_safetensors(path, arrays, {})
    return path.read_bytes()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return resnet18(tmp_path_factory.mktemp("made") / "resnet18.safetensors")


@pytest.fixture
def behaviour(content: bytes) -> Behaviour:
    return Behaviour(content)


@pytest.fixture
def walk(
    behaviour: Behaviour, session: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Program]:
    """The window as it is, but for its catalogue, which names a server of the test."""
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(weight_details, "STILL_MS", 0)  # a test clicks faster than a person
    with serving(behaviour) as address:
        catalogue = write_catalogue(tmp_path / "weights.toml", address, behaviour.content)
        command = [*ENGINE, str(catalogue), ENGINE_FLAG, SESSION_FLAG, str(session)]
        with own_catalogue(catalogue):
            engine = EngineClient(session, command)
            engine.start()
            program = Program(engine, folders(), session)
            program.start([])
            qtbot.waitUntil(lambda: program.context.state.network.facts is not None, timeout=LONG)
            yield program
            program.window.close()
            program.shut_down()
            assert not engine.alive
            program.window.deleteLater()
            program.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def opened(program: Program, qtbot: QtBot) -> WeightsDialog:
    program.menus.action("network.weights").trigger()
    dialog = program.dialogs.dialog("weights")
    assert isinstance(dialog, WeightsDialog)
    qtbot.waitUntil(lambda: dialog.details.row() is not None)
    dialog.choose(NAME)
    return dialog


def row(dialog: WeightsDialog) -> WeightRow:
    shown = dialog.details.row()
    assert shown is not None
    assert shown.name == NAME
    return shown


def push(qtbot: QtBot, dialog: WeightsDialog, act: Act) -> None:
    button = dialog.details.button(act)
    assert button is not None
    click(qtbot, button)


def test_a_network_is_fetched_stopped_resumed_over_a_death_used_and_answers(
    walk: Program, behaviour: Behaviour, qtbot: QtBot
) -> None:
    part = folders().weights / "resnet18-test.safetensors.part"
    behaviour.slow_s = 0.002
    dialog = opened(walk, qtbot)
    push(qtbot, dialog, Act.DOWNLOAD)
    qtbot.waitUntil(lambda: "MB/s" in row(dialog).words and part.stat().st_size > 50_000, timeout=LONG)
    assert walk.window.status._fetching.isVisible()
    push(qtbot, dialog, Act.STOP)
    qtbot.waitUntil(lambda: row(dialog).place is RowState.PART, timeout=LONG)
    first = part.stat().st_size
    assert 50_000 < first < len(behaviour.content)

    push(qtbot, dialog, Act.DOWNLOAD)
    qtbot.waitUntil(lambda: part.stat().st_size > first + 50_000, timeout=LONG)
    assert isinstance(walk.engine, EngineClient)
    pid = walk.engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    qtbot.waitUntil(lambda: row(dialog).place is RowState.FAILED, timeout=LONG)
    assert "The engine stopped" in row(dialog).message
    second = part.stat().st_size
    assert second > first + 50_000

    behaviour.slow_s = 0.0
    push(qtbot, dialog, Act.DOWNLOAD)
    qtbot.waitUntil(lambda: row(dialog).place is RowState.HERE, timeout=LONG)
    ranges = [headers.get("range") for _, headers in behaviour.requests]
    assert ranges == [None, f"bytes={first}-", f"bytes={second}-"]
    assert (folders().weights / "resnet18-test.safetensors").read_bytes() == behaviour.content
    assert not part.exists()

    push(qtbot, dialog, Act.VERIFY)
    qtbot.waitUntil(lambda: row(dialog).message == "Every byte is as published.", timeout=LONG)
    push(qtbot, dialog, Act.USE)
    qtbot.waitUntil(
        lambda: walk.window.bar._depth.now() == "18" and not walk.context.state.network.loading, timeout=LONG
    )
    dialog.close()
    facts = walk.context.state.network.facts
    assert facts is not None
    assert facts.assumed == (), "the catalogue says all there is to know"
    walk.window.card.path_chosen.emit(str(resources() / "samples" / "coffee.png"))
    wait_ended(qtbot, walk, LONG)
    names = (resources() / "classes" / "imagenet.csv").read_text(encoding="utf-8").splitlines()
    qtbot.waitUntil(lambda: bool(listed(walk, Role.LABEL)[0]), timeout=LONG)  # rows are read when they are asked for
    label = listed(walk, Role.LABEL)[0]
    assert names[LABEL + 1].startswith(f"{LABEL},")
    assert str(label) in names[LABEL + 1]


def test_a_file_of_the_person_is_added_and_nothing_is_fetched(
    walk: Program, behaviour: Behaviour, qtbot: QtBot, tmp_path: Path
) -> None:
    mine = tmp_path / "from a colleague.bin"
    mine.write_bytes(behaviour.content)
    dialog = opened(walk, qtbot)
    dialog.dropped.emit((str(mine),))
    qtbot.waitUntil(lambda: row(dialog).place is RowState.HERE, timeout=LONG)
    other = tmp_path / "no weights.pth"
    other.write_bytes(b"no weights")
    dialog.dropped.emit((str(other),))
    qtbot.waitUntil(lambda: "is no file of the catalogue" in dialog._message.text(), timeout=LONG)
    assert behaviour.requests == []
    dialog.close()


def test_the_window_closes_at_once_in_the_midst_of_a_download_and_keeps_the_part(
    walk: Program, behaviour: Behaviour, qtbot: QtBot
) -> None:
    part = folders().weights / "resnet18-test.safetensors.part"
    behaviour.slow_s = 0.002
    dialog = opened(walk, qtbot)
    push(qtbot, dialog, Act.DOWNLOAD)
    qtbot.waitUntil(lambda: part.exists() and part.stat().st_size > 50_000, timeout=LONG)
    walk.window.close()
    walk.shut_down()
    assert 50_000 < part.stat().st_size < len(behaviour.content), "the download was not waited for"
    assert walk.dialogs.dialog("weights") is None
