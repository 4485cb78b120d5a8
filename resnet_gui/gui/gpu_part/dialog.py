"""How to get the GPU part: what it is, the steps with what to copy for them, and whether it is here by now."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from resnet_gui.gui.gpu_part.flow import GpuPartView, GpuStep
from resnet_gui.gui.style.icons import GRID, pixmap
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, SPACE_4, SPACE_8, SPACE_12, SPACE_16, SPACE_32
from resnet_gui.gui.widgets.command_field import command_field
from resnet_gui.gui.widgets.labels import Sentence
from resnet_gui.gui.widgets.layouts import fill
from resnet_gui.gui.widgets.scroll_areas import SteadyArea

WIDTH = 520
"""Logical pixels at 100 % text."""
BELOW = 130
"""Height of the answer, the buttons and the frame; the same unit."""


class GpuPartDialog(QDialog):
    """What to do for the GPU part, step by step.

    view: what it shows.
    copy_wanted(str): a command, or the name of a package.
    again_wanted(): look once more.
    """

    copy_wanted = Signal(str)
    again_wanted = Signal()

    def __init__(self, view: GpuPartView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("The GPU part")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        screen = self.screen().availableGeometry()
        self._width = min(scaled(WIDTH), screen.width() - 2 * SPACE_32)
        self._most = screen.height() - scaled(BELOW) - 2 * SPACE_32
        self._area = SteadyArea()
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setProperty("surface", "ground")
        self._said = Sentence()
        self._again, self._close = QPushButton("Check again"), QPushButton("Close")
        self._again.setToolTip("Look once more for the card, its driver and the GPU part")
        self._again.clicked.connect(self._on_again)
        self._close.clicked.connect(self.reject)
        for button in (self._again, self._close):
            button.setAutoDefault(False)
        fill(QVBoxLayout(self), self._area, self._foot(), margins=SPACE_16, spacing=SPACE_12)
        self.setFixedWidth(self._width)
        self._view: GpuPartView | None = None
        self.set_view(view)
        next((one.copy for one in self.findChildren(_Copied)), self._close).setFocus()

    def set_view(self, view: GpuPartView) -> None:
        """Show where things stand; while nothing changes in the steps, they keep their place and their focus."""
        before, self._view = self._view, view
        if before is None or (before.lead, before.steps, before.done) != (view.lead, view.steps, view.done):
            self._set_steps(view)
        said = "Looking …" if view.looking else view.said
        self._said.set_words(said)
        self._again.setEnabled(not view.looking and not view.done)
        self._again.setVisible(not view.done)

    def steps(self) -> list[str]:
        """What the steps say, with what is copied for them."""
        return [] if self._view is None else [part for step in self._view.steps for part in (step.text, step.copied)]

    def _foot(self) -> QHBoxLayout:
        self._said.setProperty("tone", "secondary")
        return fill(QHBoxLayout(), (self._said, 1), self._again, self._close, spacing=SPACE_12)

    def _set_steps(self, view: GpuPartView) -> None:
        width = self._width - 2 * SPACE_16 - SPACE_16  # for the scroll bar
        inside = QWidget()
        steps = (self._step(number, step, width) for number, step in enumerate(view.steps, 1))
        fill(QVBoxLayout(inside), _lead(view, width), *steps, spacing=SPACE_16)
        self._area.setWidget(inside)
        self._area.setFixedHeight(min(inside.sizeHint().height(), max(self._most, scaled(120))))
        self.adjustSize()

    def _step(self, number: int, step: GpuStep, width: int) -> QHBoxLayout:
        counted = QLabel(f"{number}")
        counted.setFont(text_font(BODY, QFont.Weight.DemiBold))
        counted.setProperty("tone", "secondary")
        counted.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        counted.setContentsMargins(0, 0, SPACE_8, 0)
        counted.setFixedWidth(scaled(GRID) + SPACE_8)
        right = QVBoxLayout()
        right.setSpacing(SPACE_4)
        right.addWidget(_words(step.text, width - scaled(GRID) - SPACE_8))
        if step.copied:
            copied = _Copied(step, width - scaled(GRID) - SPACE_8)
            copied.copy_wanted.connect(self.copy_wanted)
            right.addWidget(copied)
        line = fill(QHBoxLayout(), counted, (right, 1))
        line.setAlignment(counted, Qt.AlignmentFlag.AlignTop)
        return line

    @Slot()
    def _on_again(self) -> None:
        self.again_wanted.emit()


class _Copied(QWidget):
    """A line to read, to select and to copy.  copy_wanted(str): all of it."""

    copy_wanted = Signal(str)

    def __init__(self, step: GpuStep, width: int) -> None:
        super().__init__()
        self._text = step.copied
        self.copy = QPushButton("Copy")
        self.copy.setProperty("kind", "primary")
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._on_copy)
        self.copy.setMinimumWidth(QFontMetrics(self.copy.font()).horizontalAdvance("Copied") + 2 * scaled(SPACE_16))
        room = width - self.copy.minimumWidth() - SPACE_8
        row = fill(QHBoxLayout(self), (command_field(step.copied, room, step.text), 1), self.copy, spacing=SPACE_8)
        row.setAlignment(self.copy, Qt.AlignmentFlag.AlignTop)

    @Slot()
    def _on_copy(self) -> None:
        self.copy_wanted.emit(self._text)
        self.copy.setText("Copied")


def _lead(view: GpuPartView, width: int) -> QHBoxLayout:
    """What is here, with the device's sign, or a tick where all is done."""
    tokens, side = tokens_now(), scaled(GRID)
    sign = QLabel()
    name, colour = ("here", tokens.sure) if view.done else ("device", tokens.accent)
    sign.setPixmap(pixmap(name, colour, side, sign.devicePixelRatioF()))
    line = fill(QHBoxLayout(), sign, (_words(view.lead, width - side - SPACE_8), 1), spacing=SPACE_8)
    line.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
    return line


def _words(text: str, width: int) -> QLabel:
    label = Sentence()
    label.set_words(text)
    label.setFont(text_font())
    label.setFixedHeight(label.heightForWidth(width))
    return label
