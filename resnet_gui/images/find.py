"""Finding the picture files that files and folders name: a generator, one folder in memory at a time.

The rules, in one place:
- A path given by itself is always listed, whatever its name, and even if it does not exist (size −1): the record of
  that file then says what is wrong.
- Of a folder, files with the extension of a picture format (any case) are listed; files without an extension are
  opened for a look at their first bytes; all others are counted as ignored.
- Hidden files and folders (a leading dot, macOS' "._" side files among them) are ignored and counted as well.
- Links to files are listed like files.  Links to folders are followed only when asked; then no folder is read twice,
  so loops end.
- A folder that cannot be read is noted in `ScanCounts.denied`.
- Names are what `os.scandir` gives: undecodable bytes are surrogates, nothing is normalised.
"""

import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from resnet_gui.images.sniff import HEAD, PICTURE_EXTENSIONS, detect_format

GONE = -1
"""`FoundFile.size` of a file that could not be looked at: it does not exist, or its folder is closed."""
_LONGEST_EXTENSION = 6
_LATEST_NS = 2**63 - 1
"""The year 2262, and as far before 1970: what a signed number of 64 bits holds.  File systems know later years too."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to classify.

    path: absolute.
    shown: what tables show: relative to the folder given, with "/" between, or a single file's path as it was given;
        with several folders, the folder's own name comes first (the whole path as given where two have one name).
    size: in bytes, or GONE.
    mtime_ns: time of the last change, in nanoseconds since 1970.
    """

    path: str
    shown: str
    size: int
    mtime_ns: int


@dataclass(slots=True)
class ScanCounts:
    """What a scan did not list; it grows while the scan goes on.

    ignored: how many files of no picture format and hidden entries there were.
    denied: paths of folders that could not be read.
    """

    ignored: int = 0
    denied: list[str] = field(default_factory=list)


class Count(NamedTuple):
    """How much a drop holds.

    files: picture files, by their extension.
    folders: folders they lie in.
    complete: whether there was time to count all.
    """

    files: int
    folders: int
    complete: bool


@dataclass(frozen=True, slots=True)
class _Rules:
    """The options of one scan.

    recursive: whether folders within folders are read.
    follow_links: whether links to folders are.
    given: absolute paths that were named by themselves, which no folder lists again.
    cancelled: asked before each entry; True ends the scan.
    """

    recursive: bool
    follow_links: bool
    given: frozenset[str]
    cancelled: Callable[[], bool]


