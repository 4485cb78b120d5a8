"""From what panels say (a person clicked, dropped, chose) to the flow that does it.  No panel hears another."""

from PySide6.QtCore import QObject, QPoint, Qt, Slot

from resnet_gui.gui.app.menus import ActionMenus
from resnet_gui.gui.app.window import Window
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.state import Given, Page
from resnet_gui.gui.drop import flow as drop
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.network.bar import NetworkBarPanel
from resnet_gui.gui.network_map import flow as network_pane
from resnet_gui.gui.picture import flow as picture
from resnet_gui.gui.picture.actions import set_lens
from resnet_gui.gui.run import export
from resnet_gui.gui.run import flow as folder
from resnet_gui.gui.speed import flow as speed


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


class Wiring(QObject):
    """Slots of its own rather than closures: they end with the window."""

    def __init__(self, window: Window, context: Context, menus: ActionMenus) -> None:
        super().__init__(window)
        self._window, self._context, self._menus = window, context, menus
        self._connect_window()
        self._connect_bar()
        self._connect_list_and_picture()

    def _connect_window(self) -> None:
        window = self._window
        window.hovered.connect(self._on_hovered)
        window.left.connect(self._on_left)
        window.dropped.connect(self._on_dropped)
        window.card.open_pictures.connect(self._on_open_pictures)
        window.card.open_folder.connect(self._on_open_folder)
        window.card.path_chosen.connect(self._on_path)
        window.banner.closed.connect(self._context.notices.close)
        window.banner.action_clicked.connect(self._context.notices.act)
        window.banner.other_clicked.connect(self._context.notices.answer)
        window.status.skipped_clicked.connect(self._on_skipped)
        window.status.device_clicked.connect(self._on_device_card)
        window.status.fetching_clicked.connect(self._on_fetching)
        window.summary.pause_clicked.connect(self._on_pause)
        window.summary.cancel_clicked.connect(self._on_cancel)
        window.summary.export_clicked.connect(self._on_export)
        window.network.copy_clicked.connect(self._on_copy_table)
        window.network.words_wanted.connect(self._context.desk.copy_text)
        window.network.drawing_wanted.connect(self._context.desk.copy_picture)
        window.network.close_clicked.connect(self._on_close_network)

    def _connect_bar(self) -> None:
        bar = self._window.bar
        bar.set_open_menu(self._menus.open_menu)
        bar.set_network_menu(self._menus.network_menu)
        bar.open_pictures.connect(self._on_open_pictures)
        bar.open_folder.connect(self._on_open_folder)
        bar.depth_chosen.connect(self._on_depth)
        bar.family_chosen.connect(self._on_family)
        bar.assumed_clicked.connect(self._on_assumed)
        bar.crops_chosen.connect(self._on_crops)
        bar.speed_chosen.connect(self._on_speed)
        bar.device_chosen.connect(self._on_device)
        bar.refused.connect(self._on_refused)

    def _connect_list_and_picture(self) -> None:
        window = self._window
        window.list.current_changed.connect(self._on_current)
        window.list.activated.connect(self._on_activated)
        window.list.mode_changed.connect(self._on_mode)
        window.picture.lens_toggled.connect(self._on_lens)
        window.picture.crop_selected.connect(self._on_crop)
        window.picture.crop_hovered.connect(self._on_crop_hovered)
        window.answer.crop_selected.connect(self._on_crop)
        window.answer.crop_hovered.connect(self._on_crop_hovered)
        for view in (window.list.view, window.picture.view):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(self._on_context_menu)

    # ------------------------------------------------------------ the window

    @Slot(object)
    def _on_hovered(self, given: Given) -> None:
        drop.hover(self._context, given)

    @Slot()
    def _on_left(self) -> None:
        drop.leave(self._context)

    @Slot(object)
    def _on_dropped(self, given: Given) -> None:
        drop.drop(self._context, given)

    @Slot()
    def _on_open_pictures(self) -> None:
        drop.open_pictures(self._context)

    @Slot()
    def _on_open_folder(self) -> None:
        drop.open_folder(self._context)

    @Slot(object)
    def _on_path(self, path: str) -> None:
        drop.open_one(self._context, path)

    @Slot()
    def _on_skipped(self) -> None:
        folder.show_skipped(self._context)

    @Slot()
    def _on_device_card(self) -> None:
        self._context.desk.open_dialog("device")

    @Slot()
    def _on_fetching(self) -> None:
        network.open_weights(self._context)

    @Slot()
    def _on_pause(self) -> None:
        folder.pause(self._context)

    @Slot()
    def _on_cancel(self) -> None:
        folder.cancel(self._context)
        self._window.focus_content()  # the button goes away: the next one must not get its next key

    @Slot()
    def _on_export(self) -> None:
        export.ask(self._context)

    @Slot()
    def _on_copy_table(self) -> None:
        network_pane.copy_table(self._context)

    @Slot()
    def _on_close_network(self) -> None:
        network_pane.close(self._context)

    # ------------------------------------------------------------ the bar

    @Slot(str)
    def _on_depth(self, depth: str) -> None:
        network.choose_depth(self._context, depth)

    @Slot(str)
    def _on_family(self, family: str) -> None:
        network.choose_family(self._context, family)

    @Slot()
    def _on_assumed(self) -> None:
        network.open_reading(self._context)

    @Slot(str)
    def _on_crops(self, crops: str) -> None:
        network.choose_crops(self._context, int(crops))

    @Slot(str)
    def _on_speed(self, word: str) -> None:
        network.choose_speed(self._context, word)

    @Slot(str)
    def _on_device(self, device: str) -> None:
        network.choose_device(self._context, device)

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self._context.notices.news(sentence, topic="refused")

    # ------------------------------------------------------------ list and picture

    @Slot(int)
    def _on_current(self, row: int) -> None:
        picture.choose_row(self._context, row)

    @Slot(int)
    def _on_activated(self, row: int) -> None:
        picture.choose_row(self._context, row)
        if self._context.state.page is Page.GRID:
            folder.to_page(self._context, Page.SINGLE)

    @Slot(str)
    def _on_mode(self, mode: str) -> None:
        folder.to_page(self._context, Page.GRID if mode == "grid" else Page.SINGLE)

    @Slot(bool)
    def _on_lens(self, on: bool) -> None:
        set_lens(self._context, on)

    @Slot(int)
    def _on_crop(self, number: int) -> None:
        picture.select_crop(self._context, number)

    @Slot(int)
    def _on_crop_hovered(self, number: int) -> None:
        """Seen in both places, chosen in none."""
        now = self._context.state.picture
        if now is not None:
            self._context.screen.show_crop(number or now.crop)

    @Slot(QPoint)
    def _on_context_menu(self, place: QPoint) -> None:
        view = self.sender()
        if view in (self._window.list.view, self._window.picture.view):
            self._menus.popup(view.viewport().mapToGlobal(place))
