"""A field with a line for a terminal, to read, to select and to copy."""

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QTextDocument, QTextOption
from PySide6.QtWidgets import QPlainTextEdit

from resnet_gui.gui.style.theme import scaled, text_font
from resnet_gui.gui.style.tokens import BODY, SPACE_4, SPACE_8

MOST_LINES = 12
"""So many are shown before the field scrolls."""
_WRAP = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere


def command_field(text: str, width: int, name: str, least_lines: int = 1) -> QPlainTextEdit:
    """In letters of one width, broken where it must be; as high as it needs, within limits, with the style's padding.

    width: of the field, pixels.  name: what is read aloud.
    """
    field = QPlainTextEdit(text)
    field.setReadOnly(True)
    field.setAccessibleName(name)
    field.setFont(_fixed_font())
    field.setWordWrapMode(_WRAP)
    field.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    field.setTabChangesFocus(True)
    own = math.ceil(field.document().documentMargin()) + 1  # and the line around it
    room = width - 2 * (scaled(SPACE_8) + own)
    shown = max(least_lines, min(_lines(text, field.font(), room), MOST_LINES))
    spacing = math.ceil(QFontMetrics(field.font()).lineSpacing() + 0.5)
    field.setFixedHeight(shown * spacing + 2 * (scaled(SPACE_4) + own) + SPACE_4)
    return field


def _lines(text: str, font: QFont, room: int) -> int:
    """Into how many lines the text is broken."""
    document, option = QTextDocument(text), QTextOption()
    option.setWrapMode(_WRAP)
    document.setDefaultTextOption(option)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setTextWidth(room)
    document.size()  # lays it out
    blocks = (document.findBlockByNumber(number) for number in range(document.blockCount()))
    return sum(block.layout().lineCount() for block in blocks)


def _fixed_font() -> QFont:
    font = text_font(BODY)
    font.setFamilies(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families())
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font
