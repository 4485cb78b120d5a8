"""The open window's end: hears what later starts hand over, between its other events.  Nothing here ever waits."""

import logging
import socket

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal, Slot

from resnet_gui.gui.instance.message import encode_answer, reply_to

SLOWEST_MS = 3000
"""A caller has said everything by then, or is not heard."""
CALLERS = 32
"""Callers heard at the same time; the others wait in the socket's queue."""
_PAUSE_MS = 250
"""Until the next look, after the system has refused a connection: it would say "readable" again and again."""
_PIECE = 1 << 18
"""Bytes read at a time: far less than what would keep the window from painting."""
_log = logging.getLogger(__name__)


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
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._hear_again)

    def close(self) -> None:
        """Hear nothing more.  Before the socket is closed."""
        for caller in tuple(self._callers):
            caller.close()
        self._pause.stop()
        self._notifier.setEnabled(False)

    def forget(self, caller: "_Caller") -> None:
        """The caller has hung up, or was hung up on."""
        self._callers.discard(caller)
        self._hear_again()

    @Slot()
    def _on_call(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except (BlockingIOError, ConnectionError):  # hung up again before it was heard
            return
        except OSError as error:  # too many open files
            _log.warning("a later start cannot be heard for the moment: %s", error)
            self._notifier.setEnabled(False)
            self._pause.start()
            return
        self._callers.add(_Caller(connection, self))
        self._hear_again()

    @Slot()
    def _hear_again(self) -> None:
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
