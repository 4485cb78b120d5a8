"""JSON Lines: one object a picture, keys and order those of the columns, UTF-8, LF."""

import json
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from resnet_gui.results.columns import Column, as_value
from resnet_gui.results.query import Row


def write_jsonl(stream: BinaryIO, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Write the rows.  Numbers are numbers, rounded as CSV writes them; what is empty is null."""
    for row in rows:
        values = {column.name: as_value(column.kind, column.of(row)) for column in columns}
        stream.write(json.dumps(values, ensure_ascii=False, allow_nan=False).encode("utf-8") + b"\n")
