"""A run on the command line, from its start to its tables: progress on stderr, Ctrl+C, what was passed by."""

import argparse
import os
import sys

from resnet_gui.cli.classify import scratch_folder
from resnet_gui.cli.progress_line import ProgressLine
from resnet_gui.cli.tables import TableOrder, write_tables
from resnet_gui.cli.terminal_table import print_table, printable
from resnet_gui.engine.record import Phase
from resnet_gui.folders import folders
from resnet_gui.runs.facts import is_kept, versions
from resnet_gui.runs.folder_run import FolderRun
from resnet_gui.runs.network_cache import NetworkCache
from resnet_gui.runs.spec import RunSpec

INTERRUPTED = 130
_LOOK_S = 0.1


def run_to_tables(
    spec: RunSpec, networks: NetworkCache, orders: tuple[TableOrder, ...], options: argparse.Namespace
) -> int:
    """Run, show the progress, write the tables ordered, or one on the terminal; the exit status.  Raises KnownError."""
    places = folders()
    with scratch_folder(places) as scratch:
        run = FolderRun(spec, places, scratch, networks)
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


def _finish(run: FolderRun, quiet: bool) -> bool:
    """Whether the run came to its end; False after Ctrl+C.  Raises what made it fail."""
    line = ProgressLine(sys.stderr, quiet)
    try:
        run.start()
        versions()  # read now, while the network loads; the run's report has them
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
