"""The card of how a weight file is read: what had to be assumed, and what a person may say instead."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from resnet_gui.gui.network.reading import ReadingField, ReadingView
from resnet_gui.gui.style.icons import GRID, pixmap
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, SPACE_8, SPACE_12, SPACE_16, SPACE_32
from resnet_gui.gui.widgets.labels import Sentence
from resnet_gui.gui.widgets.scroll_areas import SteadyArea

WIDTH = 480
"""Of the card, logical pixels at 100 % text."""
BELOW = 220
"""Height of the choices, the buttons and the frame; the same unit."""
_NOTHING = "Nothing had to be assumed: the file, or the catalogue, says how it is meant to be read."


class ReadingDialog(QDialog):
    """What was assumed about the file, and what may be said instead.

    view: what it shows.
    chosen(dict): field -> value, None for leaving it to the file; the person has said OK.
    names_wanted(): class names are to be taken from a file.
    """

    chosen = Signal(object)
    names_wanted = Signal()

    def __init__(self, view: ReadingView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("How this file is read")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._boxes: dict[str, QComboBox] = {}
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        column.setSpacing(SPACE_12)
        screen = self.screen().availableGeometry()
        width = min(scaled(WIDTH), screen.width() - 2 * SPACE_32)
        self._room = width - 2 * SPACE_16, screen.height() - scaled(BELOW)
        self._view = view
        self._said = _said(view, *self._room)
        column.addWidget(self._said)
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_16)
        form.setVerticalSpacing(SPACE_8)
        for field in view.fields:
            self._boxes[field.field] = _box(field)
            form.addRow(field.title, self._boxes[field.field])
        column.addLayout(form)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Read it so")
        names = buttons.addButton("Class names…", QDialogButtonBox.ButtonRole.ResetRole)
        names.setToolTip("Take the names of the classes from a file")
        names.setAutoDefault(False)
        names.clicked.connect(self._on_names)
        buttons.accepted.connect(self._on_ok)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.setFixedWidth(width)

    def set_view(self, view: ReadingView) -> None:
        """Another network, or other words of its file; a choice that the person has changed here stays."""
        before, self._view = self._view, view
        said = _said(view, *self._room)
        self._column.replaceWidget(self._said, said)
        self._said.deleteLater()
        self._said = said
        for field, old in zip(view.fields, before.fields, strict=True):
            box = self._boxes[field.field]
            kept = box.currentData()
            _fill(box, field)
            if kept != old.now:
                box.setCurrentIndex(max(box.findData(kept), 0))
        self.adjustSize()

    def box(self, field: str) -> QComboBox:
        """The choices of a field."""
        return self._boxes[field]

    @Slot()
    def _on_ok(self) -> None:
        self.chosen.emit({field: box.currentData() or None for field, box in self._boxes.items()})
        self.accept()

    @Slot()
    def _on_names(self) -> None:
        self.reject()
        self.names_wanted.emit()


def _said(view: ReadingView, width: int, most: int) -> QScrollArea:
    """Title and sentences; they scroll where the screen is too low for all of them."""
    said = QWidget()
    column = QVBoxLayout(said)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE_12)
    width -= SPACE_16  # for the scroll bar
    column.addWidget(_words(view.title, text_font(BODY, QFont.Weight.DemiBold), width))
    for sentence in view.assumed or (_NOTHING,):
        column.addLayout(_line(sentence, bool(view.assumed), width))
    area = SteadyArea()
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setProperty("surface", "ground")
    area.setWidget(said)
    area.setFixedHeight(min(said.sizeHint().height(), max(most, scaled(80))))
    return area


def _box(field: ReadingField) -> QComboBox:
    box = QComboBox()
    _fill(box, field)
    return box


def _fill(box: QComboBox, field: ReadingField) -> None:
    """The choices of a field, with the one in force."""
    box.clear()
    box.setAccessibleName(field.title)
    for choice in field.choices:
        box.addItem(choice.text, choice.key)
        box.setItemData(box.count() - 1, choice.tip, Qt.ItemDataRole.ToolTipRole)
    box.setCurrentIndex(box.findData(field.now))
    box.setEnabled(not field.why_not)
    box.setToolTip(field.why_not)
    box.setAccessibleDescription(field.why_not)


def _line(sentence: str, assumed: bool, width: int) -> QHBoxLayout:
    """A sentence with its sign: a half-filled ring for what was assumed, a tick where nothing was."""
    tokens, side = tokens_now(), scaled(GRID) - 4
    sign = QLabel()
    name, colour = ("verdict-check", tokens.check) if assumed else ("here", tokens.sure)
    sign.setPixmap(pixmap(name, colour, side, sign.devicePixelRatioF()))
    line = QHBoxLayout()
    line.setSpacing(SPACE_8)
    line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(_words(sentence, text_font(), width - side - SPACE_8), 1)
    return line


def _words(text: str, font: QFont, width: int) -> QLabel:
    label = Sentence()
    label.set_words(text)
    label.setFont(font)
    label.setFixedHeight(label.heightForWidth(width))
    return label
