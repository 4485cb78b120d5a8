"""The parts of the running window, made in order and ended in order."""

import itertools
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from resnet_gui.errors import KnownError
from resnet_gui.folders import Folders
from resnet_gui.gui.app import engine_events as hear
from resnet_gui.gui.app.cards import Card, about_text, device_text, keys_text
from resnet_gui.gui.app.engine_poll import RunFeed, StallMeter
from resnet_gui.gui.app.garbage import GarbageTimer
from resnet_gui.gui.app.menus import ActionMenus
from resnet_gui.gui.app.platform import WindowDesk
from resnet_gui.gui.app.screen import WindowScreen, show_scheme
from resnet_gui.gui.app.weights_window import WeightsWindow
from resnet_gui.gui.app.window import Window
from resnet_gui.gui.app.wiring import SpeedWindow, Wiring
from resnet_gui.gui.core.background import Background
from resnet_gui.gui.core.context import Context, Engine
from resnet_gui.gui.core.notices import Notices
from resnet_gui.gui.core.settings import Settings, load
from resnet_gui.gui.core.state import State
from resnet_gui.gui.drop import flow as drop
from resnet_gui.gui.drop.view import Offers, empty_view, offers, samples
from resnet_gui.gui.gpu_part.dialog import GpuWindow
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.network_map import flow as network_pane
from resnet_gui.gui.preferences import flow as close
from resnet_gui.gui.preferences import flow as prefer
from resnet_gui.gui.preferences.dialog import PreferencesDialog
from resnet_gui.gui.recipe import flow as recipe
from resnet_gui.gui.recipe.dialog import CommandDialog
from resnet_gui.gui.run import flow as folder
from resnet_gui.gui.run.table_model import RunTable
from resnet_gui.gui.run.thumbnails import Thumbnails
from resnet_gui.gui.weights import flow as weights
from resnet_gui.runs.protocol import Event


class ClosableEngine(Engine, Protocol):
    """An engine whose process this program owns."""

    def close(self, timeout_s: float = 3.0) -> None:
        """End the process; what is done of a run is kept."""


class Program(QObject):
    """Everything between the person and the engine.

    engine: started already.  session: a folder for pasted pictures and what the engine hands over, removed at the end.
    `shut_down` must be called, after the window has closed.
    """

    def __init__(self, engine: ClosableEngine, folders: Folders, session: Path) -> None:
        super().__init__()
        self._engine, self._session = engine, session
        settings, sentence = load(folders.config)
        show_scheme(settings.scheme)  # before the panels: they take their fonts from it
        self.window = Window()
        self.screen = WindowScreen(self.window)
        self.notices = Notices(self.screen.show_notice)
        self.background = Background(self.tell_fault)
        tokens = itertools.count(1)
        self.thumbnails = Thumbnails(engine, self.background, tokens)
        self.table = RunTable(self.background, self.thumbnails, self._settings, self.tell_fault)
        self.context = Context(
            engine=engine,
            background=self.background,
            notices=self.notices,
            screen=self.screen,
            desk=WindowDesk(self.window, self.show_dialog),
            table=self.table,
            folders=folders,
            session=session,
            tokens=tokens,
            state=State(settings),
        )
        self.menus = ActionMenus(self.window, self.context)
        self.weights = WeightsWindow(self.window, self.context, self.screen)
        self.speeds = SpeedWindow(self.window.bar, self.context)
        self.gpu = GpuWindow(self.window, self.context)
        self.wiring = Wiring(self.window, self.context, self.menus)
        self.feed = RunFeed(engine.poll, self._on_events, self)
        self.stalls = StallMeter(self)
        self.garbage = GarbageTimer(self)
        self._connect()
        self._prepare(sentence)

    def start(self, paths: Sequence[str]) -> None:
        """Show the window, and what was named on the command line in it."""
        network.load_first(self.context)
        self.garbage.start()
        self.window.show()
        self.feed.start()
        self.stalls.start()
        self._offer()
        weights.look(self.context)
        if paths:
            drop.open_paths(self.context, paths)

    def shut_down(self) -> None:
        """End threads and the engine's process; safe to call twice."""
        self.feed.stop()
        self.stalls.stop()
        self.background.close()
        self.table.close()
        self.garbage.stop()
        self._engine.close()
        shutil.rmtree(self._session, ignore_errors=True)

    def show_dialog(self, name: str) -> None:
        """One of the program's own dialogs, by name; opens over the window and returns at once."""
        state = self.context.state
        if name == "preferences":
            preferences = PreferencesDialog(state.settings, self.window)
            preferences.wanted.connect(self._on_preferences)
            preferences.open()
            return
        if name == "weights":
            self.weights.open_weights()
            return
        if name == "reading":
            self.weights.open_reading()
            return
        if name == "speeds":
            self.speeds.open_picker()
            return
        if name == "gpu":
            self.gpu.open_dialog()
            return
        if name == "command":
            command = CommandDialog(recipe.command_view(self.context), self.window)
            command.copy_wanted.connect(self.context.desk.copy_text)
            command.save_wanted.connect(self._on_save_recipe)
            command.open()
            return
        title, text = {
            "about": ("About resnet-gui", about_text()),
            "keys": ("Keys", keys_text()),
            "device": ("Device", device_text(state.device, state.network.facts)),
        }[name]
        Card(title, text, self.window).open()

    def _connect(self) -> None:
        self.window.list.set_model(self.table)
        self.table.tell_listed(self._on_listed)
        self.screen.set_actions(self.menus.refresh)
        self.window.closing.connect(self._on_closing)

    def _prepare(self, sentence: str) -> None:
        settings = self.context.state.settings
        self.screen.show_lens_on(settings.lens)
        self.window.restore_shape(settings.geometry, settings.split)
        self.screen.show_sides(settings.list_shown, settings.answer_shown)
        self.screen.show_empty(empty_view(settings.recent, samples()))  # at its full size from its first moment on
        self.screen.show_page(self.context.state.page)
        network_pane.show(self.context)
        if sentence:
            self.notices.trouble(sentence)

    def _settings(self) -> Settings:
        return self.context.state.settings

    def _offer(self) -> None:
        recent = self.context.state.settings.recent
        self.background.run(lambda: offers(recent), done=self._on_offers, slot="offers")

    def _on_offers(self, found: Offers) -> None:
        self.screen.show_empty(empty_view(found.recent, found.samples))

    def _on_events(self, events: list[Event]) -> None:
        hear.hear(self.context, events, self.thumbnails.take)
        self.gpu.refresh()

    def _on_listed(self) -> None:
        folder.on_listed(self.context)

    def tell_fault(self, error: Exception) -> None:
        """A sentence for a person as it is; anything else is a fault of ours, and the log has the details."""
        if isinstance(error, KnownError):
            self.notices.trouble(str(error))
        else:
            log = self.context.folders.logs / "resnet-gui.log"
            self.notices.trouble(
                f"A fault in the program ({type(error).__name__}: {error}); what is done is kept. "
                f"The details are in {log}."
            )

    @Slot()
    def _on_save_recipe(self) -> None:
        recipe.ask_target(self.context)

    @Slot(object)
    def _on_preferences(self, settings: Settings) -> None:
        prefer.apply(self.context, settings)

    @Slot()
    def _on_closing(self) -> None:
        close.closing(self.context, *self.window.shape_text())
