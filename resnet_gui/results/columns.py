"""THE list of columns of every table the program writes, and how each value is written.

    path,status,label1,p1,…,labelK,pK,id1,…,idK,index1,…,indexK,agree,margin,width,height,ms,message

CSV, JSON Lines and XLSX are all made from this list.  A picture without an answer has empty cells (null in JSON).
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from resnet_gui.engine.record import KEPT_CLASSES, Prediction, Score
from resnet_gui.errors import UsageError
from resnet_gui.results.path_text import path_text
from resnet_gui.results.query import Row

Cell = str | int | float | None


class Kind(Enum):
    """How a column's values are written; the value is the number of decimals, None for what is no fraction."""

    TEXT = None
    INTEGER = 0
    PROBABILITY = 6
    MILLISECONDS = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column.  of: the cell of a row, None where it is empty."""

    name: str
    kind: Kind
    of: Callable[[Row], Cell]


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
        answers.append(_ranked(f"label{rank + 1}", Kind.TEXT, rank, lambda score: names[score.index]))
        answers.append(_ranked(f"p{rank + 1}", Kind.PROBABILITY, rank, lambda score: score.probability))
    return (
        Column("path", Kind.TEXT, _whole_path if absolute else _shown_path),
        Column("status", Kind.TEXT, lambda row: None if row.status is None else row.status.value),
        *answers,
        *(_ranked(f"id{rank + 1}", Kind.TEXT, rank, lambda score: wnids[score.index]) for rank in ranks),
        *(_ranked(f"index{rank + 1}", Kind.INTEGER, rank, lambda score: score.index) for rank in ranks),
        Column("agree", Kind.TEXT, _agreement),
        Column("margin", Kind.PROBABILITY, lambda row: None if row.prediction is None else row.prediction.margin),
        Column("width", Kind.INTEGER, lambda row: row.width),
        Column("height", Kind.INTEGER, lambda row: row.height),
        Column("ms", Kind.MILLISECONDS, lambda row: row.ms),
        Column("message", Kind.TEXT, lambda row: row.message),
    )


def as_text(kind: Kind, cell: Cell) -> str:
    """A cell for CSV: decimal point, fixed number of decimals, empty for None."""
    if cell is None:
        return ""
    return str(cell) if kind is Kind.TEXT else f"{cell:.{kind.value}f}"


def as_value(kind: Kind, cell: Cell) -> Cell:
    """A cell for formats that know numbers: rounded to the decimals that CSV writes."""
    return round(cell, kind.value) if isinstance(cell, float) and kind.value is not None else cell


def path_cell(text: str) -> str:
    """A path that no program takes for a formula or an option: a leading = + - @ is written ./=… and so on."""
    return f"./{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _ranked(name: str, kind: Kind, rank: int, of: Callable[[Score], Cell]) -> Column:
    def cell(row: Row) -> Cell:
        scores = () if row.prediction is None else row.prediction.top
        return of(scores[rank]) if rank < len(scores) else None

    return Column(name, kind, cell)


def _shown_path(row: Row) -> str:
    return path_cell(row.shown)


def _whole_path(row: Row) -> str:
    return path_cell(path_text(row.path.replace(os.sep, "/")))


def _agreement(row: Row) -> str | None:
    prediction: Prediction | None = row.prediction
    if prediction is None or len(prediction.votes) < 2:
        return None
    return f"{prediction.agreeing}/{len(prediction.votes)}"
