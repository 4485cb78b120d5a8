"""Tool tips that show names letter for letter, and that wrap: Qt breaks lines in rich text only."""

import html

from PySide6.QtCore import QPoint
from PySide6.QtGui import QFontMetrics, Qt
from PySide6.QtWidgets import QToolTip, QWidget

from resnet_gui.gui.style.theme import scaled, text_font

WIDEST = 360
"""Width a sentence may take in a tool tip, logical pixels at 100 % text."""


def plain_tip(text: str) -> str:
    """The text as a tool tip that shows it letter for letter: Qt would take the name `<b>a</b>.jpg` for markup."""
    return f"<qt>{html.escape(text)}</qt>".replace("\n", "<br>") if Qt.mightBeRichText(text) else text


def show_tip(place: QPoint, sentence: str, owner: QWidget) -> None:
    """Show `sentence` at `place` (global), on several lines where it is long; an empty one hides the tip."""
    words = html.escape(sentence).replace("\n", "<br>")
    if QFontMetrics(text_font()).horizontalAdvance(sentence) > scaled(WIDEST):
        words = f'<table width="{scaled(WIDEST)}"><tr><td>{words}</td></tr></table>'
    QToolTip.showText(place, words, owner)
