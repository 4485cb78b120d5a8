"""A column at the side of the window: as wide as it is given, scrolling downwards when there is not enough height."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from resnet_gui.gui.theme import scaled
from resnet_gui.gui.widgets.steady_area import SteadyArea


class SidePanel(SteadyArea):
    """name: what a screen reader calls it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.setMinimumWidth(scaled(200))
