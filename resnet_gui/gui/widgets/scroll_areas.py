"""Areas that scroll: one that keeps its place, and the panels at the sides."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from resnet_gui.gui.style.theme import scaled


class SteadyArea(QScrollArea):
    """An area whose scroll bar always has its room, and shows a handle only where there is something to scroll.

    Where content is the higher the wider it is (square thumbnails in a row), a bar that comes and goes would never
    come to rest: without it the content is too high, with it not; Qt goes round until its stack is used up.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._show_handle(0, 0)
        self.verticalScrollBar().rangeChanged.connect(self._show_handle)

    @Slot(int, int)
    def _show_handle(self, least: int, most: int) -> None:
        """The style draws no handle on a bar that is off."""
        self.verticalScrollBar().setEnabled(most > least)


class SidePanel(SteadyArea):
    """A panel at the side of the window, which scrolls up and down.

    Parameters
    ----------
    name : what a screen reader calls it.
    parent : the widget it lies in.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.setMinimumWidth(scaled(200))
