"""The oldest system a build runs on: the newest version of the C library that any file inside asks for (ELF only)."""

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

PROMISED = (2, 35)
"""glibc of the oldest system we promise: Ubuntu 22.04 (Debian 12 has 2.36).  Qt's own libraries ask for 2.34."""
PROMISED_CXX = (3, 4, 29)
"""The symbols of libstdc++ that GCC 11 brought: what such a system has, whose own library the program uses."""
_ASKED = re.compile(r"Name: (GLIBC|GLIBCXX)_([0-9.]+)")

Version = tuple[int, ...]


def asked_versions(listing: str) -> dict[str, Version]:
    """The highest version of each library in readelf's listing: {"GLIBC": (2, 17), "GLIBCXX": (3, 4, 21)}."""
    highest: dict[str, Version] = {}
    for name, number in _ASKED.findall(listing):
        version = tuple(map(int, number.split(".")))
        highest[name] = max(version, highest.get(name, version))
    return highest


def read_versions(library: Path) -> dict[str, Version]:
    """What one file asks for; nothing for a file that is no ELF.  Raises FileNotFoundError without readelf."""
    with library.open("rb") as file:
        if file.read(4) != b"\x7fELF":
            return {}
    listing = subprocess.run(
        ["readelf", "--version-info", "--wide", library], capture_output=True, text=True, check=True
    ).stdout
    return asked_versions(_needs_only(listing))


def _needs_only(listing: str) -> str:
    """The part of the listing on what is asked for; libraries that define versions list those as well."""
    return listing.partition("Version needs section")[2]


def newest(asked: Mapping[str, Mapping[str, Version]], library: str) -> tuple[Version, list[str]]:
    """The newest version that is asked for, and the files that ask for it, sorted.  ((), []) if none does.

    asked: for each place, what `read_versions` found.
    """
    version = max((found[library] for found in asked.values() if library in found), default=())
    return version, sorted(place for place, found in asked.items() if version and found.get(library) == version)


def complaints(asked: Mapping[str, Mapping[str, Version]]) -> list[str]:
    """A sentence for each file that would not load on the oldest system promised."""
    found = []
    for library, promised in (("GLIBC", PROMISED), ("GLIBCXX", PROMISED_CXX)):
        for place, versions in sorted(asked.items()):
            if versions.get(library, ()) > promised:
                found.append(
                    f"{place} asks for {library} {dotted(versions[library])}, but {dotted(promised)} is promised; "
                    "build on an older system, or take this file out."
                )
    return found


def dotted(version: Iterable[int]) -> str:
    """(2, 34) as "2.34"."""
    return ".".join(map(str, version))
