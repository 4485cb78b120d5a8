"""XLSX through XlsxWriter, a row at a time: memory does not grow with the table."""

import contextlib
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from resnet_gui.errors import ExportError
from resnet_gui.results.columns import CellType, Column, Row, as_value
from resnet_gui.results.formats import Order

MOST_ROWS = 1_048_576
"""What a sheet can hold, the head included; a file with more opens as damaged."""
_NOT_IN_XML = re.compile("[\ufffe\uffff]")
_TEXT_WIDTH, _NUMBER_WIDTH = 24, 10
"""Of a column whose row says nothing of it, characters."""


def check_fits(rows: int) -> None:
    """Raise ExportError when so many rows do not fit on a sheet."""
    if rows > MOST_ROWS - 1:
        raise ExportError(
            f"An XLSX sheet holds {MOST_ROWS - 1:,} rows below its head, and this run has {rows:,}. Write CSV instead."
        )


def write_in_folder(stream: BinaryIO, columns: Sequence[Column], rows: Iterable[Row], order: Order) -> None:
    """As `write_xlsx`, the parts of the file in the folder where it comes to lie."""
    check_fits(order.rows())
    with tempfile.TemporaryDirectory(prefix=".xlsx-", dir=order.folder) as scratch:
        write_xlsx(stream, columns, rows, scratch=Path(scratch))


def write_xlsx(stream: BinaryIO, columns: Sequence[Column], rows: Iterable[Row], *, scratch: Path) -> None:
    """Write one sheet, "results", with a frozen head.

    scratch: an existing folder for the parts of the file while it is made.  Text is always written as text, so
    nothing runs and "9/10" stays what it is; numbers are numbers, rounded as CSV writes them.
    Raises ExportError when XlsxWriter cannot write; OSError when the disk fails.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    book = xlsxwriter.Workbook(stream, {"constant_memory": True, "tmpdir": str(scratch)})
    try:
        sheet = book.add_worksheet("results")
        bold = book.add_format({"bold": True})
        formats = {one: book.add_format({"num_format": _number_format(one)}) for one in CellType}
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            usual = _TEXT_WIDTH if column.type is CellType.TEXT else _NUMBER_WIDTH
            sheet.set_column(place, place, column.width or usual)
            sheet.write_string(0, place, column.name, bold)
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                cell = as_value(column.type, column.of(row))
                if cell is None or cell == "":
                    continue
                if isinstance(cell, str):
                    sheet.write_string(number, place, _NOT_IN_XML.sub("\ufffd", cell))
                else:
                    sheet.write_number(number, place, cell, formats[column.type])
    except BaseException:
        with contextlib.suppress(OSError, XlsxWriterException):  # closes its scratch files; the first failure counts
            book.close()
        raise
    try:
        book.close()
    except XlsxWriterException as error:
        raise ExportError(f"The XLSX file could not be written: {error}. Choose another place, or CSV.") from error


def _number_format(cell_type: CellType) -> str:
    decimals = cell_type.value
    return f"0.{'0' * decimals}" if decimals else "General" if cell_type is CellType.TEXT else "0"
