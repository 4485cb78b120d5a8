"""Takes the builder's own folders out of the libraries' search paths.

A Python that was built by hand tells each of its libraries where to look for others: in a folder of that machine.  On
another one that folder may be anybody's, and what lies in it would be loaded.
"""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

_PATHS = re.compile(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]")


def search_paths(library: Path) -> list[str]:
    """Where an ELF file looks for the libraries it needs, before the system's folders.  Wants binutils' readelf."""
    dynamic = subprocess.run(["readelf", "--dynamic", "--wide", library], capture_output=True, text=True, check=True)
    return [path for row in _PATHS.findall(dynamic.stdout) for path in row.split(":")]


def kept_paths(paths: Iterable[str]) -> list[str]:
    """Those that are told from the library's own place ($ORIGIN); whole paths are the builder's."""
    return [path for path in paths if path.startswith(("$ORIGIN", "${ORIGIN}"))]


def forget_builder(files: Iterable[Path]) -> list[Path]:
    """Rewrite the search paths of those files that have whole paths; these files.

    Raises RuntimeError where there is one and patchelf is not installed.
    """
    changed = []
    for file in files:
        paths = search_paths(file)
        kept = kept_paths(paths)
        if kept == paths:
            continue
        change = ["--set-rpath", ":".join(kept)] if kept else ["--remove-rpath"]
        try:
            subprocess.run(["patchelf", *change, str(file)], check=True)
        except FileNotFoundError:
            raise RuntimeError(f"{file.name} looks for libraries in {paths[0]}; install patchelf.") from None
        changed.append(file)
    return changed
