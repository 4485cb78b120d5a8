"""Whether all of the program's own files are there and whole: icons, style, classes, catalogue, samples, network."""

import hashlib
import sys
from pathlib import Path
from xml.etree import ElementTree

from resnet_gui.assets import resources
from resnet_gui.cli.checks.check import require
from resnet_gui.cli.checks.shipped import SHIPPED
from resnet_gui.weights.published.catalogue import catalogue

_TEXT = (".csv", ".json", ".svg", ".toml", ".txt")
_NAMED = 4
"""So many files are named; of more it is said how many."""
NOTICES, LICENCES = "NOTICES.txt", "licenses/"
"""The page and the folder of licences in a package that we build; made by packaging/build.py."""
_AGAIN = "install resnet-gui again"


def assets() -> str:
    """How many files, compared by their hashes; that the catalogue, the class names and the drawings can be read."""
    from resnet_gui.weights.classes import imagenet_classes

    folder = resources()
    missing = [path for path in SHIPPED if not (folder / path).is_file()]
    require(not missing, f"{folder} lacks {_names(missing)}; {_AGAIN}.")
    changed = [path for path, digest in SHIPPED.items() if hash_of(folder / path) != digest]
    require(not changed, f"In {folder} other content than was shipped: {_names(changed)}; {_AGAIN}.")
    for drawing in (path for path in SHIPPED if path.endswith(".svg")):
        ElementTree.parse(folder / drawing)
    names = {one.name for one in imagenet_classes()}
    require(len(names) == 1000, f"{len(names)} different class names instead of 1000.")
    return f"{len(SHIPPED)} files in {folder}, {len(catalogue())} networks in the catalogue, {len(names)} class names"


def hash_of(file: Path) -> str:
    """SHA-256; of a text with LF for line ends, since a checkout on Windows may have others.  Raises OSError."""
    if file.suffix in _TEXT:
        return hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def is_package() -> bool:
    """Whether this is a program that we have built, with libraries of others inside."""
    return bool(getattr(sys, "frozen", False))


def licences() -> str:
    """The licences of all that is inside a package that we built: those that its page names, none of them empty."""
    inside = Path(getattr(sys, "_MEIPASS", ""))
    page = next((one / NOTICES for one in (inside.parent, inside) if (one / NOTICES).is_file()), None)
    require(page is not None, f"{inside.parent} has no {NOTICES}; {_AGAIN}.")
    assert page is not None
    lines = [line.strip() for line in page.read_text(encoding="utf-8").splitlines()]
    named = sorted({line for line in lines if line.startswith(LICENCES)})
    missing = [name for name in named if not (page.parent / name).is_file() or not (page.parent / name).stat().st_size]
    require(bool(named) and not missing, f"{page.parent} lacks {_names(missing) or 'all licences'}; {_AGAIN}.")
    return f"{len(named)} texts that {page} names"


def _names(paths: list[str]) -> str:
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return ", ".join(paths[:_NAMED]) + more
