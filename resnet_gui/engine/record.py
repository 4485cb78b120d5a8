"""The data of the engine: jobs in, records out, progress beside them.  Frozen, and light to import.

Every record carries the job it answers, so a row can never belong to another picture.
"""

from dataclasses import dataclass
from enum import StrEnum

from resnet_gui.images.status import Status

KEPT_CLASSES = 50
"""How many classes of each picture are kept, and so the largest top-k that needs no second run."""
SHOWN_CLASSES = 5
"""How many of them a table shows, unless a person asks for more or fewer."""
VOTE_CLASSES = 5
"""How many classes of each single crop are kept."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file to classify.

    id: the picture's number in its run's store.
    path: absolute, as `os.fsdecode` gives it (undecodable bytes are surrogates).
    size: in bytes, at the time of the scan.
    mtime_ns: time of the last change, in nanoseconds since 1970, at the time of the scan.
    """

    id: int
    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Score:
    """A class and its probability.

    index: of the class.
    probability: 0…1.
    """

    index: int
    probability: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """The network's answer for one picture.

    top: the best KEPT_CLASSES classes (fewer if the network has fewer), best first; equal probabilities in the order
        of their indices.
    votes: for each crop, in TenCrop's order, its own best VOTE_CLASSES classes.  One crop gives one vote.
    """

    top: tuple[Score, ...]
    votes: tuple[tuple[Score, ...], ...]

    @property
    def agreeing(self) -> int:
        """How many crops have `top[0]` as their own winner."""
        return sum(vote[0].index == self.top[0].index for vote in self.votes)

    @property
    def margin(self) -> float:
        """p1 − p2; p1 itself for a network of one class."""
        return self.top[0].probability - (self.top[1].probability if len(self.top) > 1 else 0.0)


@dataclass(frozen=True, slots=True)
class Record:
    """The result of one job.

    job: the job it belongs to.
    status: of the picture.
    message: why the status is not ok, else empty.
    width, height: the upright picture's, in pixels; None where not even the header could be read.
    ms: decoding and inference of this picture, in milliseconds.
    prediction: there for `ok` pictures, and for `truncated` ones where these are accepted.
    """

    job: Job
    status: Status
    message: str = ""
    width: int | None = None
    height: int | None = None
    ms: float = 0.0
    prediction: Prediction | None = None


class Phase(StrEnum):
    """The phase of a run."""

    LOADING = "loading"
    """The network is being read and compiled."""
    RUNNING = "running"
    """Pictures are being found and classified."""
    PAUSED = "paused"
    STOPPING = "stopping"
    """Cancelled; pictures in flight are being finished."""
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self in (Phase.DONE, Phase.CANCELLED, Phase.FAILED)


@dataclass(frozen=True, slots=True)
class Progress:
    """A run at one moment.

    phase: of the run.
    found: files so far.
    scanning: whether more may be found.
    done: rows safe on disk, those of an earlier start included.
    skipped: rows whose status is not ok.
    ignored: files of no picture format.
    rate: pictures per second of this start, 0.0 when not known yet.
    seconds_left: None when not known.
    device: the sentence about the device in use, empty while loading.
    """

    phase: Phase
    found: int = 0
    scanning: bool = True
    done: int = 0
    skipped: int = 0
    ignored: int = 0
    rate: float = 0.0
    seconds_left: float | None = None
    device: str = ""
