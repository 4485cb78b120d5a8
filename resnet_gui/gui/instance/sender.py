"""What a start does first: it becomes the window that others hand their files to, or hands its own to the one open.

Asked before Qt and the engine are loaded.  A lock decides, so that of two starts at the same instant one is the first;
its socket listens from then on, and whoever calls while the window is still being made is answered as soon as it is
there.  On Windows the window listens on a named pipe of Qt's instead (`instance.listener`).
"""

import contextlib
import logging
import os
import socket
import struct
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resnet_gui.gui.instance.message import (
    Answer,
    Endpoint,
    Handover,
    MessageError,
    decode_answer,
    encode,
    find_endpoint,
    is_token,
)

if TYPE_CHECKING:
    import ctypes
if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PATIENCE_S = 8.0
"""How long an open window may take to answer; one that is only just being opened takes some of it."""
_PAUSE_S = 0.03
_PIPE_WAIT_MS = 20
"""Longest wait for the pipe at a time: PySide keeps Python's lock meanwhile."""
_CALLERS = 64
"""Starts that may wait at once."""
_ANY_PROCESS = -1
"""ASFW_ANY of AllowSetForegroundWindow."""
_EVENT = struct.Struct("@iLiPLLi0l20s")
"""XClientMessageEvent with bytes (Xlib.h): type, serial, send_event, display, window, message_type, format, data."""
_EVENT_BYTES = 24 * struct.calcsize("l")
_DATA_BYTES = 20
_CLIENT_MESSAGE, _PROPERTY_CHANGE_MASK = 33, 1 << 22
_log = logging.getLogger(__name__)


class Claim:
    """The right to be the window that others hand their files to; or nothing, for a window beside that one.

    Parameters
    ----------
    endpoint : where later starts call; None without the right.
    lock : held until `release`.  Given back where listening fails, which raises OSError.

    Attributes
    ----------
    listening : the socket, until `release`; None on Windows.
    address : of the socket or the pipe; empty without the right.
    """

    def __init__(self, endpoint: Endpoint | None = None, lock: "Lock | None" = None) -> None:
        self._endpoint, self._lock = endpoint, lock
        self.listening: socket.socket | None = None
        self.address = ""
        if endpoint is not None and lock is not None:
            self.address = endpoint.address
            try:
                self.listening = None if sys.platform == "win32" else _listen(endpoint.address)
            except OSError:
                lock.release()
                raise

    def release(self) -> None:
        """From now on another start is the first.  Nothing stays on the disk.  Safe to call twice."""
        endpoint, lock, self._lock, self.address = self._endpoint, self._lock, None, ""
        if self.listening is not None:
            self.listening.close()
            self.listening = None
        if endpoint is None or lock is None:
            return
        if sys.platform != "win32" and lock.in_place:
            Path(endpoint.address).unlink(missing_ok=True)
        lock.release()
        if endpoint.folder is not None:
            with contextlib.suppress(OSError):  # another window's files are in it
                endpoint.folder.rmdir()


def claim_or_hand_over(paths: Sequence[str], new_window: bool = False) -> Claim | None:
    """The claim of the window to be opened; None where an open window has taken the paths and nothing is left to do.

    new_window: hand nothing over.  Where that cannot be found out, or the open window does not answer, a window is
    opened all the same, and the log says why.
    """
    try:
        endpoint = find_endpoint()
        message = encode(_handover(paths))
        deadline = time.monotonic() + PATIENCE_S
        while True:
            lock = take_lock(endpoint.lock)
            if lock is not None:
                return Claim(endpoint, lock)
            if new_window:
                return Claim()
            answer = hand_over(endpoint.address, message, deadline)
            if answer is Answer.TAKEN:
                end_startup_notification()
                return None
            if answer is not None:
                _log.warning("the open window speaks another version of the protocol (%s): a new one is opened", answer)
                return Claim()
            if time.monotonic() > deadline:
                _log.warning("the open window did not answer within %.0f s: a new one is opened", PATIENCE_S)
                return Claim()
            time.sleep(_PAUSE_S)
    except (OSError, MessageError) as error:
        _log.warning("whether a window is open cannot be found out (%s): a new one is opened", error)
        return Claim()


def hand_over(address: str, message: bytes, deadline: float) -> Answer | None:
    """What the window at this address says; None where nobody (or nobody yet, or nobody any more) takes the call.

    deadline: as `time.monotonic` counts.
    """
    if sys.platform == "win32":
        return hand_over_by_pipe(address, message, deadline)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        try:
            caller.settimeout(max(0.001, deadline - time.monotonic()))
            caller.connect(address)
            caller.sendall(message)
            received = b""
            while decode_answer(received) is None:
                caller.settimeout(max(0.001, deadline - time.monotonic()))
                more = caller.recv(256)
                if not more:  # it has just been closed
                    return None
                received += more
            return decode_answer(received)
        except (FileNotFoundError, ConnectionError, TimeoutError, BlockingIOError):
            return None


def hand_over_by_pipe(name: str, message: bytes, deadline: float) -> Answer | None:
    """As `hand_over`, by a named pipe of Qt's; needs no QApplication."""
    from PySide6.QtNetwork import QLocalSocket  # which a second start needs on Windows only

    if sys.platform == "win32":  # a program takes the foreground only if the one just started allows it
        import ctypes

        library: Any = ctypes
        with contextlib.suppress(OSError, AttributeError):
            library.windll.user32.AllowSetForegroundWindow(_ANY_PROCESS)
    connection = QLocalSocket()
    connection.connectToServer(name)
    if not connection.waitForConnected(max(1, round(1000 * (deadline - time.monotonic())))):
        return None
    connection.write(message)
    received = b""
    while (answer := decode_answer(received)) is None and time.monotonic() < deadline:
        more = connection.waitForReadyRead(_PIPE_WAIT_MS)
        received += connection.readAll().data()
        if not more and connection.state() is not QLocalSocket.LocalSocketState.ConnectedState:
            return decode_answer(received)
    connection.abort()
    return answer


