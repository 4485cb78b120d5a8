"""What every act of a person works on: the engine, the list, what lies around the window, and where it stands.

No Qt in here.  Flows are functions of a `Context`; tests give them one whose parts are fakes.  Flows change the state
and ask; nothing in them shows anything: after each act all views are made from the state (`app.render`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from resnet_gui.folders import Folders
from resnet_gui.gui.core.notices import Notices
from resnet_gui.gui.core.state import Given, State
from resnet_gui.operations.pictures import PictureReady
from resnet_gui.results.query import RunReader
from resnet_gui.service.conversation import Conversation

Result = TypeVar("Result")


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
    """The rows that the list shows, for flows that move in it."""

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


class WindowControls(Protocol):
    """What a person does to the window itself, and what only Qt remembers: zoom, full screen, the size of the cards."""

    def fit(self) -> None:
        """The whole picture."""

    def toggle_zoom(self) -> None:
        """Between 100 % and fit."""

    def toggle_full_screen(self) -> None:
        """The whole screen, or the window as it was."""

    def leave_full_screen(self) -> bool:
        """Whether there was one to leave."""
        ...

    def resize_tiles(self, step: int) -> None:
        """Larger or smaller cards."""

    def open_speeds(self) -> None:
        """The speed picker, under the speeds of the bar."""

    def close(self) -> bool:
        """The end."""
        ...


class Platform(Protocol):
    """What lies outside the window: file dialogs, clipboard, file manager, pictures as Qt holds them."""

    def ask_files(self, title: str, folder: str, kinds: Sequence[str], done: Callable[[list[str]], None]) -> None: ...
    def ask_folder(self, title: str, folder: str, done: Callable[[str], None]) -> None: ...
    def ask_target(self, title: str, suggested: str, kinds: Sequence[str], done: Callable[[str], None]) -> None: ...
    def clipboard(self) -> Given: ...
    def copy_text(self, text: str) -> None: ...
    def copy_picture(self, picture: object) -> None: ...
    def reveal(self, path: str) -> None: ...

    def read_picture(self, ready: PictureReady) -> object:
        """The picture as the screen takes it; called in another thread; deletes the file."""
        ...

    def save_bitmap(self, bitmap: object, target: Path) -> None:
        """Write a dropped or pasted bitmap as PNG; called in another thread.  Raises KnownError."""


@dataclass(frozen=True)
class Context:
    """The parts of the window that flows work on.

    engine: what is asked of the engine's process.
    background: the one door to other threads.
    notices: what the window tells a person.
    window: the window itself.
    platform: what lies outside it.
    table: the rows that are listed.
    folders: where the program may write.
    session: folder for pasted pictures and what the engine hands over; gone when the window is.
    numbers: of pasted pictures.
    state: where the window stands.
    """

    engine: Conversation
    background: Background
    notices: Notices
    window: WindowControls
    platform: Platform
    table: Table
    folders: Folders
    session: Path
    numbers: Iterator[int]
    state: State
