"""The one door to other threads: work is done elsewhere, its result comes back on the GUI thread.

A small pool of named threads; in a slot only the latest piece of work is delivered, and an older one that has not begun
is not done at all.  No QThread, QRunnable or `threading` anywhere else in `gui`.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

Result = TypeVar("Result")
_log = logging.getLogger(__name__)
_THREADS = 3
_PATIENCE_S = 5.0


@dataclass(frozen=True)
class _Piece:
    work: Callable[[], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[Exception], None] | None
    slot: str
    number: int


class Background(QObject):
    """Lives in the GUI thread.  trouble: told of failures that nobody else wants to hear of.

    `close` before the QApplication ends.
    """

    _wake = Signal()

    def __init__(self, trouble: Callable[[Exception], None]) -> None:
        super().__init__()
        self._trouble = trouble
        self._work: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[_Piece, Any, Exception | None]] = queue.SimpleQueue()
        self._newest: dict[str, int] = {}
        self._count = 0
        self._closed = False
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
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

    def idle(self) -> bool:
        """Whether nothing waits to be delivered (for tests; work may still be under way)."""
        return self._results.empty()

    def close(self) -> None:
        """Deliver nothing more; let the pieces at hand end; join."""
        self._closed = True
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join(_PATIENCE_S)

    def _overtaken(self, piece: _Piece) -> bool:
        return bool(piece.slot) and self._newest.get(piece.slot) != piece.number

    def _main(self) -> None:
        while (piece := self._work.get()) is not None:
            if self._closed or self._overtaken(piece):
                continue
            try:
                result, error = piece.work(), None
            except Exception as caught:  # noqa: BLE001 - delivered to whoever asked, or told in a banner
                result, error = None, caught
            self._results.put((piece, result, error))
            if not self._closed:
                self._wake.emit()

    @Slot()
    def _deliver(self) -> None:
        while not self._closed:
            try:
                piece, result, error = self._results.get_nowait()
            except queue.Empty:
                return
            if self._overtaken(piece):
                continue
            if error is None:
                if piece.done is not None:
                    piece.done(result)
            elif piece.failed is not None:
                piece.failed(error)
            else:
                _log.error("work in the background failed", exc_info=error)
                self._trouble(error)
