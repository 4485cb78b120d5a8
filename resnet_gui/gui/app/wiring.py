"""From what panels say (a person clicked, dropped, chose) to the act that does it.  No panel hears another."""

from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, SignalInstance, Slot

from resnet_gui.gui.app.menus import Act, ActionMenus
from resnet_gui.gui.app.window import Window
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.state import Page
from resnet_gui.gui.drop import flow as drop
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.network_map import flow as network_pane
from resnet_gui.gui.picture import flow as picture
from resnet_gui.gui.run import flow as folder
from resnet_gui.gui.speed import flow as speed
from resnet_gui.gui.widgets.action_button import follow


class Wiring(QObject):
    """The panels' signals, joined to what is done then.

    window: whose panels they are.
    context: what acts work on.
    act: does an act and renders.
    menus: the QActions, which buttons use.
    """

    def __init__(self, window: Window, context: Context, act: Act, menus: ActionMenus) -> None:
        super().__init__(window)
        self._window, self._menus = window, menus
        notices, bar, platform = context.notices, window.bar, context.platform
        acts = (
            (window.hovered, drop.hover),
            (window.left, drop.leave),
            (window.dropped, drop.drop),
            (window.card.path_chosen, drop.open_one),
            (window.banner.closed, lambda context: notices.close()),
            (window.banner.action_clicked, lambda context: notices.act()),
            (window.banner.other_clicked, lambda context, number: notices.answer(number)),
            (window.status.skipped_clicked, folder.show_skipped),
            (window.status.device_clicked, lambda context: context.state.open_dialog("device")),
            (window.status.fetching_clicked, network.open_weights),
            (window.network.words_wanted, lambda context, words: platform.copy_text(words)),
            (window.network.drawing_wanted, lambda context, drawing: platform.copy_picture(drawing)),
            (window.network.close_clicked, network_pane.close),
            (bar.depth_chosen, network.choose_depth),
            (bar.family_chosen, network.choose_family),
            (bar.assumed_clicked, network.open_reading),
            (bar.crops_chosen, lambda context, crops: network.choose_crops(context, int(crops))),
            (bar.speed_chosen, network.choose_speed),
            (bar.device_chosen, network.choose_device),
            (bar.measure_wanted, speed.measure),
            (bar.stop_wanted, speed.stop),
            (bar.refused, lambda context, sentence: notices.info(sentence, topic="refused")),
            (window.list.current_changed, picture.choose_row),
            (window.list.activated, _open_row),
            (window.list.mode_changed, _change_mode),
            (window.picture.crop_selected, picture.select_crop),
            (window.picture.crop_hovered, picture.hover_crop),
            (window.answer.crop_selected, picture.select_crop),
            (window.answer.crop_hovered, picture.hover_crop),
        )
        for signal, do in acts:
            assert isinstance(signal, SignalInstance)
            signal.connect(partial(act, do))
        self._use_actions()
        bar.set_open_menu(menus.open_menu)
        bar.set_network_menu(menus.network_menu)
        for view in (window.list.view, window.picture.view):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(self._on_context_menu)

    def _use_actions(self) -> None:
        """Buttons that stand for a row of the action table: its key, its tip, its grey-out, its act."""
        window = self._window
        for button, name in (
            *window.card.buttons().items(),
            *window.summary.buttons().items(),
            *window.network.buttons().items(),
            *window.picture.buttons().items(),
        ):
            follow(button, self._menus.action(name))
        self._menus.action("run.cancel").triggered.connect(window.focus_content)

    @Slot(QPoint)
    def _on_context_menu(self, place: QPoint) -> None:
        view = self.sender()
        if view in (self._window.list.view, self._window.picture.view):
            self._menus.popup(view.viewport().mapToGlobal(place))


def _open_row(context: Context, row: int) -> None:
    """A double click, or Enter: the picture itself."""
    picture.choose_row(context, row)
    if context.state.page is Page.GRID:
        folder.to_page(context, Page.SINGLE)


def _change_mode(context: Context, mode: str) -> None:
    folder.to_page(context, Page.GRID if mode == "grid" else Page.SINGLE)
