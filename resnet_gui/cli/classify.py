"""`resnet-gui classify`: one run in this process, then its table on the terminal or in files."""

import argparse
import errno
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from resnet_gui.cli.progress_line import ProgressLine
from resnet_gui.cli.recipe import take_recipe
from resnet_gui.cli.tables import tables_asked, write_tables
from resnet_gui.cli.terminal_table import print_table, printable
from resnet_gui.engine.modes import Average, Precision
from resnet_gui.engine.record import Phase
from resnet_gui.errors import KnownError, StoreError
from resnet_gui.folders import Folders, folders
from resnet_gui.runs.facts import is_kept
from resnet_gui.runs.folder_run import FolderRun
from resnet_gui.runs.spec import NetworkChoice, RunSpec

INTERRUPTED = 130
_LOOK_S = 0.1
_SCRATCH = "scratch-"
_STALE_S = 24 * 3600


class MissingError(KnownError):
    """None of the paths given exists."""


def classify(options: argparse.Namespace) -> int:
    """Run, show the progress, write what was asked for.  Raises KnownError."""
    if options.recipe is not None:
        take_recipe(options)
    orders = tables_asked(options)
    _refuse_if_nothing_is_there(options.paths)
    spec = make_spec(options)
    places = folders()
    with scratch_folder(places) as scratch:
        run = FolderRun(spec, places, scratch)
        try:
            if not _finish(run, options.quiet):
                return INTERRUPTED
            assert run.store_path is not None
            _tell_what_was_passed_by(run)
            if orders:
                write_tables(orders, run.store_path, options)
            else:
                print_table(run.store_path, options.top)
        finally:
            run.close()
    return 0


def _refuse_if_nothing_is_there(paths: Sequence[str]) -> None:
    """Raise MissingError when none of the paths exists, as after a typo.  If only some are missing, they are rows."""
    if not any(_is_there(path) for path in paths):
        others = f", and nor do the {len(paths) - 1} others" if len(paths) > 2 else ""
        others = ", and nor does the other path" if len(paths) == 2 else others
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
    return RunSpec(
        paths=tuple(options.paths),
        choice=NetworkChoice(
            network=options.network,
            classes=options.classes,
            preprocess=options.preprocess,
            stem_pool=options.stem_pool,
            stride_in=options.stride_in,
            sha256=options.sha256,
            classes_sha256=options.classes_sha256,
        ),
        crops=options.crops,
        average=Average(options.average),
        precision=Precision(options.precision),
        device=options.device,
        threads=options.threads,
        batch=options.batch,
        recursive=not options.no_recursive,
        follow_links=options.follow_links,
        accept_truncated=options.accept_truncated,
        max_megapixels=options.max_megapixels,
        fresh=options.fresh,
    )


@contextmanager
def scratch_folder(places: Folders) -> Iterator[Path]:
    """A folder for the rows of a few single pictures, removed at the end; those that a crash left go after a day."""
    try:
        places.cache.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=places.cache))
    except OSError as error:
        raise StoreError(
            f"{places.cache} cannot be written ({error.strerror}); set RESNET_GUI_HOME to a folder that can."
        ) from error
    try:
        for old in places.cache.glob(_SCRATCH + "*"):
            with suppress(OSError):  # another run has just removed its own
                if old != folder and time.time() - old.stat().st_mtime > _STALE_S:
                    shutil.rmtree(old, ignore_errors=True)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _finish(run: FolderRun, quiet: bool) -> bool:
    """Whether the run came to its end; False after Ctrl+C.  Raises what made it fail."""
    line = ProgressLine(sys.stderr, quiet)
    try:
        run.start()
        while not run.wait(_LOOK_S):
            line.show(run.progress())
    except KeyboardInterrupt:
        _stop(run)
    progress = run.progress()
    line.end(progress)
    if run.failure is not None:
        raise run.failure
    if progress.phase is Phase.DONE:
        return True
    kept = " What is done is kept: give the same command again to go on." if is_kept(run.spec) else ""
    print(f"resnet-gui: interrupted.{kept}", file=sys.stderr)
    return False


def _stop(run: FolderRun) -> None:
    """Finish what is in flight; a second Ctrl+C ends the process at once, which loses no row that counts as done."""
    run.cancel()
    try:
        run.wait()
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)


def _tell_what_was_passed_by(run: FolderRun) -> None:
    for folder in run.counts.denied:
        print(f"resnet-gui: the folder {printable(folder)} could not be read.", file=sys.stderr)
    if run.progress().found == 0:
        others = f" ({run.counts.ignored:,} other files were passed by)" if run.counts.ignored else ""
        print(f"resnet-gui: no pictures were found{others}.", file=sys.stderr)
