"""A few hundred inputs of the fuzz script, and whether its guards see what they are there for."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.shared import REPOSITORY
from tests.helpers.watched_reading import require_proc

if sys.platform == "win32":
    pytest.skip("the guards are signals and limits of POSIX", allow_module_level=True)

from tests.long import torch_files


def test_changed_files_are_refused_or_read(tmp_path: Path) -> None:
    """Other inputs than those of a run by hand, which begin at 0."""
    require_proc()
    command = [sys.executable, "-m", "tests.long.torch_files", "--inputs", "240", "--first", "5000000"]
    done = subprocess.run(
        [*command, "--keep", str(tmp_path)], cwd=REPOSITORY, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "     240  inputs in" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_input_is_made_from_its_number_alone() -> None:
    assert [torch_files.make_input(number) for number in range(40)] == [
        torch_files.make_input(number) for number in range(40)
    ]


@pytest.mark.parametrize("kind", torch_files.samples())
def test_the_unchanged_files_are_read(tmp_path: Path, kind: str) -> None:
    require_proc()
    path = tmp_path / "file.bin"
    path.write_bytes(torch_files.samples()[kind][0])
    assert torch_files.outcome(path) == "read"


def hang(path: Path) -> str:
    time.sleep(60)
    return "read"


def fill(path: Path) -> str:
    return "read" if len(bytearray(int(torch_files.MOST_MB * 1.5) << 20)) else ""


def break_down(path: Path) -> str:
    raise KeyError(path.name)


@pytest.mark.parametrize(
    ("reading", "seconds", "words"),
    [(hang, 0.1, "took more than"), (fill, 60, "took 4"), (break_down, 60, "KeyError: 'file.bin'")],
)
def test_the_guards_see_what_they_are_there_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading: object, seconds: float, words: str
) -> None:
    require_proc()
    monkeypatch.setattr(torch_files, "_read", reading)
    monkeypatch.setattr(torch_files, "MOST_SECONDS", seconds)
    path = tmp_path / "file.bin"
    path.write_bytes(b"")
    assert torch_files.outcome(path).startswith(words)
