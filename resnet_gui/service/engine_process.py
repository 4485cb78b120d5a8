"""The engine's process from start to end: its pipes, its place behind the window, the head start of the first network.

The window's first message asks for the network it opens with.  A thread reads it and lets the network load; `host` and
all that it imports follow while the network is built and compiled, so the first picture is answered so much sooner.
"""

import faulthandler
import logging
import os
import queue
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from resnet_gui.folders import folders
from resnet_gui.operations.operation import Services
from resnet_gui.service.messages import Ask, Message
from resnet_gui.service.pipes import MessageWriter, read_message

_LAST_PATIENCE_S = 2.0
_FIRST_MESSAGE_S = 0.05
"""How long the first message is waited for before everything else is imported; the window's lies there already."""


def main(session: str) -> int:
    """Serve the window until it says Shutdown or goes away.  session: folder for what is handed over as files."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    faulthandler.enable()
    if hasattr(os, "nice"):
        os.nice(5)  # where both want the processor, the window comes first
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to the whole group: the window says when to end
    messages, events = _take_over_pipes()
    services = Services(folders(), Path(session))
    inbox = Inbox(messages, services)
    inbox.wait_for_early_work(_FIRST_MESSAGE_S)

    from resnet_gui.service.host import Host  # while the network is built and compiled

    host = Host(services, MessageWriter(events))
    said_goodbye = True
    try:
        said_goodbye = host.serve(inbox.next)
    finally:
        _end_for_sure()
        host.close()
        if not said_goodbye:  # the window was killed: nobody else will remove its pictures
            shutil.rmtree(session, ignore_errors=True)
    return 0


class Inbox:
    """The window's messages in order; what the first one asks for is begun as soon as it comes.

    stream: where messages are read.  services: what an operation begins early with.
    """

    def __init__(self, stream: BinaryIO, services: Services) -> None:
        self._stream = stream
        self._services = services
        self._first: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._first_taken = False
        self._first_read = threading.Event()
        self._early: Callable[[], None] | None = None
        threading.Thread(target=self._read_first, name="first-message", daemon=True).start()

    def next(self) -> Message | None:
        """The next message, waiting for it; None at the end of the stream.  For one thread."""
        if self._first_taken:
            message: Message | None = read_message(self._stream)
            return message
        self._first_taken = True
        return self._first.get()

    def wait_for_early_work(self, timeout_s: float) -> bool:
        """Wait until importing no longer gets in the way of what was begun early; whether anything was.

        timeout_s: how long the first message is waited for.
        """
        if not self._first_read.wait(timeout_s) or self._early is None:
            return False
        self._early()
        return True

    def _read_first(self) -> None:
        message: Message | None = None
        try:
            message = read_message(self._stream)
            if isinstance(message, Ask):
                self._early = message.operation.begin_early(self._services)
        finally:
            self._first.put(message)
            self._first_read.set()


def _take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes for messages; whatever else reads stdin or prints to stdout must not get between them."""
    messages = os.fdopen(os.dup(0), "rb")
    events = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return messages, events


def _end_for_sure() -> None:
    """A decoder that hangs must not keep the process alive: after the last patience it ends all the same."""

    def end() -> None:
        time.sleep(_LAST_PATIENCE_S)
        os._exit(0)

    threading.Thread(target=end, name="last-patience", daemon=True).start()
