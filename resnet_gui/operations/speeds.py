"""Speeds on this machine: measured on request and kept in the cache folder, or read from there.

A measurement needs the machine to itself: it ends when a run begins or another network is loaded, and is refused while
a run is going on.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Never

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.queues import Control
from resnet_gui.operations.operation import Operation, Rules, Services
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.runs.speed_figures import RangesCheck, Speeds, keep_speeds, read_speeds

if TYPE_CHECKING:
    from resnet_gui.runs.speed import Stage

_log = logging.getLogger(__name__)

RUN_BEGAN = "The measurement ended because a run began."
NETWORK_CHANGED = "The measurement ended because another network, speed or device was chosen."
RUN_GOES_ON = "A run is going on; measure the speeds when it has ended."
_REPORT_S = 0.1


@dataclass(frozen=True, slots=True)
class SpeedProgress:
    """How far a measurement is: a word in the number-th of `rounds`, at most ten times a second.

    calibrating: int8 is being shown its ranges, which comes before all rounds.  fraction: 0…1 of the whole measurement.
    """

    word: Precision
    number: int
    rounds: int
    calibrating: bool
    fraction: float


@dataclass(frozen=True, slots=True)
class SpeedsKnown:
    """What is known of a network on a device, measured just now or on an earlier day.

    speeds: None where nothing was measured yet.  check: what int8's calibration said of itself, None where there was
    none.  not_kept: why the figures of just now could not be kept for another day, empty where they are.
    """

    choice: NetworkChoice
    device: str
    speeds: Speeds | None
    check: RangesCheck | None
    not_kept: str = ""


@dataclass(frozen=True, slots=True)
class FindSpeeds(Operation[SpeedsKnown, Never]):
    """What is known of a network's speeds, without measuring anything.  Raises KnownError, as loading it would."""

    choice: NetworkChoice
    device: str

    rules = Rules("speeds", waiting=8)

    def run(self, services: Services, tell: Callable[[Never], None], control: Control) -> SpeedsKnown:
        """As `Operation.run`."""
        from resnet_gui.runs.speed import ranges_check, speeds_path

        weights, device = services.networks.find(self.choice, self.device)
        speeds = read_speeds(speeds_path(weights, device))
        return SpeedsKnown(self.choice, self.device, speeds, ranges_check(weights, device))


@dataclass(frozen=True, slots=True)
class MeasureSpeeds(Operation[SpeedsKnown, SpeedProgress]):
    """Measure exact, fast and turbo, and keep the figures.  Raises what `measure_speeds` raises.

    store: path of the database of the run whose pictures serve; empty for none.  pictures: paths that serve instead.
    Where neither names a picture, the sample pictures serve.  network_too: the network alone as well.
    """

    choice: NetworkChoice
    device: str
    store: str = ""
    pictures: tuple[str, ...] = ()
    network_too: bool = False

    rules = Rules(
        "speeds",
        waiting=8,
        ended_by={"runs": RUN_BEGAN, "network": NETWORK_CHANGED},
        refused_beside={"runs": RUN_GOES_ON},
    )

    def run(self, services: Services, tell: Callable[[SpeedProgress], None], control: Control) -> SpeedsKnown:
        """As `Operation.run`."""
        from resnet_gui.runs.speed import MOST_PICTURES, measure_speeds, ranges_check, speeds_path
        from resnet_gui.runs.speed_pictures import pictures_of, sample_pictures

        weights, device = services.networks.find(self.choice, self.device)
        own = pictures_of(self.store, MOST_PICTURES) if self.store else self.pictures
        speeds = measure_speeds(
            weights,
            device,
            own or sample_pictures(),
            samples=not own,
            control=control,
            report=_reporter(tell),
            network_too=self.network_too,
        )
        not_kept = ""
        try:
            keep_speeds(speeds, speeds_path(weights, device))
        except OSError as error:  # they are shown all the same, and measured again another day
            _log.warning("the speeds could not be kept: %s", error)
            not_kept = error.strerror or str(error)
        return SpeedsKnown(self.choice, self.device, speeds, ranges_check(weights, device), not_kept)


def _reporter(tell: "Callable[[SpeedProgress], None]") -> "Callable[[Stage], None]":
    """Tells each new stage at once, and within a stage ten times a second at most."""
    told: tuple[object, float] = (None, 0.0)

    def report(stage: "Stage") -> None:
        nonlocal told
        what, now = (stage.word, stage.number, stage.calibrating), time.monotonic()
        if what != told[0] or now - told[1] >= _REPORT_S:
            told = what, now
            tell(SpeedProgress(stage.word, stage.number, stage.rounds, stage.calibrating, stage.fraction))

    return report
