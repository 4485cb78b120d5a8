"""Whether a window can be opened: asked before Qt is, since Qt ends the process where it cannot.  No Qt in here."""

import ctypes
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from resnet_gui.errors import EngineError

INSTEAD = "use 'resnet-gui classify PATH…', which needs no window"


class DisplayError(EngineError):
    """No window can be opened here; the sentence names what to use instead."""


def check_display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> None:
    """Raises DisplayError where Qt would abort: Linux without a display, or without what its X11 part needs."""
    if not platform.startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return
    x11, wayland = environment.get("DISPLAY", ""), environment.get("WAYLAND_DISPLAY", "")
    if not x11 and not wayland:
        raise DisplayError(f"There is no display to open a window on (DISPLAY is not set); {INSTEAD}.")
    if wayland:
        return
    if not _answers(x11):
        raise DisplayError(f"The display {x11} does not answer, so no window can be opened; {INSTEAD}.")
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError as error:
        raise DisplayError(
            "The window needs the system library libxcb-cursor: install the package libxcb-cursor0 (Debian, Ubuntu) or "
            f"xcb-util-cursor (Fedora, Arch); or {INSTEAD}."
        ) from error


def _answers(display: str) -> bool:
    """Whether the X server of a local display (":0", ":99.0") takes connections; of others nothing is said."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if host not in ("", "unix") or not number.isdigit():
        return True
    path = f"/tmp/.X11-unix/X{number}"
    for address in (f"\0{path}", path):
        if address == path and not Path(path).exists():
            continue
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
            asked.settimeout(2.0)
            try:
                asked.connect(address)
            except OSError:
                continue
            return True
    return False
