"""What lies in the built folder: every file with its size and hash, in an order that is the same on every machine."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a link of the program.

    place: its path inside the program's folder, with "/".  size: bytes.  sha256: of its bytes, "" for a link.
    link: what a link points to, "" for a file.
    """

    place: str
    size: int
    sha256: str
    link: str = ""


def sha256_of(path: Path) -> str:
    """The hash of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def entries_of(folder: Path) -> tuple[Entry, ...]:
    """All files and links below a folder, sorted by place.  A link to a folder counts as a link."""
    found = []
    for parent, folders, files in os.walk(folder):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        found += [_entry(folder, Path(parent, name)) for name in (*files, *links)]
    return tuple(sorted(found, key=lambda entry: entry.place))


def _entry(folder: Path, path: Path) -> Entry:
    place = path.relative_to(folder).as_posix()
    if path.is_symlink():
        return Entry(place, 0, "", path.readlink().as_posix())
    return Entry(place, path.stat().st_size, sha256_of(path))


def stray_links(folder: Path, entries: Iterable[Entry]) -> list[str]:
    """A sentence for each link that leads out of the folder, or to nothing: it would fail elsewhere."""
    sentences = []
    for entry in entries:
        target = folder / entry.place
        if entry.link.startswith("/") or not target.resolve().is_relative_to(folder.resolve()):
            sentences.append(f"{entry.place} leads out of the program's folder, to {entry.link}.")
        elif entry.link and not target.exists():
            sentences.append(f"{entry.place} leads to nothing: there is no {entry.link}.")
    return sentences


def size_of(entries: Iterable[Entry]) -> int:
    """Bytes of all files together."""
    return sum(entry.size for entry in entries)


def list_text(entries: Iterable[Entry]) -> str:
    """One line a file: hash (or "link"), size, place (and what a link points to)."""
    lines = []
    for entry in entries:
        tail = f" -> {entry.link}" if entry.link else ""
        lines.append(f"{entry.sha256 or 'link':64}  {entry.size:>11}  {entry.place}{tail}\n")
    return "".join(lines)


def differences(ours: Iterable[Entry], others: Iterable[Entry]) -> list[str]:
    """Places whose files differ between two builds, or that only one of them has; sorted."""
    one, other = ({(entry.place, entry.sha256, entry.link) for entry in entries} for entries in (ours, others))
    return sorted({place for place, _, _ in one ^ other})
