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
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        column.setSpacing(SPACE_12)
        column.addWidget(self._area)
        column.addLayout(self._foot())
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
        row = QHBoxLayout()
        row.setSpacing(SPACE_12)
        self._said.setProperty("tone", "secondary")
        row.addWidget(self._said, 1)
        row.addWidget(self._again)
        row.addWidget(self._close)
        return row

    def _set_steps(self, view: GpuPartView) -> None:
        width = self._width - 2 * SPACE_16 - SPACE_16  # for the scroll bar
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_16)
        column.addLayout(_lead(view, width))
        for number, step in enumerate(view.steps, 1):
            column.addLayout(self._step(number, step, width))
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
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(counted, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(right, 1)
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
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        row.addWidget(command_field(step.copied, room, step.text), 1)
        row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)

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
    line = QHBoxLayout()
    line.setSpacing(SPACE_8)
    line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(_words(view.lead, width - side - SPACE_8), 1)
    return line


def _words(text: str, width: int) -> QLabel:
    label = Sentence()
    label.set_words(text)
    label.setFont(text_font())
    label.setFixedHeight(label.heightForWidth(width))
    return label
