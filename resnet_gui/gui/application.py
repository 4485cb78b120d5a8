"""The window's process from start to end: display, QApplication, the engine's process, hooks for faults and signals."""

import contextlib
import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType, TracebackType

from resnet_gui.errors import EngineError
from resnet_gui.folders import folders
from resnet_gui.gui.display import INSTEAD, check_display
from resnet_gui.runs.client import EngineClient

_log = logging.getLogger(__name__)
INTERRUPTED = 130
Tell = Callable[[Exception], None]
Leave = Callable[[], None]


def run_window(paths: Sequence[str]) -> int:
    """Open the window with these paths dropped on it; returns when it is closed, 130 when Ctrl+C closed it.

    Raises EngineError where no window can be opened: no display, no PySide6, a system library missing.
    """
    check_display()
    session = Path(tempfile.mkdtemp(prefix="resnet-gui-"))
    engine = EngineClient(session)
    engine.start()  # it loads while Qt does
    try:
        from PySide6.QtWidgets import QApplication

        from resnet_gui.gui.program import Program
    except ImportError as error:
        engine.close(0.5)
        raise EngineError(_why_no_qt(error)) from error
    app = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(app, QApplication)
    app.setApplicationName("resnet-gui")
    app.setDesktopFileName("resnet-gui")
    program = Program(engine, folders(), session)
    with _hooks(app.quit, program.tell_fault) as interrupted:
        program.start([os.fspath(path) for path in paths])
        app.exec()
        program.window.close()
        program.shut_down()
    return INTERRUPTED if interrupted.is_set() else 0


def _why_no_qt(error: ImportError) -> str:
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] in ("PySide6", "shiboken6"):
        return (
            "The window needs PySide6, which is not installed here: install it with "
            f"'pip install PySide6-Essentials', or {INSTEAD}."
        )
    return f"The window cannot be opened, because a system library is missing ({error}); install it, or {INSTEAD}."


class _Told:
    """Faults are logged with all details and told once in the window."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def main(self, kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        """For sys.excepthook."""
        _log.critical("a fault in the window", exc_info=(kind, fault, trace))
        if isinstance(fault, Exception):
            self._tell(fault)

    def thread(self, told: threading.ExceptHookArgs) -> None:
        """For threading.excepthook: another thread must not touch the window."""
        _log.critical("a fault in the thread %s", told.thread, exc_info=told.exc_value)


@contextlib.contextmanager
def _hooks(leave: Leave, tell: Tell) -> Iterator[threading.Event]:
    """Faults go to the log and a banner; Ctrl+C and SIGTERM close the window, once more ends the process."""
    interrupted = threading.Event()
    told = _Told(tell)
    before = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = told.main, told.thread

    def on_signal(number: int, frame: FrameType | None) -> None:
        if interrupted.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        interrupted.set()
        leave()

    kept = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interrupted
    finally:
        sys.excepthook, threading.excepthook = before
        for number, handler in kept.items():
            signal.signal(number, handler)
