"""The window: places the panels, takes drops and keys, remembers its shape; decides nothing."""

import base64
import binascii
import contextlib
from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from resnet_gui.gui.app.render import Views, WindowView
from resnet_gui.gui.app.status_line import StatusLinePanel
from resnet_gui.gui.core.mime import read_mime
from resnet_gui.gui.core.notices import Notice
from resnet_gui.gui.core.state import Given, Page
from resnet_gui.gui.drop.card import DropCardPanel
from resnet_gui.gui.network.bar import NetworkBarPanel
from resnet_gui.gui.network_map.panel import NetworkPanePanel
from resnet_gui.gui.picture.answer_panel import AnswerPanel
from resnet_gui.gui.picture.panel import PicturePanel
from resnet_gui.gui.run.list_panel import PictureListPanel
from resnet_gui.gui.run.summary_panel import RunSummaryPanel
from resnet_gui.gui.style.icons import program_icon
from resnet_gui.gui.style.theme import scaled
from resnet_gui.gui.widgets.banner import Banner
from resnet_gui.gui.widgets.drop_overlay import DropOverlay

FIRST_SIZE = QSize(1280, 800)
LEAST_SIZE = QSize(900, 600)
LIST_WIDTH, ANSWER_WIDTH = 272, 330
"""Widths of the sides before the person has moved them, logical pixels at 100 % text."""
SIDES_MOST = {True: 0.62, False: 0.45}
"""Part of the window's width that the sides may take: beside a picture (True), beside the cards (False)."""
FRAME = QSize(8, 44)
"""Room kept for the desktop's title bar and edges, which are not known before the window is shown, logical pixels."""
_BUTTON_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_LIST_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right)


