"""One line on stderr that is rewritten while something goes on; silent where stderr is no terminal."""

import os
import shutil
import time
from typing import TextIO

from resnet_gui.engine.record import Progress
from resnet_gui.runs.words import progress_sentence, transfer_sentence
from resnet_gui.weights.published.transfer import TransferProgress

_EVERY_S = 0.2


class _Line:
    """The line, rewritten at most five times a second."""

    def __init__(self, stream: TextIO, quiet: bool) -> None:
        self._stream = stream
        self._on = not quiet and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._last = 0.0
        self._written = 0

    def _is_due(self) -> bool:
        now = time.monotonic()
        if not self._on or now - self._last < _EVERY_S:
            return False
        self._last = now
        return True

    def _write(self, text: str) -> None:
        """Blanks wipe what a longer line left; a line of the terminal's full width would break."""
        text = text[: shutil.get_terminal_size().columns - 1]
        self._stream.write("\r" + text.ljust(self._written))
        self._stream.flush()
        self._written = len(text)

    def _finish(self) -> None:
        self._stream.write("\n")
        self._stream.flush()
        self._on = False


class ProgressLine(_Line):
    """A run's line; `end` leaves its last state standing and goes to the next line."""

    def show(self, progress: Progress) -> None:
        """Rewrite the line where it is time to."""
        if self._is_due():
            self._write(progress_sentence(progress))

    def end(self, progress: Progress) -> None:
        """Write the last state, whatever the time."""
        if self._on:
            self._write(progress_sentence(progress))
            self._finish()


class StageLine(_Line):
    """The line of something with a few stages, each told in words."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream, quiet=False)

    def show(self, words: str) -> None:
        """Rewrite the line where it is time to."""
        if self._is_due():
            self._write(words)

    def end(self) -> None:
        """What was written stays; the next line begins."""
        if self._on and self._written:
            self._finish()


class TransferLine(_Line):
    """The line of a weight file that is fetched, copied or checked."""

    def __init__(self, stream: TextIO, name: str) -> None:
        super().__init__(stream, quiet=False)
        self._name = name

    def show(self, progress: TransferProgress) -> None:
        """Rewrite the line where it is time to."""
        if self._is_due():
            self._write(f"{self._name}: {transfer_sentence(progress)}")

    def end(self) -> None:
        """What was written stays; the next line begins."""
        if self._on and self._written:
            self._finish()
