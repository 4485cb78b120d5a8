"""The program opened twice, as real processes: the second hands its files over and ends; a kill leaves no trace."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from resnet_gui.assets import resources
from tests.helpers.program import COMMAND, environment, run

pytest.importorskip("PySide6")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and sockets")
SAMPLE = resources() / "samples" / "coffee.png"
HAND_OVER = "import sys; from resnet_gui.__main__ import main; print(main(sys.argv[1:]), *sys.modules)"
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The session's own folder."""
    folder = tmp_path_factory.mktemp("r")
    folder.chmod(0o700)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the program keeps everything."""
    return tmp_path / "home"


@pytest.fixture
def extra(runtime: Path) -> dict[str, str]:
    """The environment of a session without a display."""
    return {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(runtime)}


@pytest.fixture
def start(home: Path, extra: dict[str, str]) -> Iterator[Start]:
    """Starts the program; what still runs after the test is killed."""
    made: list[subprocess.Popen[bytes]] = []

    def start_one(*arguments: str | bytes | Path, cwd: Path | None = None) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen([*COMMAND, *arguments], env=environment(home, extra), cwd=cwd)
        made.append(process)
        return process

    yield start_one
    for process in made:
        process.kill()
        process.wait()


def folder_of_one(there: str | Path) -> Path:
    """A folder with a picture in it: unlike a run of single pictures, one of a folder is kept."""
    made = Path(there)
    made.mkdir()
    shutil.copy(SAMPLE, made)
    return made


def runs(home: Path) -> list[Path]:
    """The kept runs that the engine has begun."""
    return list((home / "data" / "runs").glob("*.sqlite"))


def wait_for(what: Callable[[], object], patience_s: float = 30) -> None:
    """Until it is true."""
    deadline = time.monotonic() + patience_s
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def recent(home: Path) -> list[str]:
    """What the window that was closed last has opened, newest first."""
    paths: list[str] = json.loads((home / "config" / "settings.json").read_text(encoding="utf-8"))["recent"]
    return paths


def close(process: "subprocess.Popen[bytes]") -> None:
    """As Ctrl+C does."""
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130


def test_a_second_start_hands_its_file_over_and_ends(
    start: Start, home: Path, extra: dict[str, str], runtime: Path, tmp_path: Path
) -> None:
    name = os.fsdecode(b"caf\xe9") if sys.platform == "linux" else "cafe"
    there = folder_of_one(tmp_path / name)
    window = start()
    wait_for(lambda: list(runtime.glob("*.sock")))  # it hears at once, and answers when it is there
    second = (sys.executable, "-P", "-c", HAND_OVER)
    done = run([name], home, extra=extra, cwd=tmp_path, command=second)
    status, *modules = done.out.split()
    assert (status, done.err) == ("0", "")
    assert not {"PySide6", "openvino", "subprocess"} & set(modules)  # neither Qt nor the engine was begun
    assert window.poll() is None
    wait_for(lambda: runs(home))  # the engine is at work on it
    close(window)
    assert recent(home) == [str(there)]
    assert list(runtime.iterdir()) == []


def test_of_two_starts_at_once_one_opens_what_both_were_given(start: Start, home: Path, tmp_path: Path) -> None:
    folders = [folder_of_one(tmp_path / str(number)) for number in range(2)]
    processes = [start(folder) for folder in folders]
    wait_for(lambda: any(process.poll() is not None for process in processes))
    ended = [process for process in processes if process.poll() is not None]
    assert [process.returncode for process in ended] == [0]
    (window,) = (process for process in processes if process not in ended)
    wait_for(lambda: runs(home))
    time.sleep(0.3)  # what was gathered is opened by then
    close(window)
    assert set(recent(home)) == set(map(str, folders))


@pytest.mark.slow
def test_after_a_kill_the_program_starts_again_and_new_window_opens_another(
    start: Start, extra: dict[str, str], runtime: Path, home: Path, tmp_path: Path
) -> None:
    killed = start()
    wait_for(lambda: list(runtime.glob("*.sock")))
    wait_for(lambda: psutil.Process(killed.pid).children())
    killed.kill()
    killed.wait()
    assert list(runtime.glob("*.sock")) != []
    window = start()
    wait_for(lambda: psutil.Process(window.pid).children())
    folder = folder_of_one(tmp_path / "beside")
    beside = start("--new-window", folder)
    wait_for(lambda: runs(home))  # it has opened the folder itself
    assert window.poll() is None
    assert run([], home, extra=extra).status == 0  # comes to the front, ends
    close(beside)
    assert recent(home) == [str(folder)]
    close(window)
    assert list(runtime.iterdir()) == []
