"""One finding about an installation, and how it is come by: what goes wrong and what a library says become its text."""

import contextlib
import importlib.util
import io
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from resnet_gui.errors import KnownError

LONGEST_SAID = 600
"""Letters of what was said unasked that are shown; the end of it is worth more than its beginning."""
_STDERR = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One finding.  text: what was seen, or what is wrong."""

    name: str
    passed: bool
    text: str


class CheckError(KnownError):
    """Something is missing or does not do what it should; the sentence names it."""


def require(condition: bool, sentence: str) -> None:
    """Raises CheckError where the condition does not hold."""
    if not condition:
        raise CheckError(sentence)


def is_there(module: str) -> bool:
    """Whether a module is installed, without importing it."""
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False


def tried(name: str, work: Callable[[], str]) -> Check:
    """What `work` found, as its text; it failed if it raised anything, or if anything was written to stderr or logged.

    A library that complains in a whole installation would complain to the person too.
    """
    with captured_stderr() as said:
        check = _tried(name, work)
    words = said()
    return Check(name, False, f"{check.text}; unexpected on stderr: {shortened(words)}") if words else check


def _tried(name: str, work: Callable[[], str]) -> Check:
    try:
        return Check(name, True, work())
    except KnownError as error:
        return Check(name, False, str(error))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with an installation is this command's answer
        return Check(name, False, f"{type(error).__name__}: {error}")


def shortened(words: str) -> str:
    """What was said, in one line, and of too much of it the end."""
    line = " | ".join(part.strip() for part in words.splitlines() if part.strip())
    return line if len(line) <= LONGEST_SAID else f"…{line[-LONGEST_SAID:]}"


@contextlib.contextmanager
def captured_stderr() -> Iterator[Callable[[], str]]:
    """Keeps from stderr whatever is written there, by Python or by a library in C, and warnings that are logged.

    Yields a function that gives all of it as text, also after the end.
    """
    with tempfile.TemporaryFile() as file:
        with _python_into(file), _descriptor_into(file):
            text = ""
            yield lambda: text
        file.seek(0)
        text = file.read().decode("utf-8", "backslashreplace").strip()


@contextlib.contextmanager
def _python_into(file: IO[bytes]) -> Iterator[None]:
    """sys.stderr, and what is logged as a warning or worse."""
    writer = io.TextIOWrapper(file, "utf-8", "backslashreplace", write_through=True)
    handler = logging.StreamHandler(writer)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)
    try:
        with contextlib.redirect_stderr(writer):
            yield
    finally:
        logging.getLogger().removeHandler(handler)
        writer.detach()  # or it would close the file


@contextlib.contextmanager
def _descriptor_into(file: IO[bytes]) -> Iterator[None]:
    """What libraries in C write to.  A program without a console may have none."""
    sys.stderr.flush()
    try:
        kept = os.dup(_STDERR)
    except OSError:
        yield
        return
    os.dup2(file.fileno(), _STDERR)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
