"""Cards to read: which device computes and why, the keys, what program this is."""

import html
from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from resnet_gui import __version__
from resnet_gui.gui.app.action_table import ACTIONS
from resnet_gui.gui.core.actions import Menu
from resnet_gui.gui.style.theme import scaled, tokens_now
from resnet_gui.gui.style.tokens import SPACE_4, SPACE_12, SPACE_16, SPACE_32, TITLE
from resnet_gui.runs.network_facts import NetworkFacts

WIDTH, HIGHEST, LEFT_WIDTH = 460, 620, 136
"""A card's width and its greatest height, and the width of its left column, logical pixels at 100 % text."""
_LIBRARIES = ("openvino", "torch", "pillow", "numpy", "PySide6-Essentials")


class Card(QDialog):
    """A title and text to read; closes with Esc or its button."""

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = text
        label = QLabel(text)
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


def device_text(device: str, facts: NetworkFacts | None) -> str:
    """Which device, why, what computes in what."""
    rows = [("Device", device or "not known yet")]
    if facts is not None:
        rows += [("Computed by", facts.backend), ("Precision", facts.precision), ("Network", facts.title)]
        rows += [("Assumed", sentence) for sentence in facts.assumed]
    return _tables((("", rows), ("Versions", versions())))


def about_text() -> str:
    """What program this is."""
    return (
        f"<p style='font-size:{scaled(TITLE)}px; font-weight:600'>ResNet GUI</p>"
        "<p>See what a ResNet sees, in one picture or in a hundred thousand.</p>"
        "<p>Nothing you open leaves this computer, and nothing is fetched without being asked for.</p>"
        + _tables((("", ()), ("Versions", versions())))
    )


def keys_text() -> str:
    """All keys, by menu."""
    parts: list[tuple[str, list[tuple[str, str]]]] = []
    for menu in Menu:
        rows = [
            (", ".join(_native(key) for key in (row.key, row.also) if key), row.text.rstrip("…"))
            for row in ACTIONS
            if row.section.menu is menu and row.key
        ]
        if rows:
            parts.append((menu.replace("&", ""), rows))
    return _tables(parts)


def _native(key: str) -> str:
    """A key as it is written on this system."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def versions() -> list[tuple[str, str]]:
    """Libraries that make the numbers; read from their metadata, so that none is loaded."""
    from importlib import metadata  # with its parser of e-mails 20 ms, which the window need not wait for

    found = [("resnet-gui", __version__)]
    for name in _LIBRARIES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue
    return found


def _tables(parts: Iterable[tuple[str, Iterable[Sequence[str]]]]) -> str:
    """(title, rows) one below the other in a single table, so that all their columns stand in line."""
    lines = ""
    for number, (title, rows) in enumerate(parts):
        above = SPACE_16 if number else SPACE_4
        if title:
            lines += f"<tr><td colspan='2' style='padding-top:{above}px'><b>{html.escape(title)}</b></td></tr>"
        for left, right in rows:
            lines += (
                f"<tr><td width='{scaled(LEFT_WIDTH)}' style='color:{tokens_now().secondary}'>{html.escape(left)}</td>"
                f"<td>{html.escape(right)}</td></tr>"
            )
    return f"<table width='100%' cellpadding='2' cellspacing='0'>{lines}</table>"
