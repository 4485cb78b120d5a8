"""How a widget follows a change of palette, where it holds icons or text in the theme's colours.

A widget that paints itself needs nothing of the kind: Qt paints it again when the palette changes, and `tokens_now`
tells the new colours.  An icon, a pixmap or a rich text that was given away is as it was made.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    _Base = QWidget
else:
    _Base = object  # a second class of Qt's among the bases would be a second widget


class FollowsPalette(_Base):
    """A base to be named before a class of Qt's; calls `_recolour` at each change of palette."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._recolour()

    def _recolour(self) -> None:
        """Make icons and coloured text anew, in the colours in force."""
        raise NotImplementedError
