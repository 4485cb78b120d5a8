"""The one door to other threads: work is done elsewhere, its result comes back on the GUI thread.

A small pool of named threads, none of which ever touches Qt: while work is under way, a timer of the GUI thread looks
for results.  (Signals emitted by threads that Qt has not made have crashed PySide since 6.8: PYSIDE-3124.)  In a slot
only the latest piece of work is delivered, and an older one that has not begun is not done at all.
No QThread, QRunnable or `threading` anywhere else in `gui`.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Slot

Result = TypeVar("Result")
_log = logging.getLogger(__name__)
_THREADS = 3
_PATIENCE_S = 5.0
_LOOK_MS = 8
"""How often results are looked for while there is work."""


@dataclass(frozen=True)
class _Piece:
    work: Callable[[], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    slot: str
    number: int


class Background(QObject):
    """A few threads for work that the GUI thread must not wait for; lives in the GUI thread.

    error: told of failures that nobody else wants to hear of.
    delivered: called after each batch of results.

    `close` before the QApplication ends.
    """

    def __init__(self, error: Callable[[Exception], None], delivered: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._error, self._delivered = error, delivered
        self._work: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[_Piece, Any, Exception | None]] = queue.SimpleQueue()
        self._newest: dict[str, int] = {}
        self._count = 0
        self._closed = False
        self._under_way = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._on_timer)
        self._threads = [
            threading.Thread(target=self._main, name=f"background-{number}", daemon=True)
            for number in range(1, _THREADS + 1)
        ]
        for thread in self._threads:
            thread.start()

    def run(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        slot: str = "",
    ) -> None:
        """Do `work` in another thread; then `done(result)` or `failed(error)` in this one.

        slot: a newer piece of the same slot takes the place of an older one, whose result is dropped.
        """
        if self._closed:
            return
        self._count += 1
        if slot:
            self._newest[slot] = self._count
        self._work.put(_Piece(work, done, failed, slot, self._count))
        self._under_way += 1
        if not self._timer.isActive():
            self._timer.start()

    def close(self) -> None:
        """Deliver nothing more; let the pieces at hand end; join."""
        self._closed = True
        self._timer.stop()
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join(_PATIENCE_S)

    def _overtaken(self, piece: _Piece) -> bool:
        return bool(piece.slot) and self._newest.get(piece.slot) != piece.number

    def _main(self) -> None:
        while (piece := self._work.get()) is not None:
            result, error = None, None
            if not self._closed and not self._overtaken(piece):
                try:
                    result = piece.work()
                except Exception as caught:  # noqa: BLE001 - delivered to whoever asked, or told in a banner
                    error = caught
            self._results.put((piece, result, error))
            del piece, result, error  # what it holds must not live until the next piece comes

    @Slot()
    def _on_timer(self) -> None:
        if self._deliver_all():
            self._delivered()

    def _deliver_all(self) -> bool:
        """Whether anything was delivered."""
        delivered = False
        while not self._closed:
            try:
                piece, result, error = self._results.get_nowait()
            except queue.Empty:
                break
            self._under_way -= 1
            if self._under_way == 0:
                self._timer.stop()
            if self._overtaken(piece):
                continue
            delivered = True
            if error is None:
                if piece.done is not None:
                    piece.done(result)
            elif piece.failed is not None:
                piece.failed(error)
            else:
                _log.error("work in the background failed", exc_info=error)
                self._error(error)
        return delivered
