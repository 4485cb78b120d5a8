"""What each decoder is working on, noted in a small file beside the database, so that a crash can be told of.

NAME.inflight: one slot of eight bytes a decoder, little-endian: the job's number, or 0.  A decoder that takes the
process down leaves its job's number behind.  Nothing is forced to the disk: the pages survive the end of a process,
and after a power cut nobody is to blame.
"""

import os
import struct
import threading
from pathlib import Path
from types import TracebackType

from resnet_gui.results.store_errors import store_edge

_SLOT = struct.Struct("<q")


def notes_path(store: Path) -> Path:
    """Where the notes of the database `store` are."""
    return store.with_name(store.name + ".inflight")


class InFlight:
    """The notes of one run of the program.  Opening reads what the last one left; closing removes the file.

    slots: how many decoders may note something.  `note` and `clear` are thread-safe and cost microseconds; after
    `close` they do nothing, because a decoder that hung and was given up may still come back.
    Raises StoreError when the file cannot be opened or written.
    """

    def __init__(self, store: Path, slots: int) -> None:
        self._path = notes_path(store)
        self._slots = slots
        self._lock = threading.Lock()
        with store_edge(self._path):
            self._left_over = _read(self._path)
            self._file: int | None = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
            try:
                missing = slots * _SLOT.size - os.fstat(self._file).st_size
                if missing > 0:
                    os.lseek(self._file, 0, os.SEEK_END)
                    os.write(self._file, bytes(missing))
            except OSError:
                os.close(self._file)
                raise

    def note(self, slot: int, job_id: int) -> None:
        """The decoder of this slot (from 0) now begins with this job (from 1)."""
        self._write(slot, job_id)

    def clear(self, slot: int) -> None:
        """The decoder of this slot has come through."""
        self._write(slot, 0)

    def read_left_over(self) -> list[int]:
        """Numbers of the jobs being decoded when the last process died, ascending; then forgets them.

        To be called before the first `note`.
        """
        with self._lock, store_edge(self._path):
            left, self._left_over = self._left_over, []
            if left and self._file is not None:
                os.lseek(self._file, 0, os.SEEK_SET)
                os.write(self._file, bytes(os.fstat(self._file).st_size))
        return left

    def close(self) -> None:
        """Remove the file: this process has lived to say so."""
        with self._lock:
            if self._file is None:
                return
            os.close(self._file)
            self._file = None
        with store_edge(self._path):
            self._path.unlink(missing_ok=True)

    def __enter__(self) -> "InFlight":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, slot: int, job_id: int) -> None:
        if not 0 <= slot < self._slots:
            raise IndexError(f"slot {slot} of {self._slots}")
        with self._lock, store_edge(self._path):
            if self._file is not None:
                os.lseek(self._file, slot * _SLOT.size, os.SEEK_SET)
                os.write(self._file, _SLOT.pack(job_id))


def _read(path: Path) -> list[int]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    whole = len(data) - len(data) % _SLOT.size
    return sorted({job for (job,) in _SLOT.iter_unpack(data[:whole]) if job > 0})
