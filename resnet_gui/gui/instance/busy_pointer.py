"""X11: the desktop's sign that a program is being started ends when its window opens; a second start opens none.

Without a word it would stay for some twenty seconds.  The words are freedesktop.org's Startup Notification Protocol.
Qt says them for its own windows only; on Wayland the open window's use of the activation token says as much.
"""

import ctypes
import os
from collections.abc import Iterator, Mapping
from typing import Any

_PIECE = 20
"""Bytes of a message that one event holds."""
_CLIENT_MESSAGE = 33
_PROPERTY_CHANGE_MASK = 1 << 22


class _Data(ctypes.Union):
    """Twenty bytes, which lie where longs would."""

    _fields_ = (("bytes", ctypes.c_char * _PIECE), ("longs", ctypes.c_long * 5))


class _Event(ctypes.Structure):
    """XClientMessageEvent with bytes, padded to the size of an XEvent (Xlib.h)."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", _Data),
        ("rest", ctypes.c_long * 24),
    )


def end_busy_pointer(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell the desktop that this start is over; whether there was something to tell and somebody to tell it."""
    startup_id = environment.get("DESKTOP_STARTUP_ID", "")
    if not startup_id.isascii() or not startup_id.isprintable() or not startup_id:
        return False
    if environment.get("WAYLAND_DISPLAY") or not environment.get("DISPLAY"):
        return False
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


def pieces(startup_id: str) -> Iterator[bytes]:
    """The message that removes this start, as the events hold it; the last has at least one NUL."""
    quoted = "".join(f"\\{letter}" if letter in ' "\\' else letter for letter in startup_id)
    text = f"remove: ID={quoted}".encode("ascii") + b"\0"
    for begin in range(0, len(text), _PIECE):
        yield text[begin : begin + _PIECE]


def _send(x11: Any, display: ctypes.c_void_p, startup_id: str) -> None:
    x11.XDefaultRootWindow.restype = x11.XCreateSimpleWindow.restype = x11.XInternAtom.restype = ctypes.c_ulong
    root = ctypes.c_ulong(x11.XDefaultRootWindow(display))
    window = ctypes.c_ulong(
        x11.XCreateSimpleWindow(display, root, -1, -1, 1, 1, 0, ctypes.c_ulong(0), ctypes.c_ulong(0))
    )
    kind = x11.XInternAtom(display, b"_NET_STARTUP_INFO_BEGIN", 0)
    for piece in pieces(startup_id):
        event = _Event(
            type=_CLIENT_MESSAGE, display=display, window=window.value, message_type=kind, format=8, data=_Data(piece)
        )
        x11.XSendEvent(display, root, 0, ctypes.c_long(_PROPERTY_CHANGE_MASK), ctypes.byref(event))
        kind = x11.XInternAtom(display, b"_NET_STARTUP_INFO", 0)
    x11.XSync(display, 0)
    x11.XDestroyWindow(display, window)
    x11.XCloseDisplay(display)
