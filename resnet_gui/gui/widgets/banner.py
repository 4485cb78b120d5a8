"""A sentence across the window with a thing to do and a cross to close it, or a few answers; never a modal box."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from resnet_gui.gui.style.icons import GRID, icon, pixmap
from resnet_gui.gui.style.theme import scaled, tokens_now
from resnet_gui.gui.style.tokens import SPACE_4, SPACE_8, SPACE_12, SPACE_16
from resnet_gui.gui.widgets.buttons import icon_button, kind_button
from resnet_gui.gui.widgets.follows_palette import FollowsPalette
from resnet_gui.gui.widgets.labels import Sentence
from resnet_gui.gui.widgets.layouts import Part, fill
from resnet_gui.gui.widgets.painting import with_alpha

_OTHERS = 2
"""So many further answers at most."""


class Banner(FollowsPalette, QWidget):
    """A sentence across the window with something to do, and a cross or a few answers; hidden until `show_message`.

    An error differs from news by colour, icon and the name read aloud.

    Signals
    -------
    action_clicked() : the button with the thing to do.
    other_clicked(number) : a further answer, 0 or 1.
    closed() : the cross.
    """

    action_clicked = Signal()
    other_clicked = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._error = False
        self._before: QWidget | None = None
        self._mark = QLabel(self)
        self._sentence = Sentence(self)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = QPushButton(self)
        self._close = icon_button("Close this message")
        self._close.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._others = [kind_button("quiet") for _ in range(_OTHERS)]
        self._numbers = QButtonGroup(self)
        for number, other in enumerate(self._others):
            self._numbers.addButton(other, number)
        parts: list[Part] = [self._mark, (self._sentence, 1), self._action, *self._others, self._close]
        fill(QHBoxLayout(self), *parts, margins=(SPACE_16, SPACE_8, SPACE_8, SPACE_8), spacing=SPACE_12)
        self._action.clicked.connect(self._on_action)
        self._numbers.idClicked.connect(self._on_other)
        self._close.clicked.connect(self._on_close)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)
        self.hide()

    def show_message(
        self, text: str, error: bool = False, action: str = "", others: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Show the sentence; action: text of the button, none when empty.

        others: (text, tip) of further answers, at most two, in place of the cross.
        """
        self._error = error
        self._sentence.set_words(text)
        if not action and self._action.hasFocus():
            self._give_back()
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._action.setAccessibleName(action)
        for number, other in enumerate(self._others):
            shown, tip = others[number] if number < len(others) else ("", "")
            other.setText(shown)
            other.setToolTip(tip)
            other.setAccessibleDescription(tip)
            other.setVisible(bool(shown))
        self._close.setVisible(not others)
        self.setAccessibleName(f"{'Problem' if error else 'Message'}: {text}")
        self._recolour()
        self.show()

    def text(self) -> str:
        """The sentence now shown, empty while the banner is hidden."""
        return "" if self.isHidden() else self._sentence.words()

    def clear(self) -> None:
        """Hide without a signal."""
        self._give_back()
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        tint = tokens.unsure if self._error else tokens.accent
        painter.fillRect(QRectF(0, 0, SPACE_4 - 1, self.height()), QColor(tint))
        painter.fillRect(self.rect(), with_alpha(tint, 0.08))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(tokens.hairline))

    @Slot(QWidget, QWidget)
    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """Remember where the keys went before they came in here."""
        if now is None or not self.isAncestorOf(now) or before is None or self.isAncestorOf(before):
            return
        if self._before is not None:
            self._before.destroyed.disconnect(self._on_gone)
        self._before = before
        before.destroyed.connect(self._on_gone)

    @Slot(QObject)
    def _on_gone(self, gone: QObject) -> None:
        self._before = None

    def _give_back(self) -> None:
        """The keys go where they were: a button that goes would hand them to its neighbour, the cross."""
        focused = self.focusWidget()
        if focused is None or not focused.hasFocus():
            return
        if self._before is not None and self._before.isVisible() and self._before.isEnabled():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            focused.clearFocus()

    @Slot()
    def _on_action(self) -> None:
        self._give_back()
        self.action_clicked.emit()

    @Slot(int)
    def _on_other(self, number: int) -> None:
        self._give_back()
        self.other_clicked.emit(number)

    @Slot()
    def _on_close(self) -> None:
        self._give_back()
        self.hide()
        self.closed.emit()

    def _recolour(self) -> None:
        tokens = tokens_now()
        name, colour = ("warning", tokens.unsure) if self._error else ("info", tokens.accent)
        self._mark.setPixmap(pixmap(name, colour, scaled(GRID), self.devicePixelRatioF()))
        self._close.setIcon(icon("close", tokens.secondary))
        self.update()
