"""CSV as RFC 4180 has it: UTF-8, commas, CR LF; with `excel`, as a spreadsheet needs it."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from resnet_gui.results.columns import Column, as_text
from resnet_gui.results.query import Row

_BYTE_ORDER_MARK = "\ufeff"
_RUNS = frozenset("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula, quoted or not (OWASP, CSV injection)."""
_TURNED_INTO_DATES = frozenset({"agree"})
"""Columns of text that a spreadsheet would read as something else: "9/10" becomes the ninth of October."""


def write_csv(stream: BinaryIO, columns: Sequence[Column], rows: Iterable[Row], *, excel: bool = False) -> None:
    """Write the head and the rows.

    excel: begin with the byte order mark, without which Excel takes UTF-8 for the local code page, and set an
    apostrophe before cells that a spreadsheet would run or turn into dates.  Numbers are never touched.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
    try:
        if excel:
            text.write(_BYTE_ORDER_MARK)
        table = csv.writer(text, lineterminator="\r\n")
        table.writerow([column.name for column in columns])
        cell = _excel_cell if excel else _cell
        for row in rows:
            table.writerow([cell(column, row) for column in columns])
        text.flush()
    finally:
        text.detach()  # the stream belongs to the caller, who closes it


def guarded(text: str) -> str:
    """A text that a spreadsheet shows and does not run."""
    return f"'{text}" if text[:1] in _RUNS or text.lstrip()[:1] in _RUNS else text


def _cell(column: Column, row: Row) -> str:
    return as_text(column.kind, column.of(row))


def _excel_cell(column: Column, row: Row) -> str:
    cell = column.of(row)
    text = as_text(column.kind, cell)
    if not isinstance(cell, str):
        return text
    return f"'{text}" if column.name in _TURNED_INTO_DATES else guarded(text)
