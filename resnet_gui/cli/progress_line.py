"""One line on stderr that is rewritten while something goes on; silent where stderr is no terminal."""

import os
import shutil
import time
from typing import TextIO

_EVERY_S = 0.2


class ProgressLine:
    """A line that is rewritten at most five times a second.

    stream: stderr.  quiet: whether a person wants no line.
    """

    def __init__(self, stream: TextIO, quiet: bool = False) -> None:
        self._stream = stream
        self._on = not quiet and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._last = 0.0
        self._written = 0

    def show(self, words: str) -> None:
        """Rewrite the line where it is time to."""
        now = time.monotonic()
        if self._on and now - self._last >= _EVERY_S:
            self._last = now
            self._write(words)

    def end(self, words: str = "") -> None:
        """Write the last words, whatever the time; what was written stays, and the next line begins."""
        if not self._on:
            return
        if words:
            self._write(words)
        if self._written and self._on:
            self._put("\n")
        self._on = False

    def _write(self, text: str) -> None:
        """Blanks wipe what a longer line left; a line of the terminal's full width would break."""
        text = text[: shutil.get_terminal_size().columns - 1]
        self._put("\r" + text.ljust(self._written))
        self._written = len(text)

    def _put(self, text: str) -> None:
        """A terminal that was closed, or fails otherwise, gets no more lines; what is being done goes on."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # ValueError: the stream was closed
            self._on = False