def find(
    paths: Sequence[str],
    *,
    recursive: bool = True,
    follow_links: bool = False,
    counts: ScanCounts,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[FoundFile]:
    """The picture files under `paths`, in the order given; within a folder sorted by name, files before folders.

    Memory is that of the fullest folder.  Ends early once `cancelled` returns True.
    Raises nothing: what cannot be read is in `counts`, or fails when it is decoded.
    """
    as_given: dict[str, str] = {}
    for path in paths:
        as_given.setdefault(os.path.abspath(path), path)  # noqa: PTH100  (Path.resolve would follow links)
    folders = [path for path in as_given if _is_folder_path(path)]
    prefixes = _prefixes(folders, as_given)
    rules = _Rules(recursive, follow_links, frozenset(as_given), cancelled)
    for path in as_given:
        if cancelled():
            return
        if path in prefixes:
            yield from _walk(path, prefixes[path], rules, counts)
        else:
            yield _found(path, as_given[path])


def count(paths: Sequence[str], limit_s: float) -> Count:
    """How much a drop holds, for a sentence while it hovers; gives up after `limit_s` seconds.

    Counts by extension alone, follows no links, opens no file.  Nested folders are counted too.
    """
    end = time.monotonic() + limit_s
    folders = [path for path in paths if _is_folder_path(path)]
    files = len(paths) - len(folders)
    seen = 0
    while folders:
        if time.monotonic() > end:
            return Count(files, seen + len(folders), False)
        seen += 1
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif _extension(entry.name) in PICTURE_EXTENSIONS:
                        files += 1
        except OSError:
            continue  # a closed folder holds nothing that could be classified
    return Count(files, seen, True)


def _prefixes(folders: Sequence[str], as_given: dict[str, str]) -> dict[str, str]:
    """For each folder, what stands before the relative path in `shown`."""
    if len(folders) == 1:
        return {folders[0]: ""}
    names = [os.path.basename(folder) for folder in folders]
    return {
        folder: (name if name and names.count(name) == 1 else as_given[folder].replace(os.sep, "/").rstrip("/")) + "/"
        for folder, name in zip(folders, names, strict=True)
    }


def _walk(top: str, prefix: str, rules: _Rules, counts: ScanCounts) -> Iterator[FoundFile]:
    """Depth first, with a stack of our own: folders may be nested deeper than Python's calls may be."""
    waiting = [(top, prefix)]
    entered: set[tuple[int, int]] = set()
    while waiting and not rules.cancelled():
        folder, shown = waiting.pop()
        if rules.follow_links and not _first_visit(folder, entered):
            continue
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError:
            counts.denied.append(folder)
            continue
        inner = []
        for entry in entries:
            if rules.cancelled():
                return
            if entry.path in rules.given:
                continue
            if entry.name.startswith("."):
                counts.ignored += 1
            elif _is_folder(entry):
                if rules.recursive and (rules.follow_links or not _is_folder_link(entry)):
                    inner.append((entry.path, f"{shown}{entry.name}/"))
            elif _is_picture(entry):
                yield _found(entry.path, shown + entry.name)
            else:
                counts.ignored += 1
        waiting.extend(reversed(inner))


def _first_visit(folder: str, entered: set[tuple[int, int]]) -> bool:
    """Whether this folder, by whatever path, is entered for the first time; a vanished one counts as new."""
    try:
        status = Path(folder).stat()
    except OSError:
        return True
    identity = (status.st_dev, status.st_ino)
    known = identity in entered
    entered.add(identity)
    return not known


def _is_folder_path(path: str) -> bool:
    """False also where that is not known: `os.path.isdir` raises nothing, `Path.is_dir` may."""
    return os.path.isdir(path)  # noqa: PTH112


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_folder_link(entry: os.DirEntry[str]) -> bool:
    """Symbolic links, and on Windows junctions as well (known from Python 3.12 on)."""
    is_junction = getattr(entry, "is_junction", None)
    return entry.is_symlink() or (is_junction is not None and is_junction())


def _is_picture(entry: os.DirEntry[str]) -> bool:
    """By its extension, or, where it has none, by its first bytes."""
    try:
        if not entry.is_file() and not entry.is_symlink():
            return False  # a pipe, a socket, a device
    except OSError:
        return True  # listed, so that its record can say what is wrong
    extension = _extension(entry.name)
    if extension:
        return extension in PICTURE_EXTENSIONS
    try:
        with open(entry.path, "rb", buffering=0) as file:
            return detect_format(file.read(HEAD)) is not None
    except PermissionError:
        return True  # may be a picture: listed, and denied when it is decoded
    except OSError:
        return False


def _extension(name: str) -> str:
    """Lower case, without the dot; empty where what follows the last dot is no extension ("Mr. Smith's cat")."""
    stem, _, extension = name.rpartition(".")
    return extension.lower() if stem and extension.isalnum() and len(extension) <= _LONGEST_EXTENSION else ""


def _found(path: str, shown: str) -> FoundFile:
    shown = shown.replace(os.sep, "/")
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return FoundFile(path, shown, GONE, 0)
    size = status.st_size if stat.S_ISREG(status.st_mode) else 0
    return FoundFile(path, shown, size, min(max(status.st_mtime_ns, -_LATEST_NS), _LATEST_NS))
