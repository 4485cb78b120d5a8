"""Which tables a person asked for, and writing them from a run's store."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from resnet_gui.engine.queues import Control
from resnet_gui.errors import ExportError, UsageError
from resnet_gui.folders import folders
from resnet_gui.operations.export import ExportTable
from resnet_gui.operations.operation import Services, nothing_told
from resnet_gui.option import values_for
from resnet_gui.results.formats import FORMATS, Format, TableOptions

STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True)
class TableOrder:
    """One table to write.  target: a file's path, or "-" for standard output."""

    format: Format
    target: str


def tables_asked(options: argparse.Namespace) -> tuple[TableOrder, ...]:
    """The tables of --csv and the like; checked now, so that a long run is not done for nothing.

    Raises UsageError and ExportError.
    """
    orders = tuple(
        TableOrder(one, target) for one in FORMATS if one.help and (target := getattr(options, one.name)) is not None
    )
    for order in orders:
        _check(order)
    return orders


def _check(order: TableOrder) -> None:
    if order.target == STANDARD_OUTPUT:
        if order.format.needs_file:
            others = " or ".join(f"'--{one.name} -'" for one in FORMATS if one.help and not one.needs_file)
            raise UsageError(f"--{order.format.name} writes a file; for a table on standard output use {others}.")
        return
    path = Path(order.target)
    meant = next((one for one in FORMATS if path.name.lower().endswith(one.suffix)), order.format)
    if meant is not order.format:
        raise UsageError(
            f"--{order.format.name} writes {order.format.title}, and the name {path} ends as {meant.title} does; use "
            f"--{meant.name}, or another name."
        )
    try:
        path.stat()
    except FileNotFoundError:
        pass  # to be made
    except (OSError, ValueError) as error:
        raise ExportError(f"{path} cannot be written: {_why(error)}. Choose another name or place.") from error
    if path.is_dir():
        raise ExportError(f"{path} is a folder; name a file in it, such as {path / f'table{order.format.suffix}'}.")
    if not path.absolute().parent.is_dir():
        raise ExportError(f"{path} cannot be written: there is no folder {path.parent}. Make it, or name another.")


def _why(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def write_tables(orders: tuple[TableOrder, ...], store: str, options: argparse.Namespace) -> None:
    """Write each table from the run's store, its run file beside it.  Raises ExportError and StoreError."""
    from resnet_gui.results.export import export_to_stream

    services, how = Services(folders()), TableOptions(**values_for(TableOptions, options))
    for order in orders:
        if order.target == STANDARD_OUTPUT:
            sys.stdout.flush()
            export_to_stream(Path(store), sys.stdout.buffer, order.format.name, how)
        else:
            table = ExportTable(store, order.target, order.format.name, how, options.command_line)
            table.run(services, nothing_told, Control())
