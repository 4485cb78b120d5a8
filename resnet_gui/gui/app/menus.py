"""From the rows of the action table to QActions: the menu bar, context menus, grey-out, and the bar's two menus."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from resnet_gui.gui.app.action_table import ACTIONS, ActionState
from resnet_gui.gui.core.actions import Action, Menu
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.drop import flow as drop
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.network import view as picker
from resnet_gui.gui.network.view import Offer
from resnet_gui.gui.widgets.tool_tip import plain_tip
from resnet_gui.results.path_text import shown_path

Act = Callable[..., None]
"""`Program.act`: does what its first argument says to the context, with the others, then renders."""


class ActionMenus(QObject):
    """Owns the QActions of the window, and the menus they stand in.

    window: gets the menu bar.
    context: what actions work on.
    act: does an act and renders.
    """

    def __init__(self, window: QMainWindow, context: Context, act: Act) -> None:
        super().__init__(window)
        self._context, self._act = context, act
        self._made: dict[str, QAction] = {}
        self._states: Sequence[ActionState] = ()
        self._submenus: dict[str, QMenu] = {}
        self._item_menu = QMenu(window)
        self.open_menu = QMenu(window)
        self.network_menu = QMenu(window)
        self._other_files = QMenu("Other files of yours", window)
        self._other_files.setToolTipsVisible(True)
        menus: dict[Menu, QMenu] = {}
        for name in Menu:
            menus[name] = window.menuBar().addMenu(name.value)
            menus[name].setToolTipsVisible(True)
        section = None
        for row in ACTIONS:
            action = self._make(row, window)
            if row.section is not section and row.section.line:
                menus[row.section.menu].addSeparator()
            section = row.section
            self._menu_of(row, menus[section.menu]).addAction(action)
            window.addAction(action)  # its key works also while the menu bar is hidden
            if row.item:
                self._item_menu.addAction(action)
        self.open_menu.aboutToShow.connect(self._fill_open)
        self.network_menu.aboutToShow.connect(self._fill_network)

    def action(self, name: str) -> QAction:
        """The QAction of a row."""
        return self._made[name]

    def popup(self, place: QPoint) -> None:
        """The context menu of a picture, at a place of the screen."""
        self._item_menu.popup(place)

    def set_view(self, states: Sequence[ActionState]) -> None:
        """Grey out what cannot be used now, tick what is on."""
        self._states = states
        for row, state in zip(ACTIONS, states, strict=False):
            action = self._made[row.id]
            action.setEnabled(state.enabled)
            action.setToolTip(state.tip)
            action.setChecked(state.on)

    def _menu_of(self, row: Action, menu: QMenu) -> QMenu:
        """The menu itself, or the submenu of the row, made when it is first needed."""
        if not row.under:
            return menu
        if row.under not in self._submenus:
            self._submenus[row.under] = menu.addMenu(row.under)
            self._submenus[row.under].setToolTipsVisible(True)
        return self._submenus[row.under]

    def _make(self, row: Action, window: QMainWindow) -> QAction:
        action = QAction(row.text, window)
        action.setObjectName(row.id)
        if row.key:
            action.setShortcuts([QKeySequence(key) for key in (row.key, row.also) if key])
            action.setAutoRepeat(row.key in ("Left", "Right", "[", "]"))
        action.setCheckable(row.on is not None)
        action.triggered.connect(partial(self._do, row))
        self._made[row.id] = action
        return action

    def _do(self, row: Action, checked: bool = False) -> None:
        """Only where it can be used: a key may come before the grey-out."""
        if row.when.holds(self._context.state):
            self._act(row.do)
        self.set_view(self._states)  # Qt has ticked it by itself, which may not be how it stands

    @Slot()
    def _fill_open(self) -> None:
        self.open_menu.clear()
        for name in ("file.pictures", "file.folder", "edit.paste"):
            self.open_menu.addAction(self._made[name])
        recent = self._context.state.settings.recent
        if recent:
            self.open_menu.addSeparator()
        for path in recent:
            action = self.open_menu.addAction(shown_path(path).replace("&", "&&"))
            action.triggered.connect(partial(self._open_recent, path))

    @Slot()
    def _fill_network(self) -> None:
        self.network_menu.clear()
        self.network_menu.setToolTipsVisible(True)
        same, others = picker.offers(self._context.state)
        for offer in same:
            self._add_offer(self.network_menu, offer)
        if others:
            self._other_files.clear()
            self.network_menu.addMenu(self._other_files)
            for offer in others:
                self._add_offer(self._other_files, offer)
        self.network_menu.addSeparator()
        self.network_menu.addAction(self._made["network.open"])
        self.network_menu.addAction(self._made["network.weights"])
        self.network_menu.addAction(self._made["network.reading"])
        self.network_menu.addAction(self._made["view.network"])
        self.network_menu.addAction(self._made["network.device"])

    def _open_recent(self, path: str, checked: bool = False) -> None:
        self._act(drop.open_one, path)

    def _add_offer(self, menu: QMenu, offer: Offer) -> None:
        action = menu.addAction(offer.text.replace("&", "&&"))
        action.setToolTip(plain_tip(offer.tip))
        action.setCheckable(True)
        action.setChecked(offer.used)
        action.triggered.connect(partial(self._take_offer, offer))

    def _take_offer(self, offer: Offer, checked: bool = False) -> None:
        if offer.choice:
            self._act(network.choose_file, offer.choice)
        else:
            self._act(network.open_weights, offer.entry)
