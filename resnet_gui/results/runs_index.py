"""The runs in a folder: listing and deleting them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resnet_gui.engine.record import Phase
from resnet_gui.errors import StoreError
from resnet_gui.images.status import Status
from resnet_gui.results.connect import BESIDE
from resnet_gui.results.in_flight import notes_path
from resnet_gui.results.lock import is_locked, lock_path, lock_store
from resnet_gui.results.query import RunReader, RunState
from resnet_gui.results.store_errors import store_edge

SUFFIX = ".sqlite"
"""Ending of a run's file name."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run of a folder of runs.

    name: the file's name without its ending, by which a person can call it.  size: bytes on disk.
    active: whether a process writes it just now.  facts: as in `RunHeader`.  state: None where it cannot be read;
    problem: then the sentence that says why.
    """

    path: Path
    name: str
    size: int
    active: bool
    facts: dict[str, Any] = field(default_factory=dict)
    state: RunState | None = None
    statuses: dict[Status, int] = field(default_factory=dict)
    problem: str = ""

    @property
    def interrupted(self) -> bool:
        """Whether the run's process ended without a word."""
        return self.state is not None and not self.active and not Phase(self.state.phase).ended


def list_runs(folder: Path) -> list[RunSummary]:
    """The runs in a folder, newest start first, unreadable ones last; none where there is no such folder.

    Raises StoreError when the folder cannot be read.
    """
    with store_edge(folder):
        paths = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
    runs = [_summary(path) for path in paths]
    return sorted(runs, key=lambda run: "" if run.state is None else run.state.started, reverse=True)


def delete_run(path: Path) -> None:
    """Delete a run and all that belongs to it; tables written from it stay.

    Raises StoreError: it does not exist, it is being written, the disk refuses.
    """
    with store_edge(path):
        if not path.is_file():
            raise StoreError(f"There is no run {path.name}.")
        lock = lock_store(path)
        try:
            # The database goes first: its log without it is nothing, it without its log would be old.
            for part in (path, *(path.with_name(path.name + suffix) for suffix in BESIDE), notes_path(path)):
                part.unlink(missing_ok=True)
        finally:
            lock.release()
        lock_path(path).unlink(missing_ok=True)


def _summary(path: Path) -> RunSummary:
    size = 0
    for part in (path, *(path.with_name(path.name + suffix) for suffix in BESIDE)):
        if part.exists():
            size += part.stat().st_size
    active = is_locked(path)
    try:
        with RunReader(path) as reader:
            facts, state, statuses = reader.header().facts, reader.state(), reader.counts_by_status()
    except StoreError as error:
        return RunSummary(path, path.stem, size, active, problem=str(error))
    return RunSummary(path, path.stem, size, active, facts, state, statuses)
