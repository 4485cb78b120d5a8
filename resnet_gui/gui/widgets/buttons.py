"""Small buttons that stand in several panels."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QToolButton

from resnet_gui.gui.style.theme import scaled


def icon_button(tip: str, name: str = "", checkable: bool = False) -> QToolButton:
    """A button with an icon, which has no box until the pointer is on it; name: read aloud in place of the tip."""
    button = QToolButton()
    button.setProperty("kind", "quiet")
    button.setCheckable(checkable)
    button.setToolTip(tip)
    button.setAccessibleName(name or tip)
    button.setIconSize(QSize(scaled(16), scaled(16)))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def kind_button(kind: str, text: str = "", tip: str = "") -> QPushButton:
    """A button of a kind of the style sheet: "primary", "quiet", "link"."""
    button = QPushButton(text)
    button.setProperty("kind", kind)
    button.setToolTip(tip)
    return button
