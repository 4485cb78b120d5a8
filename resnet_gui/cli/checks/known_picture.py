"""A picture every copy carries, taken the whole way that `classify` goes."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from resnet_gui.assets import resources
from resnet_gui.cli.checks.check import require
from resnet_gui.engine.queues import Control
from resnet_gui.folders import folders

SAMPLE, SAMPLE_WNID = "coffee.png", "n07920052"
"""The picture, and its class, "espresso", as Keras' own ResNet50 answers."""


@dataclass(frozen=True, slots=True)
class _Answer:
    wnid: str
    name: str
    probability: float
    backend: str


def sample_path() -> str:
    """Where the picture lies."""
    return str(resources() / "samples" / SAMPLE)


def built_in() -> str:
    """The network that is part of the program, read."""
    from resnet_gui.runs.options import BUILT_IN
    from resnet_gui.weights.library import load_weights

    weights = load_weights(BUILT_IN, classes=None, preprocess=None, stem_pool=None, stride_in=None)
    require(len(weights.classes) == weights.network.classes == 1000, f"{len(weights.classes)} classes instead of 1000.")
    return f"{weights.title}, SHA-256 {weights.sha256[:16]}…"


def known_picture() -> str:
    """What it is taken for, and by what."""
    answer = _classify()
    require(answer.wnid == SAMPLE_WNID, f"{SAMPLE} was taken for '{answer.name}'.")
    return f"{SAMPLE} is '{answer.name}', {answer.probability:.1%}; {answer.backend}"


def _classify() -> _Answer:
    from resnet_gui.operations.operation import Services
    from resnet_gui.operations.run_pictures import RunPictures, RunProgress, RunStarted
    from resnet_gui.results.query import RunReader
    from resnet_gui.runs.spec import RunSpec

    told: list[RunStarted | RunProgress] = []
    with closing(Services(folders())) as services:
        ended = RunPictures(RunSpec(paths=(sample_path(),))).run(services, told.append, Control())
        with RunReader(Path(ended.store)) as reader:
            row = next(iter(reader.iterate_sorted()))
            names = {index: (wnid, name) for index, wnid, name in reader.classes()}
    require(row.prediction is not None, f"{SAMPLE} could not be read: {row.message}")
    assert row.prediction is not None
    best = row.prediction.top[0]
    backend = next(update.facts.backend for update in told if isinstance(update, RunStarted))
    return _Answer(*names[best.index], best.probability, backend)
