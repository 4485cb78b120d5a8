"""What servers answer: wrong files, refusals, redirects, pages, noise, nothing; each told in one sentence."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from resnet_gui.errors import DownloadError
from resnet_gui.weights.published import fetch
from resnet_gui.weights.published.catalogue import Entry
from resnet_gui.weights.published.download import download
from resnet_gui.weights.published.installed import Proof, path_of, record_of
from tests.helpers.file_server import Behaviour, answering
from tests.unit.weights.downloads import CONTENT, MD5, SHA256, left


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"sha256": "", "md5": "0" * 32}, {"sha256": "00000000"}])
def test_a_wrong_hash_keeps_nothing(tmp_path: Path, entry: Entry, change: dict[str, str]) -> None:
    with pytest.raises(DownloadError, match=r"is not the published file: .* instead of 0+.*Nothing was kept.*--file"):
        download(replace(entry, **change), tmp_path)  # type: ignore[arg-type]
    assert left(tmp_path) == set()


@pytest.mark.parametrize(
    ("change", "proof"),
    [({"sha256": "", "md5": MD5}, Proof.MD5), ({"sha256": SHA256[:8]}, Proof.BEGINNING)],
)
def test_what_is_known_of_the_hash_is_compared_and_the_whole_recorded(
    tmp_path: Path, entry: Entry, change: dict[str, str], proof: Proof
) -> None:
    known = replace(entry, **change)  # type: ignore[arg-type]
    download(known, tmp_path)
    record = record_of(known, tmp_path)
    assert record is not None
    assert (record.proof, record.sha256) == (proof, SHA256)


def test_without_a_known_hash_the_one_the_server_sends_along_is_compared(
    tmp_path: Path, entry: Entry, behaviour: Behaviour
) -> None:
    bare = replace(entry, sha256="")
    behaviour.redirects, behaviour.extra = {"/model.pth": "/blob"}, {"X-Linked-ETag": f'"{SHA256}"'}
    download(bare, tmp_path)
    assert record_of(bare, tmp_path).proof is Proof.PUBLISHER  # type: ignore[union-attr]
    behaviour.extra = {"X-Linked-ETag": f'"{"1" * 64}"'}
    with pytest.raises(DownloadError, match="instead of 1111"):
        download(bare, tmp_path / "other")
    behaviour.extra = {}
    with pytest.raises(DownloadError, match="without a hash"):
        download(bare, tmp_path / "third")
    assert left(tmp_path / "third") == set()


@pytest.mark.parametrize(
    ("status", "words", "requests"),
    [
        (404, "is no longer there", 1),
        (403, "refuses to hand out", 1),
        (418, "it answered 418", 1),
        (503, r"the server has a fault \(503\)", 5),
        (429, "come back later", 5),
    ],
)
def test_a_refusal_names_the_address_and_what_to_do(
    tmp_path: Path, entry: Entry, behaviour: Behaviour, status: int, words: str, requests: int
) -> None:
    behaviour.statuses = [status] * 20
    with pytest.raises(DownloadError) as told:
        download(entry, tmp_path)
    sentence = str(told.value)
    assert entry.urls[0] in sentence
    assert "resnet-gui weights download some.weights --file FILE" in sentence
    assert "data/weights/some.pth" in sentence.replace(os.sep, "/")
    with pytest.raises(DownloadError, match=words):
        raise told.value
    assert len(behaviour.requests) == requests
    assert left(tmp_path) == set()


def test_a_server_that_is_overloaded_for_a_moment_is_asked_again(
    tmp_path: Path, entry: Entry, behaviour: Behaviour
) -> None:
    behaviour.statuses = [503, 500]
    assert download(entry, tmp_path).read_bytes() == CONTENT


def test_a_second_address_is_tried(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    behaviour.statuses = [404]
    both = replace(entry, urls=(entry.urls[0] + "?first", entry.urls[0]))
    assert download(both, tmp_path).read_bytes() == CONTENT


def test_redirects_are_followed_and_each_hop_gets_the_range(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    behaviour.redirects = {"/model.pth": "/a", "/a": "b/c"}
    behaviour.cuts = [1000]
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert [path for path, _ in behaviour.requests] == ["/model.pth", "/a", "/b/c"] * 2
    assert {headers.get("range") for _, headers in behaviour.requests[3:]} == {"bytes=1000-"}


def test_redirects_without_end_or_to_elsewhere_are_refused(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    behaviour.redirects = {"/model.pth": "/model.pth"}
    with pytest.raises(DownloadError, match="sends on without end"):
        download(entry, tmp_path)
    behaviour.redirects = {"/model.pth": "file:///etc/passwd"}
    with pytest.raises(DownloadError, match="not encrypted"):
        download(entry, tmp_path)


OK = b"HTTP/1.1 200 OK\r\n"
SENDS_ON = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
NO_WEB_SERVER: dict[str, tuple[bytes, str]] = {
    "silence": (b"", "ended the connection without an answer"),
    "noise": (b"\x00\x1b[31m\x02 hello\r\n\r\n", "does not answer as web servers do"),
    "bare words": (b"<html>hi", "does not answer as web servers do"),
    "a status of letters": (b"HTTP/1.1 abc OK\r\n\r\n", "does not answer as web servers do"),
    "a length of letters": (OK + b"Content-Length: abc\r\n\r\nxx", "cut before the end"),
    "a negative length": (OK + b"Content-Length: -5\r\n\r\nxx", "cut before the end"),
    "two lengths": (OK + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nxx", "does not answer as web servers do"),
    "no bytes": (OK + b"Content-Length: 0\r\n\r\n", "a file of 0 bytes"),
    "a long header": (OK + b"X: " + b"a" * 100_000 + b"\r\n\r\n", "does not answer as web servers do"),
    "many headers": (OK + b"X: a\r\n" * 500 + b"\r\n", "does not answer as web servers do"),
    "a chunk of letters": (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", "cut before the end"),
    "on to nowhere": (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "sends on without end"),
    "on to half an address": (SENDS_ON + b"http://[::1\r\n\r\n", "does not answer as web servers do"),
    "on to no port": (SENDS_ON + b"http://127.0.0.1:99999/\r\n\r\n", "does not answer as web servers do"),
    "on to no text": (SENDS_ON + b"/\xe9\xff\r\n\r\n", "does not answer as web servers do"),
    "a part unasked": (
        b"HTTP/1.1 206 P\r\nContent-Range: bytes 0-1/100\r\nContent-Length: 2\r\n\r\nxx",
        "answered 206",
    ),
    "wait for ever": (b"HTTP/1.1 100 Continue\r\n\r\n" * 200, "ended the connection"),
}


@pytest.mark.parametrize("name", NO_WEB_SERVER)
def test_what_is_no_web_server_is_told_in_one_printable_line(tmp_path: Path, entry: Entry, name: str) -> None:
    answer, words = NO_WEB_SERVER[name]
    with answering(answer) as address, pytest.raises(DownloadError, match=words) as told:
        download(replace(entry, urls=(f"{address}/a",)), tmp_path)
    assert str(told.value).isprintable()
    assert not path_of(entry, tmp_path).exists()


def test_a_login_page_is_told_as_one(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    behaviour.content, behaviour.content_type = b"<html>Log in</html>", "text/html; charset=utf-8"
    with pytest.raises(DownloadError, match="web page came instead"):
        download(entry, tmp_path)
    assert len(behaviour.requests) == 1
    assert left(tmp_path) == set()


def test_a_file_of_another_length_is_refused_before_its_bytes(
    tmp_path: Path, entry: Entry, behaviour: Behaviour
) -> None:
    behaviour.content = CONTENT + b"more"
    with pytest.raises(DownloadError, match=r"a file of 3,000,004 bytes there, not 3,000,000"):
        download(entry, tmp_path)
    assert left(tmp_path) == set()


@pytest.mark.parametrize("chunked", [True, False])
def test_without_a_length_it_comes_all_the_same_and_never_too_much(
    tmp_path: Path, entry: Entry, behaviour: Behaviour, chunked: bool
) -> None:
    behaviour.length, behaviour.chunked = False, chunked
    assert download(entry, tmp_path / "a").read_bytes() == CONTENT
    behaviour.content = CONTENT + bytes(10_000_000)
    with pytest.raises(DownloadError, match="sends more than the file has"):
        download(entry, tmp_path / "b")
    assert left(tmp_path / "b") == set()


def test_a_server_that_falls_silent_is_left_after_a_while(
    tmp_path: Path, entry: Entry, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "SILENCE_S", 0.2)
    behaviour.silent = True
    with pytest.raises(DownloadError, match="said nothing for"):
        download(entry, tmp_path)
    assert len(behaviour.requests) == 5


def test_offline_is_one_clear_sentence(tmp_path: Path, entry: Entry) -> None:
    nowhere = replace(entry, urls=("http://127.0.0.1:9/model.pth",))
    with pytest.raises(DownloadError, match=r"there is no connection to 127\.0\.0\.1 \(.*refused.*fetch http://127"):
        download(nowhere, tmp_path)
    unknown = replace(entry, urls=("http://no-such-host.invalid/model.pth",))
    with pytest.raises(DownloadError, match=r"no-such-host\.invalid was not found: there seems to be no connection"):
        download(unknown, tmp_path)


def test_through_a_proxy_of_the_environment(
    tmp_path: Path, entry: Entry, behaviour: Behaviour, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy is asked with the whole address; our server answers as one."""
    monkeypatch.setenv("http_proxy", address)
    monkeypatch.setenv("no_proxy", "")
    far = replace(entry, urls=("http://weights.invalid/model.pth",))
    assert download(far, tmp_path).read_bytes() == CONTENT
    assert behaviour.requests[0][0] == "http://weights.invalid/model.pth"
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(DownloadError, match="proxy does not answer"):
        download(far, tmp_path / "other")
