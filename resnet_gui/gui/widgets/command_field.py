"""A field with a line for a terminal, to read, to select and to copy."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics, QTextOption
from PySide6.QtWidgets import QPlainTextEdit

from resnet_gui.gui.theme import scaled, text_font
from resnet_gui.gui.tokens import BODY, SPACE_8

MOST_LINES = 12
"""So many are shown before the field scrolls."""


def command_field(text: str, width: int, name: str, least_lines: int = 1) -> QPlainTextEdit:
    """In letters of one width, broken where it must be; as high as it needs, within limits.

    width: of the field, pixels.  name: what is read aloud.
    """
    field = QPlainTextEdit(text)
    field.setReadOnly(True)
    field.setAccessibleName(name)
    field.setFont(_fixed_font())
    field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    field.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    field.setTabChangesFocus(True)
    metrics = QFontMetrics(field.font())
    padding = 2 * (scaled(SPACE_8) + SPACE_8) + 2
    room = QRect(0, 0, width - padding, 1 << 20)
    needed = metrics.boundingRect(room, Qt.TextFlag.TextWrapAnywhere, text).height()
    least, most = (metrics.lineSpacing() * lines for lines in (least_lines, MOST_LINES))
    field.setFixedHeight(max(least, min(needed, most)) + padding)
    return field


def _fixed_font() -> QFont:
    font = text_font(BODY)
    font.setFamilies(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families())
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font
