"""An unfinished download on disk: NAME.part, beside it what is needed to go on with it, and its hashes so far."""

import errno
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from resnet_gui.errors import DownloadError
from resnet_gui.weights.published.installed import Digests, pieces
from resnet_gui.weights.published.transfer import ProgressMeter, Report, Stop, TransferPhase


class PartFile:
    """The file of an unfinished download.

    One program at a time appends to it; whatever ends the program, what was written stays usable.

    path: of the unfinished file; its note lies beside it.
    size: bytes there; all of them are in the hashes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._note = path.with_name(f"{path.name}.json")
        # Unbuffered: what was counted and hashed is what the system has taken.
        self._file = path.open("ab", buffering=0)
        self._forget_hashes()

    @property
    def folder(self) -> Path:
        """The folder it is in."""
        return self._path.parent

    def resume(self, total: int, report: Report, stop: Stop) -> None:
        """Hash what an earlier download left.  Raises StoppedError, OSError."""
        self._forget_hashes()
        if self._path.stat().st_size:
            meter = ProgressMeter(report, TransferPhase.CHECKING, 0, total)
            with self._path.open("rb") as file:
                for piece in pieces(file, meter, stop, f"The check of '{self._path}' was stopped."):
                    self._hash(piece)

    def continuation(self, url: str, *, hash_decides: bool) -> dict[str, str]:
        """Request headers that ask for the rest, unless the file has changed; empty where it must begin anew.

        hash_decides: the whole is compared with a known hash, so it may go on even where the server gave nothing to
        tell a changed file by.
        """
        if not self.size:
            return {}
        note = self._read_note()
        if note.get("url") != url:
            return {}
        validator = note.get("etag") or note.get("last_modified")
        if not validator and not hash_decides:
            return {}
        return {"Range": f"bytes={self.size}-"} | ({"If-Range": validator} if validator else {})

    def begin(self, url: str, headers: Mapping[str, str]) -> None:
        """Empty the part and note where its bytes will come from.  headers: of the answer, names in small letters."""
        self._file.truncate(0)
        self._forget_hashes()
        etag = headers.get("etag", "")
        note = {
            "url": url,
            "etag": "" if etag.startswith("W/") else etag,  # a weak one does not promise the same bytes
            "last_modified": headers.get("last-modified", ""),
        }
        self._note.write_text(json.dumps(note), encoding="utf-8")

    def append(self, piece: bytes) -> None:
        """Raises DownloadError where the disk is full, OSError."""
        view = memoryview(piece)
        try:
            while view:
                view = view[self._file.write(view) or 0 :]
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise DownloadError(
                    f"The disk is full: '{self._path}' could not be written on. Make room and download again; it goes "
                    "on from where it stopped."
                ) from error
            raise
        self._hash(piece)

    def digests(self) -> Digests:
        """Of everything there."""
        return Digests(self._sha256.hexdigest(), self._md5.hexdigest(), self.size)

    def finish(self, target: Path) -> None:
        """On the disk, then under its own name.  Raises OSError."""
        os.fsync(self._file.fileno())
        self._file.close()
        self._path.replace(target)
        self._note.unlink(missing_ok=True)

    def discard(self) -> None:
        """Keep nothing."""
        self._file.close()
        self._path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def close(self) -> None:
        """Keep everything for another time; an empty part is nothing."""
        if not self._file.closed:
            empty = os.fstat(self._file.fileno()).st_size == 0
            self._file.close()
            if empty:
                self.discard()

    def _read_note(self) -> dict[str, str]:
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def _forget_hashes(self) -> None:
        self.size = 0
        self._sha256, self._md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)

    def _hash(self, piece: bytes) -> None:
        self._sha256.update(piece)
        self._md5.update(piece)
        self.size += len(piece)
