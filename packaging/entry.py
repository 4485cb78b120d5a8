"""What the frozen program runs first.  Only in packages: a checkout and a wheel start at `resnet_gui.__main__`."""

import multiprocessing

multiprocessing.freeze_support()  # before anything else: a helper process of a library must not become a second window

import os  # noqa: E402
import sys  # noqa: E402
from collections.abc import Mapping  # noqa: E402
from pathlib import Path  # noqa: E402

from resnet_gui.__main__ import main  # noqa: E402

TWIN_ENDS = "-cli"
"""The command-line twin is the same program under a name that ends so."""


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


if __name__ == "__main__":
    if sys.platform.startswith("linux"):
        os.environ.update(coerced(os.environ))
    sys.argv[1:] = arguments(sys.argv[0], sys.argv[1:])
    sys.exit(main())
