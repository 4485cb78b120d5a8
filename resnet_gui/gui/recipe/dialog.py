"""The command line of what is set: to read, to copy, with what to know before it is given."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from resnet_gui.gui.recipe.flow import CommandView
from resnet_gui.gui.style.theme import scaled, text_font
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_8, SPACE_12, SPACE_16, SPACE_32
from resnet_gui.gui.widgets.command_field import command_field
from resnet_gui.gui.widgets.layouts import STRETCH, fill

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
        parts = (self._body, SPACE_8, self._foot(), STRETCH)
        self._column = fill(QVBoxLayout(self), *parts, margins=SPACE_16, spacing=SPACE_8)
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
        notes = (_note(sentence, width) for sentence in view.notes)
        fill(QVBoxLayout(body), lead, self.field, *notes, spacing=SPACE_8)
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
        return fill(QHBoxLayout(), save, STRETCH, self.copy, close, spacing=SPACE_12)

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
