"""README's few lines about speed, for a person who is choosing a program; the whole report is in docs/benchmarks.md."""

from collections.abc import Iterable

from tests.benchmarks.markdown import table
from tests.benchmarks.ours import PRECISIONS
from tests.benchmarks.report import Report, per_second, times
from tests.benchmarks.throughput import Result

_NETWORK = "resnet50"
_AGAINST = "timm"


def readme_section(report: Report) -> str:
    """One table of one network, and two sentences: what was measured, what a start and a run take."""
    shown = next((one for one in report.results if one.task.key == _NETWORK), None)
    parts = [] if shown is None else [_table(shown)]
    return "\n\n".join([*parts, " ".join(_sentences(report, shown))])


def _table(result: Result) -> str:
    against = _AGAINST in result.task.peers
    header = [result.task.short, "pictures/s", *([f"against {_AGAINST}"] if against else [])]
    lines = []
    if against:
        loop = result.middle_of_peer(_AGAINST, lambda sample: sample.loop_rate)
        lines.append([f"{_AGAINST}'s loop", per_second(loop), ""])
    for precision in PRECISIONS:
        name = f"{precision} ({result.rounds[0].ours[precision].parts.precision})"
        ratio = [times(result.times_loop(precision, _AGAINST))] if against else []
        lines.append([name, per_second(result.middle(precision, lambda sample: sample.rate)), *ratio])
    return table(header, lines)


def _sentences(report: Report, result: Result | None) -> Iterable[str]:
    if result is not None:
        machine = report.machine
        cores = "one core" if machine.cores == 1 else f"{machine.cores} cores"
        yield (
            f"{result.task.pictures:,} photographs, {cores} of an {machine.cpu}, {report.date};"
            f" ours from the start of the process to the finished table"
            + (f", {_AGAINST}'s loop without its start." if _AGAINST in result.task.peers else ".")
        )
    found = {row.name: row for name, rows in report.others if name == "start" for row in rows}
    painted = next((row for name, row in found.items() if _of_a_warm_window(name, "painted")), None)
    answered = next((row for name, row in found.items() if _of_a_warm_window(name, "first prediction")), None)
    if painted is not None and answered is not None:
        yield (
            f"The window is there {painted.value:.1f} {painted.unit} after its start, and the first answer after"
            f" {answered.value:.1f} {answered.unit}."
        )
    peaks = [] if result is None else [peak for name in PRECISIONS if (peak := result.peak_mib(name)) is not None]
    if peaks:
        yield f"A run holds {max(peaks):.0f} MiB of memory at most."


def _of_a_warm_window(name: str, moment: str) -> bool:
    """Whether a row of the benchmark `start` tells this of a start that is not the first."""
    return name.startswith("window") and name.endswith(f", {moment}") and "first start" not in name
