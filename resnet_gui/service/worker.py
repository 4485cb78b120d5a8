"""One thread with a short list of work: newest first, and what no longer fits is dropped and told so."""

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)

Work = Callable[[], None]


class Worker:
    """A thread that does one piece of work after the other, the newest first: it is what a person looks at now.

    name: of the thread.
    waiting: how many pieces may wait.  When one more comes, the oldest is dropped and its `dropped` is called.
    """

    def __init__(self, name: str, waiting: int) -> None:
        self._most = waiting
        self._waiting: list[tuple[Work, Work | None]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._main, name=name, daemon=True)
        self._thread.start()

    def add(self, work: Work, dropped: Work | None = None) -> None:
        """Queue work; never blocks."""
        with self._changed:
            self._waiting.append((work, dropped))
            too_old = self._waiting[: -self._most]
            self._waiting = self._waiting[-self._most :]
            self._changed.notify()
        for _, tell in too_old:
            if tell is not None:
                tell()

    def close(self) -> None:
        """Drop what waits, let the piece at hand end, join."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify()
        self._thread.join()

    def _main(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                work, _ = self._waiting.pop()
            try:
                work()
            except Exception:  # noqa: BLE001 - one bad piece of work must not end the worker
                _log.exception("work of %s failed", self._thread.name)
