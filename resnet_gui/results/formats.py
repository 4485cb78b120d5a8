"""The formats in which a table is written, a row each; light to import, the writers are loaded when they are called.

The options of the command line, the window's dialog and the checks of what was asked are made from the rows.  A new
format is a row here and a module that writes it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from resnet_gui.results.columns import Column, Row


@dataclass(frozen=True, slots=True)
class Order:
    """How a table is to be written.

    rows: asked how many it has.  excel: as a spreadsheet needs it.  folder: where it comes to lie, for parts of it
    while it is made; None for a stream.
    """

    rows: Callable[[], int]
    excel: bool
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

    write_csv(stream, columns, rows, excel=order.excel)


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
