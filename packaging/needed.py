"""Which shared libraries a program needs once parts of it are left out: those that something inside still asks for.

PyInstaller gathers a plugin's libraries together with the plugin.  A plugin that is left out afterwards would leave its
libraries behind (GTK's theme alone: 25 of them).  ELF only: Windows' and macOS' plugins bring no such tail.
"""

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

_EXTENSION_MODULE = re.compile(r"\.(cpython-[^.]+|abi3)\.so$")
_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")


def needed_names(library: Path) -> tuple[str, ...]:
    """The libraries that one asks for, by the names it asks for; none for a file that is no ELF library.

    Raises FileNotFoundError where readelf (binutils) is not installed.
    """
    with library.open("rb") as file:
        if file.read(4) != b"\x7fELF":
            return ()
    dynamic = subprocess.run(["readelf", "--dynamic", "--wide", library], capture_output=True, text=True, check=True)
    return tuple(_NEEDED.findall(dynamic.stdout))


def is_asked_for_only(destination: str) -> bool:
    """Whether a file is there for others' sake only: a plain library, no plugin and no extension module.

    destination: its place inside the program, with "/".
    """
    path = PurePosixPath(destination)
    if ".so" not in path.name or _EXTENSION_MODULE.search(path.name) or path.name.startswith("libpython"):
        return False  # libpython is opened by the executable, by name
    folder = str(path.parent)
    return folder in (".", "PySide6/Qt/lib") or folder.endswith(".libs")


def reachable(needs: Mapping[str, Iterable[str]]) -> set[str]:
    """The files that are wanted for themselves, and all that these ask for, directly or through others.

    needs: for each file, by its place inside the program, the names it asks for.  A name that no file has is the
    system's business.
    """
    places: dict[str, list[str]] = {}
    for place in needs:
        places.setdefault(PurePosixPath(place).name, []).append(place)
    found: set[str] = set()
    waiting = [place for place in needs if not is_asked_for_only(place)]
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += [other for name in needs[place] for other in places.get(name, ())]
    return found


def askers(name: str, needs: Mapping[str, Iterable[str]]) -> list[str]:
    """The files that ask for a library by this name, sorted."""
    return sorted(place for place, names in needs.items() if name in names)
