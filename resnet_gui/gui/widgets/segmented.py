"""Segmented button: choices side by side, one of them chosen; folds into one button with a menu when space is short."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from resnet_gui.gui.core.choice import Choice
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY
from resnet_gui.gui.widgets.choice_button import give_tab_stop
from resnet_gui.gui.widgets.choice_menu import ChoiceMenu
from resnet_gui.gui.widgets.layouts import fill
from resnet_gui.gui.widgets.menu_button import MenuButton
from resnet_gui.gui.widgets.painting import draw_box, draw_icon, smooth_painter
from resnet_gui.gui.widgets.style_property import set_style_property
from resnet_gui.gui.widgets.tool_tip import plain_tip, show_tip

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
"""Where the arrows lead within the row."""


class Segment(QToolButton):
    """One choice of a row.  It stays clickable when it cannot be chosen, so that it can say why.

    Parameters
    ----------
    name : what is read aloud.
    parent : the row.
    """

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.choice = Choice("", "", name)
        self.setProperty("kind", "segment")
        self.setProperty("refused", False)
        self.setAccessibleName(name)
        self.setFont(text_font(weight=QFont.Weight.Medium))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.installEventFilter(parent)

    def set_choice(self, choice: Choice) -> None:
        """Show this choice, and what is now to be said of it."""
        self.choice = choice
        self.setText(choice.text)
        self.setToolTip(plain_tip(choice.why_not or choice.tip))
        self.setAccessibleDescription(choice.why_not or choice.tip)
        set_style_property(self, "refused", bool(choice.why_not))

    def nextCheckState(self) -> None:
        """The row decides what is chosen; a click alone changes nothing."""

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(text_font(BODY, QFont.Weight.DemiBold))
        width = metrics.horizontalAdvance(self.text()) + scaled(24) if self.text() else scaled(26)
        return QSize(width, metrics.height() + scaled(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens, painter, side = tokens_now(), smooth_painter(self), scaled(12)
        if not self.text():
            corner = ((self.width() - side) // 2, (self.height() - side) // 2)
            draw_icon(painter, "chevron-down", tokens.secondary, *corner, side)
        if self.hasFocus():
            ring = QRectF(self.rect()).adjusted(3, 3, -3, -3)
            draw_box(painter, ring, 3.5, edge=tokens.on_accent if self.isChecked() else tokens.accent, width=2)


class SegmentedButton(QWidget):
    """Choices side by side, one of them chosen: one Tab stop, arrows move, Space chooses; compact: one button, a menu.

    Parameters
    ----------
    title : what is chosen here.
    parent : the widget it lies in.
    more : what opens at its end, empty for nothing; folded, the button opens it instead of a menu.

    Signals
    -------
    chosen(key) : the person chose another segment.
    refused(sentence), missed(key) : one that cannot be chosen was clicked, told both ways.
    more_wanted() : what opens at the end is to be opened.
    """

    chosen = Signal(str)
    refused = Signal(str)
    missed = Signal(str)
    more_wanted = Signal()

    def __init__(self, title: str, parent: QWidget | None = None, more: str = "") -> None:
        super().__init__(parent)
        self.title = title
        self._choices: tuple[Choice, ...] = ()
        self._now = ""
        self._frame = QWidget(self)
        self._frame.setProperty("surface", "segments")
        self._frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._row = fill(QHBoxLayout(self._frame), margins=1, spacing=1)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)  # or arrows would choose, and nothing could be unchosen
        self._group.idClicked.connect(self._on_clicked)
        self._menu = ChoiceMenu(self, "  (not here yet)")
        self._menu.picked.connect(self._on_clicked)
        self._menu_button = MenuButton(parent=self)
        self._menu_button.hide()
        self._more: Segment | None = None
        if more:
            self._more = Segment(more, self)
            self._more.setToolTip(more)
            set_style_property(self._more, "last", True)
            self._row.addWidget(self._more)
            self._more.clicked.connect(self.more_wanted)
            self._menu_button.clicked.connect(self.more_wanted)
        else:
            self._menu_button.setMenu(self._menu)
        fill(QHBoxLayout(self), self._frame, self._menu_button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)

    def set_choices(self, choices: tuple[Choice, ...], now: str) -> None:
        """Show these choices with `now` chosen; cheap when nothing changed."""
        if choices != self._choices:
            if [(one.key, one.text) for one in choices] != [(one.key, one.text) for one in self._choices]:
                self._rebuild(choices)
            self._choices = choices
            for segment, choice in zip(self.segments(), choices, strict=True):
                segment.set_choice(choice)
        self._now = now
        for segment, choice in zip(self.segments(), choices, strict=True):
            segment.setChecked(choice.key == now)
        if stop := next((one for one in self.segments() if one.isChecked()), next(iter(self.segments()), None)):
            give_tab_stop(self.segments(), stop)
        text = self._menu.set_choices(choices, now) or "–"
        self._menu_button.set_text(text)
        self._menu_button.setAccessibleName(f"{self.title} {text}")
        self._menu_button.setToolTip(f"{self.title}: {text}")

    def now(self) -> str:
        """Key of the chosen segment, or empty."""
        return self._now

    def segments(self) -> tuple[Segment, ...]:
        """The segments from left to right."""
        return tuple(button for button in self._group.buttons() if isinstance(button, Segment))

    def tab_stops(self) -> list[QWidget]:
        """Everything within that may have the focus, in its order."""
        return [*self._stops(), self._menu_button]

    def set_compact(self, compact: bool) -> None:
        """Fold into one button with a menu, or unfold."""
        self._frame.setVisible(not compact)
        self._menu_button.setVisible(compact)

    def width_needed(self, compact: bool) -> int:
        """Width in logical pixels, folded or not."""
        return int((self._menu_button if compact else self._frame).sizeHint().width())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Of the segments: arrows lead to others of the row, and a tip that is a sentence wraps."""
        if isinstance(watched, Segment) and isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            show_tip(event.globalPos(), watched.toolTip(), watched)
            return True
        if isinstance(watched, Segment) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._walk(watched, Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _walk(self, here: Segment, key: Qt.Key) -> bool:
        """Whether the key leads somewhere."""
        stops = self._stops()
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(stops) - 1}
        if key not in _STEPS and key not in ends:
            return False
        reached = stops[ends[key] if key in ends else (stops.index(here) + _STEPS[key]) % len(stops)]
        reached.setFocus(Qt.FocusReason.TabFocusReason)
        if reached.choice.why_not:
            show_tip(reached.mapToGlobal(QPoint(0, reached.height())), reached.toolTip(), reached)
        return True

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        choice = self._choices[number]
        if choice.why_not:
            self.refused.emit(choice.why_not)
            self.missed.emit(choice.key)
        elif choice.key != self._now:
            self.set_choices(self._choices, choice.key)
            self.chosen.emit(choice.key)

    def _rebuild(self, choices: tuple[Choice, ...]) -> None:
        for old in self.segments():
            self._group.removeButton(old)
            self._row.removeWidget(old)
            old.deleteLater()
        for number, choice in enumerate(choices):
            segment = Segment(f"{self.title} {choice.text}", self)
            segment.setCheckable(True)
            segment.setProperty("first", number == 0)
            segment.setProperty("last", number == len(choices) - 1 and self._more is None)
            self._group.addButton(segment, number)
            self._row.insertWidget(number, segment)
            segment.show()

    def _stops(self) -> list[Segment]:
        """What the arrows lead to, from left to right."""
        return [*self.segments(), *([] if self._more is None else [self._more])]
