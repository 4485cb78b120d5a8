"""Whole walks with the real engine in its own process: what a person does from the drop to the table."""

import os
import signal
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from resnet_gui.assets import resources
from resnet_gui.engine.record import Phase
from resnet_gui.folders import folders
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.core.state import Page, RunNow
from resnet_gui.gui.run.view import Role
from resnet_gui.results.query import RunReader
from resnet_gui.results.verdict import Verdict
from resnet_gui.service.client import EngineClient
from tests.gui.acts import button, click, drop, listed, mime_of, press, wait_ended
from tests.helpers.pictures import write_pictures
from tests.helpers.program import table

LONG = 120_000


def run_of(program: Program) -> RunNow:
    """The run on the screen."""
    run = program.context.state.run
    assert run is not None
    return run


def export(program: Program, qtbot: QtBot, target: Path) -> list[dict[str, str]]:
    """By key and dialog; the rows read back."""
    press(qtbot, program, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog = program.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.selectFile(str(target))
    dialog.accept()
    qtbot.waitUntil(lambda: str(target) in program.window.banner.text(), timeout=LONG)
    return table(target)


def test_a_sample_gets_its_known_answer_in_one_crop_and_in_ten(walk: Program, qtbot: QtBot) -> None:
    walk.window.card.path_chosen.emit(str(resources() / "samples" / "coffee.png"))
    wait_ended(qtbot, walk, LONG)
    qtbot.waitUntil(lambda: listed(walk, Role.LABEL) == ["espresso"], timeout=LONG)
    walk.window.bar.crops_chosen.emit("10")
    wait_ended(qtbot, walk, LONG)
    qtbot.waitUntil(lambda: listed(walk, Role.LABEL) == ["espresso"], timeout=LONG)
    now = walk.context.state.picture
    assert now is not None
    qtbot.waitUntil(lambda: now.row is not None and now.row.prediction is not None)
    assert now.row is not None
    assert now.row.prediction is not None
    assert len(now.row.prediction.votes) == 10


def test_a_folder_is_dropped_watched_and_exported(walk: Program, qtbot: QtBot, tmp_path: Path) -> None:
    given = write_pictures(tmp_path / "given", 12)
    (tmp_path / "given" / "zzz broken.jpg").write_bytes(b"no picture")
    drop(walk.window, mime_of([tmp_path / "given"]))
    wait_ended(qtbot, walk, LONG)
    assert walk.window.page() is Page.GRID
    qtbot.waitUntil(lambda: listed(walk, Role.VERDICT).count(Verdict.FAILED) == 1)
    rows = export(walk, qtbot, tmp_path / "table.csv")
    assert [row["path"] for row in rows] == [*(path.name for path in given), "zzz broken.jpg"]
    assert [row["status"] for row in rows] == ["ok"] * 12 + ["unsupported"]
    assert (tmp_path / "table.csv.run.json").exists()
    in_table = [row["label1"] for row in rows[:12]]
    qtbot.waitUntil(lambda: listed(walk, Role.LABEL)[:12] == in_table)  # the window and the table say the same


def test_a_cancelled_run_keeps_what_is_done_and_goes_on(walk: Program, qtbot: QtBot, tmp_path: Path) -> None:
    write_pictures(tmp_path / "given", 80)
    drop(walk.window, mime_of([tmp_path / "given"]))
    qtbot.waitUntil(lambda: walk.context.state.run is not None and run_of(walk).progress.done >= 5, timeout=LONG)
    click(qtbot, button(walk.window.summary, "Cancel"))
    qtbot.waitUntil(lambda: run_of(walk).progress.phase is Phase.CANCELLED, timeout=LONG)
    kept = run_of(walk).progress.done
    assert 5 <= kept < 80
    press(qtbot, walk, Qt.Key.Key_Space)
    wait_ended(qtbot, walk, LONG)
    assert (run_of(walk).progress.phase, run_of(walk).progress.done) == (Phase.DONE, 80)


def test_a_file_that_is_no_network_is_refused_and_the_old_one_stays(
    walk: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    weights = tmp_path / "resnet18.pth"
    weights.write_bytes(b"no weights")
    drop(walk.window, mime_of([weights]))
    qtbot.waitUntil(lambda: "resnet18.pth" in walk.window.banner.text(), timeout=LONG)
    qtbot.waitUntil(lambda: walk.context.state.network.loading is None, timeout=LONG)
    assert walk.context.state.network.choice.network == "built-in"


def test_closing_in_the_middle_of_a_run_is_quick_and_clean(walk: Program, qtbot: QtBot, tmp_path: Path) -> None:
    write_pictures(tmp_path / "given", 80)
    drop(walk.window, mime_of([tmp_path / "given"]))
    qtbot.waitUntil(lambda: walk.context.state.run is not None and run_of(walk).progress.done >= 5, timeout=LONG)
    engine, run = walk.engine, walk.context.state.run
    assert isinstance(engine, EngineClient)
    assert run is not None
    assert run.store is not None
    walk.window.close()
    assert not walk.window.isVisible()
    assert engine.alive, "the window was gone before the engine had an end"
    walk.shut_down()
    assert not engine.alive
    with RunReader(Path(run.store)) as reader:
        assert 5 <= reader.state().done < 80, "what was done is kept, and the rest was not waited for"


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_the_engine_killed_in_the_middle_is_told_and_the_run_goes_on(
    walk: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    write_pictures(tmp_path / "given", 60)
    drop(walk.window, mime_of([tmp_path / "given"]))
    qtbot.waitUntil(lambda: walk.context.state.run is not None and run_of(walk).progress.done >= 5, timeout=LONG)
    engine = walk.engine
    assert isinstance(engine, EngineClient)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: "stopped unexpectedly (killed)" in walk.window.banner.text(), timeout=LONG)
    wait_ended(qtbot, walk, LONG)
    assert (run_of(walk).progress.phase, run_of(walk).progress.done) == (Phase.DONE, 60)
    rows = export(walk, qtbot, tmp_path / "table.csv")
    assert [row["status"] for row in rows] == ["ok"] * 60


@pytest.mark.alone
@pytest.mark.slow
def test_a_batch_of_200_never_occupies_the_window_for_100_ms(qtbot: QtBot, session: Path, tmp_path: Path) -> None:
    """From launch on, loading included; the person scrolls and changes pages meanwhile.

    By the processor time of its thread; `tests.benchmarks.window` has its stalls by the clock.
    """
    write_pictures(tmp_path / "given", 200, 320, 240)
    engine = EngineClient(session)
    engine.start()
    program = Program(engine, folders(), session)
    try:
        program.start([str(tmp_path / "given")])
        qtbot.waitUntil(lambda: program.table.number() == 200, timeout=LONG)
        bar = program.window.list.view.verticalScrollBar()
        for step in range(1, 6):
            qtbot.wait(300)
            bar.setValue(bar.maximum() * step // 5)
        press(qtbot, program, Qt.Key.Key_E)
        qtbot.wait(300)
        press(qtbot, program, Qt.Key.Key_G)
        wait_ended(qtbot, program, LONG)
        qtbot.waitUntil(lambda: run_of(program).progress.done == 200)
        qtbot.wait(300)
    finally:
        program.window.close()
        program.shut_down()
        program.window.deleteLater()
    stalls = program.stalls
    print(f"{stalls.worst_ms:.0f} ms, own {stalls.busiest_ms:.0f} ms, p99 {stalls.p99_ms:.0f} ms")
    assert stalls.beats > 100
    assert 0 < stalls.busiest_ms <= 100
