"""Who is the first, and what becomes of all others: killed windows, hung windows, windows that close at that moment."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from resnet_gui.gui.instance import sender
from resnet_gui.gui.instance.message import Answer, Handover, decode, encode_answer
from resnet_gui.gui.instance.sender import Claim, claim_or_hand_over

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets")
KILLED = """
import os, signal, sys
from resnet_gui.gui.instance.sender import claim_or_hand_over
claim = claim_or_hand_over([])
print(claim.address, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session's own folder; no activation token."""
    folder = tmp_path_factory.mktemp("r")
    folder.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    for name in ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def claims() -> Iterator[Callable[..., Claim]]:
    """Claims, given back after the test."""
    made: list[Claim] = []

    def claim(*paths: str, new_window: bool = False) -> Claim:
        one = claim_or_hand_over(paths, new_window)
        assert one is not None
        made.append(one)
        return one

    yield claim
    for one in made:
        one.release()


@contextmanager
def answering(claim: Claim, answer: bytes) -> Iterator["Future[bytes]"]:
    """A window that hears one caller; the future is what it heard."""
    assert claim.listening is not None
    listening = claim.listening.dup()
    listening.settimeout(10)

    def hear() -> bytes:
        connection, _ = listening.accept()
        with connection:
            connection.settimeout(10)
            heard = b""
            while decode(heard) is None:
                heard += connection.recv(4096)
            connection.sendall(answer)
            return heard

    with listening, ThreadPoolExecutor(1) as pool:
        yield pool.submit(hear)


def test_the_first_start_has_the_claim_and_leaves_nothing_behind(runtime: Path) -> None:
    claim = claim_or_hand_over([])
    assert claim is not None
    assert Path(claim.address).is_socket()
    assert all(path.stat().st_mode & 0o077 == 0 for path in runtime.iterdir())
    claim.release()
    claim.release()
    assert list(runtime.iterdir()) == []


def test_a_folder_of_its_own_goes_too(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path_factory.mktemp("t")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(sender.find_endpoint.__globals__["tempfile"], "tempdir", str(temporary))
    claim = claim_or_hand_over([])
    assert claim is not None
    assert list(temporary.iterdir()) != []
    claim.release()
    assert list(temporary.iterdir()) == []


def test_a_later_start_hands_over_absolute_paths_and_the_desktops_token(
    claims: Callable[..., Claim], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = claims()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DESKTOP_STARTUP_ID", "files-12_TIME34")
    with answering(claim, encode_answer(Answer.TAKEN)) as heard:
        assert claim_or_hand_over(["a.png", os.fsdecode(b"b\xff.png"), "/c.png"]) is None
    paths = (str(tmp_path / "a.png"), os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.png"), "/c.png")
    assert decode(heard.result()) == Handover(paths, "files-12_TIME34")


@pytest.mark.parametrize("answer", [b"resnet-gui 2 taken\n", b"resnet-gui 1 unknown\n", b"resnet-gui 1 refused\n"])
def test_a_window_of_another_version_is_not_waited_for(
    claims: Callable[..., Claim], caplog: pytest.LogCaptureFixture, answer: bytes
) -> None:
    claim = claims()
    with answering(claim, answer):
        assert claims("/a").address == ""
    assert "another version" in caplog.text


def test_a_window_that_does_not_answer_is_waited_for_so_long_and_no_longer(
    claims: Callable[..., Claim], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "PATIENCE_S", 0.2)
    claims()
    beside = claims("/a")
    assert beside.address == ""
    assert beside.listening is None
    assert "did not answer" in caplog.text


def test_a_window_beside_the_first_waits_for_nobody(claims: Callable[..., Claim]) -> None:
    assert claims(new_window=True).address  # none is open: it hears later starts
    assert claims(new_window=True).address == ""


def test_a_start_while_the_window_is_closing_becomes_the_first(claims: Callable[..., Claim]) -> None:
    closing = claims()
    assert closing.listening is not None
    with ThreadPoolExecutor(1) as pool:
        later = pool.submit(claims, "/a")
        closing.listening.setblocking(True)
        closing.listening.settimeout(10)
        caller, _ = closing.listening.accept()  # it has called, and hears nothing but the end
        caller.close()
        closing.release()
        assert Path(later.result(10).address).is_socket()


def test_after_a_kill_the_next_start_is_the_first(claims: Callable[..., Claim], runtime: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    left = Path(killed.stdout.strip())
    assert left.is_socket()
    claim = claims()
    assert claim.address == str(left)
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(claim.address)
    claim.release()
    assert list(runtime.iterdir()) == []


def test_of_many_starts_at_once_one_is_the_first(claims: Callable[..., Claim]) -> None:
    number = 12
    ready = threading.Barrier(number)

    def start(_: int) -> Claim:
        ready.wait(10)
        return claims(new_window=True)

    for _ in range(5):
        with ThreadPoolExecutor(number) as pool:
            made = list(pool.map(start, range(number)))
        assert sum(bool(claim.address) for claim in made) == 1
        for claim in made:
            claim.release()


def test_where_nothing_can_be_found_out_a_window_opens_and_the_log_says_why(
    claims: Callable[..., Claim], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sender, "take_lock", full)
    assert claims("/a").address == ""
    assert "No space left on device" in caplog.text


def test_a_lock_that_was_cleaned_up_takes_no_socket_of_another_window_along(claims: Callable[..., Claim]) -> None:
    old = claims()
    for path in (Path(old.address), Path(old.address).with_suffix(".lock")):
        path.unlink()  # as a cleaner of temporary files does
    new = claims()
    assert new.address == old.address or not old.address
    old.release()
    assert Path(new.address).is_socket()
