"""The words that end the desktop's sign of a start, as the X server passes them on."""

import ctypes
import ctypes.util
import shutil
from collections.abc import Iterator

import pytest

from resnet_gui.gui.instance import sender
from resnet_gui.gui.instance.sender import end_startup_notification, notification_pieces
from tests.benchmarks.screens import screen


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of its own."""
    if shutil.which("Xvfb") is None or ctypes.util.find_library("X11") is None:
        pytest.skip("Xvfb or libX11 is not installed")
    with screen() as (_, environment):
        yield environment["DISPLAY"]


def test_a_message_comes_in_pieces_of_twenty_bytes_and_ends_with_a_nul() -> None:
    assert list(notification_pieces("nautilus-12_TIME34")) == [b"remove: ID=nautilus-", b"12_TIME34\0"]
    assert list(notification_pieces("123456789")) == [b"remove: ID=123456789", b"\0"]
    assert b"".join(notification_pieces('a "b\\')) == b'remove: ID=a\\ \\"b\\\\\0'


@pytest.mark.parametrize(
    "environment",
    [
        {"DISPLAY": ":0"},
        {"DISPLAY": ":0", "DESKTOP_STARTUP_ID": "é"},
        {"DISPLAY": ":0", "DESKTOP_STARTUP_ID": "a\nb"},
        {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "DESKTOP_STARTUP_ID": "a"},
        {"DESKTOP_STARTUP_ID": "a"},
        {"DISPLAY": ":987654", "DESKTOP_STARTUP_ID": "a"},
    ],
)
def test_where_nobody_listens_nothing_is_said(environment: dict[str, str]) -> None:
    assert not end_startup_notification(environment)


def test_the_desktop_hears_it(display: str) -> None:
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype, x11.XGetAtomName.restype = ctypes.c_void_p, ctypes.c_char_p
    desktop = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))
    x11.XSelectInput(desktop, x11.XDefaultRootWindow(desktop), ctypes.c_long(sender._PROPERTY_CHANGE_MASK))
    x11.XSync(desktop, 0)
    assert end_startup_notification({"DISPLAY": display, "DESKTOP_STARTUP_ID": "nautilus-12_TIME34"})
    x11.XSync(desktop, 0)
    heard = []
    while x11.XPending(desktop):
        event = ctypes.create_string_buffer(sender._EVENT_BYTES)
        x11.XNextEvent(desktop, event)
        kind, *_, message_type, form, data = sender._EVENT.unpack_from(event)
        if kind == sender._CLIENT_MESSAGE:
            heard.append((x11.XGetAtomName(desktop, ctypes.c_ulong(message_type)), form, data.rstrip(b"\0")))
    x11.XCloseDisplay(desktop)
    assert heard == [
        (b"_NET_STARTUP_INFO_BEGIN", 8, b"remove: ID=nautilus-"),
        (b"_NET_STARTUP_INFO", 8, b"12_TIME34"),  # without the NULs at its end
    ]
