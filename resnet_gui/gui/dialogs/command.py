"""The command line of what is set: to read, to copy, with what to know before it is given."""

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QTextOption
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from resnet_gui.gui.theme import scaled, text_font
from resnet_gui.gui.tokens import BODY, SECONDARY, SPACE_8, SPACE_12, SPACE_16, SPACE_32
from resnet_gui.gui.views import CommandView

WIDTH = 600
"""Logical pixels at 100 % text."""
_LINES = (2, 12)
"""So many lines of the command are shown at least and at most."""


class CommandDialog(QDialog):
    """copy_wanted(str): the whole line.  save_wanted(): the person would rather have a recipe."""

    copy_wanted = Signal(str)
    save_wanted = Signal()

    def __init__(self, view: CommandView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Command line")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._view = view
        width = min(scaled(WIDTH), self.screen().availableGeometry().width() - 2 * SPACE_32)
        lead = QLabel("Type this in a terminal for the same table:")
        self.field = _field(view.text, width - 2 * SPACE_16)
        lead.setBuddy(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        column.setSpacing(SPACE_8)
        column.addWidget(lead)
        column.addWidget(self.field)
        for sentence in view.notes:
            column.addWidget(_note(sentence, width - 2 * SPACE_16))
        column.addSpacing(SPACE_8)
        column.addLayout(self._foot())
        column.addStretch(1)
        self.resize(width, self.sizeHint().height())
        self.copy.setFocus()

    def _foot(self) -> QHBoxLayout:
        save, close = QPushButton("Save recipe…"), QPushButton("Close")
        self.copy = QPushButton("Copy")
        self.copy.setProperty("kind", "primary")
        save.setToolTip("All that answers depend on, as a file for --recipe")
        save.clicked.connect(self._on_save)
        self.copy.clicked.connect(self._on_copy)
        close.clicked.connect(self.reject)
        for button in (save, self.copy, close):
            button.setAutoDefault(button is self.copy)
        row = QHBoxLayout()
        row.setSpacing(SPACE_12)
        row.addWidget(save)
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(close)
        return row

    @Slot()
    def _on_copy(self) -> None:
        self.copy_wanted.emit(self._view.line)
        self.copy.setText("Copied")

    @Slot()
    def _on_save(self) -> None:
        self.save_wanted.emit()
        self.accept()


def _field(text: str, width: int) -> QPlainTextEdit:
    """In letters of one width, broken where it must be; as high as it needs, within limits."""
    field = QPlainTextEdit(text)
    field.setReadOnly(True)
    field.setAccessibleName("Command line")
    field.setFont(_fixed_font())
    field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    field.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    field.setTabChangesFocus(True)
    metrics = QFontMetrics(field.font())
    padding = 2 * (scaled(SPACE_8) + SPACE_8) + 2
    room = QRect(0, 0, width - padding, 1 << 20)
    needed = metrics.boundingRect(room, Qt.TextFlag.TextWrapAnywhere, text).height()
    least, most = (metrics.lineSpacing() * lines for lines in _LINES)
    field.setFixedHeight(max(least, min(needed, most)) + padding)
    return field


def _fixed_font() -> QFont:
    font = text_font(BODY)
    font.setFamilies(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families())
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def _note(sentence: str, width: int) -> QLabel:
    note = QLabel(sentence)
    note.setTextFormat(Qt.TextFormat.PlainText)
    note.setFont(text_font(SECONDARY))
    note.setProperty("tone", "secondary")
    note.setWordWrap(True)
    note.setFixedWidth(width)
    note.setFixedHeight(note.heightForWidth(width))
    return note
