"""Is this the first start, or is there an open window to hand the files to?  Asked before Qt and the engine are loaded.

A lock decides, so that of two starts at the same instant one is the first; its socket listens from then on, and whoever
calls while the window is still being made is heard as soon as it is there.  On Windows the window listens on a named
pipe instead (`instance.pipe`).
"""

import contextlib
import logging
import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from resnet_gui.gui.instance.lock import Lock, take
from resnet_gui.gui.instance.message import Answer, Handover, MessageError, decode_answer, encode, is_token
from resnet_gui.gui.instance.place import Place, find_place

PATIENCE_S = 8.0
"""How long an open window may take to answer; one that is only just being opened takes some of it."""
_PAUSE_S = 0.03
_CALLERS = 64
"""Starts that may wait at once."""
_log = logging.getLogger(__name__)


class Claim:
    """The right to be the window that others hand their files to; or nothing, for a window beside that one.

    listening: the socket, until `release`; None on Windows.  address: the pipe's name there, empty without the right.
    """

    def __init__(self, place: Place | None = None, lock: Lock | None = None) -> None:
        self._place, self._lock = place, lock
        self.listening: socket.socket | None = None
        self.address = ""
        if place is not None and lock is not None:
            self.address = place.address
            if sys.platform != "win32":
                self.listening = _listen(place.address)

    def release(self) -> None:
        """From now on another start is the first.  Nothing stays on the disk.  Safe to call twice."""
        place, lock, self._lock, self.address = self._place, self._lock, None, ""
        if self.listening is not None:
            self.listening.close()
            self.listening = None
        if place is None or lock is None:
            return
        if sys.platform != "win32" and lock.in_place:
            Path(place.address).unlink(missing_ok=True)
        lock.release()
        if place.own is not None:
            with contextlib.suppress(OSError):  # another window's files are in it
                place.own.rmdir()


def claim_or_hand_over(paths: Sequence[str], new_window: bool = False) -> Claim | None:
    """The claim of the window to be opened; None where an open window has taken the paths and nothing is left to do.

    new_window: hand nothing over.  Where that cannot be found out, or the open window does not answer, a window is
    opened all the same, and the log says why.
    """
    try:
        place = find_place()
        message = encode(_handover(paths))
        deadline = time.monotonic() + PATIENCE_S
        while True:
            lock = take(place.lock)
            if lock is not None:
                return _claim(place, lock)
            if new_window:
                return Claim()
            answer = hand_over(place.address, message, deadline)
            if answer is Answer.TAKEN:
                _start_is_over()
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
        from resnet_gui.gui.instance.pipe import call  # loads Qt, which a second start needs on Windows only

        return call(address, message, deadline)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        try:
            caller.settimeout(max(0.001, deadline - time.monotonic()))
            caller.connect(address)
            caller.sendall(message)
            heard = b""
            while decode_answer(heard) is None:
                caller.settimeout(max(0.001, deadline - time.monotonic()))
                more = caller.recv(256)
                if not more:  # it has just been closed
                    return None
                heard += more
            return decode_answer(heard)
        except (FileNotFoundError, ConnectionError, TimeoutError, BlockingIOError):
            return None


def _claim(place: Place, lock: Lock) -> Claim:
    try:
        return Claim(place, lock)
    except OSError:
        lock.release()
        raise


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


def _start_is_over() -> None:
    if os.environ.get("DESKTOP_STARTUP_ID") and sys.platform.startswith("linux"):
        from resnet_gui.gui.instance.busy_pointer import end_busy_pointer  # ctypes, for starts from a menu only

        end_busy_pointer()


def _handover(paths: Sequence[str]) -> Handover:
    """Paths as they are here, where the person has given them: the open window has another current folder."""
    token = os.environ.get("XDG_ACTIVATION_TOKEN") or os.environ.get("DESKTOP_STARTUP_ID", "")
    absolute = tuple(os.path.abspath(path) for path in paths if path)  # noqa: PTH100  (Path.resolve would follow links)
    return Handover(absolute, token if is_token(token) else "")
