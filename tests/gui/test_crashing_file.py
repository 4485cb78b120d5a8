"""A file on which the engine's process dies twice: the window stays, the run ends, that file alone is marked.

The death is made from outside, while the notes say that the file is being decoded: it takes two seconds to decode.
"""

import os
import shutil
import signal
import struct
import sys
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from resnet_gui.engine.record import Phase
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.run.view import Role
from resnet_gui.images.status import Status
from resnet_gui.results.in_flight import notes_path
from resnet_gui.results.query import RunReader
from resnet_gui.service.client import EngineClient
from tests.gui.acts import drop, listed, mime_of, wait_ended
from tests.gui.test_walks import LONG, run_of
from tests.helpers.pictures import write_pictures
from tests.helpers.shared import shared

pytestmark = [
    pytest.mark.shared,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="kill -9"),
]
SLOW = "jpeg_scan_bomb.jpg"


def kill_while_it_decodes(program: Program, qtbot: QtBot, since_ns: int) -> int:
    """kill -9, once notes written after `since_ns` name the slow file; the time of the kill."""
    engine = program.engine
    assert isinstance(engine, EngineClient)
    qtbot.waitUntil(lambda: program.context.state.run is not None and bool(run_of(program).store), timeout=LONG)
    store = Path(str(run_of(program).store))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        qtbot.wait(5)
        # The time before the content: the other way round, old notes could pass for those of the new process.
        written = notes_path(store).stat().st_mtime_ns if notes_path(store).exists() else 0
        data = notes_path(store).read_bytes() if notes_path(store).exists() else b""
        at_work = {number for (number,) in struct.iter_unpack("<q", data[: len(data) // 8 * 8]) if number}
        with RunReader(store) as reader:
            slow = {row.id for row in reader.rows(list(reader.ids())) if row.shown == SLOW and row.status is None}
        if slow & at_work and written > since_ns and engine.alive and engine.pid is not None:
            os.kill(engine.pid, signal.SIGKILL)
            return time.time_ns()
    raise AssertionError("the slow file was never seen at work")


def test_the_file_on_which_the_engine_dies_twice_is_marked_and_the_rest_is_done(
    walk: Program,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "given"
    write_pictures(folder, 30)
    shutil.copy(shared() / "badfiles" / SLOW, folder / SLOW)
    drop(walk.window, mime_of([folder]))
    killed_ns = 0
    for _ in range(2):
        killed_ns = kill_while_it_decodes(walk, qtbot, killed_ns)
        qtbot.waitUntil(lambda: "stopped unexpectedly (killed)" in walk.window.banner.text(), timeout=LONG)
        assert walk.window.isVisible()
    wait_ended(qtbot, walk, LONG)
    assert run_of(walk).progress.phase is Phase.DONE
    assert run_of(walk).progress.skipped == 1
    qtbot.waitUntil(lambda: sorted(map(str, listed(walk, Role.STATUS))) == [""] * 30 + ["crashed"], timeout=LONG)
    with RunReader(Path(str(run_of(walk).store))) as reader:
        rows = {row.shown: row for row in reader.rows(list(reader.ids()))}
    assert rows[SLOW].status is Status.CRASHED
    assert "took the program down" in rows[SLOW].message
