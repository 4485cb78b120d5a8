"""The speed picker in the window: opened under the speeds of the bar, its button wired to the flow."""

from PySide6.QtCore import QObject, Slot

from resnet_gui.gui.context import Context
from resnet_gui.gui.flows import speed
from resnet_gui.gui.panels.network_bar import NetworkBarPanel


class SpeedWindow(QObject):
    """Slots of its own rather than closures: they end with the bar."""

    def __init__(self, bar: NetworkBarPanel, context: Context) -> None:
        super().__init__(bar)
        self._bar, self._context = bar, context
        bar.measure_wanted.connect(self._on_measure)
        bar.stop_wanted.connect(self._on_stop)

    def open_picker(self) -> None:
        """Show it; returns at once."""
        self._bar.open_speeds()

    @Slot()
    def _on_measure(self) -> None:
        speed.measure(self._context)

    @Slot()
    def _on_stop(self) -> None:
        speed.stop(self._context)
