"""Everything side by side in one run, as a Markdown table; docs/benchmarks.md explains it.

    python -m tests.benchmarks [--quick] [--only NAME] [--write-readme]
    python -m tests.benchmarks scale

Exit status: 0 where all limits hold, 1 where one is missed (it says which), 2 where something could not be measured.
"""

import argparse
import datetime
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks import peers, scale, start, tasks, ten_crops, throughput, window
from tests.benchmarks.machine import this_machine
from tests.benchmarks.ours import CALIBRATED_ON, Setting, warm_up
from tests.benchmarks.pages import write_pages
from tests.benchmarks.peers import PEERS
from tests.benchmarks.pictures import cache, large_pictures, linked, photographs, random_network, read_once
from tests.benchmarks.process import BenchmarkError
from tests.benchmarks.report import Report, as_markdown
from tests.benchmarks.stored import as_json

_STARTS_A_ROUND = 3
"""A start takes a second; so its median can be one of more."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What all benchmarks of one call work with.

    photos: a folder of photographs, None for those of ../shared.  work: a folder that goes at the end.
    """

    amount: tasks.Size
    device: str
    photos: Path | None
    work: Path

    def folder(self, name: str, count: int) -> Path:
        """A folder with so many photographs, in the system's cache."""
        return self._ready(linked(photographs(self.photos), count, self.work / name))

    def large(self, count: int) -> Path:
        """A folder with so many pictures of 12 megapixels."""
        return self._ready(linked(large_pictures(photographs(self.photos), count), count, self.work / "large"))

    def one(self, folder: Path) -> Path:
        """A folder with the first picture of another."""
        place = self.work / f"one-of-{folder.name}"
        return place if place.is_dir() else linked(sorted(folder.iterdir())[:1], 1, place)

    def setting(self, name: str, folder: Path) -> Setting:
        """ResNet-50 is the built-in network, the others have random numbers; its cache is warm when this returns."""
        network = "built-in" if name == "resnet50" else str(random_network(int(name.removeprefix("resnet"))))
        home = self.work / f"home-{name}"
        setting = Setting(home, network, device=self.device)
        warm = home / "warm"
        if not warm.exists():
            home.mkdir(exist_ok=True)
            tell(f"{name}: first runs, which fill the cache")
            ranges = self.work / "for-ranges"
            warm_up(setting, self.one(folder), ranges if ranges.is_dir() else self.folder(ranges.name, CALIBRATED_ON))
            warm.touch()
        return setting

    def _ready(self, folder: Path) -> Path:
        read_once(folder)
        return folder


def tell(text: str) -> None:
    """Where it stands, on stderr: stdout has the tables."""
    print(text, file=sys.stderr, flush=True)


def measured(name: str, bench: Bench, report: Report) -> Report:
    """The report with one benchmark more."""
    amount = bench.amount
    match name:
        case "scale":
            return replace(report, scale=_scale(bench))
        case "crops":
            few = bench.folder("few-for-crops", amount.pictures["crops"])
            many = linked(sorted(few.iterdir()), ten_crops.CROPS * amount.pictures["crops"], bench.work / "crops")
            crops = ten_crops.measure(
                bench.setting("resnet50", few), few, many, amount.pictures["crops"], amount.rounds, tell
            )
            return replace(report, crops=crops)
        case "start":
            tell(f"start: {_STARTS_A_ROUND * amount.rounds} rounds")
            return replace(report, others=(*report.others, (name, start.measure(_STARTS_A_ROUND * amount.rounds))))
        case "window":
            tell(f"window: {amount.rounds} rounds")
            rows = window.measure(amount.rounds, amount.pictures["window"], bench.photos)
            return replace(report, others=(*report.others, (name, rows)))
        case _:
            return replace(report, results=(*report.results, _throughput(name, bench)))


