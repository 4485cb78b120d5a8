"""What every act of a person works on: the engine, the screen, the list, and where the window stands.  No Qt in here.

Flows are functions of a `Context`; tests give them one whose engine and screen are fakes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from resnet_gui.folders import Folders
from resnet_gui.gui.core.notices import Notices
from resnet_gui.gui.core.state import Given, Page, State
from resnet_gui.results.query import RunReader, Sort
from resnet_gui.runs.protocol import Event, PictureReady, Request

if TYPE_CHECKING:
    from resnet_gui.gui.app.status import StatusView
    from resnet_gui.gui.drop.view import EmptyView
    from resnet_gui.gui.network.view import BarView
    from resnet_gui.gui.network_map.view import PlanView
    from resnet_gui.gui.picture.view import AnswerView, LensView
    from resnet_gui.gui.run.view import RunView
    from resnet_gui.gui.weights.view import WeightsView

Result = TypeVar("Result")


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
