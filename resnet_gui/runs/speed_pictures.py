"""Which pictures the speeds are measured with: a spread of those at hand, or the program's samples."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from resnet_gui.assets import resources
from resnet_gui.engine.queues import Control
from resnet_gui.images.status import Status
from resnet_gui.results.filters import Filter
from resnet_gui.results.query import RunReader

_READ_AHEAD_S = 1.0
_READ_AHEAD_BYTES = 1 << 25
"""Of one file: whatever is longer cannot be a usual picture."""
_GOLDEN = (5**0.5 - 1) / 2
"""Multiples of it, less their whole parts, lie evenly in 0…1 (three-distance theorem)."""

Item = TypeVar("Item")


def spread(items: Sequence[Item], most: int) -> tuple[Item, ...]:
    """At most so many, evenly taken from all of them, and in an order whose every beginning is a spread itself: a slow
    machine gets through the first of them only, which must not be those of one folder."""
    count = min(most, len(items))
    order = sorted(range(count), key=lambda number: number * _GOLDEN % 1.0)
    return tuple(items[number * len(items) // count] for number in order)


def sample_pictures() -> tuple[str, ...]:
    """The pictures that are part of the program."""
    return tuple(sorted(str(path) for path in (resources() / "samples").iterdir() if path.suffix in (".png", ".jpg")))


def pictures_of(store: str, most: int) -> tuple[str, ...]:
    """A spread of the pictures of a run that could be read.  Raises StoreError."""
    with RunReader(Path(store)) as reader:
        ids = reader.ids(Filter(statuses=frozenset((Status.OK,))))
        return tuple(row.path for row in reader.rows(spread(ids, most)))


def read_ahead(paths: Sequence[str], control: Control) -> None:
    """The first word must not pay for the disk: the system keeps what was read."""
    end = time.perf_counter() + _READ_AHEAD_S
    for path in paths:
        if control.cancelled or time.perf_counter() > end:
            return
        try:
            if Path(path).is_file():  # a pipe would keep us waiting
                with Path(path).open("rb") as file:
                    file.read(_READ_AHEAD_BYTES)
        except OSError:
            continue  # the pipeline will say why, in its record
