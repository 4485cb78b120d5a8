"""The command line of what is set: to read, to copy, with what to know before it is given."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from resnet_gui.gui.recipe.flow import CommandView
from resnet_gui.gui.style.theme import scaled, text_font
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_8, SPACE_12, SPACE_16, SPACE_32
from resnet_gui.gui.widgets.command_field import command_field

WIDTH = 600
"""Logical pixels at 100 % text."""


class CommandDialog(QDialog):
    """The command line, to read and to copy.

    view: what it shows.
    copy_wanted(str): the whole line.
    save_wanted(): the person would rather have a recipe.
    """

    copy_wanted = Signal(str)
    save_wanted = Signal()

    def __init__(self, view: CommandView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Command line")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._width = min(scaled(WIDTH), self.screen().availableGeometry().width() - 2 * SPACE_32)
        self._body = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        self._column.setSpacing(SPACE_8)
        self._column.addWidget(self._body)
        self._column.addSpacing(SPACE_8)
        self._column.addLayout(self._foot())
        self._column.addStretch(1)
        self.set_view(view)
        self.copy.setFocus()

    def set_view(self, view: CommandView) -> None:
        """Show it."""
        self._view = view
        width = self._width - 2 * SPACE_16
        lead = QLabel("Type this in a terminal for the same table:")
        self.field = command_field(view.text, width, "Command line", least_lines=2)
        lead.setBuddy(self.field)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_8)
        column.addWidget(lead)
        column.addWidget(self.field)
        for sentence in view.notes:
            column.addWidget(_note(sentence, width))
        self._column.replaceWidget(self._body, body)
        self._body.deleteLater()
        self._body = body
        self.copy.setText("Copy")
        self.resize(self._width, self.sizeHint().height())

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


def _note(sentence: str, width: int) -> QLabel:
    note = QLabel(sentence)
    note.setTextFormat(Qt.TextFormat.PlainText)
    note.setFont(text_font(SECONDARY))
    note.setProperty("tone", "secondary")
    note.setWordWrap(True)
    note.setFixedWidth(width)
    note.setFixedHeight(note.heightForWidth(width))
    return note
