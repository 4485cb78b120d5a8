"""The speed picker, opened: a row for each word with its figures, and under them what measures."""

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from resnet_gui.gui.speed.view import SpeedRow, SpeedView
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, SECONDARY, SPACE_4, SPACE_8, SPACE_12
from resnet_gui.gui.widgets.choice_button import ChoiceButton
from resnet_gui.gui.widgets.labels import wrapped_label
from resnet_gui.gui.widgets.layouts import fill
from resnet_gui.gui.widgets.painting import draw_box, smooth_painter
from resnet_gui.gui.widgets.probability_bar import FractionBar

WIDTH = 440
"""Logical pixels at 100 % text."""
_MARK = 14
"""Side of the ring before a word."""


class SpeedRowButton(ChoiceButton):
    """One word of the picker: a ring that is filled where it is in use, the word and its rate, and what it means.

    Parameters
    ----------
    key : of the word.
    parent : the picker, which the arrows are left to.
    """

    def __init__(self, key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = key
        self._row = SpeedRow(key, key, "")
        self.setFont(text_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text, self._rate = QLabel(), QLabel()
        self._means, self._agreement = (wrapped_label(text_font(SECONDARY), "secondary") for _ in range(2))
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, scaled(_MARK) + SPACE_8)  # for the ring
        for column, label in enumerate((self._text, self._rate), 1):
            label.setFont(text_font(BODY, QFont.Weight.DemiBold))
            label.setFixedHeight(QFontMetrics(self.font()).height())
            grid.addWidget(label, 0, column)
        for line, label in enumerate((self._means, self._agreement), 1):
            grid.addWidget(label, line, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_row(self, row: SpeedRow, now: bool) -> None:
        """Show these figures; now: whether the word is in use."""
        self._row = row
        self.setChecked(now)
        spoken = ", ".join(filter(None, (row.text, row.rate.replace("/s", " per second"), row.means, row.agreement)))
        self.setAccessibleName(spoken)
        self._text.setText(row.text)
        self._rate.setText(row.rate)
        self._means.setText(row.means)
        self._agreement.setText(row.agreement)
        self._agreement.setVisible(bool(row.agreement))

    def row(self) -> SpeedRow:
        """What is shown."""
        return self._row

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = tokens_now(), smooth_painter(self)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse():
            draw_box(painter, box, 6, tokens.selection if self.isChecked() else tokens.hover)
        if self.hasFocus():
            draw_box(painter, box, 6, edge=tokens.accent, width=2)
        side = scaled(_MARK)
        left = QStyle.visualRect(self.layoutDirection(), self.rect(), QRect(SPACE_12, 0, side, side)).left()
        top = SPACE_8 + (QFontMetrics(self.font()).height() - side) / 2
        ring = QRectF(left + 0.75, top, side - 1.5, side - 1.5)
        draw_box(painter, ring, side, edge=tokens.accent if self.isChecked() else tokens.faint, width=1.5)
        if self.isChecked():
            inset = side / 4
            draw_box(painter, ring.adjusted(inset, inset, -inset, -inset), side, tokens.accent)


class SpeedPopup(QFrame):
    """The speed picker, opened under the bar; closes by Esc, a click beside it or a choice; measuring goes on.

    Parameters
    ----------
    parent : the bar.

    Signals
    -------
    chosen(key) : a word that is not in use yet.
    measure_wanted(), stop_wanted() : the button was pressed.
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
        self.foot = wrapped_label(text_font(SECONDARY), "secondary")
        self.foot.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.bar = FractionBar(4, self)
        self.bar.setContentsMargins(SPACE_12, 0, SPACE_12, 0)
        self.button = QPushButton(self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._on_button)
        below = fill(QVBoxLayout(), self.foot, self.button, margins=(SPACE_12, SPACE_4, SPACE_12, 0), spacing=SPACE_8)
        below.setAlignment(self.button, Qt.AlignmentFlag.AlignRight)
        self._column = QVBoxLayout(self)
        fill(self._column, self.bar, below, margins=(SPACE_8, SPACE_8, SPACE_8, SPACE_12), spacing=SPACE_4)

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
