"""Where the window stands: everything that changes while it is open.  No Qt in here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from resnet_gui.engine.record import Phase, Progress
from resnet_gui.gui.core.settings import Settings
from resnet_gui.operations.gpu_part import GpuPartKnown
from resnet_gui.operations.speeds import SpeedProgress, SpeedsKnown
from resnet_gui.results.query import Row, Sort
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.recipe import Recipe
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.service.conversation import Request
from resnet_gui.weights.published.transfer import TransferProgress


class Page(StrEnum):
    """What fills the window."""

    EMPTY = "empty"
    """The drop card."""
    SINGLE = "single"
    """List, picture, answer."""
    GRID = "grid"
    """Cards of a run, and its summary."""


Classes = tuple[tuple[int, str, str], ...]
"""(index, wnid or empty, name) of each class of a run, in the order of the indices."""


@dataclass
class NetworkNow:
    """The network chosen.

    choice: which one.
    facts: what is told of it, once it is loaded.
    loading: its loading, under way.
    worked: (choice, device, precision) of the last network that could be loaded: back to it when another cannot.
    then: called when a loading has ended, with it and whether the network is there; before the old one is brought back.
    """

    choice: NetworkChoice = field(default_factory=NetworkChoice)
    facts: NetworkInfo | None = None
    loading: Request | None = None
    worked: tuple[NetworkChoice, str, str] | None = None
    then: Callable[[Request, bool], None] | None = None


@dataclass(frozen=True, slots=True)
class RecipeNow:
    """A recipe that waits for its network.

    before: what was set, to go back to.  said: the sentence's beginning once it is in use.
    undo: whether it can be taken back.  paths, singles: pictures that were dropped with it (`folder.start`).
    loading: of its network.
    """

    before: Recipe
    said: str
    undo: bool = True
    paths: tuple[str, ...] = ()
    singles: bool = False
    loading: Request | None = None


@dataclass
class RunNow:
    """The run on the screen, under way or ended.

    title: what was given, in words.  frequent: (class name, how often it won).  resume_row: the row to go to, when
    this run repeats another with other choices.  request: what the engine was asked.
    version: of the rows in its database, as they were last told of.
    """

    spec: RunSpec
    title: str
    progress: Progress = field(default_factory=lambda: Progress(Phase.LOADING))
    facts: NetworkInfo | None = None
    store: str = ""
    frequent: tuple[tuple[str, int], ...] = ()
    sentence: str = ""
    resume_row: int = 0
    paused: bool = False
    request: Request | None = None
    version: int = 0
    counted: float = 0.0
    """When `frequent` was last asked for (`time.monotonic`)."""

    @property
    def under_way(self) -> bool:
        """Whether something more will happen."""
        return not self.progress.phase.ended


@dataclass
class PictureNow:
    """The picture in the middle.

    path: as the run, or the drop, names it.
    id: its number in the run, None while the run does not know it yet.
    row: its row of the run, likewise.
    classes: the run's class names, once the row is there.
    request: for its pixels, under way.
    image: what `platform.read_picture` made of its pixels, None before.
    size: width and height of the upright original, pixels, once the image is there.
    error: why there is no image, else empty.
    crop: the one that stands out, 1…10, 0 for none.
    hovered: the one under the pointer, likewise.
    waiting: whether its first answer is being waited for.
    """

    path: str
    id: int | None = None
    row: Row | None = None
    classes: Classes = ()
    request: Request | None = None
    image: object | None = None
    size: tuple[int, int] | None = None
    error: str = ""
    crop: int = 0
    hovered: int = 0
    waiting: bool = False


@dataclass
class ListNow:
    """The list of the run's pictures: what is asked of the run, never its rows.

    only_skipped: only what could not be classified.
    sort: the order.
    grown: counts how often there may have been more rows.
    changed: counts how often rows may have changed.
    listed: counts how often the list was made anew.
    number: how many rows are listed.
    current: the row that is current, -1 for none.
    """

    only_skipped: bool = False
    sort: Sort = Sort.FOLDER
    grown: int = 0
    changed: int = 0
    listed: int = 0
    number: int = 0
    current: int = -1


@dataclass
class Fetching:
    """A download, or the copying, checking or removing of a file.  name: in the catalogue, empty while not known."""

    name: str
    progress: TransferProgress
    stopping: bool = False
    request: Request | None = None


@dataclass
class WeightsNow:
    """The catalogue's files, by their names there.

    here: whose files are in the folder; parts: bytes of unfinished downloads; queue: to be fetched, in order.
    download: the one at work; others: checking, copying and removing under way.
    said: what came of the last thing done with a file: (sentence, whether it went wrong).
    proxy: through which connections go, empty for none.
    sought: what the dialog is to show first, a kind ("101 v2") or a name, empty for all.
    """

    here: frozenset[str] = frozenset()
    parts: Mapping[str, int] = field(default_factory=dict)
    queue: list[str] = field(default_factory=list)
    download: Fetching | None = None
    others: list[Fetching] = field(default_factory=list)
    said: dict[str, tuple[str, bool]] = field(default_factory=dict)
    proxy: str = ""
    sought: str = ""


@dataclass
class SpeedNow:
    """What is known of the speeds here, and the measurement under way.

    known: of the network and device it names.  request: the measurement; stopping: it has been told to end.
    said: why the last measurement came to nothing, else empty.
    """

    known: SpeedsKnown | None = None
    request: Request | None = None
    progress: SpeedProgress | None = None
    stopping: bool = False
    said: str = ""


@dataclass
class GpuNow:
    """The GPU part, and whether there is a card for it.

    known: what the engine found last.  looking: whether it is looking.  asked_again: whether the person has asked it
    to look once more, in the dialog.  error: why it could not look, else empty.
    """

    known: GpuPartKnown | None = None
    looking: bool = False
    asked_again: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample picture of the empty card.  caption: "Try: a cat"."""

    path: str
    caption: str


