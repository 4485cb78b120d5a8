"""The dialog of the GPU part in the window: opened, kept up to date, its buttons wired to the flow."""

from PySide6.QtCore import QObject, Slot

from resnet_gui.gui.context import Context
from resnet_gui.gui.dialogs.gpu_part import GpuPartDialog
from resnet_gui.gui.flows import gpu_part
from resnet_gui.gui.gpu_views import GpuPartView
from resnet_gui.gui.window import Window


class GpuWindow(QObject):
    """Slots of its own rather than closures: they end with the window."""

    def __init__(self, window: Window, context: Context) -> None:
        super().__init__(window)
        self._over, self._context = window, context
        self._dialog: GpuPartDialog | None = None

    def open_dialog(self) -> None:
        """Open it over the window; returns at once."""
        self._dialog = GpuPartDialog(self._view(), self._over)
        self._dialog.copy_wanted.connect(self._context.desk.copy_text)
        self._dialog.again_wanted.connect(self._on_again)
        self._dialog.finished.connect(self._on_finished)
        self._dialog.open()

    def refresh(self) -> None:
        """The engine has said something: show where things stand, if the dialog is open."""
        if self._dialog is not None:
            self._dialog.set_view(self._view())

    def _view(self) -> GpuPartView:
        return gpu_part.gpu_part_view(self._context.state.gpu, gpu_part.this_installation())

    @Slot()
    def _on_again(self) -> None:
        gpu_part.look_again(self._context)
        self.refresh()

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None
