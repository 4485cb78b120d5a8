"""What reaches the open window from outside: files of a later start, or that the desktop opens with the program.

They go the way of a drop.  What comes in one go is opened in one go: of ten files chosen in a file manager some systems
make ten starts, others ten events.
"""

import os
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from resnet_gui.gui.instance.message import Handover

GATHER_MS = 50
"""What comes within this time is opened together."""
TOGETHER_MS = 500
"""What comes this soon after the last paths belongs to them: no person opens two things one by one so fast."""


class OpenApplication(QApplication):
    """Hears what files the desktop opens with this program (macOS: a double click, or a drop on the program's icon)."""

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))
        self._on_file: Callable[[str], object] | None = None
        self._early: list[str] = []

    def listen(self, on_file: Callable[[str], object] | None) -> None:
        """Tell `on_file` from now on, and what came before anybody listened; None: nobody listens any more."""
        self._on_file = on_file
        if on_file is not None:
            early, self._early = self._early, []
            for path in early:
                on_file(path)

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return bool(super().event(event))
        if self._on_file is None:
            self._early.append(event.file())
        else:
            self._on_file(event.file())
        return True


class Arrivals(QObject):
    """window: comes to the front.  open_paths: what a drop does.  first: what was opened just now, at the start."""

    def __init__(self, window: QWidget, open_paths: Callable[[Sequence[str]], None], first: Sequence[str] = ()) -> None:
        super().__init__(window)
        self._window, self._open_paths = window, open_paths
        self._last, self._waiting = _absolute(first), list[str]()
        self._ticks = 0
        self._together = QTimer(self)
        self._together.timeout.connect(self._on_tick)
        self._together.start(TOGETHER_MS // 2)
        self._timer = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._timer.timeout.connect(self._on_gathered)

    @Slot(object)
    def take(self, handover: Handover) -> None:
        """A later start hands over its files, or wants the window to be seen."""
        self._gather(handover.paths)
        _come_forward(self._window, handover.token)

    def take_file(self, path: str) -> None:
        """The desktop opens this file with the program."""
        self._gather(_absolute((path,)))
        _come_forward(self._window, "")

    def _gather(self, paths: Sequence[str]) -> None:
        if not paths:
            return
        self._waiting += paths
        self._ticks = 0
        self._together.start(TOGETHER_MS // 2)
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _on_gathered(self) -> None:
        before, waiting = self._last, self._waiting
        self._last, self._waiting = list(dict.fromkeys((*before, *waiting))), []
        if self._last != before:  # macOS says once more what the command line has said; a hand may double-click twice
            self._open_paths(self._last)

    @Slot()
    def _on_tick(self) -> None:
        """Two ticks without an arrival.  One would not do: after a stall, as that of a start, it would come before what
        has arrived meanwhile is heard."""
        self._ticks += 1
        if self._ticks == 2:
            self._together.stop()
            self._last = []


def _absolute(paths: Sequence[str]) -> list[str]:
    return [os.path.abspath(path) for path in paths]  # noqa: PTH100  (Path.resolve would follow links)


def _come_forward(window: QWidget, token: str) -> None:
    """Show it, over others where the desktop allows that; a dialog over it keeps the keys.

    token: on Wayland, the leave that the desktop has given the later start to do so.
    """
    if token and QGuiApplication.platformName().startswith("wayland"):
        os.putenv("XDG_ACTIVATION_TOKEN", token)  # Qt takes it from there; os.environ would hand it on to children
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    front = QApplication.activeModalWidget() or window
    front.raise_()
    front.activateWindow()
    if not window.isActiveWindow():
        QApplication.alert(window)  # where another window may not be covered, its entry in the panel says so
