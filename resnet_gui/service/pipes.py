"""Messages between window and engine: length-prefixed pickles over the child's standard input and output.

Both ends are the same program and the pipe is private to them, so pickle is safe here.
"""

import pickle
import struct
import threading
from typing import IO, Any

_LENGTH = struct.Struct("<I")


class MessageWriter:
    """Writes whole messages; thread-safe."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: Any) -> None:
        """Write one message at once.  Raises OSError or ValueError when the other side has gone."""
        data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        with self._lock:
            self._stream.write(_LENGTH.pack(len(data)) + data)
            self._stream.flush()

    def close(self) -> None:
        """Close the stream; the other side reads its end."""
        with self._lock:
            self._stream.close()


def read_message(stream: IO[bytes]) -> Any | None:
    """The next message; None at the end of the stream, also where it ends amid a message."""
    head = _read_exactly(stream, _LENGTH.size)
    if head is None:
        return None
    data = _read_exactly(stream, _LENGTH.unpack(head)[0])
    return None if data is None else pickle.loads(data)


def _read_exactly(stream: IO[bytes], count: int) -> bytes | None:
    parts = []
    while count:
        part = stream.read(count)
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
