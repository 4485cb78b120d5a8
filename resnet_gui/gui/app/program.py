"""The parts of the running window, made in order and ended in order."""

import itertools
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from resnet_gui.errors import KnownError
from resnet_gui.folders import Folders
from resnet_gui.gui.app.controls import Controls
from resnet_gui.gui.app.dialogs import Dialogs
from resnet_gui.gui.app.engine_events import handle_events
from resnet_gui.gui.app.engine_poll import EnginePoll, StallMeter
from resnet_gui.gui.app.garbage import GarbageTimer
from resnet_gui.gui.app.menus import ActionMenus
from resnet_gui.gui.app.platform import WindowPlatform
from resnet_gui.gui.app.render import views
from resnet_gui.gui.app.window import Window
from resnet_gui.gui.app.wiring import Wiring
from resnet_gui.gui.core.background import Background
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.notices import Notices
from resnet_gui.gui.core.settings import load
from resnet_gui.gui.core.state import State
from resnet_gui.gui.drop import flow as drop
from resnet_gui.gui.drop.view import samples
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.preferences import flow as preferences
from resnet_gui.gui.run import flow as folder
from resnet_gui.gui.run.table_model import RunTable
from resnet_gui.gui.run.thumbnails import Thumbnails
from resnet_gui.gui.run.view import ListView
from resnet_gui.gui.style.theme import apply_scheme
from resnet_gui.gui.weights import flow as weights
from resnet_gui.service.conversation import Conversation
from resnet_gui.service.messages import Event, Message


class Engine(Protocol):
    """The pipes to an engine's process that this program owns: `service.client.EngineClient`, or a fake."""

    def send(self, message: Message) -> None:
        """Never blocks."""

    def poll(self) -> list[Event]:
        """What has arrived; never blocks."""
        ...

    def close(self, timeout_s: float = 3.0) -> None:
        """End the process; what is done of a run is kept."""


class Program(QObject):
    """Everything between the person and the engine.

    engine: started already.
    folders: where the program may write.
    session: a folder for pasted pictures and what the engine hands over, removed at the end.

    unsaved: why the settings could not be saved when the window closed, one sentence; else empty.
    `shut_down` must be called, after the window has closed.
    """

    def __init__(self, engine: Engine, folders: Folders, session: Path) -> None:
        super().__init__()
        self.engine, self._session = engine, session
        self.unsaved = ""
        settings, sentence = load(folders.config)
        apply_scheme(settings.scheme)  # before the panels: they take their fonts from it
        self.window = Window()
        self.background = Background(self.tell_fault, self.render)
        conversation = Conversation(engine.send, self.background.run)
        self.thumbnails = Thumbnails(conversation, self.background)
        self.table = RunTable(self.background, self.thumbnails, self.tell_fault)
        self.context = Context(
            engine=conversation,
            background=self.background,
            notices=Notices(),
            window=Controls(self.window),
            platform=WindowPlatform(self.window, self.render),
            table=self.table,
            folders=folders,
            session=session,
            numbers=itertools.count(1),
            state=State(settings, recent=settings.recent, samples=samples()),
        )
        self.menus = ActionMenus(self.window, self.context, self.act)
        self.dialogs = Dialogs(self.window, self.act)
        self.wiring = Wiring(self.window, self.context, self.act, self.menus)
        self.poll = EnginePoll(engine.poll, self._on_events, self)
        self.stalls = StallMeter(self)
        self.garbage = GarbageTimer(self)
        self._rendering = self._stale = False
        self.window.list.set_model(self.table)
        self.window.panels |= {
            "scheme": apply_scheme,
            "actions": self.menus.set_view,
            "list": self._show_list,
            "dialogs": self.dialogs.set_views,
        }
        self.table.listed.connect(self._on_listed)
        self.window.closing.connect(self._on_closing)
        self.window.restore_shape(settings.geometry, settings.split)
        if sentence:
            self.context.notices.error(sentence)
        self.render()  # all at its full size from the first moment on

    def act(self, do: Callable[..., object], *given: object) -> None:
        """Let the person's act take effect, then bring the screen up to date."""
        do(self.context, *given)
        self.render()

    def render(self) -> None:
        """Make all views from the state and put those on the screen that have changed.

        What a panel says while it is given its view (a row has become current) is an act too: rendered after this.
        """
        self._stale = True
        if self._rendering:
            return
        self._rendering = True
        try:
            while self._stale:
                self._stale = False
                self.window.show_views(views(self.context))
        finally:
            self._rendering = False

    def start(self, paths: Sequence[str]) -> None:
        """Show the window, and what was named on the command line in it."""
        self.act(network.load_first)
        self.garbage.start()
        self.window.show()
        self.poll.start()
        self.stalls.start()
        drop.look_for_recent(self.context)
        weights.scan_folder(self.context)
        if paths:
            drop.open_paths(self.context, paths)

    def shut_down(self) -> None:
        """End threads and the engine's process; safe to call twice."""
        self.poll.stop()
        self.stalls.stop()
        self.background.close()
        self.table.close()
        self.garbage.stop()
        self.engine.close()
        shutil.rmtree(self._session, ignore_errors=True)

    def _on_events(self, events: list[Event]) -> None:
        handle_events(self.context, events)
        self.render()

    def _show_list(self, view: ListView) -> None:
        self.table.set_view(view)
        self.window.list.set_view(view)

    @Slot()
    def _on_listed(self) -> None:
        self.act(folder.on_listed)

    def tell_fault(self, error: Exception) -> None:
        """A sentence for a person as it is; anything else is a fault of ours, and the log has the details."""
        notices = self.context.notices
        if isinstance(error, KnownError):
            notices.error(error.in_window)
        else:
            log = self.context.folders.logs / "resnet-gui.log"
            notices.error(
                f"A fault in the program ({type(error).__name__}: {error}); what is done is kept. "
                f"The details are in {log}."
            )
        self.render()

    @Slot()
    def _on_closing(self) -> None:
        self.unsaved = preferences.closing(self.context, *self.window.shape_text())
        self.context.state.dialogs.clear()
        self.render()
