"""XLSX through XlsxWriter, a row at a time: memory does not grow with the table."""

import contextlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from resnet_gui.errors import ExportError
from resnet_gui.results.columns import Column, Kind, as_value
from resnet_gui.results.query import Row

MOST_ROWS = 1_048_576
"""What a sheet can hold, the head included; a file with more opens as damaged."""
_NOT_IN_XML = re.compile("[\ufffe\uffff]")
_WIDTHS = {"path": 48, "message": 48, "status": 12}
_LABEL_WIDTH, _NUMBER_WIDTH = 24, 10


def check_fits(rows: int) -> None:
    """Raise ExportError when so many rows do not fit on a sheet."""
    if rows > MOST_ROWS - 1:
        raise ExportError(
            f"An XLSX sheet holds {MOST_ROWS - 1:,} rows below its head, and this run has {rows:,}. Write CSV instead."
        )


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
        formats = {kind: book.add_format({"num_format": _number_format(kind)}) for kind in Kind}
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            width = _LABEL_WIDTH if column.kind is Kind.TEXT else _NUMBER_WIDTH
            sheet.set_column(place, place, _WIDTHS.get(column.name, width))
            sheet.write_string(0, place, column.name, bold)
        for number, row in enumerate(rows, start=1):
            for place, column in enumerate(columns):
                cell = as_value(column.kind, column.of(row))
                if cell is None or cell == "":
                    continue
                if isinstance(cell, str):
                    sheet.write_string(number, place, _NOT_IN_XML.sub("\ufffd", cell))
                else:
                    sheet.write_number(number, place, cell, formats[column.kind])
    except BaseException:
        with contextlib.suppress(OSError, XlsxWriterException):  # closes its scratch files; the first failure counts
            book.close()
        raise
    try:
        book.close()
    except XlsxWriterException as error:
        raise ExportError(f"The XLSX file could not be written: {error}. Choose another place, or CSV.") from error


def _number_format(kind: Kind) -> str:
    return f"0.{'0' * kind.value}" if kind.value else "General" if kind is Kind.TEXT else "0"
