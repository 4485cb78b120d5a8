"""A screen of one's own (Xvfb), as a person has it before them: its pixels, its mouse, its keys, its clipboard.

For programs that cannot be looked into: packaged ones, of another user.  Needs Xvfb, openbox and xdotool.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TOOLS = ("Xvfb", "openbox", "xdotool")
WIDTH, HEIGHT = 1600, 1000
_SIZE = f"{WIDTH}x{HEIGHT}x24"
_ROOT = Path(__file__).resolve().parents[2]


def missing_tools() -> list[str]:
    """Those of TOOLS that are not installed."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


class VirtualScreen:
    """Made by `virtual_screen`.  number: of the display.  Positions are pixels from the upper left corner."""

    def __init__(self, number: int, picture: Path) -> None:
        self.number = number
        self._picture = picture

    @property
    def display(self) -> str:
        """What DISPLAY is to be."""
        return f":{self.number}"

    def pixels(self, step: int = 1) -> NDArray[np.uint8]:
        """What is to be seen, every step-th pixel of every step-th line: uint8 [HEIGHT / step, WIDTH / step, 3], BGR.

        Xvfb keeps its screen in a file of the format XWD: its first word (big-endian) is the header's length, the 20th
        the number of colour entries, of 12 bytes each, that follow; then 4 bytes a pixel.
        """
        whole = np.memmap(self._picture, np.uint8, "r")
        words = whole[:100].view(">u4")
        begin = int(words[0]) + 12 * int(words[19])
        screen = whole[begin : begin + WIDTH * HEIGHT * 4].reshape(HEIGHT, WIDTH, 4)
        return np.array(screen[::step, ::step, :3])

    def do(self, *words: str) -> str:
        """One command of xdotool; what it says."""
        done = subprocess.run(["xdotool", *words], env=self.environment(), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"xdotool {' '.join(words)}: {done.stderr}"
        return done.stdout.strip()

    def environment(self) -> dict[str, str]:
        """Ours, with this display."""
        return {**os.environ, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def drag(self, paths: Sequence[Path], to: tuple[int, int]) -> None:
        """Drag files from another program's window, with the mouse, and let them go at `to`."""
        with self.peer("drag", *map(str, paths)) as peer:
            self.do("mousemove", "1560", "960", "mousedown", "1")
            for step in range(1, 7):
                self.do("mousemove", str(1560 + (to[0] - 1560) * step // 6), str(960 + (to[1] - 960) * step // 6))
                time.sleep(0.1)
            time.sleep(0.5)
            self.do("mouseup", "1")
            assert peer.stdout is not None
            assert peer.stdout.readline().strip() == "CopyAction"
            self.wait_until_still(2)  # the target may fetch the data after that

    def clipboard(self) -> str:
        """The text on the clipboard."""
        with self.peer("paste") as peer:
            assert peer.stdout is not None
            return peer.stdout.read()

    @contextmanager
    def peer(self, *words: str) -> Iterator["subprocess.Popen[str]"]:
        """Another program on this screen (`tests.helpers.screen_peer`), ready."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.screen_peer", *words],
            cwd=_ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            yield process
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def activate(self, name: str, timeout_s: float = 30) -> None:
        """Give the keyboard to the visible window of that name (a regular expression), once there is one."""

        def look() -> bool:
            words = ["xdotool", "search", "--onlyvisible", "--name", name, "windowactivate", "--sync"]
            done = subprocess.run(words, env=self.environment(), capture_output=True, timeout=60, check=False)
            return done.returncode == 0 and not done.stderr

        wait_for(look, timeout_s, f"no window named {name}")

    def wait_until_still(self, still_s: float = 1.0, timeout_s: float = 60) -> None:
        """Until nothing has moved for so long."""
        last, since = self.pixels(), time.monotonic()

        def look() -> bool:
            nonlocal last, since
            now = self.pixels()
            if not np.array_equal(now, last):
                last, since = now, time.monotonic()
            return time.monotonic() - since >= still_s

        wait_for(look, timeout_s, "the screen never came to rest")


def wait_for(condition: Callable[[], bool], timeout_s: float, trouble: str) -> None:
    """Fails with `trouble` when the condition does not come true in time."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, trouble
        time.sleep(0.05)


@contextmanager
def virtual_screen() -> Iterator[VirtualScreen]:
    """A screen with a window manager, which any user of this machine may use; gone with the block."""
    with tempfile.TemporaryDirectory() as folder:
        read, write = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-fbdir", folder, "-ac", "-nolisten", "tcp", "-screen", "0", _SIZE],
            pass_fds=(write,),
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        try:
            with os.fdopen(read) as told:
                number = int(told.readline())
            screen = VirtualScreen(number, Path(folder) / "Xvfb_screen0")
            manager = subprocess.Popen(["openbox"], env=screen.environment(), stderr=subprocess.DEVNULL)
            try:
                time.sleep(1)
                yield screen
            finally:
                manager.kill()
                manager.wait()
        finally:
            server.terminate()
            server.wait()
