"""Labels whose text is cut with an ellipsis, or broken into lines, as wide as there is room."""

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QClipboard,
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget

from resnet_gui.gui.style.theme import text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY

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


class ElidedLabel(QWidget):
    """One line of text.  mode: where the … goes; secondary: in the quieter colour."""

    def __init__(
        self,
        size: int = BODY,
        secondary: bool = False,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = ""
        self._secondary = secondary
        self._mode = mode
        self._alignment = alignment
        self.setFont(text_font(size))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """The whole text, never the shortened one."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show `text`; line breaks become blanks."""
        self._text = " ".join(text.split())
        self.setAccessibleName(self._text)
        self._tell()
        self.updateGeometry()
        self.update()

    def is_elided(self) -> bool:
        """Whether the text does not fit."""
        return QFontMetrics(self.font()).horizontalAdvance(self._text) > self.width()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(min(metrics.horizontalAdvance(self._text) + 2, metrics.averageCharWidth() * 6), metrics.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = tokens_now()
        painter.setPen(QColor(tokens.secondary if self._secondary else tokens.text))
        shown = QFontMetrics(self.font()).elidedText(self._text, self._mode, self.width())
        painter.drawText(self.rect(), self._alignment | Qt.AlignmentFlag.AlignVCenter, shown)

    def _tell(self) -> None:
        self.setToolTip(self._text if self.is_elided() else "")


def breakable(text: str) -> str:
    """The text with invisible break points in paths, addresses and overlong words, so that they wrap."""
    return _RUN.sub(rf"\1{BREAK}", _AFTER.sub(rf"\1{BREAK}", text))
