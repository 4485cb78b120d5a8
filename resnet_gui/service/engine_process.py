"""The engine's process from start to end: its pipes, its place behind the window, the head start of the first network.

The window's first request says which network it opens with.  A thread reads it and lets the network load; `host` and
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
from pathlib import Path
from typing import BinaryIO

from resnet_gui.runs.network_cache import NetworkCache
from resnet_gui.service.messages import LoadNetwork, Request
from resnet_gui.service.pipes import MessageWriter, read_message

_LAST_PATIENCE_S = 2.0
_FIRST_REQUEST_S = 0.05
"""How long the first request is waited for before everything else is imported; the window's lies there already."""


def main(session: str) -> int:
    """Serve the window until it says Shutdown or goes away.  session: folder for what is handed over as files."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    faulthandler.enable()
    if hasattr(os, "nice"):
        os.nice(5)  # where both want the processor, the window comes first
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to the whole group: the window says when to end
    requests, events = _take_over_pipes()
    networks = NetworkCache()
    inbox = Inbox(requests, networks)
    if inbox.loads_network(_FIRST_REQUEST_S):
        networks.wait_for_files()

    from resnet_gui.service.host import Host  # while the network is built and compiled

    host = Host(Path(session), MessageWriter(events), networks)
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
    """The window's requests in order; the first is looked at as soon as it comes, and its network begins to load."""

    def __init__(self, stream: BinaryIO, networks: NetworkCache) -> None:
        self._stream = stream
        self._networks = networks
        self._first: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._first_taken = False
        self._first_read = threading.Event()
        self._loads = False
        threading.Thread(target=self._read_first, name="first-request", daemon=True).start()

    def next(self) -> Request | None:
        """The next request, waiting for it; None at the end of the stream.  For one thread."""
        if self._first_taken:
            request: Request | None = read_message(self._stream)
            return request
        self._first_taken = True
        return self._first.get()

    def loads_network(self, timeout_s: float) -> bool:
        """Whether the first request has come, waiting at most so long, and its network is loading."""
        return self._first_read.wait(timeout_s) and self._loads

    def _read_first(self) -> None:
        request: Request | None = None
        try:
            request = read_message(self._stream)
            if isinstance(request, LoadNetwork):
                self._networks.load_ahead(request.choice, request.precision, request.device)
                self._loads = True
        finally:
            self._first.put(request)
            self._first_read.set()


def _take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes for messages; whatever else reads stdin or prints to stdout must not get between them."""
    requests = os.fdopen(os.dup(0), "rb")
    events = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return requests, events


def _end_for_sure() -> None:
    """A decoder that hangs must not keep the process alive: after the last patience it ends all the same."""

    def end() -> None:
        time.sleep(_LAST_PATIENCE_S)
        os._exit(0)

    threading.Thread(target=end, name="last-patience", daemon=True).start()
