"""Whether the Python that runs this can make the package that is promised: exit status 0 if so, else 1 and a sentence.

    python packaging/interpreter.py

A package carries its Python, and what that asks for of the building system: a distribution's own often asks for
libraries that are on no list here, or for a newer system than is promised.  What PyInstaller gathers besides is judged
after the build (`build.py`); here it is only found out in a second what would come to nothing after minutes.
"""

import sys
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path

import libc
import needed
from system_libraries import SYSTEM

LEFT_TO_THE_SYSTEM = ("libc.", "libm.", "libdl.", "libutil.", "libpthread.", "librt.", "libcrypt.", "ld-linux",
                      "libgcc_s.", "libstdc++.", "libpython")  # fmt: skip
NOT_GATHERED = ("readline", "_gdbm", "_dbm", "_tkinter", "_curses", "_curses_panel", "nis", "ossaudiodev", "_crypt")
"""Extension modules of Python that the program never imports."""


def why_not() -> str:
    """One sentence where this Python cannot make the package, else nothing.  Linux only: elsewhere always nothing."""
    if not sys.platform.startswith("linux"):
        return ""
    files = list(own_files())
    try:
        return judge({path.name: (needed.needed_names(path), libc.read_versions(path)) for path in files})
    except FileNotFoundError:
        return "Whether this Python can make the package is not known, as readelf (binutils) is not installed."


def judge(found: Mapping[str, tuple[Iterable[str], Mapping[str, libc.Version]]]) -> str:
    """As `why_not`.  found: for each file of Python the libraries it asks for, and the versions of the C library."""
    for name, (libraries, versions) in sorted(found.items()):
        for library in libraries:
            if library not in SYSTEM and not library.startswith(LEFT_TO_THE_SYSTEM):
                return _sentence(f"its {name} asks for {library}, which is on no list of known parts")
        if versions.get("GLIBC", ()) > libc.PROMISED:
            asked, promised = libc.dotted(versions["GLIBC"]), libc.dotted(libc.PROMISED)
            return _sentence(f"its {name} asks for GLIBC {asked}, but {promised} is promised")
    return ""


def own_files() -> Iterable[Path]:
    """The interpreter, its library where it has one, and the extension modules that may be gathered."""
    yield Path(sys.executable).resolve()
    folder, name = (sysconfig.get_config_var(word) for word in ("LIBDIR", "INSTSONAME"))
    if folder and name and ".so" in name and (Path(folder) / name).is_file():
        yield Path(folder) / name
    modules = Path(sysconfig.get_config_var("DESTSHARED") or sysconfig.get_path("platstdlib"))
    for path in sorted(modules.glob("*.so")):
        if path.name.partition(".")[0] not in NOT_GATHERED:
            yield path


def _sentence(because: str) -> str:
    return (
        f"Python {sys.version.split()[0]} ({sys.executable}) cannot make the promised package: {because}; one "
        "that was built for itself can, as pyenv's or that of the container python:3.11-bookworm."
    )


def main() -> int:
    """0: it can."""
    sentence = why_not()
    if sentence:
        print(sentence)
    return 1 if sentence else 0


if __name__ == "__main__":
    sys.exit(main())
