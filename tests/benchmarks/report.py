"""All that was measured in one go, as Markdown and as JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tests.benchmarks import scale, ten_crops, throughput
from tests.benchmarks.machine import Machine
from tests.benchmarks.markdown import table
from tests.benchmarks.ours import PRECISIONS
from tests.benchmarks.rows import Row
from tests.benchmarks.scale import ScaleResult
from tests.benchmarks.ten_crops import CropsResult
from tests.benchmarks.throughput import Result

_TITLES = {"start": "Start", "window": "Window against command line"}


@dataclass(frozen=True, slots=True)
class Report:
    """date: of the day, ISO.  rounds: of each benchmark.  judged: whether limits count.  others: rows of the benchmarks
    `start` and `window`, by name.  remarks: sentences about what was left out or could not be measured."""

    machine: Machine
    date: str
    rounds: int
    judged: bool
    results: tuple[Result, ...] = ()
    crops: CropsResult | None = None
    scale: ScaleResult | None = None
    others: tuple[tuple[str, Sequence[Row]], ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def rows(self) -> list[Row]:
        """Every figure that has a limit, or that a benchmark tells as a row of its own."""
        found = [row for result in self.results for row in throughput.rows(result)]
        if self.crops is not None:
            found += ten_crops.rows(self.crops, judged=self.judged)
        if self.scale is not None:
            found += scale.rows(self.scale, judged=self.judged)
        others = [row for _, rows in self.others for row in rows]
        return [*found, *(others if self.judged else [replace(row, limit=None) for row in others])]

    @property
    def missed(self) -> list[Row]:
        """The figures that are outside their limits."""
        return [row for row in self.rows if not row.holds]


def as_markdown(report: Report) -> str:
    """The whole report: a table for each benchmark, then the limits."""
    parts = [_measured_on(report)]
    for result in report.results:
        parts += [f"### {result.task.title}", _result_table(result)]
    if report.crops is not None:
        parts += [f"### ResNet-50, ten crops, {report.crops.pictures:,} pictures", _crops_table(report.crops)]
    if report.scale is not None:
        parts += ["### Many pictures", _scale_table(report.scale)]
    parts += [text for name, rows in report.others for text in (f"### {_TITLES[name]}", figures_table(rows))]
    bound = [row for row in report.rows if row.limit is not None]
    if bound:
        parts += ["### Limits", rows_table(bound)]
    elif not report.judged:
        parts.append("No limit is judged in a short run.")
    return "\n\n".join(parts) + "\n"


def _measured_on(report: Report) -> str:
    rounds = "one round" if report.rounds == 1 else f"medians of {report.rounds} rounds"
    return " ".join([f"{report.date}, {rounds}. {report.machine.sentence}.", *report.remarks])


_COLUMNS = ("", "pictures/s", "once started", "× timm's loop", "× its process", "network only", "decode", "limit",
            "of limit", "memory", "spread")  # fmt: skip


def _result_table(result: Result) -> str:
    rows = [_our_line(result, precision) for precision in PRECISIONS]
    rows += [_peer_line(result, peer) for peer in result.task.peers]
    return table(_COLUMNS, rows)


def _our_line(result: Result, precision: str) -> list[str]:
    peak = result.peak_mib(precision)
    against = "timm" in result.task.peers
    return [
        f"{precision} ({result.rounds[0].ours[precision].parts.precision})",
        per_second(result.middle(precision, lambda sample: sample.rate)),
        per_second(result.middle(precision, lambda sample: sample.rate_once_started)),
        times(result.times_loop(precision, "timm")) if against else "",
        times(result.times_process(precision, "timm")) if against else "",
        per_second(result.middle(precision, lambda sample: sample.parts.network_rate)),
        f"{1000 * result.middle(precision, lambda sample: sample.parts.decode_s):.2f} ms",
        per_second(result.middle(precision, lambda sample: sample.parts.limit)),
        f"{100 * result.middle(precision, lambda sample: sample.of_limit):.1f} %",
        "" if peak is None else f"{peak:.0f} MiB",
        f"{100 * result.spread(precision):.0f} %",
    ]


def _peer_line(result: Result, peer: str) -> list[str]:
    rate = result.middle_of_peer(peer, lambda sample: sample.rate)
    loop = result.middle_of_peer(peer, lambda sample: sample.loop_rate)
    return [peer, per_second(rate), per_second(loop), *[""] * (len(_COLUMNS) - 3)]


def _crops_table(result: CropsResult) -> str:
    rows = [[name, per_second(result.rate(name)), f"{result.cost(name):.3f} ×"] for name in PRECISIONS]
    return table(("", "pictures/s", "cost in ten single crops"), rows)


def _scale_table(result: ScaleResult) -> str:
    few = max((run.peak_mib or 0.0 for turn in result.rounds for run in turn.few), default=0.0)
    many = max((turn.many.peak_mib or 0.0 for turn in result.rounds), default=0.0)
    lines = ((result.few, result.few_rate, few), (result.many, result.many_rate, many))
    rows = [[f"{count:,} pictures", per_second(rate), f"{peak:.0f} MiB" if peak else ""] for count, rate, peak in lines]
    return table((result.precision, "pictures/s once started", "memory"), rows)


def rows_table(rows: Iterable[Row]) -> str:
    """Figures beside their limits."""
    lines = [[row.name, f"{_figure(row)}", _bound(row), "yes" if row.holds else "NO"] for row in rows]
    return table(("", "measured", "limit", "holds"), lines)


def figures_table(rows: Iterable[Row]) -> str:
    """Figures alone."""
    return table(("", "measured"), [[row.name, f"{_figure(row)}"] for row in rows])


def _figure(row: Row) -> str:
    """Three digits say enough; no powers of ten."""
    return f"{row.value:.3g} {row.unit}" if abs(row.value) < 1000 else f"{row.value:.0f} {row.unit}"


def _bound(row: Row) -> str:
    return "" if row.limit is None else f"{'≥' if row.at_least else '≤'} {row.limit:g} {row.unit}"


def per_second(value: float) -> str:
    """Pictures per second, three digits."""
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def times(value: float) -> str:
    """A ratio."""
    return f"{value:.1f} ×"
