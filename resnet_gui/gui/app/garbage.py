"""Cyclic garbage is collected in the GUI thread only.

Python collects it in whatever thread happens to make objects; a Qt object that dies in a thread not its own takes the
process down.  So automatic collection is off while the window is open, and a timer does it.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY_MS = 1000


class GarbageTimer(QObject):
    """`start` when the window is made, `stop` when its threads have ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._on_timer)

    def start(self) -> None:
        """From now on only here.  What is there already is left out of later searches, so they are short.

        It is not searched itself: that takes 30 ms before the window is painted, and finds next to nothing.
        """
        gc.disable()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """As Python has it."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    @Slot()
    def _on_timer(self) -> None:
        """The youngest each time, the others as Python's own thresholds say."""
        counts, limits = gc.get_count(), gc.get_threshold()
        generation = 2 if counts[2] > limits[2] else 1 if counts[1] > limits[1] else 0
        gc.collect(generation)
