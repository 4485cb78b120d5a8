"""Stores and records for the tests of `results`, made by hand."""

import struct
from collections.abc import Sequence
from pathlib import Path

from resnet_gui.engine.record import Job, Prediction, Record, Score
from resnet_gui.images.find import FoundFile
from resnet_gui.images.status import Status
from resnet_gui.results.schema import RunHeader
from resnet_gui.results.store import Store, open_store

CLASSES = ((0, "n01440764", "tench"), (1, "n01443537", "goldfish"), (2, "", "crane (bird)"), (3, "n1", "=SUM(A1)"))
HEADER = RunHeader("ab" * 32, {"network_name": "resnet50", "crops": 1, "paths": ["/pictures/caf\udce9"]}, CLASSES)


def float32(value: float) -> float:
    """The nearest float32: what an engine's probabilities are."""
    nearest: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return nearest


def found(*names: str, size: int = 10, mtime_ns: int = 5) -> list[FoundFile]:
    """Files of the folder /pictures."""
    return [FoundFile(f"/pictures/{name}", name, size, mtime_ns) for name in names]


def prediction(*scores: tuple[int, float], votes: Sequence[int] = ()) -> Prediction:
    """An answer; `votes` are the winners of each crop, none meaning one crop that agrees."""
    top = tuple(Score(index, float32(probability)) for index, probability in scores)
    winners = votes or [top[0].index]
    return Prediction(top, tuple((Score(index, float32(0.5)), Score(index + 1, float32(0.25))) for index in winners))


def ok(job: Job, *scores: tuple[int, float], votes: Sequence[int] = ()) -> Record:
    """A record of a classified picture of 640 × 480."""
    answer = prediction(*(scores or ((0, 0.75), (1, 0.125))), votes=votes)
    return Record(job, Status.OK, width=640, height=480, ms=12.34, prediction=answer)


def bad(job: Job, status: Status = Status.CORRUPT, message: str = "the data is damaged") -> Record:
    """A record of a picture without an answer."""
    return Record(job, status, message, ms=1.0)


def scanned(store: Store, *names: str) -> dict[str, Job]:
    """Scan a folder with these files; the jobs waiting, by name."""
    store.begin_scan()
    store.add_files(found(*names))
    store.end_scan()
    return {job.path.removeprefix("/pictures/"): job for job in store.pending(0, 10_000)}


def new_store(folder: Path) -> Store:
    """A store `run.sqlite` in a folder."""
    return open_store(folder / "run.sqlite", HEADER)


def done_store(folder: Path, records: Sequence[tuple[str, Sequence[tuple[int, float]]]]) -> Path:
    """A finished run with an answer for each name; its path."""
    store = new_store(folder)
    jobs = scanned(store, *(name for name, _ in records))
    for name, scores in records:
        store.put(ok(jobs[name], *scores))
    store.finish("done", "2026-11-21T10:00:00+00:00")
    store.close()
    return store.path