class Window(QMainWindow):
    """The window: it places the panels, and gives each its view.

    panels: name of a view -> what is given it; the program adds what is not the window's own.
    hovered(Given), left(), dropped(Given): a drag over the window.
    closing(): it is about to close.
    """

    hovered = Signal(object)
    left = Signal()
    dropped = Signal(object)
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("resnet-gui")
        self.setWindowIcon(program_icon())
        self.setAcceptDrops(True)
        self.bar, self.banner, self.card = NetworkBarPanel(), Banner(), DropCardPanel()
        self.list, self.picture, self.network = PictureListPanel(), PicturePanel(), NetworkPanePanel()
        self.answer, self.summary, self.status = AnswerPanel(), RunSummaryPanel(), StatusLinePanel()
        self.picture.view.setAcceptDrops(False)  # QGraphicsView would take what belongs to the window
        self.right = QStackedWidget()
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._pages = QStackedWidget()
        self._page: Page | None = None
        self._network_shown = False
        self._widths = [scaled(LIST_WIDTH), 0, scaled(ANSWER_WIDTH)]
        self._narrowed: list[int] = []
        self._sides = (True, True)
        self._arrange()
        self.overlay = DropOverlay(self)
        self._drop_allowed = True
        self._closed_told = False
        self._views: Views | None = None
        self.panels: dict[str, Callable[[Any], object]] = {
            "window": self.set_view,
            "bar": self.bar.set_view,
            "notice": partial(_show_notice, self.banner),
            "empty": self.card.set_view,
            "run": self.summary.set_view,
            "picture": self.picture.set_view,
            "answer": self.answer.set_view,
            "plan": self.network.set_plan,
            "status": self.status.set_view,
        }
        self.resize(self._fitting(FIRST_SIZE))
        self.setMinimumSize(self._fitting(LEAST_SIZE))

    # ------------------------------------------------------------ views and pages

    def show_views(self, views: Views) -> None:
        """Bring everything up to date, in the order of the views; what is as before is not touched."""
        last = self._views
        for field in fields(Views):
            view = getattr(views, field.name)
            if last is None or (view is not (before := getattr(last, field.name)) and view != before):
                self.panels[field.name](view)
        self._views = views

    def set_view(self, view: WindowView) -> None:
        """What fills the window, what stands beside it, and what hovers over it."""
        sides = view.list_shown, view.answer_shown
        moved = (view.page, view.network_shown) != (self._page, self._network_shown)
        if moved or sides != self._sides:
            self._keep_widths()
            self._network_shown, self._sides = view.network_shown, sides
            if view.page is not self._page:
                self._turn_to(view.page)
            self._pages.setCurrentWidget(self._filling())
            self._lay_out()
        if moved:
            self.focus_content()
        self._drop_allowed = view.drop_allowed
        if view.drop:
            self.overlay.appear(view.drop, view.drop_allowed)
        else:
            self.overlay.hide()

    def _turn_to(self, page: Page) -> None:
        """The drop card; list, picture and answer; or the cards of a run and its summary."""
        self._page = page
        single = page is Page.SINGLE
        if page is not Page.EMPTY:
            self.list.set_mode("list" if single else "grid")
            self.right.setCurrentWidget(self.answer if single else self.summary)

    def focus_content(self) -> None:
        """Keys go to the list, or to the picture where there is no list; to no button while nothing is open."""
        if self._network_shown:
            self.network.take_focus()
        elif self.page() is Page.EMPTY:
            self.card.setFocus()
        else:
            (self.list.view if self.list.isVisibleTo(self) else self.picture.view).setFocus()

    def page(self) -> Page:
        """What fills the window."""
        return self._page or Page.EMPTY

    def _filling(self) -> QWidget:
        """What stands in the middle."""
        if self._network_shown:
            return self.network
        return self.card if self.page() is Page.EMPTY else self._split

    def _keep_widths(self) -> None:
        """What the person has drawn; widths that only a narrow window has forced are not theirs."""
        sizes = self._split.sizes()
        if sizes == self._narrowed:
            return
        if self._page is Page.SINGLE and self.list.isVisibleTo(self):
            self._widths[0] = max(sizes[0], 1)
        if self.page() is not Page.EMPTY and self.right.isVisibleTo(self):
            self._widths[2] = max(sizes[2], 1)

    def _lay_out(self) -> None:
        single = self._page is Page.SINGLE
        left, right = self._sides
        self.picture.setVisible(single)
        self.list.setVisible(left or not single)
        self.right.setVisible(right)
        list_width, side = (self._widths[0] if left and single else 0), (self._widths[2] if right else 0)
        most = round(self.width() * SIDES_MOST[single])
        narrow = most < list_width + side
        if narrow:
            list_width, side = list_width * most // (list_width + side), side * most // (list_width + side)
        room = max(self._split.width() - side - list_width, 1)
        self._split.setStretchFactor(0, 0 if single else 1)  # what a larger window gains goes to the cards
        self._split.setSizes([list_width, room, side] if single else [room, 0, side])
        self._narrowed = self._split.sizes() if narrow else []

    # ------------------------------------------------------------ shape

    def shape_text(self) -> tuple[str, str]:
        """Place and size, and the widths of the sides, as text for the settings."""
        self._keep_widths()
        geometry = base64.b64encode(self.saveGeometry().data()).decode("ascii")
        return geometry, f"{self._widths[0]},{self._widths[2]}"

    def restore_shape(self, geometry: str, split: str) -> None:
        """What `shape_text` gave an earlier day; nonsense is ignored."""
        with contextlib.suppress(binascii.Error, ValueError):
            self.restoreGeometry(QByteArray(base64.b64decode(geometry, validate=True)))
        widths = split.split(",")
        if len(widths) == 2 and all(width.isascii() and width.isdigit() for width in widths):
            self._widths = [min(max(int(widths[0]), 120), 800), 0, min(max(int(widths[1]), 200), 800)]

    def _fitting(self, size: QSize) -> QSize:
        """No larger than the screen with a frame around: 200 % text leaves little room."""
        return size.boundedTo(QGuiApplication.primaryScreen().availableGeometry().size() - FRAME)

    def _arrange(self) -> None:
        """From the outside in: what gets another parent is styled anew with all that is in it, which takes longer than
        anything else here.  In the order of the Tab key."""
        middle = QWidget()
        self.setCentralWidget(middle)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.banner)
        column.addWidget(self._pages, 1)
        self._pages.addWidget(self.card)
        self._pages.addWidget(self._split)
        for panel in (self.list, self.picture, self.right):
            self._split.addWidget(panel)
        self._split.setStretchFactor(1, 1)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self.right.addWidget(self.summary)
        self.right.addWidget(self.answer)
        self._pages.addWidget(self.network)
        column.addWidget(self.status)

    # ------------------------------------------------------------ drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drop_allowed = True
        given = read_mime(event.mimeData(), pixels=False)
        if given == Given():
            event.ignore()
            return
        self.hovered.emit(given)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.setAccepted(self._drop_allowed)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.left.emit()

    def dropEvent(self, event: QDropEvent) -> None:
        given = read_mime(event.mimeData())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.dropped.emit(given)

    # ------------------------------------------------------------ keys and the end

    def event(self, event: QEvent) -> bool:
        """A key that a button or the list needs for itself is not taken by an action."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_theirs(event):
            event.accept()
            return True
        return bool(super().event(event))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closed_told:
            self._closed_told = True
            self.closing.emit()
        event.accept()

    def _is_theirs(self, event: QKeyEvent) -> bool:
        focus = QApplication.focusWidget()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if isinstance(focus, QAbstractButton):
            return plain and event.key() in _BUTTON_KEYS
        return isinstance(focus, QAbstractItemView) and plain and event.key() in _LIST_KEYS


def _show_notice(banner: Banner, notice: Notice | None) -> None:
    if notice is None:
        banner.clear()
    else:
        others = [(other.text, other.tip) for other in notice.others]
        banner.show_message(notice.text, notice.error, notice.action, others)
