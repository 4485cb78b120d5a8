"""What there is to know of one weight file, and what can be done with it: the right side of the Weights dialog."""

from PySide6.QtCore import QElapsedTimer, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from resnet_gui.gui.style.icons import GRID, pixmap
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, SPACE_4, SPACE_8, SPACE_12, SPACE_16
from resnet_gui.gui.weights.list_view import state_sign
from resnet_gui.gui.weights.view import Act, ActView, WeightRow
from resnet_gui.gui.widgets.flow_row import FlowRow
from resnet_gui.gui.widgets.follows_palette import FollowsPalette
from resnet_gui.gui.widgets.labels import Sentence, ValueLines, wrapped_label
from resnet_gui.gui.widgets.layouts import STRETCH, fill
from resnet_gui.gui.widgets.probability_bar import FractionBar
from resnet_gui.gui.widgets.scroll_areas import SteadyArea
from resnet_gui.gui.widgets.tool_tip import plain_tip

TITLE_SIZE = 17
"""Letters of the file's title, logical pixels at 100 % text."""
STILL_MS = 500
"""So long buttons that have changed hear nothing: the second click of a double click (400 ms apart at most, as Qt and
most desktops set it) was meant for the button that stood there before.
"""


class WeightDetails(FollowsPalette, SteadyArea):
    """acted(name, Act): a button was pressed, and its question, if it has one, answered with yes."""

    acted = Signal(str, object)

    def __init__(self, after: QWidget, parent: QWidget | None = None) -> None:
        """after: where Tab comes from."""
        super().__init__(parent)
        self._after = after
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("surface", "ground")
        self.setAccessibleName("Details")
        self._row: WeightRow | None = None
        self._asked: ActView | None = None
        self._shown: tuple[ActView, ...] = ()
        self._changed = QElapsedTimer()
        self._inside = QWidget()
        self._title = wrapped_label(text_font(TITLE_SIZE, QFont.Weight.DemiBold))
        self._sign, self._state = QLabel(), wrapped_label(text_font())
        self._bar = FractionBar(scaled(6))
        self._question = wrapped_label(text_font(BODY, QFont.Weight.DemiBold))
        self._message = _Message()
        self._buttons = QWidget()
        self._buttons.hide()
        self._facts = ValueLines()
        self._arrange()
        self.set_row(None)

    def set_row(self, row: WeightRow | None) -> None:
        """Show this one; None shows nothing."""
        another = row is None or self._row is None or row.name != self._row.name
        if another:
            self._asked = None
            self.verticalScrollBar().setValue(0)
        before, self._row = self._row, row
        self._inside.setVisible(row is not None)
        if row is None:
            return
        self._title.setText(row.title)
        self._show_state(row)
        self._message.set_words(row.message, row.bad)
        if before is None or before.facts != row.facts:
            self._facts.set_lines(row.facts)
        self._show_acts()
        if another:
            self._changed.invalidate()  # whoever chose it knows what the buttons are about

    def row(self) -> WeightRow | None:
        """The one shown."""
        return self._row

    def button(self, act: Act) -> QPushButton | None:
        """The button of an act, None where there is none."""
        return self._buttons.findChild(QPushButton, str(act))

    def focus_first(self) -> bool:
        """The keys go to the first button that can be pressed, if there is one."""
        for act in self._shown:
            button = self.button(act.act)
            if button is not None and button.isEnabled():
                button.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False

    def _recolour(self) -> None:
        if self._row is not None:
            self._show_state(self._row)
            self._message.set_words(self._row.message, self._row.bad)

    # ------------------------------------------------------------ inside

    def _arrange(self) -> None:
        state = fill(QHBoxLayout(), self._sign, (self._state, 1), spacing=SPACE_4 + 2)
        below = (self._bar, self._message, self._question, self._buttons, self._facts, STRETCH)
        column = QVBoxLayout(self._inside)
        self._column = fill(column, self._title, state, *below, margins=SPACE_16, spacing=SPACE_12)
        self.setWidget(self._inside)

    def _show_state(self, row: WeightRow) -> None:
        tokens = tokens_now()
        icon, colour = state_sign(row, tokens)
        self._sign.setVisible(bool(icon))
        if icon:
            self._sign.setPixmap(pixmap(icon, colour, scaled(GRID) - 4, self.devicePixelRatioF()))
        self._state.setText(row.words or "Not here yet")
        self._bar.setVisible(row.fraction is not None)
        if row.fraction is not None:
            self._bar.set_fraction(row.fraction)
            self._bar.setAccessibleName(row.words)

    def _show_acts(self) -> None:
        """The buttons, or the question that one of them has asked."""
        assert self._row is not None
        acts = self._row.acts
        if self._asked is not None and self._asked not in acts:
            self._asked = None
        if self._asked is not None:
            acts = (
                ActView(self._asked.act, self._asked.text.rstrip("…"), self._asked.tip),
                ActView(Act.STOP, "Keep", "Leave everything as it is"),
            )
        self._question.setVisible(self._asked is not None)
        self._question.setText("" if self._asked is None else self._asked.question)
        if acts == self._shown:
            return
        focused = self._buttons.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self._changed.start()
        self._shown = acts
        made = FlowRow([self._make(act) for act in acts], SPACE_8)
        self._column.replaceWidget(self._buttons, made)
        self._buttons.deleteLater()
        self._buttons.hide()
        self._buttons = made
        made.setVisible(bool(acts))
        self._order_tabs()
        keep = self.button(Act.STOP) if self._asked is not None else None
        if focused and keep is not None:
            keep.setFocus(Qt.FocusReason.TabFocusReason)  # a second Enter by chance removes nothing
        elif focused and not self.focus_first():
            self._after.setFocus(Qt.FocusReason.TabFocusReason)

    def _order_tabs(self) -> None:
        """Buttons made anew would come last of all: Tab goes from the list to them."""
        before = self._after
        for act in self._shown:
            button = self.button(act.act)
            assert button is not None
            QWidget.setTabOrder(before, button)
            before = button

    def _make(self, act: ActView) -> QPushButton:
        button = QPushButton(act.text)
        button.setObjectName(str(act.act))
        button.setFont(text_font())
        button.setAutoDefault(False)
        button.setEnabled(not act.why_not)
        button.setToolTip(plain_tip(act.why_not or act.tip))
        button.setAccessibleDescription(act.why_not or act.tip)
        if act.primary:
            button.setProperty("kind", "primary")
        button.clicked.connect(self._on_clicked)
        return button

    @Slot()
    def _on_clicked(self) -> None:
        pressed = self.sender()
        if self._row is None or not isinstance(pressed, QPushButton):
            return
        if self._changed.isValid() and self._changed.elapsed() < STILL_MS:
            return
        act = next(act for act in self._shown if str(act.act) == pressed.objectName())
        if self._asked is not None:
            answered, self._asked = self._asked, None
            self._show_acts()
            if act.act is answered.act:
                self.acted.emit(self._row.name, act.act)
        elif act.question:
            self._asked = act
            self._show_acts()
        else:
            self.acted.emit(self._row.name, act.act)


class _Message(QWidget):
    """What came of the last thing done: a sign and a sentence that can be copied."""

    def __init__(self) -> None:
        super().__init__()
        self._sign, self._words = QLabel(), Sentence()
        self._words.setFont(text_font())
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = fill(QHBoxLayout(self), self._sign, (self._words, 1), spacing=SPACE_8)
        row.setAlignment(self._sign, Qt.AlignmentFlag.AlignTop)

    def set_words(self, words: str, bad: bool) -> None:
        """Show the sentence; nothing at all when it is empty."""
        self.setVisible(bool(words))
        self._words.set_words(words)
        self._words.setAccessibleName(f"{'Problem' if bad else 'Message'}: {words}")
        tokens = tokens_now()
        name, colour = ("warning", tokens.unsure) if bad else ("here", tokens.sure)
        self._sign.setPixmap(pixmap(name, colour, scaled(GRID) - 2, self.devicePixelRatioF()))
