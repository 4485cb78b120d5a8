"""Our command line as a person starts it: a whole process in a home folder of its own."""

import csv
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.parts_line import Parts, parse
from tests.benchmarks.process import BenchmarkError, Finished, run_to_end
from tests.benchmarks.screens import installed
from tests.helpers.program import COMMAND

PRECISIONS = ("exact", "fast", "turbo")
CALIBRATED_ON = 256
"""Pictures turbo looks at before it knows the ranges of a network that brings none."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How our program is asked.

    home: its RESNET_GUI_HOME.  The cache in it stays from run to run, as on a person's machine: what the program keeps
    there (ranges of int8, compiled networks) is there from the second run on.  network: "built-in" or a weight file.
    """

    home: Path
    network: str = "built-in"
    crops: int = 1
    device: str = "auto"

    @property
    def options(self) -> list[str]:
        """The words of the command line."""
        return ["--network", self.network, "--crops", str(self.crops), "--device", self.device]

    @property
    def environment(self) -> dict[str, str]:
        """Of the process: as installed, byte code and all."""
        return installed(str(self.home), str(self.home.parent / "bytecode"), {})


def classify(setting: Setting, precision: str, folder: Path, pictures: int) -> Finished:
    """`resnet-gui classify FOLDER --csv FILE`.  Raises BenchmarkError unless every picture has an answer."""
    shutil.rmtree(setting.home / "data", ignore_errors=True)  # every run is kept there: the pictures would be done
    table = setting.home / "table.csv"
    finished = run_to_end(
        [*COMMAND, "classify", str(folder), "--csv", str(table), "--precision", precision, *setting.options],
        setting.environment,
    )
    with table.open(encoding="utf-8", newline="") as file:
        good = sum(row["status"] == "ok" for row in csv.DictReader(file))
    if good != pictures:
        raise BenchmarkError(
            f"{good} of {pictures} pictures were answered in {folder}; only good ones can be measured."
        )
    return finished


def parts(setting: Setting, precision: str, folder: Path, pictures: int, seconds: float) -> Parts:
    """The network alone and decoding alone, in a process of their own."""
    amount = ["--pictures", str(pictures), "--seconds", str(seconds)]
    finished = run_to_end(
        [
            sys.executable,
            "-m",
            "tests.benchmarks.parts",
            str(folder),
            "--precision",
            precision,
            *setting.options,
            *amount,
        ],
        setting.environment,
    )
    return parse(finished.out)


def warm_up(setting: Setting, one: Path, for_ranges: Path) -> None:
    """Fill the cache as a person's first runs do: one picture in each precision.

    for_ranges: a folder of CALIBRATED_ON pictures, on which turbo measures the ranges of a network that brings none; a
    first run computes those in fp32, every measured run is a later one.
    """
    for precision in PRECISIONS:
        classify(setting, precision, one, 1)
    if setting.network != "built-in":
        for _ in range(2):  # the second compiles what the first has measured
            classify(setting, "turbo", for_ranges, CALIBRATED_ON)
