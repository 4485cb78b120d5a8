"""The views put on the window's panels: each panel is given its view when that is another one than before."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QApplication

from resnet_gui.gui.app.dialogs import Dialogs
from resnet_gui.gui.app.menus import ActionMenus
from resnet_gui.gui.app.render import Views
from resnet_gui.gui.app.window import Window
from resnet_gui.gui.core.notices import Notice
from resnet_gui.gui.run.table_model import RunTable
from resnet_gui.gui.run.view import ListView, RunView
from resnet_gui.gui.style.theme import apply_theme


class Screen:
    """What a person sees.

    window: the window with its panels.
    menus: the QActions.
    table: the rows of the list.
    dialogs: the program's own dialogs.
    """

    def __init__(self, window: Window, menus: ActionMenus, table: RunTable, dialogs: Dialogs) -> None:
        self._window, self._table = window, table
        self._last: Views | None = None
        self._panels: dict[str, Callable[[Any], None]] = {
            "scheme": show_scheme,
            "window": window.set_view,
            "actions": menus.set_view,
            "bar": window.bar.set_view,
            "notice": self._show_notice,
            "empty": window.card.set_view,
            "list": self._show_list,
            "run": self._show_run,
            "picture": window.picture.set_view,
            "answer": window.answer.set_view,
            "plan": self._window.network.set_plan,
            "status": window.status.set_view,
            "dialogs": dialogs.set_views,
        }

    def show(self, views: Views) -> None:
        """Bring everything up to date; what is as before is not touched."""
        last = self._last
        for name, put in self._panels.items():
            view = getattr(views, name)
            if last is None or (view is not (before := getattr(last, name)) and view != before):
                put(view)
        self._last = views

    def _show_notice(self, notice: Notice | None) -> None:
        if notice is None:
            self._window.banner.clear()
        else:
            others = [(other.text, other.tip) for other in notice.others]
            self._window.banner.show_message(notice.text, notice.error, notice.action, others)

    def _show_list(self, view: ListView) -> None:
        self._table.set_view(view)
        self._window.list.set_view(view)

    def _show_run(self, view: RunView | None) -> None:
        if view is not None:  # what was shown of an earlier run is out of sight
            self._window.summary.set_view(view)


def show_scheme(scheme: str) -> None:
    """Give the whole program a scheme: "system", "light" or "dark"."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, "light" if scheme == "light" else "dark" if scheme == "dark" else "system")
