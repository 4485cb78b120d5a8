"""`resnet-gui classify`: from options to a run; what is wrong with them is said before anything heavy is loaded.

The network is most of a start, and little of its loading needs Python's lock: it begins here, in a thread, and
`running` with all that it imports (the store, Pillow, the pipeline) is loaded beside it.
"""

import argparse
import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from resnet_gui.cli.guarded import ended_by_interrupt
from resnet_gui.cli.tables import tables_asked
from resnet_gui.errors import KnownError, StoreError
from resnet_gui.folders import Folders, make_scratch
from resnet_gui.option import values_for
from resnet_gui.runs.spec import NetworkChoice, RunSpec


class MissingError(KnownError):
    """None of the paths given exists."""


def classify(options: argparse.Namespace) -> int:
    """Run, show the progress, write what was asked for.  Raises KnownError."""
    if options.recipe is not None:
        from resnet_gui.cli.recipe import take_recipe  # recipes are rare, and their parser is not small

        take_recipe(options)
    orders = tables_asked(options)
    _refuse_if_nothing_is_there(options.paths)
    spec = make_spec(options)

    with ended_by_interrupt():
        from resnet_gui.runs.networks import NetworkShelf  # numpy, first: all that loading needs

    with closing(NetworkShelf()) as shelf:
        shelf.load_ahead(spec.choice, spec.precision, spec.device, spec.threads, spec.batch)
        shelf.wait_for_files()

        with ended_by_interrupt():
            from resnet_gui.cli.running import run_to_tables  # while the network loads

        return run_to_tables(spec, shelf, orders, options)


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
    choice = NetworkChoice(
        **values_for(NetworkChoice, options), sha256=options.sha256, classes_sha256=options.classes_sha256
    )
    return RunSpec(tuple(options.paths), choice, **values_for(RunSpec, options))


@contextmanager
def scratch_folder(places: Folders) -> Iterator[Path]:
    """A folder for the rows of a few single pictures, removed at the end."""
    try:
        folder = make_scratch(places.cache)
    except OSError as error:
        raise StoreError(
            f"{places.cache} cannot be written ({error.strerror}); set RESNET_GUI_HOME to a folder that can."
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
