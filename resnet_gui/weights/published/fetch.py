"""One GET request, in a thread of its own, so that its caller can stop at any moment.

Through requests: proxies come from the environment or the system's settings, certificates from the system's store
(truststore), as a browser has them.  Redirects are followed here, one by one: never from https to http.
"""

import contextlib
import http.client
import queue
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import truststore
import urllib3
from requests.adapters import HTTPAdapter

from resnet_gui import __version__
from resnet_gui.errors import StoppedError, printable
from resnet_gui.weights.published.transfer import FetchError, Response, Stop

CONNECT_S = 15.0
SILENCE_S = 30.0
"""How long a server may say nothing at all."""
_PIECE = 1 << 16
_LONGEST = 200
_POLL_S = 0.1
_MOST_REDIRECTS = 10
_REDIRECTS = (301, 302, 303, 307, 308)
_PUBLISHED_HASH = "x-linked-etag"
"""The header in which the hub sends a large file's SHA-256, with the redirect to where its bytes lie."""


def describe_client() -> str:
    """The libraries that fetch, in words.  Opens no connection; fails where the installation is not whole."""
    _context()
    return f"requests {requests.__version__}, certificates as the system checks them"


class Fetch:
    """One GET request: `response`, then `pieces`, then `close`, all called in one thread; another has the connection.

    url: its address.
    headers: sent along.
    """

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._items: queue.Queue[Response | bytes | FetchError | None] = queue.Queue(maxsize=16)
        self._closed = threading.Event()
        self._lock = threading.Lock()
        """Held while `_response` is changed or shut down: a number of a closed socket may belong to another one."""
        self._response: requests.Response | None = None
        self._thread = threading.Thread(target=self._run, args=(url, headers), name="weights-fetch", daemon=True)
        self._thread.start()

    def response(self, stop: Stop) -> Response:
        """Waits for the answer's head.  Raises FetchError, StoppedError."""
        item = self._next(stop)
        assert isinstance(item, Response)
        return item

    def pieces(self, stop: Stop) -> Iterator[bytes]:
        """The body as it comes.  Raises FetchError, StoppedError."""
        while (item := self._next(stop)) is not None:
            assert isinstance(item, bytes)
            yield item

    def close(self) -> None:
        """Ends the connection.  A thread that still waits for one is left behind; it ends at its time-out."""
        self._closed.set()
        with self._lock:
            if self._response is not None:
                _shut_down(self._response)
        self._thread.join(timeout=1.0)

    def _next(self, stop: Stop) -> Response | bytes | None:
        while True:
            if stop():
                raise StoppedError("The download was stopped.")
            try:
                item = self._items.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if isinstance(item, FetchError):
                raise item
            return item

    def _put(self, item: Response | bytes | FetchError | None) -> None:
        while not self._closed.is_set():
            try:
                self._items.put(item, timeout=_POLL_S)
            except queue.Full:
                continue
            return

    def _run(self, url: str, headers: Mapping[str, str]) -> None:
        """The body of the thread."""
        try:
            with requests.Session() as session:
                session.mount("https://", _SystemCertificates())
                response, published = _get(session, url, headers)
                with self._lock:
                    self._response = response
                try:
                    self._hand_over(response, published)
                finally:
                    with self._lock:
                        self._response = None
                    response.close()
            self._put(None)
        except FetchError as error:
            self._put(error)
        except Exception as error:  # noqa: BLE001 - whatever ends this thread is raised in the other
            self._put(_reason(error, url))

    def _hand_over(self, response: requests.Response, published: str) -> None:
        self._put(Response(response.status_code, {k.lower(): v for k, v in response.headers.items()}, published))
        while not self._closed.is_set() and (piece := response.raw.read1(_PIECE, decode_content=False)):
            self._put(piece)


def _shut_down(response: requests.Response) -> None:
    """End the connection under a response.  Closing it would not wake a thread that is reading; this does."""
    # The other side may be quicker; and http.client has no number for a body that was read to its end (AttributeError).
    with (
        contextlib.suppress(OSError, ValueError, AttributeError),
        # A socket of our own on the same connection: there is no other public way to it than the number.
        socket.fromfd(response.raw.fileno(), socket.AF_INET, socket.SOCK_STREAM) as connection,
    ):
        connection.shutdown(socket.SHUT_RDWR)


