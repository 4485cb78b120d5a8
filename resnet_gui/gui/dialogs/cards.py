"""Cards to read: which device computes and why, the keys, what program this is."""

import html
from collections.abc import Iterable, Sequence
from importlib import metadata

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QScrollArea, QVBoxLayout, QWidget

from resnet_gui import __version__
from resnet_gui.gui.actions import ACTIONS, Menu
from resnet_gui.gui.theme import scaled
from resnet_gui.runs.protocol import NetworkFacts

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
        label.setContentsMargins(16, 16, 16, 16)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(label)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(area)
        column.addWidget(buttons)
        self.resize(scaled(480), scaled(440))


def device_text(device: str, facts: NetworkFacts | None) -> str:
    """Which device, why, what computes in what."""
    rows = [("Device", device or "not known yet")]
    if facts is not None:
        rows += [("Computed by", facts.backend), ("In", facts.precision), ("Network", facts.title)]
        rows += [("Assumed", sentence) for sentence in facts.assumed]
    return _table(rows) + _table(versions())


def about_text() -> str:
    """What program this is."""
    return (
        f"<h3>resnet-gui {html.escape(__version__)}</h3>"
        "<p>See what a ResNet sees, in one picture or in a hundred thousand.</p>"
        "<p>Nothing you open leaves this computer, and nothing is fetched without being asked for.</p>"
        + _table(versions())
    )


def keys_text() -> str:
    """All keys, by menu."""
    parts = []
    for menu in Menu:
        rows = [
            (QKeySequence(row.key).toString(QKeySequence.SequenceFormat.NativeText), row.text.rstrip("…"))
            for row in ACTIONS
            if row.menu is menu and row.key
        ]
        if rows:
            parts.append(f"<h4>{html.escape(menu.replace('&', ''))}</h4>{_table(rows)}")
    return "".join(parts)


def versions() -> list[tuple[str, str]]:
    """Libraries that make the numbers; read from their metadata, so that none is loaded."""
    found = [("resnet-gui", __version__)]
    for name in _LIBRARIES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue
    return found


def _table(rows: Iterable[Sequence[str]]) -> str:
    lines = "".join(
        f"<tr><td style='padding-right:16px'><b>{html.escape(left)}</b></td><td>{html.escape(right)}</td></tr>"
        for left, right in rows
    )
    return f"<table cellpadding='3'>{lines}</table>"
