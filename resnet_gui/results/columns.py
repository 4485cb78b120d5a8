"""The columns of a run, a row each: how each is stored, written to tables, and shown beside an answer.

    path,status,label1,p1,…,labelK,pK,id1,…,idK,index1,…,indexK,agree,margin,width,height,ms,message

The database's schema, the store, its readers and filters, all table formats and the window are made from these rows.
A picture without an answer has empty cells (null in JSON).
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from resnet_gui.engine.record import KEPT_CLASSES, Prediction, Record, Score
from resnet_gui.errors import UsageError
from resnet_gui.images.status import Status
from resnet_gui.results.blobs import pack_scores, pack_votes
from resnet_gui.results.path_text import encodable, path_text

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A picture of a run, as it is read.

    path: absolute, as `os.fsdecode` gives it (may hold surrogates).  shown: what tables show, always encodable.
    status: None while it is not done; width, height: of the upright picture in pixels; ms: decoding and inference.
    Behind `prediction`, in their order, a field for each column of LATER, with a default.
    """

    id: int
    path: str
    shown: str
    status: Status | None
    message: str
    width: int | None
    height: int | None
    ms: float | None
    prediction: Prediction | None


class CellType(Enum):
    """How a column's values are written; the value is the number of decimals, None for what is no fraction."""

    TEXT = None
    INTEGER = 0
    PROBABILITY = 6
    MILLISECONDS = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column, wherever it is.

    name: in tables, in the database and in filters.
    type: how its cells are written.
    of: the cell of a row for tables, None where it is empty.
    record: what the database keeps of a record; no function: it keeps none.
    sql: its declaration there, and since: the version of the schema that added it; the text of version 1 is fixed.
    empty: what the database has for a file that is not done.
    title, text: what the window calls it beside an answer, and shows, nothing where the text is empty.
    width: in a spreadsheet, characters; 0 for what is usual for its type.
    like_date: whether spreadsheets take its text for a date: "9/10" becomes the ninth of October.
    """

    name: str
    type: CellType
    of: Callable[[Row], Cell] = lambda row: None
    record: Callable[[Record], Any] | None = None
    sql: str = ""
    since: int = 1
    empty: str = "NULL"
    title: str = ""
    text: Callable[[Row], str] = lambda row: ""
    width: int = 0
    like_date: bool = False


def _of_answer(get: Callable[[Prediction], Any]) -> Callable[[Record], Any]:
    """What is kept of a record's prediction; NULL where there is none."""
    return lambda record: None if record.prediction is None else get(record.prediction)


def _agreement(row: Row) -> str | None:
    prediction = row.prediction
    if prediction is None or len(prediction.votes) < 2:
        return None
    return f"{prediction.agreeing}/{len(prediction.votes)}"


def _size(row: Row) -> str:
    if row.width is None or row.height is None:
        return ""
    return f"{row.width:,} × {row.height:,}" + ("" if row.ms is None else f", {row.ms:,.0f} ms")


# ---------------------------------------------------------------- the rows


STATUS = Column(
    "status",
    CellType.TEXT,
    of=lambda row: None if row.status is None else row.status.value,
    record=lambda record: record.status.value,
    text=lambda row: "" if row.status in (None, Status.OK) else str(row.status).replace("_", " "),
    width=12,
)
LABEL = Column("label", CellType.INTEGER, record=_of_answer(lambda answer: answer.top[0].index))
P1 = Column("p1", CellType.PROBABILITY, record=_of_answer(lambda answer: answer.top[0].probability))
KEPT = (
    LABEL,
    P1,
    Column("top", CellType.TEXT, record=_of_answer(lambda answer: pack_scores(answer.top))),
    Column("votes", CellType.TEXT, record=_of_answer(lambda answer: pack_votes(answer.votes))),
)
"""What lists are sorted and filtered by, and the packed classes of which tables show as many as are asked for."""
BEHIND_CLASSES = (
    Column(
        "agree",
        CellType.TEXT,
        of=_agreement,
        record=_of_answer(lambda answer: answer.agreeing if len(answer.votes) > 1 else None),
        like_date=True,
    ),
    Column(
        "margin",
        CellType.PROBABILITY,
        of=lambda row: None if row.prediction is None else row.prediction.margin,
        record=_of_answer(lambda answer: answer.margin),
    ),
    Column("width", CellType.INTEGER, of=lambda row: row.width, record=lambda record: record.width),
    Column("height", CellType.INTEGER, of=lambda row: row.height, record=lambda record: record.height),
    Column("ms", CellType.MILLISECONDS, of=lambda row: row.ms, record=lambda record: record.ms),
    Column(
        "message",
        CellType.TEXT,
        of=lambda row: row.message,
        record=lambda record: encodable(record.message),
        empty="''",
        width=48,
    ),
)
"""The columns of tables behind the classes."""
SIZE = Column("size", CellType.TEXT, title="This picture", text=_size)
COLUMNS = (STATUS, *KEPT, *BEHIND_CLASSES, SIZE)
"""All of them, but for the path and the classes of tables, which `columns` makes."""
STORED = tuple(column for column in COLUMNS if column.record is not None)
"""The columns of the database's table `file` that a record fills, in the order in which `stored_values` has them."""
LATER = tuple(column for column in STORED if column.since > 1)
"""Those that version 1 had not: each is a field of `Row`."""


