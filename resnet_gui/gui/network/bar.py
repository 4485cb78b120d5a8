"""The bar of pickers: open, depth, family, crops, speed, device; then what was assumed, and the network's menu."""

from itertools import chain, pairwise

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from resnet_gui.gui.core.choice import Choice
from resnet_gui.gui.network.view import AssumedView, BarView
from resnet_gui.gui.speed.popup import SpeedPopup
from resnet_gui.gui.style.icons import GRID
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_4, SPACE_8, SPACE_16
from resnet_gui.gui.widgets.choice_menu import ChoiceMenu
from resnet_gui.gui.widgets.layouts import STRETCH, Part, fill
from resnet_gui.gui.widgets.menu_button import MenuButton
from resnet_gui.gui.widgets.painting import draw_icon, draw_text
from resnet_gui.gui.widgets.segmented import SegmentedButton
from resnet_gui.gui.widgets.tool_tip import plain_tip, show_tip

_FOLDED_FROM = (6, 5, 4, 2)
"""The level from which depth, family, crops and speed are folded into menus; from level 1 on there are no titles."""
_NETWORK_ROOM = (260, 150, 150, 110)
"""Kept for the button of the network at the levels 0, 1, 2 and further; logical pixels at 100 % text."""
_ASSUMED_ROOM = 100
"""Kept for "2 assumed"; the same unit."""
_LEVELS = 7


