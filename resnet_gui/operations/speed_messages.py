"""What the window and the engine's process say to each other about speeds: that part of `protocol`."""

from dataclasses import dataclass

from resnet_gui.engine.modes import Precision
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.runs.speed_figures import RangesCheck, Speeds


@dataclass(frozen=True, slots=True)
class MeasureSpeeds:
    """Measure exact, fast and turbo; answered by SpeedProgress, then SpeedsKnown, SpeedsStopped or Failed.

    store: path of the database of the run whose pictures serve; empty, or without a picture: the sample pictures.
    Given up as soon as a run begins or another network is loaded.
    """

    token: int
    choice: NetworkChoice
    device: str
    store: str


@dataclass(frozen=True, slots=True)
class StopSpeeds:
    """Measure no more; answered by SpeedsStopped."""

    token: int


@dataclass(frozen=True, slots=True)
class SpeedProgress:
    """How far a measurement is: a word in the number-th of `rounds`, at most ten times a second.

    calibrating: int8 is being shown its ranges, which comes before all rounds.  fraction: 0…1 of the whole measurement.
    """

    token: int
    word: Precision
    number: int
    rounds: int
    calibrating: bool
    fraction: float


@dataclass(frozen=True, slots=True)
class SpeedsKnown:
    """What is known of a network on a device: measured just now (the token of MeasureSpeeds), or on an earlier day (0).

    Comes unasked after NetworkLoaded, and after a run in turbo.  speeds: None where nothing was measured yet;
    check: what int8's calibration said of itself, None where there was none.
    """

    token: int
    choice: NetworkChoice
    device: str
    speeds: Speeds | None
    check: RangesCheck | None


@dataclass(frozen=True, slots=True)
class SpeedsStopped:
    """The measurement was given up.  sentence: why, empty where the person stopped it."""

    token: int
    sentence: str
