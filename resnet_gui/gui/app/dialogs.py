"""The program's own dialogs: opened, kept up to date and closed as the state says, each open once at most."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from resnet_gui.gui.app.cards import Card
from resnet_gui.gui.app.menus import Act
from resnet_gui.gui.app.render import DialogView
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.gpu_part import flow as gpu_part
from resnet_gui.gui.gpu_part.dialog import GpuPartDialog
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.network.reading_dialog import ReadingDialog
from resnet_gui.gui.preferences import flow as preferences
from resnet_gui.gui.preferences.dialog import PreferencesDialog
from resnet_gui.gui.recipe import flow as recipe
from resnet_gui.gui.recipe.dialog import CommandDialog
from resnet_gui.gui.weights import flow as weights
from resnet_gui.gui.weights.dialog import WeightsDialog


class Dialog(Protocol):
    """A dialog that shows a view."""

    def __init__(self, view: Any, parent: QWidget | None = None) -> None: ...
    def set_view(self, view: Any) -> None:
        """Show it; what the person has chosen or typed stays."""


@dataclass(frozen=True, slots=True)
class Row:
    """One dialog.

    kind: its class.
    acts: name of each of its signals -> what is done then.
    modal: whether the window waits for it.
    opened: done when it opens, and when it is asked for again.
    """

    kind: type[Dialog]
    acts: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    modal: bool = True
    opened: Callable[[Context], object] | None = None


def _copy(context: Context, text: str) -> None:
    context.platform.copy_text(text)


ROWS: dict[str, Row] = {
    "about": Row(Card),
    "keys": Row(Card),
    "device": Row(Card),
    "preferences": Row(PreferencesDialog, {"wanted": preferences.apply}),
    "reading": Row(ReadingDialog, {"chosen": network.choose_reading_options, "names_wanted": network.open_names}),
    "command": Row(CommandDialog, {"copy_wanted": _copy, "save_wanted": recipe.ask_target}),
    "gpu": Row(GpuPartDialog, {"copy_wanted": _copy, "again_wanted": gpu_part.ask_again}),
    "weights": Row(
        WeightsDialog,
        {
            "acted": weights.act,
            "dropped": weights.adopt,
            "folder_wanted": weights.open_folder,
            "message_closed": weights.close_message,
        },
        modal=False,
        opened=weights.scan_folder,
    ),
}
"""Name -> dialog; what each shows is made by `render.DIALOG_VIEWS`."""


class Dialogs(QObject):
    """The dialogs that are open.

    window: over which they open.
    act: does an act and renders.
    """

    def __init__(self, window: QWidget, act: Act) -> None:
        super().__init__(window)
        self._window, self._act = window, act
        self._open: dict[str, QDialog] = {}
        self._views: Mapping[str, DialogView] = {}

    def dialog(self, name: str) -> QDialog | None:
        """The dialog of this name, None while it is not open."""
        return self._open.get(name)

    def set_views(self, views: Mapping[str, DialogView]) -> None:
        """Close what is not among them, open what is new, bring the others up to date."""
        before, self._views = self._views, views
        for name in [name for name in self._open if name not in views]:
            self._open[name].close()
        for name, shown in views.items():
            dialog = self._open.get(name)
            if dialog is None:
                self._make(name, shown)
                continue
            if shown.view != before[name].view:
                cast("Dialog", dialog).set_view(shown.view)
            if shown.asked != before[name].asked:
                self._come_forward(name, dialog)

    def _make(self, name: str, shown: DialogView) -> None:
        row = ROWS[name]
        dialog = row.kind(shown.view, self._window)
        assert isinstance(dialog, QDialog)
        for signal, do in row.acts.items():
            getattr(dialog, signal).connect(partial(self._act, do))
        dialog.finished.connect(partial(self._on_finished, name))
        self._open[name] = dialog
        if row.modal:
            dialog.open()
        self._come_forward(name, dialog)

    def _come_forward(self, name: str, dialog: QDialog) -> None:
        row = ROWS[name]
        if not row.modal:
            dialog.show()
            dialog.raise_()
            dialog.activateWindow()
        if row.opened is not None:
            self._act(row.opened)

    def _on_finished(self, name: str, result: int) -> None:
        del self._open[name]
        self._act(_close, name)


def _close(context: Context, name: str) -> None:
    context.state.close_dialog(name)