@dataclass
class HoverNow:
    """A drag over the window.

    number: counts drags; what was looked up for an earlier one is dropped.
    sentence: what a drop would do, empty while nothing hovers.
    allowed: whether it would do anything.
    """

    number: int = 0
    sentence: str = ""
    allowed: bool = True


@dataclass
class State:
    """Everything that changes while the window is open, in one place.

    settings: what the person chose.
    page: what fills the window.
    chosen: number of the picture that is current in the list; `picture` follows as soon as its row has been read.
    device: sentence of the device, and why.
    recent: earlier paths that are there.
    samples: the sample pictures that are there.
    dialogs: name of each dialog that is open -> how often it was asked for since.
    """

    settings: Settings
    page: Page = Page.EMPTY
    network: NetworkNow = field(default_factory=NetworkNow)
    weights: WeightsNow = field(default_factory=WeightsNow)
    speed: SpeedNow = field(default_factory=SpeedNow)
    gpu: GpuNow = field(default_factory=GpuNow)
    recipe: RecipeNow | None = None
    run: RunNow | None = None
    list: ListNow = field(default_factory=ListNow)
    picture: PictureNow | None = None
    chosen: int | None = None
    device: str = ""
    hover: HoverNow = field(default_factory=HoverNow)
    recent: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()
    dialogs: dict[str, int] = field(default_factory=dict)

    def open_dialog(self, name: str) -> None:
        """Open one of the program's dialogs by its name in `app.dialogs`, or bring it to the front."""
        self.dialogs[name] = self.dialogs.get(name, 0) + 1

    def close_dialog(self, name: str) -> None:
        """It has been closed, or is to be."""
        self.dialogs.pop(name, None)


@dataclass(frozen=True, slots=True)
class Given:
    """What was dropped or pasted, before anything is looked up on disk.

    paths: local files and folders.  remote: addresses that were given; nothing is ever fetched.
    bitmap: a picture that came as pixels, or its file's bytes (a web browser's drag), or None.
    """

    paths: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    bitmap: object = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it that could be used or talked about."""
        return not self.paths and not self.remote and self.bitmap is None
