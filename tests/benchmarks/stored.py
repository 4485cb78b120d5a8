"""The report as JSON, with every sample, and back: so that pages can be written anew without measuring again."""

import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, cast, get_args, get_origin, get_type_hints

from tests.benchmarks.report import Report


def as_json(report: Report) -> str:
    """Everything, each round's samples too; of files and folders their names only, as others lie elsewhere."""
    rows = [asdict(row) | {"holds": row.holds} for row in report.rows]
    values = asdict(_without_folders(report)) | {"rows": rows}
    return json.dumps(values, indent=1, default=str, ensure_ascii=False) + "\n"


def from_json(text: str) -> Report:
    """The report that `as_json` wrote.  Raises KeyError, TypeError or ValueError where it is another's text."""
    return cast(Report, _made(Report, json.loads(text)))


def _without_folders(report: Report) -> Report:
    def short(task: Any) -> Any:
        setting = task.setting
        names = replace(setting, home=Path(setting.home.name), network=Path(setting.network).name)
        return replace(task, setting=names)

    return replace(report, results=tuple(replace(one, task=short(one.task)) for one in report.results))


def _made(kind: Any, value: Any) -> Any:
    """A value of this type, annotated as `Report` and its parts are."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{one.name: _made(hints[one.name], value[one.name]) for one in fields(kind)})
    if origin is types.UnionType:
        return None if value is None else _made(next(one for one in inner if one is not type(None)), value)
    if origin is tuple and inner[-1] is not Ellipsis:
        return tuple(_made(one, part) for one, part in zip(inner, value, strict=True))
    if origin in (tuple, Sequence):
        return tuple(_made(inner[0], part) for part in value)
    if origin in (dict, Mapping):
        return {name: _made(inner[1], part) for name, part in value.items()}
    if kind is Path:
        return Path(value)
    if not isinstance(value, (int, float) if kind is float else kind):
        raise ValueError(f"{value!r} is no {kind.__name__}")
    return value