class _SystemCertificates(HTTPAdapter):
    """Certificates are checked as the system does it: a company's own authority counts."""

    def init_poolmanager(self, *arguments: Any, **keywords: Any) -> None:
        super().init_poolmanager(*arguments, ssl_context=_context(), **keywords)

    def proxy_manager_for(self, proxy: str, **keywords: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=_context(), **keywords)


def _context() -> ssl.SSLContext:
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _get(session: requests.Session, url: str, headers: Mapping[str, str]) -> tuple[requests.Response, str]:
    """The answer at the end of all redirects, body unread; and the SHA-256 that one of them sent, or empty."""
    sent = {"User-Agent": f"resnet-gui/{__version__}", "Accept-Encoding": "identity", **headers}
    published = ""
    for _ in range(_MOST_REDIRECTS):
        response = session.get(url, headers=sent, stream=True, allow_redirects=False, timeout=(CONNECT_S, SILENCE_S))
        published = published or _sha256(response.headers.get(_PUBLISHED_HASH, ""))
        if response.status_code not in _REDIRECTS:
            return response, published
        response.close()
        target = urljoin(url, response.headers.get("Location", ""))
        if urlsplit(target).scheme not in ("http", "https") or (
            url.startswith("https:") and target.startswith("http:")
        ):
            raise FetchError(
                f"{_host(url)} sends on to '{printable(target, _LONGEST)}', which is not encrypted", again=False
            )
        url = target
    raise FetchError(f"{_host(url)} sends on without end", again=False)


def _sha256(text: str) -> str:
    digits = text.strip('"').lower()
    return digits if len(digits) == 64 and set(digits) <= set("0123456789abcdef") else ""


def _reason(error: Exception, url: str) -> FetchError:
    """What a library's exception means to a person."""
    host, chain = _host(url), list(_chain(error))
    cause = chain[-1]
    match error:
        case requests.exceptions.ProxyError():
            return FetchError("the proxy does not answer or refuses; check the system's proxy settings", again=False)
        case requests.exceptions.SSLError():
            return FetchError(f"the certificate of {host} is not trusted by this system ({_words(cause)})", again=False)
        case requests.exceptions.ConnectTimeout():
            return FetchError(f"{host} did not answer within {CONNECT_S:.0f} seconds", again=True)
        case requests.exceptions.ReadTimeout() | urllib3.exceptions.ReadTimeoutError():
            return FetchError(f"{host} said nothing for {SILENCE_S:.0f} seconds", again=True)
        case requests.exceptions.ConnectionError() if "NameResolution" in repr(error):
            return FetchError(f"{host} was not found: there seems to be no connection to the internet", again=True)
    if any(isinstance(each, http.client.IncompleteRead) for each in chain):
        return FetchError("the connection was cut before the end", again=True)
    match cause:
        case http.client.RemoteDisconnected():
            return FetchError(f"{host} ended the connection without an answer", again=True)
        case http.client.HTTPException() | ValueError() | urllib3.exceptions.InvalidHeader():
            return FetchError(f"{host} does not answer as web servers do ({_words(cause)})", again=False)
        case OSError() if isinstance(error, requests.exceptions.ConnectionError):
            return FetchError(f"there is no connection to {host} ({_words(cause)})", again=True)
        case OSError() | urllib3.exceptions.HTTPError():
            return FetchError(f"the connection to {host} was cut ({_words(cause)})", again=True)
    return FetchError(f"something unexpected happened ({type(error).__name__}: {_words(error)})", again=False)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and those it was made of, to the first one: libraries wrap them into each other."""
    yield error
    while isinstance(inner := error.__cause__ or error.__context__ or getattr(error, "reason", None), BaseException):
        error = inner
        yield error


def _words(error: BaseException) -> str:
    return printable(str(getattr(error, "strerror", None) or error), _LONGEST)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
