"""Segmented button: choices side by side, one of them chosen; folds into one button with a menu when space is short."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QWidget

from resnet_gui.gui.core.choice import Choice
from resnet_gui.gui.style.icons import pixmap
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY
from resnet_gui.gui.widgets.menu_button import MenuButton
from resnet_gui.gui.widgets.tool_tip import show_tip

STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
"""Where the arrows lead within the row."""


class Segment(QAbstractButton):
    """One choice.  It stays clickable when it cannot be chosen, so that it can say why."""

    def __init__(self, choice: Choice, position: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.choice = choice
        self._position = position
        self.setText(choice.text)
        self.setCheckable(True)
        self.setFont(text_font(weight=QFont.Weight.Medium))
        self.tell(choice)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def tell(self, choice: Choice) -> None:
        """The same choice, with what is now to be said of it."""
        self.choice = choice
        self.setToolTip(choice.why_not or choice.tip)
        self.setAccessibleDescription(choice.why_not or choice.tip)
        self.update()

    def event(self, event: QEvent) -> bool:
        """The tip may be a sentence: it wraps."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            show_tip(event.globalPos(), self.toolTip(), self)
            return True
        return bool(super().event(event))

    def nextCheckState(self) -> None:
        """The owner decides what is chosen; a click alone changes nothing."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows are the owner's: QAbstractButton would leave the row with them."""
        if event.key() in (*STEPS, Qt.Key.Key_Home, Qt.Key.Key_End):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(text_font(BODY, QFont.Weight.DemiBold))
        return QSize(metrics.horizontalAdvance(self.text()) + scaled(24), metrics.height() + scaled(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked():
            painter.fillPath(self._outline(0.0), QColor(tokens.accent))
        elif self.underMouse() and not self.choice.why_not:
            painter.fillPath(self._outline(0.0), QColor(tokens.hover))
        letters = tokens.on_accent if self.isChecked() else tokens.faint if self.choice.why_not else tokens.text
        painter.setFont(text_font(BODY, QFont.Weight.DemiBold) if self.isChecked() else self.font())
        painter.setPen(QColor(letters))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.on_accent if self.isChecked() else tokens.accent), 2))
            painter.drawPath(self._outline(3.0))

    def _outline(self, inset: float) -> QPainterPath:
        """The segment's shape: rounded where it is an end of the row."""
        path = QPainterPath()
        radius = 5.0 - inset / 2
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        if inset == 0.0 and self._position != "only":  # Square the inner corners by reaching out of sight.
            left = -radius if self._position in ("middle", "last") else 0.0
            right = radius if self._position in ("middle", "first") else 0.0
            box.adjust(left, 0, right, 0)
        path.addRoundedRect(box, radius, radius)
        return path


class MoreSegment(QAbstractButton):
    """The end of a row that opens something: an arrow, no choice."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(scaled(26), QFontMetrics(text_font(BODY, QFont.Weight.DemiBold)).height() + scaled(16))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As for a segment: arrows are the owner's."""
        if event.key() in (*STEPS, Qt.Key.Key_Home, Qt.Key.Key_End):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isDown():
            shape = QPainterPath()  # square at the left: it reaches out of sight
            shape.addRoundedRect(QRectF(self.rect()).adjusted(-5, 0, 0, 0), 5, 5)
            painter.fillPath(shape, QColor(tokens.hover))
        side = scaled(12)
        arrow = pixmap("chevron-down", tokens.secondary, side, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, arrow)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), 3.5, 3.5)


