"""The one thread that writes a run's database: a bounded queue in front of it, many records to a commit.

Records are gathered and committed 200 at a time, or 0.2 s after the first of them, whichever comes first: a commit
that survives a power cut costs 0.3 ms here and 30 ms on a laptop's disk.  Everything else that is asked of the
database is a call: it waits its turn behind the records put before it, which are committed first, and its asker waits
for the answer.
"""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from resnet_gui.engine.record import Record
from resnet_gui.errors import StoreError
from resnet_gui.results.store_errors import store_edge

COMMIT_EVERY = 200
"""Records to a commit, at most."""
COMMIT_AFTER_S = 0.2
"""How long a record waits for others before it is committed."""
_QUEUE = 1000

T = TypeVar("T")
_Call = tuple[Callable[[sqlite3.Connection], Any], Future[Any]]


class Writer:
    """Owns a connection from now on.

    save: writes records, in a transaction of its own making.  tidy: the last thing done with the connection.
    Both run in the writer's thread.

    All methods may be called from any thread.  Once a write has failed nothing is written any more: `put` and `call`
    raise the StoreError that stopped it, so that no row is counted that is not on the disk.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        save: Callable[[sqlite3.Connection, list[Record]], None],
        tidy: Callable[[sqlite3.Connection], None],
    ) -> None:
        self._connection = connection
        self._path = path
        self._save = save
        self._tidy = tidy
        self._queue: queue.Queue[Record | _Call | None] = queue.Queue(_QUEUE)
        self._failure: BaseException | None = None
        self._told = False
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._main, name="store", daemon=True)
        self._thread.start()

    def put(self, record: Record) -> None:
        """Queue a record; waits only while the queue is full.  Raises StoreError when writing has failed."""
        with self._lock:  # nothing can be queued behind the end
            self._check()
            self._queue.put(record)

    def call(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in the writer's thread, after the records put so far; its answer, or what it raised."""
        answer: Future[T] = Future()
        with self._lock:
            self._check()
            self._queue.put((work, answer))
        return answer.result()

    def close(self) -> None:
        """Commit what was put, tidy, end the thread, close the connection; more than once does no harm.

        Raises the StoreError of a failed write that nobody has been told of yet.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        self._raise_failure(again=False)

    def _check(self) -> None:
        self._raise_failure(again=True)
        if self._closed:
            raise StoreError(f"The run's database {self._path} has been closed.")

    def _raise_failure(self, *, again: bool) -> None:
        if self._failure is not None and (again or not self._told):
            self._told = True
            raise self._failure

    # ------------------------------------------------------------ the thread "store"

    def _main(self) -> None:
        try:
            self._serve()
            if self._failure is None:
                self._attempt(lambda: self._tidy(self._connection))
        finally:
            self._connection.close()

    def _serve(self) -> None:
        records: list[Record] = []
        due = 0.0
        while True:
            try:
                item = self._queue.get(timeout=max(0.0, due - time.monotonic()) if records else None)
            except queue.Empty:
                self._commit(records)
                continue
            if isinstance(item, Record):
                if not records:
                    due = time.monotonic() + COMMIT_AFTER_S
                records.append(item)
                if len(records) >= COMMIT_EVERY or time.monotonic() >= due:
                    self._commit(records)
                continue
            self._commit(records)
            if item is None:
                return
            self._answer(*item)

    def _commit(self, records: list[Record]) -> None:
        """Write the records and empty the list.  After a failure they are dropped: they were never counted."""
        if records and self._failure is None:
            self._attempt(lambda: self._save(self._connection, records))
        records.clear()

    def _attempt(self, work: Callable[[], None]) -> None:
        try:
            with store_edge(self._path):
                work()
        except BaseException as error:  # noqa: BLE001 - raised again in the threads that put, call and close
            self._failure = error

    def _answer(self, work: Callable[[sqlite3.Connection], Any], answer: Future[Any]) -> None:
        if self._failure is not None:
            self._told = True
            answer.set_exception(self._failure)
            return
        try:
            with store_edge(self._path):
                result = work(self._connection)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            answer.set_exception(error)
        else:
            answer.set_result(result)
