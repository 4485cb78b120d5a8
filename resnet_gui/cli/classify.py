"""`resnet-gui classify`: from options to a run and its tables; what is wrong with them is said before anything heavy is
loaded.

The network is most of a start, and little of its loading needs Python's lock: it begins first, in a thread, and all
that a run needs besides (the store, Pillow, the pipeline) is loaded beside it.
"""

import argparse
import errno
import glob
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

from resnet_gui.cli.guarded import INTERRUPTED, ended_by_interrupt, on_interrupt
from resnet_gui.cli.progress_line import ProgressLine
from resnet_gui.cli.tables import TableOrder, tables_asked, write_tables
from resnet_gui.engine.queues import Control
from resnet_gui.engine.record import Phase
from resnet_gui.errors import KnownError
from resnet_gui.folders import folders
from resnet_gui.operations.operation import Services
from resnet_gui.operations.run_pictures import RunEnded, RunPictures, RunProgress, RunStarted
from resnet_gui.option import values_for
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.runs.words import progress_sentence

_WILDCARDS = "*?["


class MissingError(KnownError):
    """None of the paths given exists."""


def classify(options: argparse.Namespace) -> int:
    """Run, show the progress, write what was asked for.  Raises KnownError."""
    if options.recipe is not None:
        from resnet_gui.cli.recipe import take_recipe  # recipes are rare, and their parser is not small

        take_recipe(options)
    orders = tables_asked(options)
    options.paths = list(_expanded(options.paths))
    _refuse_if_nothing_is_there(options.paths)
    operation = RunPictures(make_spec(options))
    with closing(Services(folders())) as services:
        with ended_by_interrupt():
            files_read = operation.begin_early(services)
        files_read()

        with ended_by_interrupt():
            from resnet_gui.cli import terminal_table  # noqa: F401 - while the network loads
            from resnet_gui.runs import folder_run  # noqa: F401

        ended = _run(operation, services, options.quiet)
        if ended.progress.phase is Phase.CANCELLED:
            _tell_interrupted(operation.spec)
            return INTERRUPTED
        _tell_what_was_passed_by(ended, options.quiet)
        _write(orders, ended.store, options)
    return 0


def _run(operation: RunPictures, services: Services, quiet: bool) -> RunEnded:
    """The run's end, with its progress on stderr.  Ctrl+C cancels it: what is in flight is finished.

    Raises what makes it fail.
    """
    line, control, words = ProgressLine(sys.stderr, quiet), Control(), ""

    def show(update: RunStarted | RunProgress) -> None:
        nonlocal words
        if isinstance(update, RunProgress):
            words = progress_sentence(update.progress)
            line.show(words)

    with _cancelling(control):
        try:
            return operation.run(services, show, control)
        finally:
            line.end(words)


@contextmanager
def _cancelling(control: Control) -> Iterator[None]:
    """Ctrl+C cancels; a second one ends the process at once, which loses no row that counts as done."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        if control.cancelled:
            os._exit(INTERRUPTED)
        control.cancel()

    with on_interrupt(interrupt):
        yield


def _tell_interrupted(spec: RunSpec) -> None:
    from resnet_gui.runs.facts import is_kept

    kept = " What is done is kept: give the same command again to go on." if is_kept(spec) else ""
    print(f"resnet-gui: interrupted.{kept}", file=sys.stderr)


def _tell_what_was_passed_by(ended: RunEnded, quiet: bool) -> None:
    from resnet_gui.cli.terminal_table import printable

    for folder in ended.denied:
        print(f"resnet-gui: the folder {printable(folder)} could not be read.", file=sys.stderr)
    ignored = ended.progress.ignored
    others = f"{ignored:,} other {'file was' if ignored == 1 else 'files were'} passed by" if ignored else ""
    if ended.progress.found == 0:
        print(f"resnet-gui: no pictures were found{f' ({others})' if others else ''}.", file=sys.stderr)
    elif others and not quiet:
        print(f"resnet-gui: {others}, being no pictures by their names.", file=sys.stderr)


def _write(orders: tuple[TableOrder, ...], store: str, options: argparse.Namespace) -> None:
    """The tables ordered, or one on the terminal."""
    from resnet_gui.cli.terminal_table import print_table

    if orders:
        write_tables(orders, store, options)
    else:
        print_table(Path(store), options.top)


def _expanded(paths: Sequence[str]) -> Iterator[str]:
    """Patterns that the shell has left as they are (Windows' always does) become what they stand for, in order."""
    for path in paths:
        is_pattern = any(sign in path for sign in _WILDCARDS) and not os.path.lexists(path)
        found = sorted(glob.glob(path)) if is_pattern else []  # noqa: PTH207 - as given, not as pathlib writes it
        yield from found or [path]


def _refuse_if_nothing_is_there(paths: Sequence[str]) -> None:
    """Raise MissingError when none of the paths exists, as after a typo.  If only some are missing, they are rows."""
    if not any(_is_there(path) for path in paths):
        others = f", and nor do the {len(paths) - 1} others" if len(paths) > 2 else ""
        others = ", and nor does the other path" if len(paths) == 2 else others
        if any(sign in paths[0] for sign in _WILDCARDS):
            raise MissingError(f"No file's name fits {paths[0]}{others}; name the folder to classify all in it.")
        raise MissingError(f"{paths[0] or 'A path without a name'} does not exist{others}; check the spelling.")


def _is_there(path: str) -> bool:
    """False only where it is sure: what lies in a closed folder may well be there, and gets a row that says so."""
    try:
        os.stat(path)  # noqa: PTH116 - pathlib would take an empty path for the current folder
    except ValueError:
        return False  # a character that no name can hold
    except OSError as error:
        return error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
    return True


def make_spec(options: argparse.Namespace) -> RunSpec:
    """The run that the options ask for."""
    choice = NetworkChoice(
        **values_for(NetworkChoice, options), sha256=options.sha256, classes_sha256=options.classes_sha256
    )
    return RunSpec(tuple(options.paths), choice, **values_for(RunSpec, options))