class AssumedButton(QPushButton):
    """A button that says how much was assumed about the network's file; the sentences are its tool tip.

    A half-filled ring and "2 assumed" in the colour of what is worth a check; compact: the ring alone.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._compact = False
        self.setProperty("kind", "quiet")
        self.setFont(text_font())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_assumed(self, view: AssumedView | None) -> None:
        """Show what was assumed; None hides the button."""
        self.setVisible(view is not None)
        if view is None:
            self._words = ""
            return
        self._words = view.title
        said = "\n".join(view.sentences)
        self.setToolTip(f"{said}\nA click shows what to choose instead.")
        self.setAccessibleName(f"{view.title} about this network: {' '.join(view.sentences)}")
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """What it says, empty while hidden."""
        return self._words

    def set_compact(self, compact: bool) -> None:
        """The sign alone."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    def width_needed(self, compact: bool) -> int:
        """Width in logical pixels, with words or without."""
        sign = self._side() + scaled(12)
        return sign if compact else sign + scaled(5) + QFontMetrics(self.font()).horizontalAdvance(self._words) + 2

    def sizeHint(self) -> QSize:
        return QSize(self.width_needed(self._compact), QFontMetrics(self.font()).height() + scaled(16))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        """The tip is made of sentences: it wraps."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            show_tip(event.globalPos(), self.toolTip(), self)
            return True
        return bool(super().event(event))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, colour, side, left = QPainter(self), tokens_now().check, self._side(), scaled(6)
        draw_icon(painter, "verdict-check", colour, left, (self.height() - side) // 2, side)
        if not self._compact:
            draw_text(painter, self.rect().adjusted(left + side + scaled(5), 0, 0, 0), self._words, colour)

    def _side(self) -> int:
        return scaled(GRID) - 4


class NetworkBarPanel(QWidget):
    """The bar at the top: what to open, which network, how it computes.

    A click that changes nothing is taken back: what is shown as chosen is what the view says.
    In narrow windows and with large text titles go first, then segments fold into menus, then words of the network's
    button.  The bar's width alone decides: a network of another name must not move what is clicked.

    Signals
    -------
    depth_chosen(key), family_chosen(key) : the person chose, also what is not here; then there is a place to get it.
    crops_chosen(key), speed_chosen(key), device_chosen(key) : the person chose.
    assumed_clicked() : what was assumed about the file is to be shown.
    measure_wanted(), stop_wanted() : of the speed picker, which opens beside the speeds.
    refused(sentence) : something that cannot be chosen was clicked; the sentence says why, and what to do.
    """

    depth_chosen = Signal(str)
    family_chosen = Signal(str)
    crops_chosen = Signal(str)
    speed_chosen = Signal(str)
    device_chosen = Signal(str)
    assumed_clicked = Signal()
    measure_wanted = Signal()
    stop_wanted = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Choices")
        self.setProperty("surface", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._view: BarView | None = None
        self._open = MenuButton("picture")
        self._open.set_text("Open…")
        self._depth, self._family, self._crops = map(SegmentedButton, ("Depth", "Family", "Crops"))
        self._speed = SegmentedButton("Speed", more="Speeds on this machine")
        self._speeds = SpeedPopup(self)
        self._groups = (self._depth, self._family, self._crops, self._speed)
        self._titles = tuple(_title(group.title) for group in self._groups)
        self._assumed = AssumedButton()
        self._device = MenuButton("device")
        self._device_menu = ChoiceMenu(self)
        self._device.setMenu(self._device_menu)
        self._network = MenuButton("network")
        self._arrange()
        self._connect()

    def set_view(self, view: BarView) -> None:
        """Show these choices; what the person clicked and no flow took is taken back."""
        before, self._view = self._view, view
        self._show_chosen()
        if view.speed is not None:
            self._speeds.set_view(view.speed)
        device = self._device_menu.set_choices(view.devices, view.device_now) or "Device"
        self._device.set_text(device)
        self._device.setAccessibleName(f"Device {device}")
        tip = next((choice.tip for choice in view.devices if choice.key == view.device_now), "")
        self._device.setToolTip(tip or "The device that computes")
        self._network.set_text(view.busy or view.network)
        self._network.setToolTip(plain_tip(view.busy or view.network))
        self._assumed.set_assumed(None if view.busy else view.assumed)
        if before is None or _choices(view) != _choices(before):
            self._order_tabs()
        self._fold()

    @Slot()
    def _show_chosen(self) -> None:
        """What the view says is chosen, whatever was clicked."""
        view = self._view
        if view is not None:
            self._depth.set_choices(view.depths, view.depth_now)
            self._family.set_choices(view.families, view.family_now)
            self._crops.set_choices(view.crops, view.crops_now)
            self._speed.set_choices(view.speeds, view.speed_now)

    def set_network_menu(self, menu: QMenu) -> None:
        """The menu of the button at the right end; its owner keeps it alive."""
        self._network.setMenu(menu)

    def set_open_menu(self, menu: QMenu) -> None:
        """The menu of "Open…"; its owner keeps it alive."""
        self._open.setMenu(menu)

    def open_speeds(self) -> None:
        """The speed picker, under the speeds."""
        self._speeds.open_under(self._speed)

    def minimumSizeHint(self) -> QSize:
        """Everything folded: the bar never forces the window wider than this."""
        buttons = (self._open, self._device, self._network)
        width = sum(button.minimumSizeHint().width() for button in buttons)
        width += sum(group.width_needed(compact=True) for group in self._groups)
        width += self._assumed.width_needed(compact=True) + SPACE_4
        return QSize(width + 6 * SPACE_4 + 2 * SPACE_8, self._open.sizeHint().height() + 2 * SPACE_8)

    def sizeHint(self) -> QSize:
        return QSize(self._width_needed(0), self._open.sizeHint().height() + 2 * scaled(10))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    @Slot(int)
    def _on_device(self, number: int) -> None:
        assert self._view is not None
        choice = self._view.devices[number]
        if choice.why_not:
            self.refused.emit(choice.why_not)
        elif choice.key != self._view.device_now:
            self.device_chosen.emit(choice.key)

    def _arrange(self) -> None:
        groups = chain.from_iterable(zip(self._titles, self._groups, strict=True))
        parts: list[Part] = [self._open, *groups, self._device, STRETCH, self._assumed, (self._network, 1000)]
        self._row = QHBoxLayout(self)
        fill(self._row, *parts, margins=(SPACE_16, SPACE_8, SPACE_16, SPACE_8), spacing=SPACE_8)
        self._network.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def _order_tabs(self) -> None:
        """Tab walks from left to right also after segments were made anew."""
        stops: list[QWidget] = [self._open]
        for group in self._groups:
            stops += group.tab_stops()
        for before, after in pairwise((*stops, self._device, self._assumed, self._network)):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self._depth.chosen.connect(self.depth_chosen)
        self._family.chosen.connect(self.family_chosen)
        self._crops.chosen.connect(self.crops_chosen)
        self._speed.chosen.connect(self.speed_chosen)
        self._depth.missed.connect(self.depth_chosen)
        self._family.missed.connect(self.family_chosen)
        for group in (self._crops, self._speed):
            group.refused.connect(self.refused)
        self._speed.more_wanted.connect(self.open_speeds)
        self._speeds.chosen.connect(self.speed_chosen)
        self._speeds.measure_wanted.connect(self.measure_wanted)
        self._speeds.stop_wanted.connect(self.stop_wanted)
        self._assumed.clicked.connect(self.assumed_clicked)
        self._device_menu.picked.connect(self._on_device)
        for group in self._groups:  # last: what came of it is shown by then
            group.chosen.connect(self._show_chosen)
            group.missed.connect(self._show_chosen)

    def _fold(self) -> None:
        """Take the roomiest of the levels that fits; see `_FOLDED_FROM`."""
        level = next((level for level in range(_LEVELS) if self._width_needed(level) <= self.width()), _LEVELS - 1)
        for title in self._titles:
            title.setVisible(level == 0)
        for group, folded_from in zip(self._groups, _FOLDED_FROM, strict=True):
            group.set_compact(level >= folded_from)
        spare = self.width() - self._width_needed(level) + self._assumed_room(level)
        self._assumed.set_compact(self._assumed.width_needed(compact=False) > spare)
        self._row.setSpacing(SPACE_8 if level < 2 else SPACE_4)

    def _width_needed(self, level: int) -> int:
        """Width of the bar at a folding level, whatever the network is called and whether something was assumed."""
        words = scaled(_NETWORK_ROOM[min(level, 3)])
        width = self._open.sizeHint().width() + self._device.sizeHint().width() + words
        for group, folded_from in zip(self._groups, _FOLDED_FROM, strict=True):
            width += group.width_needed(compact=level >= folded_from)
        if level == 0:
            width += sum(title.sizeHint().width() + SPACE_8 for title in self._titles)
        return width + self._assumed_room(level) + 8 * (SPACE_8 if level < 2 else SPACE_4) + 2 * SPACE_16

    def _assumed_room(self, level: int) -> int:
        """What is kept free for the sign of what was assumed: with its words, later for the sign alone."""
        return scaled(_ASSUMED_ROOM) if level < 2 else self._assumed.width_needed(compact=True)


def _choices(view: BarView) -> tuple[tuple[Choice, ...], ...]:
    return view.depths, view.families, view.crops, view.speeds


def _title(words: str) -> QLabel:
    label = QLabel(words)
    label.setFont(text_font(SECONDARY))
    label.setProperty("tone", "secondary")
    label.setAlignment(Qt.AlignmentFlag.AlignVCenter)
    return label
