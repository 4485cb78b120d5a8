"""A run as a table: CSV, JSON Lines or XLSX, in the order of paths, written aside and renamed, its run file beside it.

Written are the pictures that are done; the run file says whether that is all of them.  Rows are sorted by the code
points of the path as the column shows it relative to the folder (also where absolute paths are written).  Nothing is
computed again: another top-k or another format is another export.
"""

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from resnet_gui.errors import ExportError, UsageError
from resnet_gui.images.status import Status
from resnet_gui.results.columns import Row, columns
from resnet_gui.results.durable import is_special, written_aside
from resnet_gui.results.formats import FORMATS, Format, Order, TableOptions
from resnet_gui.results.path_text import encodable
from resnet_gui.results.query import RunReader
from resnet_gui.results.sidecar import run_report, sidecar_path


def export_table(
    store_path: Path,
    target: Path,
    kind: str,
    options: TableOptions = TableOptions(),
    *,
    command_line: str | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Write the table `target` and its run file; the number of pictures in it.

    kind: the name of one of FORMATS.
    command_line: for the run file.  cancelled: asked between rows; once True, nothing is written.
    A device or a pipe is written to directly, without a run file.
    Raises ExportError, StoreError, UsageError.
    """
    target = target.absolute()
    if os.path.islink(target) and not is_special(target):  # noqa: PTH114  (as below)
        target = Path(os.path.realpath(target))  # the link stays (`/dev/stdout` is one), what it names is replaced
    if os.path.isdir(target):  # noqa: PTH112  (Path.is_dir raises where a name is too long)
        raise ExportError(f"{encodable(str(target))} is a folder; name a file in it.")
    with RunReader(store_path) as reader, contextlib.ExitStack() as files:
        chosen = _format(kind)
        shape = columns(reader.classes(), top=options.top, absolute=options.absolute)
        rows = _Counted(reader.iterate_sorted(options.top), cancelled)
        special = is_special(target)
        if special and chosen.needs_file:
            raise _needs_file(chosen, encodable(str(target)))
        beside = None if special else files.enter_context(written_aside(sidecar_path(target)))
        stream = files.enter_context(written_aside(target))
        chosen.write(stream, shape, rows, Order(options, lambda: reader.state().done, target.parent))
        if beside is not None:
            table = {"file": target.name, "format": kind, "rows": rows.number}
            table |= {"top": options.top, "absolute": options.absolute}
            beside.write(run_report(reader, rows.statuses, table=table, command_line=command_line))
    return rows.number


def export_to_stream(
    store_path: Path,
    stream: BinaryIO,
    kind: str,
    options: TableOptions = TableOptions(),
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Write the table to a binary stream such as `sys.stdout.buffer`, and flush it; the number of pictures in it.

    kind: as for `export_table`; no run file is written.  Raises StoreError, UsageError, ExportError when cancelled, and
    OSError as the stream does (BrokenPipeError when its reader has gone).
    """
    chosen = _format(kind)
    if chosen.needs_file:
        raise _needs_file(chosen, "standard output")
    with RunReader(store_path) as reader:
        rows = _Counted(reader.iterate_sorted(options.top), cancelled)
        shape = columns(reader.classes(), top=options.top, absolute=options.absolute)
        chosen.write(stream, shape, rows, Order(options, lambda: reader.state().done, None))
        stream.flush()
    return rows.number


class _Counted:
    """Passes rows on, counts them by status, and stops when asked."""

    def __init__(self, rows: Iterable[Row], cancelled: Callable[[], bool]) -> None:
        self._rows = rows
        self._cancelled = cancelled
        self.statuses: Counter[Status] = Counter()

    @property
    def number(self) -> int:
        return self.statuses.total()

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            if self._cancelled():
                raise ExportError("The table was not written: cancelled.")
            if row.status is not None:
                self.statuses[row.status] += 1
                yield row


def _format(kind: str) -> Format:
    found = {one.name: one for one in FORMATS}
    if kind not in found:
        raise UsageError(f"A table can be written as {', '.join(found)}, not as {kind}.")
    return found[kind]


def _needs_file(chosen: Format, target: str) -> UsageError:
    return UsageError(f"{chosen.name.upper()} tables cannot go to {target}; name a file.")
