"""What flows show, put on the window's panels: `context.Screen` for the real window."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from resnet_gui.gui.app.platform import Picture
from resnet_gui.gui.app.status import StatusView
from resnet_gui.gui.app.window import Window
from resnet_gui.gui.core.notices import Notice
from resnet_gui.gui.core.state import Page
from resnet_gui.gui.drop.view import EmptyView
from resnet_gui.gui.network.view import BarView
from resnet_gui.gui.network_map.view import PlanView
from resnet_gui.gui.picture.view import AnswerView, LensView
from resnet_gui.gui.run.view import RunView
from resnet_gui.gui.style.theme import apply_theme
from resnet_gui.gui.weights.view import WeightsView

_NEARER = 1.05
"""Beyond this magnification of the reduced image the whole one is shown."""


class WindowScreen(QObject):
    """actions: brings menus up to date."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._refresh_actions: Callable[[], None] = lambda: None
        self._weights: Callable[[WeightsView], None] | None = None
        self._picture: Picture | None = None
        self._caption = ""
        self._full = (0, 0)
        self._lens: LensView | None = None
        window.picture.zoom_changed.connect(self._on_zoom)

    def set_actions(self, refresh: Callable[[], None]) -> None:
        """What brings the menus up to date."""
        self._refresh_actions = refresh

    def show_notice(self, notice: Notice | None) -> None:
        """The banner, or none."""
        if notice is None:
            self._window.banner.clear()
        else:
            others = [(other.text, other.tip) for other in notice.others]
            self._window.banner.show_message(notice.text, notice.error, notice.action, others)

    def show_page(self, page: Page) -> None:
        """What fills the window."""
        self._window.show_page(page)

    def show_bar(self, view: BarView) -> None:
        """The pickers."""
        self._window.bar.set_view(view)

    def show_status(self, view: StatusView) -> None:
        """The bottom line."""
        self._window.status.set_view(view)

    def show_empty(self, view: EmptyView) -> None:
        """The drop card."""
        self._window.card.set_view(view)

    def show_run(self, view: RunView, running: bool, paused: bool, exportable: bool) -> None:
        """The run's summary and its buttons."""
        self._window.summary.set_view(view)
        self._window.summary.set_state(running, paused, exportable)

    def show_header(self, text: str) -> None:
        """Above the list."""
        self._window.list.set_header(text)

    def show_answer(self, view: AnswerView | None) -> None:
        """The answer for one picture, or nothing."""
        if view is None:
            self._window.answer.clear()
        else:
            self._window.answer.set_view(view)

    def show_reading(self, caption: str) -> None:
        """A picture is on its way."""
        self._window.picture.show_loading(caption)

    def show_picture(self, picture: object, full_width: int, full_height: int, caption: str) -> None:
        """A picture that `desk.read_picture` has read; the lens of the one before goes away."""
        assert isinstance(picture, Picture)
        self._picture, self._caption, self._full = picture, caption, (full_width, full_height)
        self._lens = None
        self._window.picture.show_image(picture.screen, full_width, full_height, caption)

    def show_no_picture(self, file: str, sentence: str) -> None:
        """Why there is no picture."""
        self._picture = None
        self._window.picture.show_error(file, sentence)

    def show_lens(self, lens: LensView | None) -> None:
        """Where the network looked, in the picture and as the crops' thumbnails."""
        self._window.picture.show_lens(lens)
        if lens == self._lens and lens is not None:
            return
        self._lens = lens
        if self._picture is not None:
            plan = None if lens is None else lens.plan
            self._window.answer.set_image(self._picture.small, *self._full, plan)

    def show_lens_on(self, on: bool) -> None:
        """Switch the lens."""
        self._window.picture.set_lens_on(on)

    def show_crop(self, number: int) -> None:
        """One crop stands out, in the picture and in the answer."""
        self._window.picture.select_crop(number)
        self._window.answer.select_crop(number)

    def show_drop(self, sentence: str, allowed: bool) -> None:
        """What a drop will do; an empty sentence takes the overlay away."""
        self._window.set_drop_allowed(allowed)
        if sentence:
            self._window.overlay.appear(sentence, allowed)
        else:
            self._window.overlay.hide()

    def show_current(self, row: int) -> None:
        """Make a row of the list current."""
        if self._window.list.current_row() != row:
            self._window.list.set_current_row(row)

    def show_weights(self, view: WeightsView) -> None:
        """Where the catalogue's files stand, if their dialog is open."""
        if self._weights is not None:
            self._weights(view)

    def set_weights(self, show: Callable[[WeightsView], None] | None) -> None:
        """What shows them while their dialog is open; None once it has closed."""
        self._weights = show

    def show_actions(self) -> None:
        """Bring menus up to date."""
        self._refresh_actions()

    def show_scheme(self, scheme: str) -> None:
        """Light, dark or as the desktop has it, at once."""
        show_scheme(scheme)

    def show_sides(self, left: bool, right: bool) -> None:
        """The list and the answer beside the picture."""
        self._window.show_sides(left, right)

    def show_plan(self, plan: PlanView | None) -> None:
        """The network that the network pane draws."""
        self._window.network.set_plan(plan)

    def show_network_pane(self, shown: bool) -> None:
        """The network in place of the pictures, or the pictures again."""
        self._window.show_network(shown)

    def fit(self) -> None:
        """The whole picture."""
        self._window.picture.view.fit()

    def toggle_zoom(self) -> None:
        """Between 100 % and fit."""
        self._window.picture.view.toggle_full_size()

    def toggle_full_screen(self) -> None:
        """The whole screen, or the window as it was."""
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()

    def leave_full_screen(self) -> bool:
        """Whether there was one to leave."""
        if not self._window.isFullScreen():
            return False
        self._window.showNormal()
        return True

    def resize_tiles(self, step: int) -> None:
        """Larger or smaller cards."""
        self._window.list.resize_tiles(step)

    def close(self) -> None:
        """The end."""
        self._window.close()

    @Slot(float)
    def _on_zoom(self, zoom: float) -> None:
        """From near, the reduced image is not enough."""
        picture = self._picture
        if picture is None or picture.screen is picture.whole or not self._full[0]:
            return
        if zoom > _NEARER * picture.screen.width() / self._full[0]:
            self._picture = Picture(picture.whole, picture.whole, picture.small)
            self._window.picture.show_image(picture.whole, *self._full, self._caption, better=True)


def show_scheme(scheme: str) -> None:
    """Give the whole program a scheme: "system", "light" or "dark"."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, "light" if scheme == "light" else "dark" if scheme == "dark" else "system")
