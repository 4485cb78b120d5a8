"""A label for sentences that may hold paths: long names wrap, and what is copied is free of the invisible breaks."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLabel, QMenu, QWidget

BREAK = "\u200b"
"""ZERO WIDTH SPACE: a line may end here, and nothing is drawn."""
_AFTER = re.compile(r"([/\\_-])")
_RUN = re.compile(r"([^\s/\\_-]{32})(?=[^\s/\\_-])")


class Sentence(QLabel):
    """Plain text to read and to select.  `QLabel` wraps between words only, and cuts off a word that is too long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def set_words(self, words: str) -> None:
        """Show the text; it wraps wherever it must."""
        self.setText(breakable(words))

    def words(self) -> str:
        """The text as it was given."""
        return self.text().replace(BREAK, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self._copy()
            event.accept()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """On X11 and Wayland what is selected can be pasted with the middle button."""
        super().mouseReleaseEvent(event)
        if self.hasSelectedText() and QGuiApplication.clipboard().supportsSelection():
            self._copy(QClipboard.Mode.Selection)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt's own menu would copy the breaks as well."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy", self._copy).setEnabled(self.hasSelectedText())
        menu.addAction("Copy all", self._copy_all)
        menu.popup(event.globalPos())

    def _copy(self, mode: QClipboard.Mode = QClipboard.Mode.Clipboard) -> None:
        QGuiApplication.clipboard().setText(self.selectedText().replace(BREAK, ""), mode)

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self.words())


def breakable(text: str) -> str:
    """The text with invisible break points in paths, addresses and overlong words, so that they wrap."""
    return _RUN.sub(rf"\1{BREAK}", _AFTER.sub(rf"\1{BREAK}", text))
