"""What the check found on a card, as Markdown for docs/benchmarks.md."""

from collections.abc import Mapping
from typing import Any

from tests.benchmarks.machine import Machine
from tests.benchmarks.markdown import table
from tests.benchmarks.report import figures_table, per_second, rows_table, times
from tests.benchmarks.rows import Row

NOTHING = "Nothing has been measured on a card yet."
_COLUMNS = ("", "pictures/s", "× the loop", "the loop", "network only", "decode, one core", "decode only", "limit",
            "of limit", "batch")  # fmt: skip


def as_markdown(values: Mapping[str, Any] | None) -> str:
    """values: the file that `python -m tests.gpu` has written; None where there is none yet."""
    if values is None:
        return NOTHING
    facts: dict[str, str | float] = {}
    rows: list[Row] = []
    for part in values["parts"]:
        facts |= part["facts"] or {}
        rows += [Row(**row) for row in part["rows"]]
    parts = [" ".join(_sentences(values, facts)), _speeds(facts)]
    judged, told = [row for row in rows if row.limit is not None], [row for row in rows if row.limit is None]
    parts += ["### GPU: limits", rows_table(judged)] if judged else []
    parts += ["### GPU: figures", figures_table(told)] if told else []
    not_well = [f"- {part['name']}: {part['status']}. {part['said']}".rstrip() for part in values["parts"]
                if part["status"] != "passed"]  # fmt: skip
    parts += ["Not passed:\n\n" + "\n".join(not_well)] if not_well else []
    return "\n\n".join(parts)


def _sentences(values: Mapping[str, Any], facts: Mapping[str, str | float]) -> list[str]:
    card = str(facts.get("card", values["device"]))
    about = [f"{facts[name]:.0f} GiB" for name in ("memory of the card, GiB",) if name in facts]
    about += [f"{word} {facts[name]}" for word, name in (("CUDA", "CUDA of torch"), ("driver for", "driver"))
              if name in facts]  # fmt: skip
    return [
        f"{values['date']}, {card} ({', '.join(about)}).",
        f"{Machine(**values['machine']).sentence}.",
        f"JPEGs decoded by {values['jpeg_decoder']}; {values['pictures']}; {values['seconds']:.0f} s in all.",
        *(["A short trial: no speed is judged."] if values["quick"] else []),
    ]


def _speeds(facts: Mapping[str, str | float]) -> str:
    lines = []
    for precision in ("exact", "fast"):
        found = {
            name: float(facts[f"{precision}: {name}"])
            for name in ("pictures/s", "pictures/s of the loop", "network only", "decode, s of one core",
                         "decode only", "limit", "batch")
            if f"{precision}: {name}" in facts
        }  # fmt: skip
        ours, loop, limit = (found.get(name) for name in ("pictures/s", "pictures/s of the loop", "limit"))
        one_core, batch = found.get("decode, s of one core"), found.get("batch")
        lines.append(
            [
                f"{precision} ({facts.get(f'{precision}: numbers', 'not measured')})",
                _rate(ours),
                times(ours / loop) if ours and loop else "",
                _rate(loop),
                _rate(found.get("network only")),
                f"{1000 * one_core:.2f} ms" if one_core else "",
                _rate(found.get("decode only")),
                _rate(limit),
                f"{100 * ours / limit:.1f} %" if ours and limit else "",
                f"{batch:.0f}" if batch else "",
            ]
        )
    heading = f"The loop is {facts['loop']}'s." if "loop" in facts else "No loop was measured."
    return f"{heading}\n\n{table(_COLUMNS, lines)}"


def _rate(value: float | None) -> str:
    return per_second(value) if value else ""
