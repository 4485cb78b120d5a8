"""What a widget that holds icons in the theme's colours does when the theme changes.

A widget that paints itself needs nothing of the kind: QWidget paints it again when the palette changes, and
`tokens_now` tells the new colours.  An icon or a pixmap that was given away is as it was made.
"""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget


class TintedWidget(QWidget):
    """Its children's icons follow a change of palette."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        """Make the icons anew, in the colours in force."""
        raise NotImplementedError
