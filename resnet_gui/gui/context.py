"""What every act of a person works on: the engine, the screen, the list, and where the window stands.  No Qt in here.

Flows are functions of a `Context`; tests give them one whose engine and screen are fakes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from resnet_gui.engine.record import Phase, Progress
from resnet_gui.folders import Folders
from resnet_gui.gui.notices import Notices
from resnet_gui.gui.plan_views import PlanView
from resnet_gui.gui.views import AnswerView, BarView, EmptyView, LensView, RunView, StatusView
from resnet_gui.gui.weights_views import WeightsView
from resnet_gui.results.query import Row, RunReader, Sort
from resnet_gui.runs.gpu_messages import GpuPartKnown
from resnet_gui.runs.network_facts import NetworkFacts
from resnet_gui.runs.protocol import Event, PictureReady, Request
from resnet_gui.runs.recipe import RecipeFile
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.runs.speed_messages import SpeedProgress, SpeedsKnown
from resnet_gui.settings import Settings
from resnet_gui.weights.transfer import TransferPhase, TransferProgress

Result = TypeVar("Result")


class Page(StrEnum):
    """What fills the window."""

    EMPTY = "empty"
    """The drop card."""
    SINGLE = "single"
    """List, picture, answer."""
    GRID = "grid"
    """Cards of a run, and its summary."""


# ---------------------------------------------------------------- where the window stands


@dataclass
class NetworkNow:
    """The network chosen.  facts: once it is loaded.  loading: token of the LoadNetwork under way."""

    choice: NetworkChoice = field(default_factory=NetworkChoice)
    facts: NetworkFacts | None = None
    loading: int | None = None
    worked: tuple[NetworkChoice, str, str] | None = None
    """(choice, device, precision) of the last network that could be loaded: back to it when another cannot."""


@dataclass(frozen=True, slots=True)
class RecipeNow:
    """A recipe that waits for its network.

    token: of the LoadNetwork.  before: what was set, to go back to.  said: the sentence's beginning once it is in use.
    undo: whether it can be taken back.  paths, singles: pictures that were dropped with it (`folder.start`).
    """

    token: int
    before: RecipeFile
    said: str
    undo: bool = True
    paths: tuple[str, ...] = ()
    singles: bool = False


@dataclass
class RunNow:
    """The run on the screen, under way or ended.

    title: what was given, in words.  frequent: (class name, how often it won).  resume_row: the row to go to, when
    this run repeats another with other choices.
    """

    number: int
    spec: RunSpec
    title: str
    progress: Progress = field(default_factory=lambda: Progress(Phase.LOADING))
    facts: NetworkFacts | None = None
    store: str = ""
    frequent: tuple[tuple[str, int], ...] = ()
    sentence: str = ""
    resume_row: int = 0
    paused: bool = False
    counted: float = 0.0
    """When `frequent` was last asked for (`time.monotonic`)."""

    @property
    def under_way(self) -> bool:
        """Whether something more will happen."""
        return not self.progress.phase.ended


@dataclass
class PictureNow:
    """The picture in the middle.

    id, row: of its run; None while the run does not know it yet.  token: of the ShowPicture under way.
    size: of the upright original in pixels, once it is on the screen.  crop: the one that stands out, 1…10, 0 for none.
    """

    path: str
    id: int | None = None
    row: Row | None = None
    token: int | None = None
    size: tuple[int, int] | None = None
    trouble: str = ""
    crop: int = 0


@dataclass
class Fetching:
    """A download, or the copying or checking of a file.  token: of the request; waiting: it is not its turn yet."""

    token: int
    name: str
    progress: TransferProgress = field(default_factory=lambda: TransferProgress(TransferPhase.WAITING))
    stopping: bool = False


@dataclass
class WeightsNow:
    """The catalogue's files, by their names there.

    here: whose files are in the folder; parts: bytes of unfinished downloads; queue: to be fetched, in order.
    work: the download at work; others: token → checking, copying or removing under way.
    said: what came of the last thing done with a file: (sentence, whether it went wrong).
    proxy: through which connections go, empty for none.  words: what the status line says of downloads.
    opened: whether the dialog is open; sought: what it is to show first, a kind ("101 v2") or a name, empty for all.
    """

    here: frozenset[str] = frozenset()
    parts: Mapping[str, int] = field(default_factory=dict)
    queue: list[str] = field(default_factory=list)
    work: Fetching | None = None
    others: dict[int, Fetching] = field(default_factory=dict)
    said: dict[str, tuple[str, bool]] = field(default_factory=dict)
    proxy: str = ""
    words: str = ""
    opened: bool = False
    sought: str = ""


@dataclass
class SpeedNow:
    """What is known of the speeds here, and the measurement under way.

    known: of the network and device it names.  token: of the MeasureSpeeds; stopping: it has been told to end.
    said: why the last measurement came to nothing, else empty.
    """

    known: SpeedsKnown | None = None
    token: int | None = None
    progress: SpeedProgress | None = None
    stopping: bool = False
    said: str = ""


@dataclass
class GpuNow:
    """The GPU part, and whether there is a card for it.

    known: what the engine found last.  token: of the LookForGpuPart under way.  asked_again: whether the person has
    asked it to look once more, in the dialog.  trouble: why it could not look, else empty.
    """

    known: GpuPartKnown | None = None
    token: int | None = None
    asked_again: bool = False
    trouble: str = ""


@dataclass
class State:
    """Everything that changes while the window is open, in one place."""

    settings: Settings
    page: Page = Page.EMPTY
    network: NetworkNow = field(default_factory=NetworkNow)
    weights: WeightsNow = field(default_factory=WeightsNow)
    speed: SpeedNow = field(default_factory=SpeedNow)
    gpu: GpuNow = field(default_factory=GpuNow)
    recipe: RecipeNow | None = None
    run: RunNow | None = None
    picture: PictureNow | None = None
    chosen: int | None = None
    """Number of the picture that is current in the list; `picture` follows as soon as its row has been read."""
    device: str = ""
    """Sentence of the device, and why."""
    only_skipped: bool = False
    sort: Sort = Sort.FOLDER
    exports: dict[int, str] = field(default_factory=dict)
    """Token of an export under way → the file it writes."""
    hovering: int = 0
    """Number of the drag over the window; a count that comes later than its drag is dropped."""


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


# ---------------------------------------------------------------- what flows need from others


class Engine(Protocol):
    """The window's side of the engine's process: `runs.client.EngineClient`, or a fake."""

    def send(self, request: Request) -> None:
        """Never blocks."""

    def poll(self) -> list[Event]:
        """What has arrived; never blocks."""
        ...


class Background(Protocol):
    """The one door to other threads."""

    def run(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        slot: str = "",
    ) -> None:
        """Do `work` elsewhere, then `done(result)` or `failed(error)` here; in a slot only the latest is delivered."""


class Table(Protocol):
    """The list of the run's pictures."""

    def open(self, store: str) -> None:
        """Show the run of this database in place of the one before."""

    def clear(self) -> None:
        """Show nothing."""

    def refresh(self, grown: bool) -> None:
        """Rows have changed; grown: there may be more of them."""

    def arrange(self, only_skipped: bool, sort: Sort) -> None:
        """Show a part of the run, in another order."""

    def restyle(self) -> None:
        """The verdicts' limits have changed: paint all anew."""

    def reader(self) -> RunReader | None:
        """For questions to the run's database, in another thread."""
        ...

    def number(self) -> int:
        """How many rows are listed."""
        ...

    def id_at(self, row: int) -> int | None:
        """The picture's number in its run."""
        ...

    def row_of(self, number: int) -> int:
        """Where the picture is listed, −1 if it is not."""
        ...