def stored_values(record: Record) -> tuple[Any, ...]:
    """What the columns STORED hold for a record."""
    return tuple(column.record(record) for column in STORED if column.record is not None)


def shown_beside(row: Row) -> tuple[tuple[str, str], ...]:
    """Titles and texts of what the window shows of a picture beside its answer."""
    return tuple((column.title, text) for column in COLUMNS if column.title and (text := column.text(row)))


# ---------------------------------------------------------------- tables


def columns(classes: Sequence[tuple[int, str, str]], *, top: int, absolute: bool = False) -> tuple[Column, ...]:
    """The columns of a table, in order.

    classes: (index, wnid, name) as `RunReader.classes` gives them.  top: how many classes a row has, 1…KEPT_CLASSES;
    a network with fewer leaves the rest empty.  absolute: write whole paths instead of those relative to the folder.
    Raises UsageError for another `top`.
    """
    if not 1 <= top <= KEPT_CLASSES:
        raise UsageError(f"A table can have 1 to {KEPT_CLASSES} classes a picture, not {top}.")
    names = {index: name for index, _, name in classes}
    wnids = {index: wnid for index, wnid, _ in classes}
    ranks = range(top)
    answers: list[Column] = []
    for rank in ranks:
        answers.append(_ranked(f"label{rank + 1}", CellType.TEXT, rank, lambda score: names[score.index]))
        answers.append(_ranked(f"p{rank + 1}", CellType.PROBABILITY, rank, lambda score: score.probability))
    return (
        Column("path", CellType.TEXT, _whole_path if absolute else _shown_path, width=48),
        STATUS,
        *answers,
        *(_ranked(f"id{rank + 1}", CellType.TEXT, rank, lambda score: wnids[score.index]) for rank in ranks),
        *(_ranked(f"index{rank + 1}", CellType.INTEGER, rank, lambda score: score.index) for rank in ranks),
        *BEHIND_CLASSES,
    )


def as_text(cell_type: CellType, cell: Cell) -> str:
    """A cell for CSV: decimal point, fixed number of decimals, empty for None."""
    if cell is None:
        return ""
    return str(cell) if cell_type is CellType.TEXT else f"{cell:.{cell_type.value}f}"


def as_value(cell_type: CellType, cell: Cell) -> Cell:
    """A cell for formats that know numbers: rounded to the decimals that CSV writes."""
    return round(cell, cell_type.value) if isinstance(cell, float) and cell_type.value is not None else cell


def path_cell(text: str) -> str:
    """A path that no program takes for a formula or an option: a leading = + - @ is written ./=… and so on."""
    return f"./{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _ranked(name: str, cell_type: CellType, rank: int, of: Callable[[Score], Cell]) -> Column:
    def cell(row: Row) -> Cell:
        scores = () if row.prediction is None else row.prediction.top
        return of(scores[rank]) if rank < len(scores) else None

    return Column(name, cell_type, cell)


def _shown_path(row: Row) -> str:
    return path_cell(row.shown)


def _whole_path(row: Row) -> str:
    return path_cell(path_text(row.path.replace(os.sep, "/")))
