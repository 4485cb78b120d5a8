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

KINDS = ("csv", "jsonl", "xlsx")
STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True)
class TableOrder:
    """One table to write.  target: a file's path, or "-" for standard output."""

    kind: str
    target: str


def tables_asked(options: argparse.Namespace) -> tuple[TableOrder, ...]:
    """The tables of --csv, --jsonl and --xlsx; checked now, so that a long run is not done for nothing.

    Raises UsageError and ExportError.
    """
    orders = tuple(TableOrder(kind, target) for kind in KINDS if (target := getattr(options, kind)) is not None)
    for order in orders:
        _check(order)
    return orders


def _check(order: TableOrder) -> None:
    if order.target == STANDARD_OUTPUT:
        if order.kind == "xlsx":
            raise UsageError("--xlsx writes a file; for a table on standard output use '--jsonl -' or '--csv -'.")
        return
    path = Path(order.target)
    try:
        path.stat()
    except FileNotFoundError:
        pass  # to be made
    except (OSError, ValueError) as error:
        raise ExportError(f"{path} cannot be written: {_why(error)}. Choose another name or place.") from error
    if path.is_dir():
        raise ExportError(f"{path} is a folder; name a file in it, such as {path / f'table.{order.kind}'}.")
    if not path.absolute().parent.is_dir():
        raise ExportError(f"{path} cannot be written: there is no folder {path.parent}. Make it, or name another.")


def _why(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def write_tables(orders: tuple[TableOrder, ...], store: str, options: argparse.Namespace) -> None:
    """Write each table from the run's store, its run file beside it.  Raises ExportError and StoreError."""
    from resnet_gui.results.export import export_to_stream

    services = Services(folders())
    for order in orders:
        if order.target == STANDARD_OUTPUT:
            sys.stdout.flush()
            export_to_stream(
                Path(store),
                sys.stdout.buffer,
                order.kind,
                top=options.top,
                excel=options.excel,
                absolute=options.absolute,
            )
        else:
            table = ExportTable(
                store,
                order.target,
                order.kind,
                options.top,
                options.excel,
                options.absolute,
                options.command_line,
            )
            table.run(services, nothing_told, Control())
