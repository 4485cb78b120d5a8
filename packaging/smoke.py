"""The built program, started as a program: without the builder's environment, with a home of its own, and no noise."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from refusal import BuildError

_PATIENCE_S = 300


def run(folder: Path) -> list[str]:
    """What the program's self-test says.  Raises BuildError where it fails or says anything on stderr."""
    name = "resnet-gui-cli.exe" if sys.platform == "win32" else "resnet-gui-cli"
    said = _start(folder / name, "--version") + _start(folder / name, "--self-test")
    return said.splitlines()


def _start(program: Path, *arguments: str) -> str:
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "RESNET_GUI_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
        done = subprocess.run(
            [program, *arguments],
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_PATIENCE_S,
            check=False,
        )
    if done.returncode or done.stderr:
        raise BuildError(
            f"{program.name} {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}".rstrip()
        )
    return done.stdout
