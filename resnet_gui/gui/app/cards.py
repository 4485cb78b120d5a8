"""Cards to read: which device computes and why, the keys, what program this is."""

import html

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from resnet_gui.gui.app.card_views import CardView
from resnet_gui.gui.style.theme import scaled, tokens_now
from resnet_gui.gui.style.tokens import SPACE_4, SPACE_12, SPACE_16, SPACE_32, TITLE

WIDTH, HIGHEST, LEFT_WIDTH = 460, 620, 136
"""A card's width and its greatest height, and the width of its left column, logical pixels at 100 % text."""


class Card(QDialog):
    """A title and text to read; closes with Esc or its button.

    view: what it shows.
    """

    def __init__(self, view: CardView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(view.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._label = label = QLabel()
        self.set_view(view)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        label.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(label)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE_16, SPACE_12, SPACE_16, SPACE_16)
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area)
        column.addLayout(foot)
        width = scaled(WIDTH)
        needed = label.heightForWidth(width - SPACE_16) + buttons.sizeHint().height() + SPACE_32
        self.resize(width, min(needed, scaled(HIGHEST), self.screen().availableGeometry().height() - 2 * SPACE_32))

    def set_view(self, view: CardView) -> None:
        """Show it."""
        self.text = _html(view)
        self._label.setText(self.text)


def _html(view: CardView) -> str:
    """Title, sentences and one table, so that all columns stand in line."""
    text = "".join(
        f"<p style='font-size:{scaled(TITLE)}px; font-weight:600'>{html.escape(line)}</p>"
        if number == 0
        else f"<p>{html.escape(line)}</p>"
        for number, line in enumerate(view.lead)
    )
    lines = ""
    for number, (heading, rows) in enumerate(view.parts):
        above = SPACE_16 if number else SPACE_4
        if heading:
            lines += f"<tr><td colspan='2' style='padding-top:{above}px'><b>{html.escape(heading)}</b></td></tr>"
        for left, right in rows:
            left = ", ".join(map(_native, left.split())) if view.keys else left
            lines += (
                f"<tr><td width='{scaled(LEFT_WIDTH)}' style='color:{tokens_now().secondary}'>{html.escape(left)}</td>"
                f"<td>{html.escape(right)}</td></tr>"
            )
    return f"{text}<table width='100%' cellpadding='2' cellspacing='0'>{lines}</table>"


def _native(key: str) -> str:
    """A key as it is written on this system."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
