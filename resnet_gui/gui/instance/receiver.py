"""The open window's end: hears what later starts hand over, between its other events.  Nothing here ever waits."""

import contextlib
import socket

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal, Slot

from resnet_gui.gui.instance.message import encode_answer, reply_to

SLOWEST_MS = 3000
"""A caller has said everything by then, or is not heard."""
CALLERS = 32
"""Callers heard at the same time; the others wait in the socket's queue."""
_PIECE = 1 << 18
"""Bytes read at a time: far less than what would keep the window from painting."""


class Receiver(QObject):
    """Listens on a socket that is bound already, and not closed by this.  handed(Handover): something was handed over,
    and whoever did it knows that it was taken."""

    handed = Signal(object)

    def __init__(self, listening: socket.socket, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listening = listening
        self._callers: set[_Caller] = set()
        self._notifier = QSocketNotifier(listening.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_call)

    def close(self) -> None:
        """Hear nothing more.  Before the socket is closed."""
        for caller in tuple(self._callers):
            caller.close()
        self._notifier.setEnabled(False)

    def forget(self, caller: "_Caller") -> None:
        """The caller has hung up, or was hung up on."""
        self._callers.discard(caller)
        self._notifier.setEnabled(True)

    @Slot()
    def _on_call(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):  # hung up again before it was heard
            connection, _ = self._listening.accept()
            self._callers.add(_Caller(connection, self))
            self._notifier.setEnabled(len(self._callers) < CALLERS)


class _Caller(QObject):
    """One connection, from its first byte to the answer."""

    def __init__(self, connection: socket.socket, receiver: Receiver) -> None:
        super().__init__(receiver)
        connection.setblocking(False)
        self._connection, self._receiver = connection, receiver
        self._heard = bytearray()
        self._notifier = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)
        self._limit = QTimer(self, singleShot=True, interval=SLOWEST_MS)
        self._limit.timeout.connect(self.close)
        self._limit.start()

    @Slot()
    def close(self) -> None:
        """Hang up."""
        self._notifier.setEnabled(False)
        self._limit.stop()
        self._connection.close()
        self._receiver.forget(self)
        self.deleteLater()

    @Slot()
    def _on_readable(self) -> None:
        try:
            more = self._connection.recv(_PIECE)
        except BlockingIOError:
            return
        except ConnectionError:
            more = b""
        self._heard += more
        answer, handover = reply_to(self._heard)
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
            self._receiver.handed.emit(handover)
