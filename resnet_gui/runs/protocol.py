"""What the window and the engine's process say to each other.

Frozen dataclasses, pickled over a private pipe between two processes of the same program.  Pixels never travel:
they lie in a file of the session's folder, and the message says where.  A `token` is the asker's own number; the
answer carries it back, so that a stale answer can be dropped.
"""

from dataclasses import dataclass
from enum import StrEnum

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Progress
from resnet_gui.runs.gpu_messages import GpuPartKnown, LookForGpuPart
from resnet_gui.runs.network_facts import NetworkFacts
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.runs.speed_messages import MeasureSpeeds, SpeedProgress, SpeedsKnown, SpeedsStopped, StopSpeeds
from resnet_gui.weights.published.transfer import TransferProgress

SUPERSEDED = "Something newer was asked for."
"""The sentence of a Failed that only says that the person has moved on; to be asked again where it is still wanted."""

# ---------------------------------------------------------------- the window asks


@dataclass(frozen=True, slots=True)
class StartRun:
    """Begin a run, or go on with it where its store already has rows.  One run at a time: a second cancels it."""

    run: int
    spec: RunSpec


@dataclass(frozen=True, slots=True)
class PauseRun:
    """Finish what is in flight, then wait."""

    run: int


@dataclass(frozen=True, slots=True)
class ResumeRun:
    """Go on after a pause."""

    run: int


@dataclass(frozen=True, slots=True)
class CancelRun:
    """Stop; what is done is kept."""

    run: int


@dataclass(frozen=True, slots=True)
class LoadNetwork:
    """Read and compile a network, so that the first picture need not wait; answered by NetworkLoaded or Failed."""

    token: int
    choice: NetworkChoice
    precision: Precision
    device: str


@dataclass(frozen=True, slots=True)
class ShowPicture:
    """Decode one picture for the screen; answered by PictureReady or Failed.  A newer one replaces an older one."""

    token: int
    path: str


@dataclass(frozen=True, slots=True)
class MakeThumbnails:
    """Small pictures for a list; answered by ThumbnailsReady.  A newer request goes before older ones."""

    token: int
    items: tuple[tuple[int, str], ...]
    """(picture id, path) pairs, at most 64."""
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ExportTable:
    """Write a run's table; answered by ExportDone or Failed.

    store: path of the run's database.  kind: "csv", "jsonl" or "xlsx".  top: how many classes a row has.
    """

    token: int
    store: str
    target: str
    kind: str
    top: int
    excel: bool
    absolute: bool


@dataclass(frozen=True, slots=True)
class DownloadWeights:
    """Fetch a file of the catalogue, going on with what is there; answered by WeightsProgress, WeightsDone or Failed.

    name: in the catalogue.
    """

    token: int
    name: str


@dataclass(frozen=True, slots=True)
class AdoptWeights:
    """Copy a file that the person has into the folder, once it is proven; answered as DownloadWeights.

    name: what it is meant to be, empty where its hash is to tell.
    """

    token: int
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class VerifyWeights:
    """Compare an installed file with its hash; answered as DownloadWeights."""

    token: int
    name: str


@dataclass(frozen=True, slots=True)
class RemoveWeights:
    """Delete an installed file, its record and an unfinished download; answered by WeightsDone or Failed."""

    token: int
    name: str


@dataclass(frozen=True, slots=True)
class StopWeights:
    """Stop a download, a copy or a check by its token; it answers itself, with WeightsDone and Outcome.STOPPED."""

    token: int


WeightsRequest = DownloadWeights | AdoptWeights | VerifyWeights | RemoveWeights | StopWeights


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Stop everything and end the process."""


Request = (
    StartRun
    | PauseRun
    | ResumeRun
    | CancelRun
    | LoadNetwork
    | ShowPicture
    | MakeThumbnails
    | ExportTable
    | WeightsRequest
    | MeasureSpeeds
    | StopSpeeds
    | LookForGpuPart
    | Shutdown
)

# ---------------------------------------------------------------- the engine answers


@dataclass(frozen=True, slots=True)
class EngineReady:
    """The engine's process is up.  device: the sentence of the device that "auto" means here."""

    device: str


@dataclass(frozen=True, slots=True)
class NetworkLoaded:
    """Answers LoadNetwork."""

    token: int
    facts: NetworkFacts


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run's store exists and can be read; the network is loaded."""

    run: int
    store: str
    facts: NetworkFacts


@dataclass(frozen=True, slots=True)
class RunProgress:
    """At most 20 a second.  changed: whether rows of the store are new since the last one."""

    run: int
    progress: Progress
    changed: bool


@dataclass(frozen=True, slots=True)
class RunEnded:
    """progress.phase is done, cancelled or failed; sentence: why, when it failed."""

    run: int
    progress: Progress
    sentence: str


@dataclass(frozen=True, slots=True)
class PictureReady:
    """Upright RGB pixels lie in `file`: height rows of width × 3 bytes.  The window deletes the file.

    full_width, full_height: of the upright picture; width, height: of these pixels (smaller for huge pictures).
    """

    token: int
    path: str
    file: str
    width: int
    height: int
    full_width: int
    full_height: int


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """Part of a ThumbnailsReady's file: RGB rows of width × 3 bytes from `offset`; width 0 where none could be made."""

    id: int
    offset: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ThumbnailsReady:
    """The window deletes the file."""

    token: int
    file: str
    items: tuple[Thumbnail, ...]


@dataclass(frozen=True, slots=True)
class ExportDone:
    """The table is on disk."""

    token: int
    target: str
    rows: int


@dataclass(frozen=True, slots=True)
class WeightsProgress:
    """At most ten times a second."""

    token: int
    progress: TransferProgress


class Outcome(StrEnum):
    """What came of a request about a weight file."""

    DOWNLOADED = "downloaded"
    ADOPTED = "adopted"
    WHOLE = "whole"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"
    """There is nothing to compare it with."""
    REMOVED = "removed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class WeightsDone:
    """name: of the entry in the catalogue that the file is; sentence: what a check came to, else empty."""

    token: int
    name: str
    outcome: Outcome
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A request could not be done.  sentence: what happened and what to do."""

    token: int
    sentence: str


@dataclass(frozen=True, slots=True)
class EngineLost:
    """Made by the client, not sent: the engine's process ended by itself and is being started again.

    sentence: for the person.  again: whether a run was going on and is being continued; False after it has died too
    often, when the run is given up.
    """

    sentence: str
    again: bool


Event = (
    EngineReady
    | NetworkLoaded
    | RunStarted
    | RunProgress
    | RunEnded
    | PictureReady
    | ThumbnailsReady
    | ExportDone
    | WeightsProgress
    | WeightsDone
    | SpeedProgress
    | SpeedsKnown
    | SpeedsStopped
    | GpuPartKnown
    | Failed
    | EngineLost
)
