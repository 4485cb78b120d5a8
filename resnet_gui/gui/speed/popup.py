"""The speed picker, opened: a row for each word with its figures, and under them what measures."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from resnet_gui.gui.speed.view import SpeedRow, SpeedView
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, RADIUS, SECONDARY, SPACE_4, SPACE_8, SPACE_12

WIDTH = 440
"""Logical pixels at 100 % text."""
_MARK = 14
"""Side of the ring before a word."""
_BAR = 4
_WRAPPED = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)


class SpeedRowButton(QAbstractButton):
    """One word: a ring that is filled where it is in use, the word and its rate, under them what it means."""

    def __init__(self, key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = key
        self._row = SpeedRow(key, key, "")
        self.setCheckable(True)
        self.setFont(text_font())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_row(self, row: SpeedRow, now: bool) -> None:
        """Show these figures; now: whether the word is in use."""
        self._row = row
        self.setChecked(now)
        spoken = ", ".join(filter(None, (row.text, row.rate.replace("/s", " per second"), row.means, row.agreement)))
        self.setAccessibleName(spoken)
        self.updateGeometry()
        self.update()

    def nextCheckState(self) -> None:
        """The owner decides what is in use."""

    def row(self) -> SpeedRow:
        """What is shown."""
        return self._row

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = QFontMetrics(self.font()).height() + self._words_height(width)
        return lines + 2 * SPACE_8

    def sizeHint(self) -> QSize:
        width = self.width() if self.width() > 1 else scaled(WIDTH)
        return QSize(width, self.heightForWidth(width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows are the owner's."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selection if self.isChecked() else tokens.hover))
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(box, 6, 6)
        self._paint_ring(painter)
        metrics = QFontMetrics(self.font())
        line = QRect(self._left(), SPACE_8, self.width() - self._left() - SPACE_12, metrics.height())
        line = QStyle.visualRect(self.layoutDirection(), self.rect(), line)
        painter.setPen(QColor(tokens.text))
        painter.setFont(text_font(BODY, QFont.Weight.DemiBold))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._row.text)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._row.rate)
        painter.setFont(text_font(SECONDARY))
        painter.setPen(QColor(tokens.secondary))
        top = line.bottom() + 1
        for words in self._words():
            height = self._height_of(words, self.width())
            painter.drawText(QRect(line.left(), top + 2, line.width(), height), _WRAPPED, words)
            top += height + 2

    def _paint_ring(self, painter: QPainter) -> None:
        tokens, side = tokens_now(), scaled(_MARK)
        left = SPACE_12 if self.layoutDirection() != Qt.LayoutDirection.RightToLeft else self.width() - SPACE_12 - side
        ring = QRectF(left + 0.75, SPACE_8 + (QFontMetrics(self.font()).height() - side) / 2, side - 1.5, side - 1.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.accent if self.isChecked() else tokens.faint), 1.5))
        painter.drawEllipse(ring)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            inset = side / 4
            painter.drawEllipse(ring.adjusted(inset, inset, -inset, -inset))

    def _left(self) -> int:
        return SPACE_12 + scaled(_MARK) + SPACE_8

    def _words(self) -> tuple[str, ...]:
        return tuple(filter(None, (self._row.means, self._row.agreement)))

    def _words_height(self, width: int) -> int:
        return sum(self._height_of(words, width) + 2 for words in self._words())

    def _height_of(self, words: str, width: int) -> int:
        room = QRect(0, 0, width - self._left() - SPACE_12, 10_000)
        return QFontMetrics(text_font(SECONDARY)).boundingRect(room, _WRAPPED, words).height()


class SpeedPopup(QFrame):
    """Opens under the speeds of the bar, closes by Esc, a click beside it or a choice; measuring goes on without it.

    chosen(key): a word that is not in use yet.  measure_wanted, stop_wanted: the button was pressed.
    """

    chosen = Signal(str)
    measure_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("Speeds on this machine")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)  # the click that closes it must not open it again
        self._view: SpeedView | None = None
        self.rows: list[SpeedRowButton] = []
        self.foot = QLabel(self)
        self.foot.setWordWrap(True)
        self.foot.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.foot.setFont(text_font(SECONDARY))
        self.foot.setProperty("tone", "secondary")
        self.bar = _Bar(self)
        self.button = QPushButton(self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._on_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE_8, SPACE_8, SPACE_8, SPACE_12)
        self._column.setSpacing(SPACE_4)
        self._column.addWidget(self.bar)
        below = QVBoxLayout()
        below.setContentsMargins(SPACE_12, SPACE_4, SPACE_12, 0)
        below.setSpacing(SPACE_8)
        below.addWidget(self.foot)
        below.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)
        self._column.addLayout(below)

    def set_view(self, view: SpeedView) -> None:
        """Show these figures; cheap when nothing changed."""
        if view == self._view:
            return
        before, self._view = self._view, view
        if before is None or [row.key for row in before.rows] != [row.key for row in view.rows]:
            self._make_rows(view)
        for button, row in zip(self.rows, view.rows, strict=True):
            button.set_row(row, row.key == view.now)
        self.bar.set_fraction(view.fraction if view.busy else None)
        self.foot.setText(view.busy or "\n".join(filter(None, (view.why_not, view.foot))))
        words = "Cancel" if view.busy else view.button
        self.button.setText(words)
        self.button.setAccessibleName(f"{words}: {view.busy}" if view.busy else words)
        can = bool(view.busy) or not view.why_not
        if not can and self.button.hasFocus():
            self._focus_now()  # a button that is switched off would hand the keys on to anybody
        self.button.setEnabled(can)
        self.button.setToolTip("" if can else view.why_not)
        if self.isVisible():
            self._fit()

    def open_under(self, anchor: QWidget) -> None:
        """Show it below `anchor`, within the screen."""
        self._fit()
        place = anchor.mapToGlobal(QPoint(0, anchor.height() + SPACE_8))
        room = anchor.screen().availableGeometry()
        left = max(room.left(), min(place.x(), room.right() - self.width()))
        top = max(room.top(), min(place.y(), room.bottom() - self.height()))
        self.move(left, top)
        self.show()
        self._focus_now()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        stops: list[QAbstractButton] = [*self.rows, *([self.button] if self.button.isEnabled() else [])]
        here = next((n for n, one in enumerate(stops) if one.hasFocus()), -1)
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in steps:
            stops[(here + steps[key]) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.setPen(QPen(QColor(tokens.hairline), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    @Slot()
    def _on_button(self) -> None:
        if self._view is not None:
            (self.stop_wanted if self._view.busy else self.measure_wanted).emit()

    @Slot()
    def _on_row(self) -> None:
        row = self.sender()
        if isinstance(row, SpeedRowButton) and self._view is not None:
            self.close()
            if row.key != self._view.now:
                self.chosen.emit(row.key)

    def _make_rows(self, view: SpeedView) -> None:
        for old in self.rows:
            self._column.removeWidget(old)
            old.deleteLater()
        self.rows = []
        for number, row in enumerate(view.rows):
            button = SpeedRowButton(row.key, self)
            button.clicked.connect(self._on_row)
            self._column.insertWidget(number, button)
            self.rows.append(button)
        for one, other in zip([*self.rows], [*self.rows[1:], self.button], strict=True):
            QWidget.setTabOrder(one, other)

    def _focus_now(self) -> None:
        """The keys go to the word in use."""
        now = next((row for row in self.rows if row.isChecked()), self.rows[0] if self.rows else None)
        if now is not None:
            now.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        """As wide as its words need, never wider than the screen; as high as that makes it."""
        width = min(scaled(WIDTH), self.screen().availableGeometry().width() - 2 * SPACE_8)
        self.setFixedWidth(width)
        inner = width - 2 * SPACE_8
        for row in self.rows:
            row.setFixedHeight(row.heightForWidth(inner))
        self.foot.setMinimumHeight(2 * self.foot.fontMetrics().lineSpacing())  # or the button would leave the pointer
        self._column.activate()
        self.setFixedHeight(self._column.totalHeightForWidth(width))


class _Bar(QWidget):
    """A slim bar, invisible while nothing is measured: its place stays, so that nothing jumps."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._fraction: float | None = None
        self.setFixedHeight(_BAR)

    def set_fraction(self, fraction: float | None) -> None:
        """0…1; None hides it."""
        self._fraction = fraction
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        if self._fraction is None:
            painter.fillRect(QRectF(SPACE_12, _BAR / 2, self.width() - 2 * SPACE_12, 1), QColor(tokens.hairline))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(SPACE_12, 0, self.width() - 2 * SPACE_12, _BAR)
        painter.setBrush(QColor(tokens.track))
        painter.drawRoundedRect(track, RADIUS / 4, RADIUS / 4)
        painter.setBrush(QColor(tokens.accent))
        track.setWidth(max(_BAR, track.width() * self._fraction))
        painter.drawRoundedRect(track, RADIUS / 4, RADIUS / 4)
