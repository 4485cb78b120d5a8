"""What the empty card offers: recent paths that are still there, and the sample pictures.  No Qt in here."""

import os
from dataclasses import dataclass

from resnet_gui.assets import resources
from resnet_gui.gui.flows.standing import SAMPLES
from resnet_gui.gui.views import Sample


@dataclass(frozen=True, slots=True)
class Offers:
    """Looked up on disk."""

    recent: tuple[str, ...]
    samples: tuple[Sample, ...]


def offers(recent: tuple[str, ...]) -> Offers:
    """For a thread in the background: a recent path may lie on a drive that takes its time."""
    return Offers(tuple(path for path in recent if os.path.lexists(path)), samples())


def samples() -> tuple[Sample, ...]:
    """The program's own; three files beside it, so that the window need not wait for them."""
    folder = resources() / "samples"
    return tuple(Sample(str(folder / name), caption) for name, caption in SAMPLES if (folder / name).is_file())
