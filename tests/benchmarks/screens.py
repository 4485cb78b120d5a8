"""A place for windows to be shown while they are measured: Xvfb where it is installed, else Qt's offscreen platform."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.benchmarks.process import BenchmarkError


@contextmanager
def screen() -> Iterator[tuple[str, Mapping[str, str]]]:
    """The screen's word, for a row's name, and what the environment of a window there must hold."""
    if shutil.which("Xvfb") is None:
        yield "offscreen", {"QT_QPA_PLATFORM": "offscreen"}
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        if not number:
            raise BenchmarkError("Xvfb did not start.")
        yield "Xvfb", {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        server.terminate()
        server.wait()


def installed(home: str, bytecode: str, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program as it is installed: its byte code is compiled, its home folder is `home`.

    pip compiles what it installs; a checkout that may not write byte code would compile all at each start.
    bytecode: a folder for it.
    """
    left_out = ("PYTHONDONTWRITEBYTECODE", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "PYTHONPYCACHEPREFIX": bytecode, "RESNET_GUI_HOME": home, **more}
