"""What the frozen program runs first.  Only in packages: a checkout and a wheel start at `resnet_gui.__main__`."""

import multiprocessing

multiprocessing.freeze_support()  # before anything else: a helper process of a library must not become a second window

import os  # noqa: E402
import sys  # noqa: E402
from collections.abc import Mapping, MutableMapping  # noqa: E402
from pathlib import Path  # noqa: E402

from resnet_gui.__main__ import main  # noqa: E402

TWIN_ENDS = "-cli"
"""The command-line twin is the same program under a name that ends so."""
OURS_ALONE = ("LD_LIBRARY_PATH", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH")
"""Set by PyInstaller's start code and by its hook for Qt, whose libraries find their plugins without it."""


def arguments(name: str, given: list[str]) -> list[str]:
    """What the person meant; the twin, called with nothing, tells what it can do instead of opening a window.

    name: as the program was called (`sys.argv[0]`).
    """
    return given or (["--help"] if Path(name).stem.endswith(TWIN_ENDS) else given)


def coerced(environment: Mapping[str, str]) -> dict[str, str]:
    """What to add to an environment without a language: as Python does where it is not frozen (PEP 538).

    Qt wants UTF-8 and says so on stderr where the locale is "C", as in a service or a bare shell.
    """
    said = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or "C"
    return {"LC_CTYPE": "C.UTF-8"} if said in ("C", "POSIX") and not environment.get("LC_ALL") else {}


def cleaned(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without what PyInstaller puts there for this process alone, which has read it by now.

    A file manager that the window opens would otherwise load our libraries and Qt plugins instead of its own.
    """
    kept = {name: value for name, value in environment.items() if name not in OURS_ALONE}
    if "LD_LIBRARY_PATH_ORIG" in kept:
        kept["LD_LIBRARY_PATH"] = kept.pop("LD_LIBRARY_PATH_ORIG")
    return kept


def settle(environment: MutableMapping[str, str]) -> None:
    """Make the process's environment what it ought to be for itself and for those it starts."""
    wanted = cleaned(environment)
    if sys.platform.startswith("linux"):
        wanted |= coerced(wanted)
    for name in environment.keys() - wanted.keys():
        del environment[name]
    environment.update(wanted)


if __name__ == "__main__":
    settle(os.environ)
    sys.argv[1:] = arguments(sys.argv[0], sys.argv[1:])
    sys.exit(main())
