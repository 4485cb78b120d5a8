"""What the parts of the check work with: the device, the networks, the pictures; and what they hand back."""

import csv
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from resnet_gui.assets import resources
from resnet_gui.engine.backends.torch import TorchBackend
from resnet_gui.engine.modes import Average, Precision, arithmetic
from resnet_gui.engine.record import Job, Prediction
from resnet_gui.engine.stages import PipelineSettings, Prepared, join_crops, prepare
from resnet_gui.engine.threads import usable_threads
from resnet_gui.engine.voting import predict
from resnet_gui.images.decode import Limits
from resnet_gui.images.preprocessing import Preprocessing
from resnet_gui.weights.weight_set import WeightSet
from tests.benchmarks.rows import Row

_MOST_DECODERS = 16
"""As `runs.pipeline_settings` has it."""
_MADE = 40
"""Pictures cut from the program's samples where there are no photographs."""
_AT_ONCE = 16
_QUICK_BATCH = 8


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is told and not judged, by a name that the report indices for."""

    name: str
    value: str | float


Found = Iterator[Row | Fact]
"""What a part hands over, one after the other: what was found before it fails is kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """device: "cuda:0", or "cpu" for a trial.  quick: so little of everything that a CPU gets through it.

    photos: the folder of photographs with the reference answers (demo, val, extra); None where there is none.
    weights: a weight file with the numbers that the reference answers were made with, None where there is none (the
    built-in network has them in half precision).  work: a folder that goes at the end.
    """

    device: str
    quick: bool
    photos: Path | None
    weights: Path | None
    work: Path

    @property
    def on_card(self) -> bool:
        """Whether the device is an NVIDIA card."""
        return self.device.startswith("cuda")

    @property
    def seconds(self) -> float:
        """How long each rate is measured."""
        return 1.0 if self.quick else 5.0

    def backend(self, weights: WeightSet, precision: Precision, *, batch: int = 0, crops: int = 1) -> TorchBackend:
        """The network in the numbers that this precision means on the device; on a CPU bf16, as its fp16 is slow."""
        numbers = arithmetic(precision, "cuda" if self.on_card else "cpu", cpu_has_bf16=True)
        batch = batch or (max(_QUICK_BATCH, crops) if self.quick and not self.on_card else 0)
        return TorchBackend(weights, device=self.device, arithmetic=numbers, batch=batch, crops=crops)

    def on_cpu(self, weights: WeightSet) -> TorchBackend:
        """The same in fp32 on the CPU: what a card is compared with."""
        return TorchBackend(weights, device="cpu", batch=8)

    def orders(
        self, preprocessing: Preprocessing, precision: Precision, crops: int = 1, average: Average = Average.SOFTMAX
    ) -> PipelineSettings:
        """As the program gives them for a run."""
        decoders = min(_MOST_DECODERS, max(2, usable_threads()))
        return PipelineSettings(
            preprocessing, crops, average, Limits(300), decoders, reduced=precision is not Precision.EXACT
        )

    def pictures(self) -> list[Path]:
        """Photographs of about 0.2 megapixels; without any, pieces of the program's samples of that size."""
        if self.photos is not None:
            folders = [self.photos / name for name in ("extra", "val")]
            found = [
                path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg"}
            ]
            return sorted(found)
        folder = self.work / "pictures"
        if not folder.is_dir():
            folder.mkdir()
            _cut_samples(folder)
        return sorted(folder.iterdir())

    def labelled(self) -> dict[str, int]:
        """The class of each picture of photos/val, by its path there; empty where there are none."""
        table = None if self.photos is None else self.photos / "val" / "labels.csv"
        if table is None or not table.is_file():
            return {}
        with table.open(encoding="utf-8", newline="") as file:
            return {str(table.parent / row["file"]): int(row["index"]) for row in csv.DictReader(file)}

    def reference(self) -> dict[Path, dict[str, Any]]:
        """The reference answers for the built-in network by picture; empty where they are not there."""
        table = None if self.photos is None else self.photos / "demo" / "expected.json"
        if table is None or not table.is_file():
            return {}
        answers = json.loads(table.read_text(encoding="utf-8"))["pictures"]
        found = {table.parent / name: answer["keras"] for name, answer in answers.items()}
        return dict(list(found.items())[:3]) if self.quick else found


def prepared(paths: Sequence[Path], work: PipelineSettings) -> list[Prepared]:
    """The pictures' crops.  Raises RuntimeError where one cannot be read."""
    found = []
    for job in jobs(paths):
        result = prepare(job, work)
        if not isinstance(result, Prepared):
            raise RuntimeError(f"{job.path} is {result.status}: {result.message}")
        found.append(result)
    return found


def jobs(paths: Sequence[Path]) -> Iterator[Job]:
    """A job for each file."""
    return (Job(number, os.fspath(path), path.stat().st_size, 0) for number, path in enumerate(paths))


def logits_of(backend: TorchBackend, paths: Sequence[Path], work: PipelineSettings) -> list[NDArray[np.float32]]:
    """Of each picture the logits [crops, classes], in their order."""
    found: list[NDArray[np.float32]] = []
    for first in range(0, len(paths), _AT_ONCE):
        squares, indices = join_crops([one.crops for one in prepared(paths[first : first + _AT_ONCE], work)])
        found += np.split(backend.logits(squares, indices), len(indices) // work.crops)
    return found


def answers(backend: TorchBackend, paths: Sequence[Path], work: PipelineSettings) -> list[Prediction]:
    """What the program says of these pictures, in their order."""
    return [predict(logits, work.average) for logits in logits_of(backend, paths, work)]


def apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The largest difference in millionths of the largest number; infinite where anything is not a number."""
    difference = float(np.abs(one - other).max() / np.abs(other).max())
    return 1e6 * difference if np.isfinite(difference) else float("inf")


def _cut_samples(folder: Path) -> None:
    samples = [Image.open(path).convert("RGB") for path in sorted((resources() / "samples").glob("*.*g"))]
    for number in range(_MADE):
        sample = samples[number % len(samples)]
        piece = sample.resize((640, 480)).crop((number, number, 500 + number, 375 + number))
        piece.save(folder / f"{number:02d}.jpg", quality=92)
