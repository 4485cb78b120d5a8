"""The sign of a verdict: word, colour and icon."""

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from resnet_gui.gui.style.icons import pixmap
from resnet_gui.gui.style.theme import tokens_now
from resnet_gui.gui.style.tokens import Tokens
from resnet_gui.results.verdict import Verdict

VERDICT_WORD = {
    Verdict.SURE: "Sure",
    Verdict.CHECK: "Check",
    Verdict.UNSURE: "Unsure",
    Verdict.FAILED: "Not read",
    Verdict.WAITING: "Waiting",
}
"""The word beside each verdict's icon: colour is never the only sign."""


def verdict_colour(verdict: Verdict, tokens: Tokens) -> str:
    """The colour of a verdict's icon and word."""
    colours = {
        Verdict.SURE: tokens.sure,
        Verdict.CHECK: tokens.check,
        Verdict.UNSURE: tokens.unsure,
        Verdict.FAILED: tokens.unsure,
        Verdict.WAITING: tokens.secondary,
    }
    return colours[verdict]


def verdict_pixmap(verdict: Verdict, widget: QWidget, side: int) -> QPixmap:
    """The sign of a verdict in `widget`'s scheme, side × side logical pixels."""
    colour = verdict_colour(verdict, tokens_now())
    return pixmap(f"verdict-{verdict}", colour, side, widget.devicePixelRatioF())
