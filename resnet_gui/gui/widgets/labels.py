"""Labels: text that wraps or is shortened, a headline with its figure, lines of label and value; the line between."""

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QClipboard,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QLabel, QMenu, QSizePolicy, QWidget

from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, FIGURE, SECONDARY, SPACE_8, SPACE_12, TITLE
from resnet_gui.gui.widgets.layouts import fill
from resnet_gui.gui.widgets.painting import draw_text
from resnet_gui.gui.widgets.tool_tip import plain_tip

BREAK = "\u200b"
"""ZERO WIDTH SPACE: a line may end here, and nothing is drawn."""
_AFTER = re.compile(r"([/\\_-])")
_RUN = re.compile(r"([^\s/\\_-]{32})(?=[^\s/\\_-])")
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


def hairline() -> QFrame:
    """A line of one pixel across."""
    line = QFrame()
    line.setProperty("line", "true")
    line.setFixedHeight(1)
    return line


def wrapped_label(font: QFont | None = None, tone: str = "", text: str = "") -> QLabel:
    """A label of plain text that wraps and takes the width it is given.

    Parameters
    ----------
    font : of the text; None for the program's own.
    tone : "secondary", "unsure" or empty, as the style sheet has them.
    text : shown at first.
    """
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    label.setProperty("tone", tone)
    if font is not None:
        label.setFont(font)
    return label


def small_title(text: str = "") -> QLabel:
    """The title of a part of a panel."""
    return wrapped_label(text_font(SECONDARY, QFont.Weight.DemiBold), "secondary", text)


class Sentence(QLabel):
    """Plain text to read, to select and to copy, which wraps also within long words.

    `QLabel` wraps between words only, and cuts off a word that is too long.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(_SELECTABLE)

    def set_words(self, words: str) -> None:
        """Show the text; it wraps wherever it must."""
        self.setText(breakable(words))

    def words(self) -> str:
        """The text as it was given."""
        return self.as_given(self.text())

    def as_given(self, shown: str) -> str:
        """The text, or a part of it, without what was added so that it wraps."""
        return shown.replace(BREAK, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self._copy()
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
        QGuiApplication.clipboard().setText(self.as_given(self.selectedText()), mode)

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self.words())


class ElidedLabel(QWidget):
    """One line of text, shortened with an ellipsis where there is no room; then the whole of it is the tool tip.

    Parameters
    ----------
    size : of the letters, one of the style's tokens.
    secondary : whether it has the quieter colour.
    mode : where the ellipsis goes.
    parent : the widget it lies in.
    """

    def __init__(
        self,
        size: int = BODY,
        secondary: bool = False,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = ""
        self._secondary = secondary
        self._mode = mode
        self.setFont(text_font(size))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """The whole text, never the shortened one."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show `text`; line breaks become blanks."""
        self._text = " ".join(text.split())
        self.setAccessibleName(self._text)
        self._set_tip()
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
        self._set_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = tokens_now().secondary if self._secondary else tokens_now().text
        draw_text(QPainter(self), self.rect(), self._text, colour, elide=self._mode)

    def _set_tip(self) -> None:
        self.setToolTip(plain_tip(self._text) if self.is_elided() else "")


class Headline(QWidget):
    """A name that wraps and a figure that does not, beside each other or below each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = wrapped_label(text_font(TITLE, QFont.Weight.DemiBold))
        self._name.setTextInteractionFlags(_SELECTABLE)
        self._figure = QLabel()
        self._figure.setFont(text_font(FIGURE, QFont.Weight.Light))
        self._figure.setTextFormat(Qt.TextFormat.PlainText)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        fill(self._row, (self._name, 1), self._figure, spacing=SPACE_8)
        for label in (self._name, self._figure):
            self._row.setAlignment(label, Qt.AlignmentFlag.AlignVCenter)

    def set_words(self, name: str, figure: str) -> None:
        """Show both; an empty figure takes no room."""
        self._name.setText(name)
        self._figure.setText(figure.replace(" ", "\u202f"))  # A full blank looks like a gap at this size.
        self._figure.setVisible(bool(figure))
        self.setAccessibleName(f"{name} {figure}".strip())
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Beside each other only if the longest word of the name, and not more than two lines of it, fit.

        A name that would just miss one line is set a little smaller.
        """
        figure = self._figure.sizeHint().width() + SPACE_8 if self._figure.text() else 0
        room = self.width() - figure
        name = self._name.text()
        fonts = [text_font(size, QFont.Weight.DemiBold) for size in (TITLE, TITLE - 1, TITLE - 2, TITLE - 3)]
        fitting = (font for font in fonts if QFontMetrics(font).horizontalAdvance(name) + 2 <= room)
        font = next(fitting, fonts[0])
        self._name.setFont(font)
        metrics = QFontMetrics(font)
        longest = max(metrics.horizontalAdvance(word) for word in name.split() or [""])
        beside = longest <= room and metrics.horizontalAdvance(name) <= 1.8 * room
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if way != self._row.direction():
            self._row.setDirection(way)
            self._row.setSpacing(SPACE_8 if beside else 0)


class ValueLines(QWidget):
    """Lines of a label and a value that wraps; values can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_12)
        self._grid.setVerticalSpacing(SPACE_8)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[QLabel, Sentence]] = []

    def set_lines(self, lines: tuple[tuple[str, str], ...]) -> None:
        """Show these lines of (label, value); the labels of the former lines are used again."""
        while len(self._lines) < len(lines):
            self._lines.append(self._new_line(len(self._lines)))
        for number, (label, value) in enumerate(self._lines):
            shown = number < len(lines)
            label.setVisible(shown)
            value.setVisible(shown)
            if shown:
                label.setText(lines[number][0])
                value.set_words(lines[number][1])
                value.setAccessibleName(f"{lines[number][0]}: {lines[number][1]}")

    def _new_line(self, row: int) -> tuple[QLabel, Sentence]:
        label, value = QLabel(self), Sentence(self)
        label.setProperty("tone", "secondary")
        label.setMinimumWidth(scaled(72))
        label.setTextFormat(Qt.TextFormat.PlainText)
        value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        return label, value


def breakable(text: str) -> str:
    """The text with invisible break points in paths, addresses and overlong words, so that they wrap."""
    return _RUN.sub(rf"\1{BREAK}", _AFTER.sub(rf"\1{BREAK}", text))
