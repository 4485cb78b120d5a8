"""Both ends of the named pipe in which two starts meet on Windows; elsewhere plain sockets do (`first`, `receiver`).

QtNetwork is loaded there only: on Linux it wants libraries (Kerberos) that not every system has.
"""

import contextlib
import ctypes
import sys
import time
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from resnet_gui.gui.instance.message import Answer, decode_answer, encode_answer, reply_to
from resnet_gui.gui.instance.receiver import SLOWEST_MS

_ANY_PROCESS = -1
"""ASFW_ANY of AllowSetForegroundWindow."""
_SLICE_MS = 20
"""Longest wait at a time: PySide keeps Python's lock meanwhile."""


class PipeReceiver(QObject):
    """As `receiver.Receiver`, on a pipe of this name.  Raises OSError where it cannot be made."""

    handed = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_call)
        if not self._server.listen(name):
            raise OSError(self._server.errorString())

    def close(self) -> None:
        """Hear nothing more."""
        self._server.close()

    @Slot()
    def _on_call(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            _PipeCaller(connection, self)


class _PipeCaller(QObject):
    """One connection, from its first byte to the answer; lives as long as the connection."""

    def __init__(self, connection: QLocalSocket, receiver: PipeReceiver) -> None:
        super().__init__(connection)
        self._connection, self._receiver = connection, receiver
        self._heard = bytearray()
        connection.readyRead.connect(self._on_readable)
        connection.disconnected.connect(connection.deleteLater)
        self._limit = QTimer(self, singleShot=True, interval=SLOWEST_MS)
        self._limit.timeout.connect(self._on_late)
        self._limit.start()
        self._on_readable()  # what came before this was connected

    @Slot()
    def _on_late(self) -> None:
        self._connection.abort()

    @Slot()
    def _on_readable(self) -> None:
        self._heard += self._connection.readAll().data()
        answer, handover = reply_to(self._heard)
        if answer is None or not self._limit.isActive():
            return
        self._limit.stop()
        heard = self._connection.state() is QLocalSocket.LocalSocketState.ConnectedState
        self._connection.write(encode_answer(answer))
        self._connection.flush()
        self._connection.disconnectFromServer()
        if handover is not None and heard:
            self._receiver.handed.emit(handover)


def call(name: str, message: bytes, deadline: float) -> Answer | None:
    """`first.hand_over` for a pipe; needs no QApplication."""
    _let_it_come_forward()
    connection = QLocalSocket()
    connection.connectToServer(name)
    if not connection.waitForConnected(_left_ms(deadline)):
        return None
    connection.write(message)
    heard = b""
    while (answer := decode_answer(heard)) is None and time.monotonic() < deadline:
        more = connection.waitForReadyRead(_SLICE_MS)
        heard += connection.readAll().data()
        if not more and connection.state() is not QLocalSocket.LocalSocketState.ConnectedState:
            return decode_answer(heard)
    connection.abort()
    return answer


def _left_ms(deadline: float) -> int:
    return max(1, round(1000 * (deadline - time.monotonic())))


def _let_it_come_forward() -> None:
    """Windows lets a program take the foreground only if the one that the person has just started allows it."""
    if sys.platform == "win32":
        library: Any = ctypes
        with contextlib.suppress(OSError, AttributeError):
            library.windll.user32.AllowSetForegroundWindow(_ANY_PROCESS)
