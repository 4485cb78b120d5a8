"""Who brought a file into the program: a Python package, a Debian package, Python itself."""

import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Gathered:
    """What PyInstaller gathered, as the spec wrote it down.

    files: place below `_internal` → where it came from.  modules: dotted name → the modules that import it.
    needs: place of a shared library → the names of libraries it asks for (Linux only).
    """

    files: Mapping[str, str]
    modules: Mapping[str, tuple[str, ...]]
    needs: Mapping[str, tuple[str, ...]]


def owners(distributions: Iterable[metadata.Distribution] | None = None) -> dict[str, str]:
    """Each installed file → the Python package it belongs to."""
    found = {}
    for distribution in metadata.distributions() if distributions is None else distributions:
        for file in distribution.files or ():
            found[str(Path(str(distribution.locate_file(file))).resolve())] = distribution.metadata["Name"]
    return found


def origin(source: str, owned: Mapping[str, str]) -> str:
    """A few words on where a file came from.  source: its path.  owned: from `owners`."""
    path = Path(source).resolve()
    if str(path) in owned:
        return f"the Python package {owned[str(path)]}"
    if path.is_relative_to(sys.base_prefix) or path.is_relative_to(sys.base_exec_prefix):
        return "Python itself"
    package = debian_package(path)
    return f"the Debian package {package}" if package else f"{path}"


def debian_package(path: Path) -> str:
    """The Debian package a file belongs to; "" where dpkg knows of none, or is not there."""
    for spelling in (path, Path("/usr") / path.relative_to("/"), Path("/") / path.as_posix().removeprefix("/usr/")):
        try:
            asked = subprocess.run(["dpkg", "--search", spelling], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            return ""
        if asked.returncode == 0:
            return asked.stdout.partition(":")[0]
    return ""
