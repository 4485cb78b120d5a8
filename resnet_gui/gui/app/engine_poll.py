"""The window asks for news 20 times a second, and measures how long it was ever kept from asking."""

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from resnet_gui.service.messages import Event

POLL_MS = 50
BEAT_MS = 10
_BEATS_KEPT = 60_000
"""Ten minutes of heartbeats."""


class EnginePoll(QObject):
    """Asks the engine for events, and hands on all that have come, whenever some have.

    poll: asks; never blocks.
    handle: is given them.
    """

    def __init__(
        self,
        poll: Callable[[], list[Event]],
        handle: Callable[[list[Event]], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._poll, self._handle = poll, handle
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._on_timer)

    def start(self) -> None:
        """Begin to ask."""
        self._timer.start()

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    @Slot()
    def _on_timer(self) -> None:
        events = self._poll()
        if events:
            self._handle(events)


class StallMeter(QObject):
    """A heartbeat in the GUI thread: how late it comes is how long the thread was blocked.

    Gaps are milliseconds beyond the beat's own interval.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gaps: deque[float] = deque(maxlen=_BEATS_KEPT)
        self._last = 0.0
        self._last_busy = 0.0
        self._busiest = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._on_beat)

    def start(self) -> None:
        """Measure from now on."""
        self._last, self._last_busy = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        """Measure no more; the figures stay."""
        self._timer.stop()

    @property
    def worst_ms(self) -> float:
        """The longest block so far, 0.0 before the second beat."""
        return max(self._gaps, default=0.0)

    @property
    def p99_ms(self) -> float:
        """Of a hundred beats, ninety-nine came no later."""
        ordered = sorted(self._gaps)
        return ordered[int(0.99 * (len(ordered) - 1))] if ordered else 0.0

    @property
    def busiest_ms(self) -> float:
        """The most that this thread itself has computed between two beats; the rest of a gap is others' doing."""
        return self._busiest

    @property
    def beats(self) -> int:
        """How many beats the figures rest on."""
        return len(self._gaps)

    @Slot()
    def _on_beat(self) -> None:
        now, busy = time.perf_counter(), time.thread_time()
        self._gaps.append(max(0.0, (now - self._last) * 1000 - BEAT_MS))
        self._busiest = max(self._busiest, (busy - self._last_busy) * 1000)
        self._last, self._last_busy = now, busy
