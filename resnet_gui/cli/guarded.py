"""From whatever happens to an exit status: 0 done, 1 could not be done, 2 wrong usage, 130 interrupted.

Errors are told here and nowhere else: one sentence on stderr.  stdout holds only what was asked for.
Light: the window begins with it too.
"""

import contextlib
import errno
import io
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from resnet_gui.errors import KnownError
from resnet_gui.folders import folders
from resnet_gui.logs import log_to

INTERRUPTED = 130


def run_guarded(work: Callable[[], int]) -> int:
    """`work`'s exit status; whatever it raises becomes one sentence on stderr and the fitting status."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed (`>&-`), or a program without a console
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for the whole process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that is no text must not end the program
    log = log_to(folders().logs)
    try:
        status = _interruptible(work)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`… | head`); Python would complain once more when it flushes at exit.
        _silence_stdout()
        return _say("The reader of the output closed it before everything was written.", 1)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT) or error.filename is not None:
            return _fault(error, log)
        _silence_stdout()
        return _say("The disk is full: the output is not whole. Make room and give the same command again.", 1)
    except KnownError as error:
        return _say(str(error), error.exit_status)
    except Exception as error:  # noqa: BLE001 - a bug of ours: logged, and told as one
        return _fault(error, log)


@contextlib.contextmanager
def ended_by_interrupt() -> Iterator[None]:
    """While libraries are imported and nothing has begun: Ctrl+C ends the process at once, with 130.

    Libraries in C may lose a KeyboardInterrupt that comes while they are loaded, and the program would just go on.
    """
    with on_interrupt(lambda _number, _frame: os._exit(INTERRUPTED)):
        yield


def _interruptible(work: Callable[[], int]) -> int:
    """`work()`; Ctrl+C is a KeyboardInterrupt even where a library (numpy, being imported) makes an error of it."""
    seen = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        raise KeyboardInterrupt

    with on_interrupt(interrupt):
        try:
            return work()
        except (KnownError, OSError):
            raise
        except Exception as error:
            if seen:
                raise KeyboardInterrupt from error
            raise


@contextlib.contextmanager
def on_interrupt(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Another handler for Ctrl+C, where it is not ignored (as after `nohup`)."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _fault(error: Exception, log: Path) -> int:
    logging.getLogger(__name__).error("a fault in the program", exc_info=error)
    return _say(f"This is a fault in the program ({type(error).__name__}: {error}). The details are in {log}.", 1)


def _silence_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(sentence: str, status: int) -> int:
    print(f"resnet-gui: {sentence}", file=sys.stderr)
    return status
