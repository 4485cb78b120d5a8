"""The numbers of ../shared/photos/demo/expected.json, through the real window and its engine's process."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from resnet_gui.gui.app.program import Program
from resnet_gui.gui.preferences import flow as prefer
from resnet_gui.results.query import Row, RunReader
from tests.gui.acts import drop, mime_of, wait_ended
from tests.helpers.real_weights import keras_file
from tests.helpers.shared import shared

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(600)]

LONG = 240_000
POOLS = {"keras": "network.pool.padded", "article": "network.pool.unpadded"}
CUTS = {  # crops, average, preprocessing
    "single": ("1", "softmax", "network.preprocess.file"),
    "ten": ("10", "softmax", "network.preprocess.file"),
    "ten_logits": ("10", "logits", "network.preprocess.file"),
    "squash_nearest": ("1", "softmax", "network.preprocess.article"),
}


def settle(program: Program, qtbot: QtBot) -> None:
    """Until the network is loaded and the run made with it has ended."""
    qtbot.waitUntil(lambda: program.context.state.network.loading is None, timeout=LONG)
    wait_ended(qtbot, program, LONG)


def choose(program: Program, qtbot: QtBot, pool: str, cut: str) -> None:
    """By the bar, the menus and the preferences, as a person does."""
    crops, average, preprocess = CUTS[cut]
    for name in (POOLS[pool], preprocess):
        action = program.window.findChild(QAction, name)
        assert action is not None
        if not action.isChecked():
            action.trigger()
            settle(program, qtbot)
    settings = program.context.state.settings
    if settings.average != average:
        prefer.apply(program.context, replace(settings, average=average))
        settle(program, qtbot)
    if str(settings.crops) != crops:
        program.window.bar.crops_chosen.emit(crops)
        settle(program, qtbot)


def rows_shown(program: Program) -> dict[str, Row]:
    run = program.context.state.run
    assert run is not None
    assert run.store is not None
    with RunReader(Path(run.store)) as reader:
        return {row.shown: row for row in reader.rows(list(reader.ids()))}


def test_the_window_shows_the_reference_numbers(walk: Program, qtbot: QtBot) -> None:
    """From one layout of the file; tests/system/test_reference_numbers.py asks the command line about the other."""
    expected: dict[str, Any] = json.loads((shared() / "photos/demo/expected.json").read_text())["pictures"]
    drop(walk.window, mime_of([keras_file("keras2")]))
    settle_network(walk, qtbot)
    drop(walk.window, mime_of([shared() / "photos/demo"]))
    wait_ended(qtbot, walk, LONG)
    worst = 0.0
    for pool in POOLS:
        for cut in CUTS:
            choose(walk, qtbot, pool, cut)
            rows = rows_shown(walk)
            for name, answers in expected.items():
                prediction = rows[name].prediction
                assert prediction is not None
                said = {score.index: score.probability for score in prediction.top}
                for wanted in answers[pool][cut]:
                    if wanted["probability"] > 1e-4:
                        worst = max(worst, abs(said[wanted["index"]] - wanted["probability"]))
                assert prediction.top[0].index == answers[pool][cut][0]["index"], (name, pool, cut)
                if cut == "ten":
                    for vote, (index, probability) in zip(
                        prediction.votes, answers[pool]["ten_each_top1"], strict=True
                    ):
                        assert vote[0].index == index
                        worst = max(worst, abs(vote[0].probability - probability))
    assert worst < 1e-4
    print(f"largest difference {worst:.1e}")


def settle_network(program: Program, qtbot: QtBot) -> None:
    state = program.context.state
    qtbot.waitUntil(lambda: state.network.loading is None and state.network.facts is not None, timeout=LONG)
    qtbot.waitUntil(lambda: state.network.choice.network != "built-in", timeout=LONG)
    qtbot.waitUntil(lambda: state.network.loading is None, timeout=LONG)
