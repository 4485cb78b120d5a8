"""Tool tips that wrap: Qt breaks lines in rich text only, and a long plain sentence would run across the screen."""

import html

from PySide6.QtCore import QPoint
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QToolTip, QWidget

from resnet_gui.gui.style.theme import scaled, text_font

WIDEST = 360
"""Width a sentence may take in a tool tip, logical pixels at 100 % text."""


def show_tip(place: QPoint, sentence: str, owner: QWidget) -> None:
    """Show `sentence` at `place` (global), on several lines where it is long; an empty one hides the tip."""
    words = html.escape(sentence).replace("\n", "<br>")
    if QFontMetrics(text_font()).horizontalAdvance(sentence) > scaled(WIDEST):
        words = f'<table width="{scaled(WIDEST)}"><tr><td>{words}</td></tr></table>'
    QToolTip.showText(place, words, owner)
