"""Tables as text: CSV and JSON Lines.

CSV as RFC 4180 has it: UTF-8, commas, CR LF; with `excel`, as a spreadsheet needs it.  JSON Lines: one object a
picture, keys and order those of the columns, UTF-8, LF.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from resnet_gui.results.columns import Column, Row, as_text, as_value

_BYTE_ORDER_MARK = "\ufeff"
_RUNS = frozenset("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula, quoted or not (OWASP, CSV injection)."""


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


def write_jsonl(stream: BinaryIO, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Write the rows.  Numbers are numbers, rounded as CSV writes them; what is empty is null."""
    for row in rows:
        values = {column.name: as_value(column.type, column.of(row)) for column in columns}
        stream.write(json.dumps(values, ensure_ascii=False, allow_nan=False).encode("utf-8") + b"\n")


def guarded(text: str) -> str:
    """A text that a spreadsheet shows and does not run."""
    return f"'{text}" if text[:1] in _RUNS or text.lstrip()[:1] in _RUNS else text


def _cell(column: Column, row: Row) -> str:
    return as_text(column.type, column.of(row))


def _excel_cell(column: Column, row: Row) -> str:
    cell = column.of(row)
    text = as_text(column.type, cell)
    if not isinstance(cell, str):
        return text
    return f"'{text}" if column.like_date else guarded(text)