class SegmentedButton(QWidget):
    """A row of choices.  One Tab stop; arrows move, Space or Enter chooses; compact: one button with a menu.

    more: what opens at its end, empty for nothing; folded, the button opens it instead of a menu.
    chosen(key): the person chose another segment.  more_wanted: it is to be opened.
    refused(sentence), missed(key): one that cannot be chosen was clicked, told both ways.
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
        self._segments: list[Segment] = []
        self._compact = False
        self._menu_button = MenuButton(parent=self)
        self._menu_button.hide()
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.triggered.connect(self._on_menu)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(1, 1, 1, 1)
        self._row.setSpacing(1)
        self._row.addWidget(self._menu_button)
        self._more = MoreSegment(more, self) if more else None
        if self._more is None:
            self._menu_button.setMenu(self._menu)
        else:
            self._row.addWidget(self._more)
            self._more.clicked.connect(self.more_wanted)
            self._menu_button.clicked.connect(self.more_wanted)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)

    def set_choices(self, choices: tuple[Choice, ...], now: str) -> None:
        """Show these choices with `now` chosen; cheap when nothing changed."""
        if choices != self._choices:
            same = [(one.key, one.text) for one in choices] == [(one.key, one.text) for one in self._choices]
            self._choices = choices
            if same:
                self._retell()
            else:
                self._rebuild()
        self._now = now
        for segment in self._segments:
            segment.setChecked(segment.choice.key == now)
        self._give_tab_stop()
        self._mark_menu()
        self.updateGeometry()
        self.update()

    def now(self) -> str:
        """Key of the chosen segment, or empty."""
        return self._now

    def segments(self) -> tuple[Segment, ...]:
        """The segments from left to right."""
        return tuple(self._segments)

    def tab_stops(self) -> list[QWidget]:
        """Everything within that may have the focus, in its order."""
        return [*self._stops(), self._menu_button]

    def set_compact(self, compact: bool) -> None:
        """Fold into one button with a menu, or unfold."""
        if compact == self._compact:
            return
        self._compact = compact
        for stop in self._stops():
            stop.setVisible(not compact)
        self._menu_button.setVisible(compact)
        margin = 0 if compact else 1
        self._row.setContentsMargins(margin, margin, margin, margin)
        self.updateGeometry()
        self.update()

    def width_needed(self, compact: bool) -> int:
        """Width in logical pixels, folded or not."""
        if compact:
            return self._menu_button.sizeHint().width()
        return sum(stop.sizeHint().width() + 1 for stop in self._stops()) + 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        stops = self._stops()
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(stops) - 1}
        here = next((n for n, stop in enumerate(stops) if stop.hasFocus()), -1)
        key = Qt.Key(event.key())
        if here < 0 or (key not in STEPS and key not in ends):
            super().keyPressEvent(event)
            return
        reached = stops[ends[key] if key in ends else (here + STEPS[key]) % len(stops)]
        reached.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(reached, Segment) and reached.choice.why_not:
            show_tip(reached.mapToGlobal(QPoint(0, reached.height())), reached.toolTip(), reached)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._compact or not self._segments:
            return
        tokens = tokens_now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.hairline), 1))
        painter.setBrush(QColor(tokens.control))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        for before in self._stops()[:-1]:
            x = before.geometry().right() + 1
            painter.fillRect(QRect(x, 1, 1, self.height() - 2), QColor(tokens.hairline))

    @Slot()
    def _on_clicked(self) -> None:
        segment = self.sender()
        if isinstance(segment, Segment):
            self._choose(segment.choice)

    @Slot(QAction)
    def _on_menu(self, action: QAction) -> None:
        choice = self._choices[self._menu.actions().index(action)]
        self._choose(choice)
        self._mark_menu()  # A click must not leave the tick on a choice that was refused.

    def _choose(self, choice: Choice) -> None:
        if choice.why_not:
            self.refused.emit(choice.why_not)
            self.missed.emit(choice.key)
        elif choice.key != self._now:
            self.set_choices(self._choices, choice.key)
            self.chosen.emit(choice.key)

    def _rebuild(self) -> None:
        for old in self._segments:
            self._row.removeWidget(old)
            old.deleteLater()
        self._segments = []
        last = len(self._choices) - 1
        for number, choice in enumerate(self._choices):
            ends = (number == 0, number == last)
            position = {(True, True): "only", (True, False): "first", (False, True): "last"}.get(ends, "middle")
            if self._more is not None:
                position = "first" if number == 0 else "middle"
            segment = Segment(choice, position, self)
            segment.setAccessibleName(f"{self.title} {choice.text}")
            segment.clicked.connect(self._on_clicked)
            segment.setVisible(not self._compact)
            self._row.insertWidget(1 + number, segment)
            self._segments.append(segment)
        self._fill_menu()

    def _retell(self) -> None:
        """The same choices with other tips: the segments stay, and whoever has the focus keeps it."""
        for segment, choice in zip(self._segments, self._choices, strict=True):
            segment.tell(choice)
        self._fill_menu()

    def _stops(self) -> list[QAbstractButton]:
        """What the arrows lead to, from left to right."""
        return [*self._segments, *([] if self._more is None else [self._more])]

    def _give_tab_stop(self) -> None:
        """Tab reaches the chosen segment only, or the first one; arrows lead to the others."""
        stop = next((segment for segment in self._segments if segment.isChecked()), None)
        stop = stop or (self._segments[0] if self._segments else None)
        for segment in self._segments:
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus if segment is stop else Qt.FocusPolicy.ClickFocus)

    def _fill_menu(self) -> None:
        self._menu.clear()
        for choice in self._choices:
            action = self._menu.addAction(f"{choice.text}  (not here yet)" if choice.why_not else choice.text)
            action.setToolTip(choice.why_not or choice.tip)
            action.setCheckable(True)

    def _mark_menu(self) -> None:
        """Tick what is chosen.  The actions stay the same ones: this also runs while one of them is being triggered."""
        for action, choice in zip(self._menu.actions(), self._choices, strict=True):
            action.setChecked(choice.key == self._now)
        chosen = next((choice.text for choice in self._choices if choice.key == self._now), "–")
        self._menu_button.set_text(chosen)
        self._menu_button.setAccessibleName(f"{self.title} {chosen}")
        self._menu_button.setToolTip(f"{self.title}: {chosen}")
