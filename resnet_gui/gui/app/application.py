"""The window's process from start to end: display, QApplication, the engine's process, hooks for faults and signals."""

import contextlib
import gc
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from resnet_gui.errors import EngineError
from resnet_gui.folders import folders, make_scratch
from resnet_gui.gui.app.display import INSTEAD, check_display
from resnet_gui.service.spawn import engine_command, spawn

if TYPE_CHECKING:
    import subprocess

    from resnet_gui.gui.app.program import Program
    from resnet_gui.gui.instance.sender import Claim
    from resnet_gui.service.client import EngineClient

_log = logging.getLogger(__name__)
INTERRUPTED = 130
Tell = Callable[[Exception], None]
Leave = Callable[[], None]


def run_window(paths: Sequence[str], claim: "Claim") -> int:
    """Open the window with these paths dropped on it; returns when it is closed, 130 when Ctrl+C closed it.

    claim: given back when the window has closed.
    Raises EngineError where no window can be opened: no display, no PySide6, a system library missing; SettingsError
    where the settings could not be saved at the end.
    """
    check_display()
    gc.disable()  # half a second of nothing but making objects that stay; then `garbage` takes over
    with _signals() as interrupt:
        session = _session()
        process = _spawned(session)  # from here on everything that is loaded is loaded beside it

        from resnet_gui.gui.app.head_start import connect

        engine = connect(session, process)
        try:
            _open_and_wait(engine, session, paths, interrupt, claim)
        except BaseException:  # nobody else will end the engine
            engine.close(0.5)
            shutil.rmtree(session, ignore_errors=True)
            raise
        return INTERRUPTED if interrupt.seen else 0


def _session() -> Path:
    """The folder through which engine and window hand each other pixels; among temporary files where the cache folder
    cannot be written, so that single pictures are answered all the same."""
    try:
        return make_scratch(folders().cache)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="resnet-gui-"))


def _spawned(session: Path) -> "subprocess.Popen[bytes] | None":
    """The engine's process; None where it cannot be started: the client will try itself, and tell why not."""
    try:
        return spawn(engine_command(session))
    except OSError:
        return None


def _open_and_wait(
    engine: "EngineClient", session: Path, paths: Sequence[str], interrupt: "_Interrupt", claim: "Claim"
) -> None:
    try:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        from resnet_gui.gui.app.program import Program
        from resnet_gui.gui.core.settings import SettingsError
        from resnet_gui.gui.instance.listener import OpenApplication
    except ImportError as error:
        raise EngineError(_why_no_qt(error)) from error
    app = QApplication.instance() or OpenApplication([sys.argv[0]])
    assert isinstance(app, QApplication)
    app.setApplicationName("resnet-gui")
    app.setDesktopFileName("resnet-gui")
    program = Program(engine, folders(), session)
    with _fault_hooks(program.tell_fault):
        program.start([os.fspath(path) for path in paths])
        with _hearing(program, claim, paths):
            # In its turn: `quit` closes the window at once, under whatever the signal has come upon, and does nothing
            # before the loop has begun.
            interrupt.leave = lambda: QTimer.singleShot(0, app.quit)
            if interrupt.seen:
                interrupt.leave()
            app.exec()
            program.window.close()
        program.shut_down()
    if program.unsaved:
        _log.warning("%s", program.unsaved)  # a program without a console has no stderr
        raise SettingsError(program.unsaved)


@contextlib.contextmanager
def _hearing(program: "Program", claim: "Claim", first: Sequence[str]) -> Iterator[None]:
    """What later starts hand over, and what the desktop opens with the program, goes to this window.

    After that another start is the first at once, while the engine of this one may still be ending.
    """
    from PySide6.QtWidgets import QApplication

    from resnet_gui.gui.drop import flow as drop
    from resnet_gui.gui.instance.listener import IncomingFiles, OpenApplication, open_listener

    incoming = IncomingFiles(program.window, partial(drop.open_paths, program.context), first)
    app = QApplication.instance()
    if isinstance(app, OpenApplication):
        app.listen(incoming.take_file)
    listener = open_listener(claim)
    if listener is not None:
        listener.handed.connect(incoming.take)
    try:
        yield
    finally:
        if isinstance(app, OpenApplication):
            app.listen(None)
        if listener is not None:
            listener.close()
        claim.release()


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


class _Interrupt:
    """Ctrl+C and SIGTERM: the first leaves the window, or keeps it from opening; the second ends the process."""

    def __init__(self) -> None:
        self.seen = False
        self.leave: Leave = lambda: None

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """For signal.signal.  Nothing is raised: a library that is just being loaded might swallow it."""
        if self.seen:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.seen = True
        self.leave()


@contextlib.contextmanager
def _signals() -> Iterator[_Interrupt]:
    """From the start of the engine's process on, so that an early Ctrl+C ends it in order too."""
    interrupt = _Interrupt()
    kept = {number: signal.signal(number, interrupt.on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interrupt
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _fault_hooks(tell: Tell) -> Iterator[None]:
    """Faults go to the log and a banner."""
    told = _Told(tell)
    before = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = told.main, told.thread
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before