def _throughput(name: str, bench: Bench) -> throughput.Result:
    count = bench.amount.pictures[name]
    folder = bench.large(count) if name == "large" else bench.folder(name, count)
    task = tasks.task(name, bench.amount, bench.setting("resnet18" if name == "large" else name, folder))
    return throughput.measure(task, folder, bench.one(folder), bench.amount.rounds, bench.amount.seconds, tell)


def _scale(bench: Bench) -> scale.ScaleResult:
    sizes = (bench.amount.pictures["few"], bench.amount.pictures["many"])
    few, many = bench.folder("few", sizes[0]), bench.folder("many", sizes[1])
    setting = bench.setting("resnet50", few)
    return scale.measure(setting, "turbo", (bench.one(few), few, many), sizes, bench.amount.rounds, tell)


def run(options: argparse.Namespace) -> int:
    """Measure, print, write.  Raises BenchmarkError where nothing can be measured at all."""
    why_not = peers.missing()
    amount = tasks.size(
        quick=options.quick, rounds=options.rounds, pictures=options.pictures, peers=not (why_not or options.no_peers)
    )
    names = ["scale"] if options.command == "scale" else options.only or tasks.NAMES
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    remarks = (f"{why_not[0].upper()}{why_not[1:]}.",) if why_not else ()
    if options.only:
        remarks = (*remarks, f"Measured this time: only {', '.join(names)}.")
    report = Report(this_machine(), today, amount.rounds, amount.judged, remarks=remarks)
    failed = False
    with tempfile.TemporaryDirectory(dir=cache(), prefix="work-") as work:
        bench = Bench(amount, options.device, options.folder, Path(work))
        for name in names:
            try:
                report = measured(name, bench, report)
            except BenchmarkError as error:  # the others are still worth having
                failed = True
                tell(f"{name} could not be measured: {error}")
                report = replace(report, remarks=(*report.remarks, f"'{name}' could not be measured."))
            write(report, options.out)
    print(as_markdown(report))
    if options.write_readme:
        write_pages(report)
    for row in report.missed:
        print(f"MISSED: {row.name}: {row.value:.3f} {row.unit}, limit {row.limit:g} {row.unit}")
    return 2 if failed else int(bool(report.missed))


def write(report: Report, out: Path) -> None:
    """The report as Markdown, and beside it as JSON; after each benchmark, as the whole takes long."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_markdown(report), encoding="utf-8")
    out.with_suffix(".json").write_text(as_json(report), encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=(__doc__ or "").partition("\n")[0])
    made.add_argument("command", nargs="?", choices=("all", "scale"), default="all", help="scale: 20,000 pictures")
    made.add_argument("--quick", action="store_true", help="a few minutes; no limit is judged")
    made.add_argument("--only", action="append", choices=tasks.NAMES, metavar="NAME", help=", ".join(tasks.NAMES))
    made.add_argument("--rounds", type=int, help="turns of everybody (3); fewer are not judged")
    made.add_argument("--pictures", type=int, help="so many in each benchmark, for a trial; nothing is judged")
    made.add_argument("--folder", type=Path, help="photographs to measure on (those of ../shared)")
    made.add_argument("--device", default="auto", help="as for resnet-gui classify (auto)")
    made.add_argument("--no-peers", action="store_true", help=f"without {' and '.join(PEERS)}")
    made.add_argument("--out", type=Path, default=cache() / "results.md", help="the report; .json goes beside it")
    made.add_argument(
        "--write-readme", action="store_true", help="put the figures into README.md and docs/benchmarks.md"
    )
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """From options to an exit status."""
    made = parser()
    options = made.parse_args(arguments)
    if options.write_readme and (options.quick or options.pictures or options.command == "scale"):
        made.error("--write-readme is for whole runs, not for --quick, --pictures or scale")
    if any(number is not None and number < 1 for number in (options.rounds, options.pictures)):
        made.error("--rounds and --pictures begin at 1")
    try:
        return run(options)
    except BenchmarkError as error:
        tell(str(error))
        return 2


if __name__ == "__main__":
    sys.exit(main())
