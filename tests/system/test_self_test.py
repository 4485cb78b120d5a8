"""`--self-test` as a person gives it: it passes here, names what is amiss elsewhere, and leaves no trace."""

import shutil
import sys
from pathlib import Path

import psutil
import pytest

from resnet_gui.assets import resources
from tests.helpers.program import COMMAND, Outcome, run
from tests.system.test_command_line import WITHOUT_QT

PACKAGE = Path(sys.modules["resnet_gui"].__path__[0])
NAMES = [
    "resources", "pictures", "weight files", "downloads", "built-in network", "a known picture", "CPU", "torch",
    "window", "nothing left behind",
]  # fmt: skip


def failed(done: Outcome) -> list[str]:
    """Names of the checks that failed, all of them having been made."""
    lines = [line.partition("  ") for line in done.out.splitlines()]
    found = [(word.strip(), text.strip().partition(":")[0]) for word, _, text in lines]
    assert [name for _, name in found] == NAMES, done.out + done.err
    return [name for word, name in found if word == "FAILED"]


def said(done: Outcome, name: str) -> str:
    """What it says of one check."""
    return next(line for line in done.out.splitlines() if f"  {name}: " in line)


def test_it_passes_and_leaves_neither_a_file_nor_a_process_behind(tmp_path: Path) -> None:
    pytest.importorskip("PySide6")
    for folder in ("user", "tmp"):
        (tmp_path / folder).mkdir()
    extra = {"HOME": str(tmp_path / "user"), "TMPDIR": str(tmp_path / "tmp"), "RESNET_GUI_TEST": str(tmp_path)}
    done = run(["--self-test"], tmp_path / "home", extra=extra)
    assert (done.status, done.err, failed(done)) == (0, "", []), done.out
    assert "'espresso' read" in said(done, "window")
    assert "turbo in" in said(done, "CPU")
    assert [str(path) for path in tmp_path.rglob("*") if path.is_file()] == []
    assert [one.pid for one in psutil.process_iter() if _is_of(one, str(tmp_path))] == []


def _is_of(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get("RESNET_GUI_TEST") == mark
    except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def test_a_missing_asset_and_a_window_that_writes_to_stderr_are_named(tmp_path: Path) -> None:
    """In a copied installation without one sample, where Qt is told to speak of its plugins."""
    pytest.importorskip("PySide6")
    copy = tmp_path / "copy" / "resnet_gui"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "resources"))
    shutil.copytree(resources(), copy / "resources")
    (copy / "resources" / "samples" / "rocket.jpg").unlink()
    extra = {"PYTHONPATH": str(tmp_path / "copy"), "QT_DEBUG_PLUGINS": "1"}
    done = run(["--self-test"], tmp_path / "home", cwd=tmp_path, extra=extra)
    assert (done.status, failed(done)) == (1, ["resources", "window"]), done.out
    assert f"{copy}/resources lacks samples/rocket.jpg; install resnet-gui again" in said(done, "resources")
    assert "The window's process wrote to stderr: " in said(done, "window")


def test_without_qt_all_else_is_checked_and_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    done = run(["--self-test"], tmp_path / "home", command=(COMMAND[0], "-P", "-c", WITHOUT_QT))
    assert (done.status, done.err, failed(done)) == (1, "", ["window"])
    assert "pip install PySide6-Essentials" in said(done, "window")
    assert "torch is not part of this installation" in said(done, "torch")
