"""Our command line as a person starts it: a whole process in a home folder of its own."""

import csv
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.parts_line import Parts, parse
from tests.benchmarks.pictures import cache, linked
from tests.benchmarks.process import BenchmarkError, Finished, run_to_end
from tests.helpers.program import COMMAND, environment

PRECISIONS = ("exact", "fast", "turbo")
CALIBRATED_ON = 256
"""Pictures turbo looks at before it knows the ranges of a network that brings none."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How our program is asked.  network: "built-in" or a weight file.  ranges: a cache folder in which turbo's ranges
    of this network lie, or None where the network brings them."""

    network: str = "built-in"
    crops: int = 1
    device: str = "auto"
    ranges: Path | None = None


def classify(setting: Setting, precision: str, folder: Path, pictures: int) -> Finished:
    """`resnet-gui classify FOLDER --csv FILE`.  Raises BenchmarkError unless every picture has an answer."""
    with tempfile.TemporaryDirectory(dir=cache()) as place:
        home = _home(Path(place), setting)
        table = Path(place) / "table.csv"
        options = ["--network", setting.network, "--crops", str(setting.crops), "--device", setting.device]
        finished = run_to_end(
            [*COMMAND, "classify", str(folder), "--csv", str(table), "--precision", precision, *options],
            environment(home),
        )
        with table.open(encoding="utf-8", newline="") as file:
            statuses = [row["status"] for row in csv.DictReader(file)]
    good = statuses.count("ok")
    if good != pictures:
        raise BenchmarkError(
            f"{good} of {pictures} pictures were answered in {folder}; only good ones can be measured."
        )
    return finished


def parts(setting: Setting, precision: str, folder: Path, pictures: int, seconds: float) -> Parts:
    """The network alone and decoding alone, in a process of their own."""
    options = ["--network", setting.network, "--crops", str(setting.crops), "--device", setting.device]
    amount = ["--pictures", str(pictures), "--seconds", str(seconds)]
    with tempfile.TemporaryDirectory(dir=cache()) as place:
        finished = run_to_end(
            [sys.executable, "-m", "tests.benchmarks.parts", str(folder), "--precision", precision, *options, *amount],
            environment(_home(Path(place), setting)),
        )
    return parse(finished.out)


def measure_ranges(network: str, device: str, photos: Sequence[Path], work: Path) -> Path:
    """Turbo's ranges of a network that brings none: a cache folder that has them, below `work`.

    What the first turbo run of a person does on its first pictures; every measured run is a later one.
    """
    folder = linked(photos, CALIBRATED_ON, work / "for-ranges")
    home = work / "home-with-ranges"
    command = [*COMMAND, "classify", str(folder), "--csv", str(work / "ranges.csv"), "--precision", "turbo"]
    run_to_end([*command, "--network", network, "--device", device], environment(home))
    return home / "cache"


def _home(place: Path, setting: Setting) -> Path:
    """A new home, as every run is kept: in an old one the pictures would be done already."""
    home = place / "home"
    home.mkdir()
    if setting.ranges is not None and setting.ranges.is_dir():
        shutil.copytree(setting.ranges, home / "cache")
    return home
