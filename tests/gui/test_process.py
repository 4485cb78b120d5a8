"""The window's process as a whole: what it loads, how it starts where no window can be, how it ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.helpers.program import COMMAND, environment, run

UNWANTED = ("numpy", "PIL", "openvino", "torch", "h5py", "PySide6.QtQml", "PySide6.QtNetwork", "PySide6.QtOpenGL")
OPEN_AND_LIST = """
import sys, tempfile, pathlib
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import resnet_gui.gui.app.application
from resnet_gui.gui.app.program import Program
from resnet_gui.folders import folders
from tests.helpers.quiet_engine import QuietEngine
app = QApplication([])
program = Program(QuietEngine(), folders(), pathlib.Path(tempfile.mkdtemp()))
program.start([])
QTimer.singleShot(300, app.quit)
app.exec()
for name in ("edit.preferences", "help.keys", "help.about", "network.device"):
    program.menus.action(name).trigger()
program.window.close()
program.shut_down()
print("\\n".join(sorted(sys.modules)))
"""


INTERRUPTED_AT_WORK = """
import os, signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from resnet_gui.__main__ import main
def at_work():
    (window,) = (one for one in QApplication.topLevelWidgets() if isinstance(one, Window))
    os.kill(os.getpid(), signal.SIGINT)
    print("open" if window.isVisible() else "closed")
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.app.window import Window
start = Program.start
def start_and_work(program, paths):
    start(program, paths)
    QTimer.singleShot(100, at_work)
Program.start = start_and_work
sys.exit(main([]))
"""

CLOSED_AT_ONCE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from resnet_gui.__main__ import main
from resnet_gui.gui.app.program import Program
start = Program.start
def start_and_close(program, paths):
    start(program, paths)
    QTimer.singleShot(100, program.window.close)
Program.start = start_and_close
sys.exit(main([]))
"""


def test_the_windows_process_loads_no_numpy_no_pillow_and_no_engine(tmp_path: Path) -> None:
    done = run([], tmp_path, extra={"QT_QPA_PLATFORM": "offscreen"}, command=(sys.executable, "-c", OPEN_AND_LIST))
    assert done.status == 0, done.err
    modules = done.out.split()
    assert "PySide6.QtWidgets" in modules
    assert [name for name in modules if name.partition(".")[0] in UNWANTED or name in UNWANTED] == []


def test_the_engine_can_start_before_qt_and_the_command_line_are_imported(tmp_path: Path) -> None:
    code = "import sys, resnet_gui.__main__, resnet_gui.gui.app.application; print(*sys.modules)"
    done = run([], tmp_path, command=(sys.executable, "-c", code))
    modules = done.out.split()
    assert "resnet_gui.service.spawn" in modules
    later = ("PySide6", "shiboken6", "argparse", "tomllib", "sqlite3")
    assert [name for name in modules if name.partition(".")[0] in later] == []
    assert "resnet_gui.service.messages" not in modules  # most of what the window has before Qt


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux may lack a display")
def test_without_a_display_one_sentence_names_the_command_to_use(tmp_path: Path) -> None:
    done = run([], tmp_path)
    assert done.status == 1
    assert "resnet-gui classify" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("pause", [0.0, 1.5], ids=["while it starts", "while it is open"])
def test_ctrl_c_closes_the_window_and_its_engine(tmp_path: Path, pause: float) -> None:
    process = subprocess.Popen(
        COMMAND,
        env=environment(tmp_path, {"QT_QPA_PLATFORM": "offscreen"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    assert process.stdout is not None
    try:
        deadline = time.monotonic() + 20
        engines: list[psutil.Process] = []
        while not engines and time.monotonic() < deadline:
            time.sleep(0.05)
            engines = psutil.Process(process.pid).children(recursive=True)
        assert len(engines) == 1
        time.sleep(pause)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert not engines[0].is_running()
    finally:
        process.kill()
        process.stdout.close()
        process.stderr.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_closes_no_window_under_what_is_at_work_in_it(tmp_path: Path) -> None:
    code = (sys.executable, "-c", INTERRUPTED_AT_WORK)
    done = run([], tmp_path, extra={"QT_QPA_PLATFORM": "offscreen"}, command=code)
    assert (done.status, done.out) == (130, "open\n"), done.err


def test_settings_that_cannot_be_saved_at_the_end_are_told(tmp_path: Path) -> None:
    """Where the folder's place is taken by a file; there is no window any more that could say it."""
    (tmp_path / "config").write_text("not a folder", encoding="utf-8")
    done = run([], tmp_path, extra={"QT_QPA_PLATFORM": "offscreen"}, command=(sys.executable, "-c", CLOSED_AT_ONCE))
    sentence = f"The settings cannot be written to {tmp_path / 'config' / 'settings.json'}"
    assert done.status == 1
    assert done.err.startswith(f"resnet-gui: {sentence}")
    assert done.err.count("\n") == 1
    assert sentence in (tmp_path / "logs" / "resnet-gui.log").read_text(encoding="utf-8")
