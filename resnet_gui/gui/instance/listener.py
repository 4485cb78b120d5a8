"""The open window's end: takes what later starts hand over, and what the desktop opens with the program.

Both go the way of a drop.  What comes in one go is opened in one go: of ten files chosen in a file manager some systems
make ten starts, others ten events.  Nothing here ever waits.
"""

import logging
import os
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from resnet_gui.gui.instance.message import Answer, Handover, encode_answer, reply_to

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalSocket

    from resnet_gui.gui.instance.sender import Claim

GATHER_MS = 50
"""What comes within this time is opened together."""
TOGETHER_MS = 500
"""What comes this soon after the last paths belongs to them: no person opens two things one by one so fast."""
SLOWEST_MS = 3000
"""A caller has said everything by then, or is hung up on."""
CALLERS = 32
"""Callers served at the same time; the others wait in the socket's queue."""
_PAUSE_MS = 250
"""Until the next look, after the system has refused a connection: it would say "readable" again and again."""
_PIECE = 1 << 18
"""Bytes read at a time: far less than what would keep the window from painting."""
_log = logging.getLogger(__name__)


class OpenApplication(QApplication):
    """An application that tells what files the desktop opens with it (macOS: a double click, a drop on its icon).

    Parameters
    ----------
    arguments : as for QApplication.
    """

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
        (self._on_file or self._early.append)(event.file())
        return True


class IncomingFiles(QObject):
    """Collects the files that reach the open window from outside, and opens together what came together.

    Parameters
    ----------
    window : comes to the front.
    open_paths : what a drop does.
    first : what was opened just now, at the start.
    """

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
        if handover.paths:
            self._waiting += handover.paths
            self._ticks = 0
            self._together.start(TOGETHER_MS // 2)
            if not self._timer.isActive():
                self._timer.start()
        _come_forward(self._window, handover.token)

    def take_file(self, path: str) -> None:
        """The desktop opens this file with the program."""
        self.take(Handover(tuple(_absolute((path,)))))

    @Slot()
    def _on_gathered(self) -> None:
        before, waiting = self._last, self._waiting
        self._last, self._waiting = list(dict.fromkeys((*before, *waiting))), []
        if self._last != before:  # macOS says once more what the command line has said; a hand may double-click twice
            self._open_paths(self._last)

    @Slot()
    def _on_tick(self) -> None:
        """Two ticks without a file.  One would not do: after a stall, as that of a start, it would come before what
        has come meanwhile is known."""
        self._ticks += 1
        if self._ticks == 2:
            self._together.stop()
            self._last = []


class Listener(QObject):
    """Takes what later starts hand over on a socket.

    Parameters
    ----------
    listening : bound already, and not closed by this.
    parent : ends with it.

    Signals
    -------
    handed(Handover) : something was handed over, and whoever did it knows that it was taken.
    """

    handed = Signal(object)

    def __init__(self, listening: socket.socket, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listening = listening
        self._calls: set[_SocketCall] = set()
        self._notifier = QSocketNotifier(listening.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_call)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._resume)

    def close(self) -> None:
        """Take nothing more.  Before the socket is closed."""
        for call in tuple(self._calls):
            call.close()
        self._pause.stop()
        self._notifier.setEnabled(False)

    def forget(self, call: "_SocketCall") -> None:
        """The caller has hung up, or was hung up on."""
        self._calls.discard(call)
        self._resume()

    @Slot()
    def _on_call(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except (BlockingIOError, ConnectionError):  # hung up again before it was taken
            return
        except OSError as error:  # too many open files
            _log.warning("a later start cannot be taken for the moment: %s", error)
            self._notifier.setEnabled(False)
            self._pause.start()
            return
        self._calls.add(_SocketCall(connection, self))
        self._resume()

    @Slot()
    def _resume(self) -> None:
        self._notifier.setEnabled(len(self._calls) < CALLERS)


class _Call(QObject):
    """What one caller says, from its first byte to the answer; `close` is called where it takes too long."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._received = bytearray()
        self._limit = QTimer(self, singleShot=True, interval=SLOWEST_MS)
        self._limit.timeout.connect(self.close)
        self._limit.start()

    def _receive(self, more: bytes) -> tuple[Answer | None, Handover | None]:
        self._received += more
        return reply_to(self._received)

    @Slot()
    def close(self) -> None:
        """Hang up."""
        raise NotImplementedError


class _SocketCall(_Call):
    """One connection of a socket."""

    def __init__(self, connection: socket.socket, listener: Listener) -> None:
        super().__init__(listener)
        connection.setblocking(False)
        self._connection, self._listener = connection, listener
        self._notifier = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)

    @Slot()
    def close(self) -> None:
        self._notifier.setEnabled(False)
        self._limit.stop()
        self._connection.close()
        self._listener.forget(self)
        self.deleteLater()

    @Slot()
    def _on_readable(self) -> None:
        try:
            more = self._connection.recv(_PIECE)
        except BlockingIOError:
            return
        except ConnectionError:
            more = b""
        answer, handover = self._receive(more)
        if answer is None:
            if not more:  # it has gone in the middle of a word
                self.close()
            return
        try:
            self._connection.send(encode_answer(answer))
        except (ConnectionError, BlockingIOError):
            handover = None  # it has not waited, and opens a window of its own
        self.close()
        if handover is not None:
            self._listener.handed.emit(handover)


class PipeListener(QObject):
    """As `Listener`, on a named pipe, as Windows has no such sockets.  Raises OSError where it cannot be made.

    QtNetwork is loaded there only: on Linux it wants libraries (Kerberos) that not every system has.

    Parameters
    ----------
    name : of the pipe.
    parent : ends with it.
    """

    handed = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        from PySide6.QtNetwork import QLocalServer

        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_call)
        if not self._server.listen(name):
            raise OSError(self._server.errorString())

    def close(self) -> None:
        """Take nothing more."""
        self._server.close()

    @Slot()
    def _on_call(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            _PipeCall(connection, self)


class _PipeCall(_Call):
    """One connection of a pipe; lives as long as the connection."""

    def __init__(self, connection: "QLocalSocket", listener: PipeListener) -> None:
        super().__init__(connection)
        self._connection, self._listener = connection, listener
        connection.readyRead.connect(self._on_readable)
        connection.disconnected.connect(connection.deleteLater)
        self._on_readable()  # what came before this was connected

    @Slot()
    def close(self) -> None:
        self._connection.abort()

    @Slot()
    def _on_readable(self) -> None:
        answer, handover = self._receive(bytes(self._connection.readAll().data()))
        if answer is None or not self._limit.isActive():
            return
        self._limit.stop()
        connected = self._connection.state() is self._connection.LocalSocketState.ConnectedState
        self._connection.write(encode_answer(answer))
        self._connection.flush()
        self._connection.disconnectFromServer()
        if handover is not None and connected:
            self._listener.handed.emit(handover)


def open_listener(claim: "Claim") -> Listener | PipeListener | None:
    """This window's end; None where it does not listen (a window beside another)."""
    if claim.listening is not None:
        return Listener(claim.listening)
    if not claim.address:
        return None
    try:
        return PipeListener(claim.address)
    except OSError as error:
        _log.warning("later starts cannot reach this window (%s): each opens a window of its own", error)
        claim.release()
        return None


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
