"""NAME.run.json, beside every table: what made the numbers, so that a reader can trust or repeat them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resnet_gui.images.status import Status
from resnet_gui.results.path_text import encodable
from resnet_gui.results.query import RunReader


def sidecar_path(table: Path) -> Path:
    """`table.csv` → `table.csv.run.json`: tables of several formats never share one."""
    return table.with_name(table.name + ".run.json")


def run_report(
    reader: RunReader,
    statuses: Mapping[Status, int],
    *,
    table: Mapping[str, Any],
    command_line: str | None,
) -> bytes:
    """The content, UTF-8 JSON with two spaces of indentation, from the run's facts and what was written.

    statuses: of the rows written.  table: facts of the table itself.  command_line: None where there was none (the
    window).  Bytes of paths outside UTF-8 are written `\\xNN`.
    """
    header, state = reader.header(), reader.state()
    report = {
        "table": dict(table),
        "command_line": command_line,
        "run": {
            "identity": header.identity,
            "phase": state.phase,
            "complete": state.complete,
            "started": state.started,
            "ended": state.ended or None,
            "found": state.found,
            "done": state.done,
            "ignored": state.ignored,
            "folders_not_read": list(state.denied),
        },
        "statuses": {status.value: statuses[status] for status in Status if statuses.get(status)},
        **header.facts,
    }
    return (json.dumps(_readable(report), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _readable(value: Any) -> Any:
    """The same value with every text encodable."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, Mapping):
        return {_readable(key): _readable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_readable(item) for item in value]
    return value