class Screen(Protocol):
    """What a person sees.  Everything returns at once."""

    def show_page(self, page: Page) -> None: ...
    def show_bar(self, view: BarView) -> None: ...
    def show_status(self, view: StatusView) -> None: ...
    def show_empty(self, view: EmptyView) -> None: ...
    def show_run(self, view: RunView, running: bool, paused: bool, exportable: bool) -> None: ...
    def show_header(self, text: str) -> None: ...
    def show_answer(self, view: AnswerView | None) -> None: ...
    def show_reading(self, caption: str) -> None: ...
    def show_picture(self, picture: object, full_width: int, full_height: int, caption: str) -> None: ...
    def show_no_picture(self, file: str, sentence: str) -> None: ...
    def show_lens(self, lens: LensView | None) -> None: ...
    def show_lens_on(self, on: bool) -> None: ...
    def show_crop(self, number: int) -> None: ...
    def show_drop(self, sentence: str, allowed: bool) -> None: ...
    def show_current(self, row: int) -> None: ...
    def show_weights(self, view: WeightsView) -> None: ...
    def show_actions(self) -> None: ...
    def show_scheme(self, scheme: str) -> None: ...
    def show_sides(self, left: bool, right: bool) -> None: ...
    def show_plan(self, plan: PlanView | None) -> None: ...
    def show_network_pane(self, shown: bool) -> None: ...
    def fit(self) -> None: ...
    def toggle_zoom(self) -> None: ...
    def toggle_full_screen(self) -> None: ...
    def leave_full_screen(self) -> bool: ...
    def resize_tiles(self, step: int) -> None: ...
    def close(self) -> None: ...


class Desk(Protocol):
    """What lies outside the window: file dialogs, clipboard, file manager, pictures as Qt holds them."""

    def ask_files(self, title: str, folder: str, kinds: Sequence[str], done: Callable[[list[str]], None]) -> None: ...
    def ask_folder(self, title: str, folder: str, done: Callable[[str], None]) -> None: ...
    def ask_target(self, title: str, suggested: str, kinds: Sequence[str], done: Callable[[str], None]) -> None: ...
    def clipboard(self) -> Given: ...
    def copy_text(self, text: str) -> None: ...
    def copy_picture(self, picture: object) -> None: ...
    def reveal(self, path: str) -> None: ...
    def open_dialog(self, name: str) -> None: ...

    def read_picture(self, ready: PictureReady) -> object:
        """The picture as the screen takes it; called in another thread; deletes the file."""
        ...

    def save_bitmap(self, bitmap: object, target: Path) -> None:
        """Write a dropped or pasted bitmap as PNG; called in another thread.  Raises KnownError."""


@dataclass(frozen=True)
class Context:
    """session: folder for pasted pictures and what the engine hands over; gone when the window is."""

    engine: Engine
    background: Background
    notices: Notices
    screen: Screen
    desk: Desk
    table: Table
    folders: Folders
    session: Path
    tokens: Iterator[int]
    state: State
