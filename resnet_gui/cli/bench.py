"""`resnet-gui doctor --bench`: how fast exact, fast and turbo are on this machine, and how often they agree."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import islice

from resnet_gui.cli.progress_line import ProgressLine
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.queues import Control
from resnet_gui.engine.threads import usable_threads
from resnet_gui.errors import UsageError
from resnet_gui.folders import folders
from resnet_gui.images.find import ScanCounts, find
from resnet_gui.operations.operation import Services
from resnet_gui.operations.speeds import MeasureSpeeds, SpeedProgress
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.runs.speed import MOST_PICTURES
from resnet_gui.runs.speed_figures import Speeds, WordSpeed
from resnet_gui.runs.speed_pictures import spread

MOST_FILES = 100_000
"""Of more pictures than these the first are taken: looking through a whole disk would take longer than measuring."""
_HEADER = ("word", "computed in", "pictures/s", "network only", "same winner as exact")


def bench(options: argparse.Namespace) -> int:
    """Measure, print a table, keep the figures for the window; 0.  Raises KnownError."""
    found = [file.path for file in islice(find(options.paths, counts=ScanCounts()), MOST_FILES)]
    if options.paths and not found:
        raise UsageError(f"There are no pictures in {', '.join(options.paths)}; name pictures, or folders of pictures.")
    pictures = spread(found, MOST_PICTURES)
    operation = MeasureSpeeds(NetworkChoice(options.network), options.device, pictures=pictures, network_too=True)
    line = ProgressLine(sys.stderr)
    with closing(Services(folders())) as services:
        weights, device = services.networks.find(operation.choice, operation.device)
        known = operation.run(services, lambda stage: line.show(_stage_words(stage)), Control())
    line.end()
    if known.not_kept:  # the table is what was asked for
        print(f"resnet-gui: the figures could not be kept for the window ({known.not_kept}).", file=sys.stderr)
    assert known.speeds is not None
    for text in report(weights.title, device.sentence, usable_threads(), known.speeds, len(found)):
        print(text)
    return 0


def _stage_words(stage: SpeedProgress) -> str:
    """ "measuring fast, round 2 of 3"."""
    if stage.calibrating:
        return f"calibrating {stage.word}"
    return f"measuring {stage.word}, round {stage.number} of {stage.rounds}"


def report(network: str, device: str, threads: int, speeds: Speeds, found: int) -> list[str]:
    """The lines that are printed.  found: how many pictures there were to choose from; 0 for the samples."""
    pictures = f"{speeds.pictures:,} sample pictures" if speeds.samples else f"{speeds.pictures:,} of {found:,}"
    facts = (("Network", network), ("Device", device), ("Threads", str(threads)), ("Pictures", pictures))
    lines = [f"{name.ljust(8)}  {text}" for name, text in facts]
    rows = [_HEADER, *(_cells(one, speeds) for one in speeds.words)]
    lines += ["", *_aligned(rows), ""]
    lines += [f"{one.word}: {one.why_not}" for one in speeds.words if one.why_not]
    lines.append("pictures/s: from file to answer, one crop each; network only: crops that are decoded already.")
    return lines


def _cells(one: WordSpeed, speeds: Speeds) -> tuple[str, ...]:
    if one.why_not:
        return (one.word, "not measured", "", "", "")
    if one.same_as is not None:
        same = speeds.of(one.word)
        assert same is not None
        return (one.word, f"as {one.same_as}", _rate(same.rate), _rate(same.network_rate), f"as {one.same_as}")
    agreed = "" if one.word is Precision.EXACT else f"{one.agreed:,} of {one.asked:,}"
    if one.calibrated:
        agreed += f", beside {one.calibrated:,} for calibration"
    return (one.word, one.computed_in, _rate(one.rate), _rate(one.network_rate), agreed)


def _rate(rate: float) -> str:
    return f"{rate:,.1f}" if rate > 0 else ""


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns of words at the left, the two of figures at the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    placed = [
        [cell.rjust(width) if column in (2, 3) else cell.ljust(width) for column, (cell, width) in enumerate(pairs)]
        for pairs in (zip(row, widths, strict=True) for row in rows)
    ]
    return ["  ".join(cells).rstrip() for cells in placed]