def _handover(paths: Sequence[str]) -> Handover:
    """Paths as they are here, where the person has given them: the open window has another current folder."""
    token = os.environ.get("XDG_ACTIVATION_TOKEN") or os.environ.get("DESKTOP_STARTUP_ID", "")
    absolute = tuple(os.path.abspath(path) for path in paths if path)  # noqa: PTH100  (Path.resolve would follow links)
    return Handover(absolute, token if is_token(token) else "")


def _listen(address: str) -> socket.socket:
    """The socket; what a process that was killed has left makes room.  Only the holder of the lock comes here."""
    Path(address).unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(address)
        with contextlib.suppress(OSError):
            # For this user only.  The sticky bit keeps what cleans up the session's folder from taking it
            # (XDG Base Directory Specification); not every system has it for files.
            Path(address).chmod(0o1600)
        listening.listen(_CALLERS)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


# ---------------------------------------------------------------- the lock


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file, held from `take_lock` on; the system gives it back however the process ends.

    The system's own calls and not `filelock`, which takes 26 ms to import: a start has half a second for everything.

    Parameters
    ----------
    path : of the file.
    descriptor : the open file, by which the lock is held.
    """

    path: Path
    descriptor: int

    @property
    def in_place(self) -> bool:
        """Whether the locked file still is the one of that name (somebody may have cleaned up)."""
        try:
            return os.path.samestat(os.fstat(self.descriptor), self.path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Give it back, and leave no file behind."""
        if sys.platform == "win32":  # an open file cannot be deleted; another start may have it open by then
            os.close(self.descriptor)
            with contextlib.suppress(OSError):
                self.path.unlink()
        else:
            if self.in_place:
                self.path.unlink(missing_ok=True)
            os.close(self.descriptor)


def take_lock(path: Path) -> Lock | None:
    """The lock, or None while another process holds it.  Raises OSError where there can be none."""
    while True:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            # No link is followed, and no process that is started inherits it.
            lock = Lock(path, os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600))
        except FileNotFoundError:  # the folder went at this moment, with the window that was open
            continue
        with contextlib.ExitStack() as stack:
            stack.callback(os.close, lock.descriptor)
            if not _lock(lock.descriptor):
                return None
            if lock.in_place:
                stack.pop_all()
                return lock
        # The one that held it has ended and taken the file along: once more.


def _lock(descriptor: int) -> bool:
    """False where another process holds it."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # the latter on Windows
        return False
    return True


# ---------------------------------------------------------------- X11: the desktop's sign of a start


def end_startup_notification(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell the desktop that this start is over; whether there was something to tell and somebody to tell it.

    Its sign that a program is being started ends when a window opens; a second start opens none, and the sign would
    stay for some twenty seconds.  What is said is freedesktop.org's Startup Notification Protocol.  Qt says it for its
    own windows only; on Wayland the open window's use of the activation token says as much.
    """
    startup_id = environment.get("DESKTOP_STARTUP_ID", "")
    if not startup_id.isascii() or not startup_id.isprintable() or not startup_id:
        return False
    if environment.get("WAYLAND_DISPLAY") or not environment.get("DISPLAY") or not sys.platform.startswith("linux"):
        return False
    import ctypes  # 5 ms, for starts from a menu only

    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return False
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(os.fsencode(environment["DISPLAY"]))
    if not display:
        return False
    _send(x11, ctypes.c_void_p(display), startup_id)
    return True


def notification_pieces(startup_id: str) -> Iterator[bytes]:
    """The message that removes this start, as the events hold it; the last has at least one NUL."""
    quoted = "".join(f"\\{letter}" if letter in ' "\\' else letter for letter in startup_id)
    text = f"remove: ID={quoted}".encode("ascii") + b"\0"
    for begin in range(0, len(text), _DATA_BYTES):
        yield text[begin : begin + _DATA_BYTES]


def _send(x11: Any, display: "ctypes.c_void_p", startup_id: str) -> None:
    import ctypes

    x11.XDefaultRootWindow.restype = x11.XCreateSimpleWindow.restype = x11.XInternAtom.restype = ctypes.c_ulong
    root, none = ctypes.c_ulong(x11.XDefaultRootWindow(display)), ctypes.c_ulong(0)
    window = ctypes.c_ulong(x11.XCreateSimpleWindow(display, root, -1, -1, 1, 1, 0, none, none))
    kind = x11.XInternAtom(display, b"_NET_STARTUP_INFO_BEGIN", 0)
    for piece in notification_pieces(startup_id):
        event = _EVENT.pack(_CLIENT_MESSAGE, 0, 0, display.value or 0, window.value, kind, 8, piece)
        buffer = ctypes.create_string_buffer(event, _EVENT_BYTES)
        x11.XSendEvent(display, root, 0, ctypes.c_long(_PROPERTY_CHANGE_MASK), buffer)
        kind = x11.XInternAtom(display, b"_NET_STARTUP_INFO", 0)
    x11.XSync(display, 0)
    x11.XDestroyWindow(display, window)
    x11.XCloseDisplay(display)
