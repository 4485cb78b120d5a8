"""How a table is written: its options and its formats, a row each.  Light: writers are loaded when they are called.

The options of the command line, the window's dialog and the checks of what was asked are made from the rows.  A new
format is a row here and a module that writes it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from resnet_gui.engine.record import KEPT_CLASSES, SHOWN_CLASSES
from resnet_gui.option import Bounds, Group, Help, Line, Preference, option

if TYPE_CHECKING:
    from pathlib import Path

    from resnet_gui.results.columns import Column, Row


@dataclass(frozen=True, kw_only=True)
class TableOptions:
    """How a table is written.  No answer depends on it, so it may be written again in another way."""

    top: int = option(
        SHOWN_CLASSES,
        bounds=Bounds(1, KEPT_CLASSES),
        help=Help(Group.TABLE, "classes for each picture ({default}; {bounds.least} to {bounds.most})", "K"),
        recipe=Line("table", "classes for each picture"),
        preference=Preference("Classes in a table", "How many classes each row of an exported table has"),
    )
    excel: bool = option(
        False,
        help=Help(Group.TABLE, "CSV for a spreadsheet: with a BOM, and cells that it would run guarded"),
        recipe=Line("table", "CSV with a byte order mark, cells guarded that a spreadsheet would run"),
        preference=Preference("CSV for Excel", "A byte order mark, and no cell that a spreadsheet would run"),
    )
    absolute: bool = option(
        False,
        help=Help(Group.TABLE, "write whole paths"),
        recipe=Line("table", "whole paths"),
        preference=Preference("Whole paths in tables", "Otherwise paths are relative to the folder"),
    )


@dataclass(frozen=True, slots=True)
class Order:
    """What a writer has to know beside columns and rows.

    options: how it is wanted.  rows: asked how many it has.  folder: where it comes to lie, for parts of it while it
    is made; None for a stream.
    """

    options: TableOptions
    rows: Callable[[], int]
    folder: "Path | None"


class Writer(Protocol):
    """Writes a whole table to a stream that is open for bytes, and leaves it open.

    Raises ExportError for what the format cannot hold, OSError as the stream does.
    """

    def __call__(self, stream: BinaryIO, columns: "Sequence[Column]", rows: "Iterable[Row]", order: Order) -> None: ...


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    name: of its option on the command line, and in run files.  suffix: ends of its files' names, lower case, with dot.
    title: in the window's dialog.  help: of its option; empty: it has none, the window alone writes it.
    write: the writer.  needs_file: whether it cannot go to a stream or a pipe.
    """

    name: str
    suffix: str
    title: str
    help: str
    write: Writer
    needs_file: bool = False

    @property
    def kind(self) -> str:
        """As file dialogs have it: "CSV table (*.csv)"."""
        return f"{self.title} (*{self.suffix})"


def _csv(stream: BinaryIO, columns: "Sequence[Column]", rows: "Iterable[Row]", order: Order) -> None:
    from resnet_gui.results.text_tables import write_csv

    write_csv(stream, columns, rows, excel=order.options.excel)


def _jsonl(stream: BinaryIO, columns: "Sequence[Column]", rows: "Iterable[Row]", order: Order) -> None:
    from resnet_gui.results.text_tables import write_jsonl

    write_jsonl(stream, columns, rows)


def _xlsx(stream: BinaryIO, columns: "Sequence[Column]", rows: "Iterable[Row]", order: Order) -> None:
    from resnet_gui.results.xlsx_tables import write_in_folder

    write_in_folder(stream, columns, rows, order)


FORMATS: tuple[Format, ...] = (
    Format("csv", ".csv", "CSV table", "write a CSV table; - is standard output", _csv),
    Format("jsonl", ".jsonl", "JSON Lines", "write JSON Lines; - is standard output", _jsonl),
    Format("xlsx", ".xlsx", "Excel workbook", "write a spreadsheet", _xlsx, needs_file=True),
)
