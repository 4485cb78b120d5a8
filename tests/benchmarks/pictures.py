"""The folders and files that are measured on: hard links of photographs, enlarged ones, networks of random numbers.

They lie under the folder for temporary files.  What takes long to make stays there for the next time.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.process import ROOT, BenchmarkError, run_to_end

SHARED = ROOT.parent / "shared"
_KINDS = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
"""As ../shared/tools/peer_loops.py has them: all contestants must see the same files."""
_LARGE_VERSION = 1
_NETWORK_VERSION = 1
"""Counted up when other files are made, so that old ones are not taken for them."""


def cache() -> Path:
    """Where all files of the benchmarks lie."""
    folder = Path(tempfile.gettempdir()) / "resnet-gui-benchmarks"
    folder.mkdir(exist_ok=True)
    return folder


def photographs(folder: Path | None) -> list[Path]:
    """Pictures to measure on: those of the folder, else the photographs of ../shared.  Raises BenchmarkError."""
    if folder is None:
        if not (SHARED / "photos").is_dir():
            raise BenchmarkError(
                "There are no photographs, as ../shared is absent; name a folder of some: --folder DIR."
            )
        found = [path for name in ("extra", "val") for path in _pictures_below(SHARED / "photos" / name)]
    else:
        found = _pictures_below(folder)
    if not found:
        raise BenchmarkError(
            f"There are no pictures in {folder or SHARED / 'photos'}; choose another with --folder DIR."
        )
    return found


def _pictures_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _KINDS)


def linked(pictures: Sequence[Path], count: int, folder: Path) -> Path:
    """The folder, made anew with so many of the pictures; where there are fewer, they come again under other names."""
    folder.mkdir(parents=True)
    for number in range(count):
        original = pictures[number % len(pictures)]
        path = folder / f"{number:05d}{original.suffix.lower()}"
        again = folder / f"{number % len(pictures):05d}{original.suffix.lower()}"
        _link_or_copy(original if again == path else again, path)
    return folder


def _link_or_copy(original: Path, path: Path) -> None:
    """A copy where the file systems differ, or know no hard links."""
    try:
        os.link(original, path)
    except OSError:
        shutil.copyfile(original, path)


def read_once(folder: Path) -> None:
    """Bring a folder's files into the system's cache: discs are not what is measured."""
    for path in folder.iterdir():
        path.read_bytes()


def large_pictures(photos: Sequence[Path], count: int) -> list[Path]:
    """So many JPEGs of 12 megapixels; made the first time, at about a second each."""
    folder = cache() / f"large-{_LARGE_VERSION}"
    folder.mkdir(exist_ok=True)
    wanted = [folder / f"{number:03d}.jpg" for number in range(count)]
    if not all(path.exists() for path in wanted):
        _make("large", str(count), str(folder), *map(str, photos[:: max(1, len(photos) // count)]))
    return wanted


def random_network(depth: int) -> Path:
    """The file of a ResNet of this depth with random numbers; made the first time."""
    path = cache() / f"resnet{depth}-random-{_NETWORK_VERSION}.safetensors"
    if not path.exists():
        _make("network", str(depth), str(path))
    return path


def _make(*arguments: str) -> None:
    run_to_end([sys.executable, "-m", "tests.benchmarks.make_files", *arguments])
