"""One line on stderr that is rewritten while a run goes on; silent where stderr is no terminal."""

import os
import shutil
import time
from typing import TextIO

from resnet_gui.engine.record import Progress
from resnet_gui.runs.words import progress_sentence

_EVERY_S = 0.2


class ProgressLine:
    """The line; `end` leaves its last state standing and goes to the next line."""

    def __init__(self, stream: TextIO, quiet: bool) -> None:
        self._stream = stream
        self._on = not quiet and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._last = 0.0
        self._written = 0

    def show(self, progress: Progress) -> None:
        """Rewrite the line, at most five times a second."""
        now = time.monotonic()
        if self._on and now - self._last >= _EVERY_S:
            self._last = now
            self._write(progress_sentence(progress))

    def end(self, progress: Progress) -> None:
        """Write the last state, whatever the time."""
        if self._on:
            self._write(progress_sentence(progress))
            self._stream.write("\n")
            self._stream.flush()
            self._on = False

    def _write(self, text: str) -> None:
        """Blanks wipe what a longer line left; a line of the terminal's full width would break."""
        text = text[: shutil.get_terminal_size().columns - 1]
        self._stream.write("\r" + text.ljust(self._written))
        self._stream.flush()
        self._written = len(text)
