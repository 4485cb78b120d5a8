"""The Weights dialog and the card of how a file is read, joined to their flows; each is open once at most."""

from PySide6.QtCore import QObject, Slot

from resnet_gui.gui.app.screen import WindowScreen
from resnet_gui.gui.app.window import Window
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.network.reading import reading_view
from resnet_gui.gui.network.reading_dialog import ReadingDialog
from resnet_gui.gui.weights import flow as weights
from resnet_gui.gui.weights.dialog import WeightsDialog
from resnet_gui.gui.weights.view import Act


class WeightsWindow(QObject):
    """Slots of its own rather than closures: they end with the window."""

    def __init__(self, window: Window, context: Context, screen: WindowScreen) -> None:
        super().__init__(window)
        self._over, self._context, self._screen = window, context, screen
        window.closing.connect(self._on_closing)
        self.dialog: WeightsDialog | None = None

    def open_weights(self) -> None:
        """Open the dialog, or bring it to the front; not modal: the window can be used beside it."""
        if self.dialog is None:
            self.dialog = WeightsDialog(self._over)
            self.dialog.acted.connect(self._on_acted)
            self.dialog.dropped.connect(self._on_dropped)
            self.dialog.folder_wanted.connect(self._on_folder)
            self.dialog.message_closed.connect(self._on_message_closed)
            self.dialog.hidden.connect(self._on_hidden)
            self._screen.set_weights(self.dialog.set_view)
        weights.opened(self._context)
        self.dialog.seek(self._context.state.weights.sought)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def open_reading(self) -> None:
        """What was assumed about the file in use, and what to choose instead."""
        dialog = ReadingDialog(reading_view(self._context.state.network), self._over)
        dialog.chosen.connect(self._on_reading)
        dialog.names_wanted.connect(self._on_names)
        dialog.open()

    @Slot(str, object)
    def _on_acted(self, name: str, act: Act) -> None:
        weights.act(self._context, name, act)

    @Slot(object)
    def _on_dropped(self, paths: tuple[str, ...]) -> None:
        weights.adopt(self._context, paths)

    @Slot()
    def _on_folder(self) -> None:
        weights.open_folder(self._context)

    @Slot()
    def _on_message_closed(self) -> None:
        weights.close_message(self._context)

    @Slot()
    def _on_hidden(self) -> None:
        self.dialog = None
        self._screen.set_weights(None)
        weights.closed(self._context)

    @Slot()
    def _on_closing(self) -> None:
        """The dialog goes with the window."""
        if self.dialog is not None:
            self.dialog.close()

    @Slot(object)
    def _on_reading(self, wanted: dict[str, str | None]) -> None:
        network.choose_readings(self._context, wanted)

    @Slot()
    def _on_names(self) -> None:
        network.open_names(self._context)
