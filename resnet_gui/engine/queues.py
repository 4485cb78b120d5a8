"""How the threads of the engine wait for each other: a bounded queue, and the control that pauses and cancels.

No blocking call here can hold a thread for ever: every one of them ends when its queue is cancelled or closed.
This file knows nothing of pictures and imports nothing of the program.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")


class Closed(Exception):  # noqa: N818 - the ordinary end of a queue, not an error
    """Nothing more will come out of this queue, and nothing more may go in."""


class Cancelled(Exception):  # noqa: N818 - as requested, not an error
    """The work was cancelled; whoever catches this stops."""


class BoundedQueue(Generic[T]):
    """A first-in, first-out queue of limited size, for any number of threads at both ends.

    `close` ends it after what is inside; `cancel` drops what is inside and ends it at once.

    capacity: the most items it holds.
    refill_at: once full, the queue takes nothing more until only so many items are left, so that producers work in
        bursts, on caches they have warmed themselves; None (capacity - 1) lets a producer in for each item taken.
    """

    def __init__(self, capacity: int, refill_at: int | None = None) -> None:
        self._set_size(capacity, refill_at)
        self._full = False
        self._items: deque[T] = deque()
        self._closed = False
        self._cancelled = False
        # two conditions on one lock: an item wakes one consumer, a free place one producer, and nobody else
        lock = threading.Lock()
        self._filled = threading.Condition(lock)
        self._emptied = threading.Condition(lock)

    def __len__(self) -> int:
        """How many items wait just now."""
        return len(self._items)

    def resize(self, capacity: int, refill_at: int | None = None) -> None:
        """Other sizes from now on; items above a smaller capacity stay and leave in their turn."""
        with self._emptied:
            self._set_size(capacity, refill_at)
            self._full = len(self._items) >= capacity
            self._emptied.notify_all()

    def _set_size(self, capacity: int, refill_at: int | None) -> None:
        refill_at = capacity - 1 if refill_at is None else refill_at
        if not 0 <= refill_at < capacity:
            raise ValueError(f"a queue of {capacity} items that is filled again at {refill_at}")
        self._capacity, self._refill_at = capacity, refill_at

    def put(self, item: T) -> None:
        """Add an item, waiting while the queue is full.  Raises Cancelled, and Closed where it had been closed."""
        with self._emptied:
            self._emptied.wait_for(lambda: not self._full or self._closed or self._cancelled)
            if self._cancelled:
                raise Cancelled
            if self._closed:
                raise Closed
            self._items.append(item)
            self._full = len(self._items) >= self._capacity
            self._filled.notify()

    def get(self, timeout_s: float | None = None) -> T:
        """The oldest item, waiting for one.

        Raises Cancelled, Closed once the queue is closed and empty, TimeoutError when nothing came in time.
        """
        return self._take(1, timeout_s)[0]

    def get_some(self, most: int) -> list[T]:
        """At least one item, waiting for it; then as many as are there already, at most `most`.

        So a slow consumer gets full batches, and a fast one does not wait for them.  Raises as `get` does.
        """
        return self._take(most, None)

    def close(self) -> None:
        """No more items will come."""
        with self._filled:
            self._closed = True
            self._wake_everyone()

    def cancel(self) -> None:
        """Drop what is inside and wake everyone with Cancelled."""
        with self._filled:
            self._cancelled = True
            self._items.clear()
            self._wake_everyone()

    def _take(self, most: int, timeout_s: float | None) -> list[T]:
        with self._filled:
            if not self._filled.wait_for(lambda: self._items or self._closed or self._cancelled, timeout_s):
                raise TimeoutError
            if self._cancelled:
                raise Cancelled
            if not self._items:
                raise Closed
            taken = [self._items.popleft() for _ in range(min(most, len(self._items)))]
            if self._full and len(self._items) <= self._refill_at:
                self._full = False
                self._emptied.notify(self._capacity - len(self._items))
            elif not self._full:
                self._emptied.notify(len(taken))
            return taken

    def _wake_everyone(self) -> None:
        self._filled.notify_all()
        self._emptied.notify_all()


class Control:
    """Pauses, resumes and cancels a run.  Once cancelled it stays so.

    Workers check before each new item whether they are paused: what is in flight is finished first.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._paused_since = 0.0
        self._paused_before = 0.0
        self._cancelled = False
        self._reason = ""
        self._listeners: list[Callable[[], None]] = []

    @property
    def paused(self) -> bool:
        """Whether the run is paused."""
        return self._paused

    @property
    def cancelled(self) -> bool:
        """Whether the work is to stop."""
        return self._cancelled

    @property
    def reason(self) -> str:
        """Why the work was cancelled: a sentence, empty where a person asked for it."""
        return self._reason

    def paused_s(self) -> float:
        """For how many seconds the gate has been closed, all pauses together."""
        with self._changed:
            return self._paused_before + (time.monotonic() - self._paused_since if self._paused else 0.0)

    def pause(self) -> None:
        """Stop before the next item."""
        with self._changed:
            if not self._paused:
                self._paused, self._paused_since = True, time.monotonic()

    def resume(self) -> None:
        """Go on."""
        with self._changed:
            if self._paused:
                self._paused_before += time.monotonic() - self._paused_since
            self._paused = False
            self._changed.notify_all()

    def cancel(self, reason: str = "") -> None:
        """Stop everything, whoever is paused or asleep included; the first reason counts."""
        with self._changed:
            if self._cancelled:
                return
            self._cancelled, self._reason = True, reason
            listeners = tuple(self._listeners)
            self._changed.notify_all()
        for listener in listeners:
            listener()

    @contextmanager
    def when_cancelled(self, action: Callable[[], None]) -> Iterator[None]:
        """While inside, `action` is called once, from any thread, when the work is cancelled; at once if it is already.

        action: quick, and harmless when it comes late.
        """
        with self._changed:
            self._listeners.append(action)
            already = self._cancelled
        try:
            if already:
                action()
            yield
        finally:
            with self._changed:
                self._listeners.remove(action)

    def check(self) -> None:
        """Raises Cancelled when the work is cancelled."""
        if self._cancelled:
            raise Cancelled

    def wait_while_paused(self) -> None:
        """Wait while the run is paused.  Raises Cancelled."""
        with self._changed:
            self._changed.wait_for(lambda: not self._paused or self._cancelled)
        self.check()

    def sleep(self, seconds: float) -> None:
        """Do nothing for so long.  Raises Cancelled, also in the middle."""
        with self._changed:
            self._changed.wait_for(lambda: self._cancelled, seconds)
        self.check()
