"""What the empty card shows: recent paths that are still there, and the sample pictures.  No Qt in here."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from resnet_gui.assets import resources
from resnet_gui.gui.core.state import Sample, State

SAMPLES = (("chelsea.png", "Try: a cat"), ("coffee.png", "Try: a cup of coffee"), ("rocket.jpg", "Try: a rocket"))


@dataclass(frozen=True, slots=True)
class EmptyView:
    """The empty state.  recent: folders and files of earlier days, newest first."""

    line: str
    recent: tuple[str, ...]
    samples: tuple[Sample, ...]


def still_there(recent: Sequence[str]) -> tuple[str, ...]:
    """For a thread in the background: a recent path may lie on a drive that takes its time."""
    return tuple(path for path in recent if os.path.lexists(path))


def samples() -> tuple[Sample, ...]:
    """The program's own; three files beside it, so that the window need not wait for them."""
    folder = resources() / "samples"
    return tuple(Sample(str(folder / name), caption) for name, caption in SAMPLES if (folder / name).is_file())


def empty_view(state: State) -> EmptyView:
    """The card, as things stand."""
    return EmptyView("See what a ResNet sees: five classes, and where it looked", state.recent, state.samples)
