"""A real HTTP server on this machine, with the faults that servers and networks have."""

import contextlib
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Behaviour:
    """What the server does.

    cuts: after how many bytes of the body each of the first connections ends; the later ones are whole.
    statuses: what the first requests are answered with instead.  redirects: path → target.
    slow_s: seconds between pieces of 1,000 bytes.  silent: the request is read, nothing is ever said.
    ranges: whether parts are handed out; from_start: whether such a part is always the whole.
    length: whether Content-Length is told; a number tells that one.
    """

    content: bytes = b""
    etag: str = '"one"'
    last_modified: str = ""
    content_type: str = "application/octet-stream"
    cuts: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    slow_s: float = 0.0
    silent: bool = False
    ranges: bool = True
    from_start: bool = False
    length: bool | int = True
    chunked: bool = False
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)


class _Server(ThreadingHTTPServer):
    behaviour: Behaviour
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no trouble."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> None:
        """Nothing on stderr."""

    def do_GET(self) -> None:
        b = self.server.behaviour
        b.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        self.close_connection = True
        if b.silent:
            b.ended.wait(1000)
            return
        start = self._start()
        if b.statuses:
            self._say(b.statuses.pop(0), b"no")
        elif target := b.redirects.get(self.path):
            self._say(302, b"", {"Location": target, **b.extra})
        elif start is not None and start >= len(b.content):
            self._say(416, b"")
        else:
            self._hand_out(start)

    def _hand_out(self, start: int | None) -> None:
        """The content, or its part from `start` on."""
        b = self.server.behaviour
        body = b.content[start or 0 :]
        headers = {"Content-Type": b.content_type}
        headers |= {"ETag": b.etag} if b.etag else {}
        headers |= {"Last-Modified": b.last_modified} if b.last_modified else {}
        if start is not None:
            headers["Content-Range"] = f"bytes {start}-{len(b.content) - 1}/{len(b.content)}"
        if b.chunked:
            headers["Transfer-Encoding"] = "chunked"
        elif b.length:
            headers["Content-Length"] = str(len(body) if b.length is True else b.length)
        self._head(206 if start is not None else 200, headers)
        self._body(body, b.cuts.pop(0) if b.cuts else None)

    def _start(self) -> int | None:
        """Where the part asked for begins; None: the whole."""
        b = self.server.behaviour
        wanted = self.headers.get("Range")
        if wanted is None or not b.ranges:
            return None
        condition = self.headers.get("If-Range")
        if condition is not None and condition not in (b.etag, b.last_modified):
            return None
        return 0 if b.from_start else int(wanted.removeprefix("bytes=").removesuffix("-"))

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._head(status, {"Content-Length": str(len(body)), **(headers or {})})
        self.wfile.write(body)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.server.behaviour.answers.append(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()

    def _body(self, body: bytes, cut: int | None) -> None:
        b = self.server.behaviour
        sent = body if cut is None else body[:cut]
        step = 1000 if b.slow_s else 1 << 16
        with contextlib.suppress(ConnectionError):
            for at in range(0, len(sent), step):
                piece = sent[at : at + step]
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if b.chunked else piece)
                if b.slow_s:
                    self.wfile.flush()
                    if b.ended.wait(b.slow_s):
                        return
            if b.chunked and cut is None:
                self.wfile.write(b"0\r\n\r\n")


@contextmanager
def serving(behaviour: Behaviour, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The server's address, "http://127.0.0.1:PORT"; ended at the end, slow answers and all.  context: to speak TLS."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.behaviour = behaviour
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="file-server")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        behaviour.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """The address of something that is no web server: it reads a request, sends `answer`, and hangs up."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):  # the client may have had enough
                self.request.recv(1 << 16)
                self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="no-web-server")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _Tunnel(socketserver.StreamRequestHandler):
    """Answers CONNECT by a tunnel to the port asked for, on this machine whatever the name."""

    def handle(self) -> None:
        target = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass  # the other lines of the request
        self.server.asked.append(target)  # type: ignore[attr-defined]
        with socket.create_connection(("127.0.0.1", int(target.rpartition(":")[2]))) as far:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=self._pump, args=(far, self.connection), name="tunnel")
            back.start()
            self._pump(self.connection, far)
            back.join()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def tunnelling() -> Iterator[tuple[str, list[str]]]:
    """A proxy's address, and the "host:port" it is asked for, in order."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Tunnel)
    server.daemon_threads = False
    server.asked = asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="proxy")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def wait_for(condition: Any, timeout_s: float = 10.0) -> None:
    """Until it is true; fails when it does not become so in time."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
