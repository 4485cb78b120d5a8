"""Which pictures of a run are wanted: a filter as data, and the condition it becomes."""

import json
import unicodedata
from dataclasses import dataclass
from typing import Any

from resnet_gui.images.status import Status
from resnet_gui.results.columns import LABEL, P1, STATUS

LISTED = "generation >= (SELECT complete FROM run)"
"""Condition for the files that count: see `schema`."""


@dataclass(frozen=True, slots=True)
class Filter:
    """All that is set must hold.

    statuses: None for any, pictures not yet done included; otherwise only these.
    labels: indices of winning classes, None for any.
    p1_from, p1_below: p1_from ≤ p1 < p1_below; None leaves that side open.  Either leaves out pictures without answer.
    name: part of the shown path; case, and the two ways to write "é", make no difference.
    """

    statuses: frozenset[Status] | None = None
    labels: frozenset[int] | None = None
    p1_from: float | None = None
    p1_below: float | None = None
    name: str = ""


def where(wanted: Filter | None) -> tuple[str, tuple[Any, ...]]:
    """The condition, with placeholders, and their values; it calls `contains`, made known to the connection."""
    conditions: list[str] = [LISTED]
    values: list[Any] = []
    wanted = wanted or Filter()
    for condition, value in (
        (f"{STATUS.name} IN (SELECT value FROM json_each(?))", _json(wanted.statuses)),
        (f"{LABEL.name} IN (SELECT value FROM json_each(?))", _json(wanted.labels)),
        (f"{P1.name} >= ?", wanted.p1_from),
        (f"{P1.name} < ?", wanted.p1_below),
        ("contains(shown, ?)", _plain(wanted.name) or None),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    return " AND ".join(conditions), tuple(values)


def contains(shown: str, plain: str) -> bool:
    """Whether a shown path contains a text that has gone through the same simplification."""
    return plain in _plain(shown)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _json(items: frozenset[Any] | None) -> str | None:
    return None if items is None else json.dumps(sorted(items))
