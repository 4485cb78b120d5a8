"""Starting the engine's process.  Light: it is the first thing the window does, before it loads anything else."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from resnet_gui.folders import folders, make_private_folder

ENGINE_FLAG = "--engine-process"
SESSION_FLAG = "--session"
WINDOW_TEST_FLAG = "--window-self-test"
"""Hidden: `--self-test` has the window tried with it, in a process of its own (`gui.self_test`)."""


def spawn(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """The process, with pipes for requests and events; what else it says goes to the log.  Raises OSError."""
    with _log() as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )


def engine_command(session: Path) -> list[str]:
    """How the engine's process is started."""
    return program_command(ENGINE_FLAG, SESSION_FLAG, str(session))


def program_command(*arguments: str) -> list[str]:
    """This very program with other arguments; in a frozen program sys.executable is the program itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, "-P", "-m", "resnet_gui", *arguments]


def environment() -> dict[str, str]:
    """Ours, with the place of this very package first: -P keeps the current folder out of the child's path.

    A frozen program has its modules inside, and looks nowhere else; it is told to begin as if a person had started it,
    since it would otherwise take its parent's update that the libraries' path is set, which `packaging/entry.py` has
    taken out again (PyInstaller's documentation, "Launching external programs").
    """
    if getattr(sys, "frozen", False):
        return {**os.environ, "PYINSTALLER_RESET_ENVIRONMENT": "1"}
    package_parent = str(Path(__file__).resolve().parents[2])
    known = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (package_parent, known)))}


def _log() -> IO[bytes]:
    """Where the engine's own words go; kept small.  Nowhere, where nothing can be written: the engine starts all the
    same, and says itself what it cannot do."""
    path = folders().logs / "engine.log"
    try:
        make_private_folder(path.parent)
        if path.exists() and path.stat().st_size > 1_000_000:
            path.replace(path.with_suffix(".old.log"))
        return path.open("ab")
    except OSError:
        return Path(os.devnull).open("ab")
