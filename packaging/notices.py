"""The licences of everything inside, gathered into `licenses/` and told by one page, NOTICES.txt.

Each component must show where its licence is, or the build is refused: what nobody has a licence for is not given away.
"""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import metadata
from pathlib import Path

from components import COMPONENTS, Component
from origins import Gathered, debian_package, owners
from refusal import BuildError
from system_libraries import SYSTEM

TEXTS = Path(__file__).parent / "licenses"
"""Texts that packages' wheels refer to without carrying them."""
DEBIAN_TEXTS = Path("/usr/share/common-licenses")
_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|third.party|authors)", re.IGNORECASE)
_TEXT = (".txt", ".md", ".rst")
_COMMON = re.compile(r"/usr/share/common-licenses/([A-Za-z]+(?:-[0-9.]*[0-9])?)")

BUNDLED: dict[str, tuple[str, ...]] = {
    "python": ("python-third-party.txt",),  # expat, libmpdec, the Mersenne Twister and others want to be named
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt", "qt.txt", "qtbase-third-party.txt", "icu.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "pi-heif-decoder": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "h5py": ("libaec.txt",),
}
"""Python package, or Python itself → texts in `TEXTS` that belong to it beside its own.
LGPL-3 is a supplement to the text of GPL-3."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What one part of the program is under.

    part: its name and version.  licence: as its maker says it, in a word or two.  files: below `licenses/`.
    """

    part: str
    licence: str
    files: tuple[str, ...]


def python_notice(python: Path, target: Path) -> Notice:
    """Python's own licence, and those of what is inside it.  python: its standard library.

    Raises FileNotFoundError where there is none.
    """
    places = (python / "LICENSE.txt", python.parent / "LICENSE.txt", Path("/usr/share/doc/python3/copyright"))
    source = next((place for place in places if place.is_file()), None)
    if source is None:
        raise FileNotFoundError(f"Python's licence is not at {', '.join(map(str, places))}.")
    files = [_copy(source, target, "Python/LICENSE.txt")]
    files += [_copy(TEXTS / text, target, text) for text in BUNDLED["python"]]
    return Notice(f"Python {platform.python_version()}", "PSF-2.0", tuple(files))


def program_notice(root: Path, version: str, target: Path) -> Notice:
    """Our own, and that of the built-in network."""
    files = [_copy(root / "LICENSE", target, "resnet-gui/LICENSE.txt")]
    files += [
        _copy(path, target, f"resnet-gui/{path.name}")
        for path in sorted((root / "resources" / "networks").glob("*.LICENSE.txt"))
    ]
    return Notice(f"resnet-gui {version}, with its built-in network", "MIT", tuple(files))


def package_notice(name: str, target: Path) -> Notice:
    """The licences of an installed Python package.  Raises metadata.PackageNotFoundError where it is not installed."""
    distribution = metadata.distribution(name)
    files = []
    for file in distribution.files or ():
        inside = file.as_posix().partition(".dist-info/")[2]
        # Some wheels (cuSPARSELt) have their licence among the code; names of modules look like one too.
        among_code = not inside and file.suffix in _TEXT and _LICENCE_FILE.match(file.name)
        if among_code or (inside and _LICENCE_FILE.search(inside)):
            place = f"{name}/{(inside or file.as_posix()).removeprefix('licenses/')}"
            files.append(_copy(Path(str(distribution.locate_file(file))), target, place))
    files += [_copy(TEXTS / text, target, text) for text in BUNDLED.get(normal(name), ())]
    return Notice(f"{distribution.metadata['Name']} {distribution.version}", _said(distribution.metadata), tuple(files))


def _said(about: metadata.PackageMetadata) -> str:
    """The licence in a few words, from the fields that packages use for it."""
    for text in (*(about.get_all("License-Expression") or []), *(about.get_all("License") or [])):
        if text and "\n" not in text.strip() and len(text) < 80:
            return str(text).strip()
    classifiers = [row for row in about.get_all("Classifier") or [] if row.startswith("License ::")]
    return ", ".join(row.rpartition(" :: ")[2] for row in classifiers) or "see its files"


def debian_notice(package: str, licences: Iterable[str], target: Path) -> Notice:
    """What Debian says about a library of its system, with the texts it refers to.

    Raises FileNotFoundError where Debian's page is missing.
    """
    name = package.partition(":")[0]
    source = Path("/usr/share/doc") / name / "copyright"
    files = [_copy(source.resolve(strict=True), target, f"debian/{name}.txt")]
    text = source.read_text(encoding="utf-8", errors="replace")
    commons = [name for name in sorted(set(_COMMON.findall(text))) if (DEBIAN_TEXTS / name).is_file()]
    files += [_copy(DEBIAN_TEXTS / common, target, f"debian/common-licenses/{common}.txt") for common in commons]
    return Notice(f"{name} ({debian_source(name)})", ", ".join(sorted(set(licences))), tuple(files))


def debian_source(package: str) -> str:
    """Of which source a Debian package was made: "Debian's source glib2.0 2.74.6-2"; who wants the source needs both.

    Raises subprocess.CalledProcessError where the package is not installed.
    """
    asked = ["dpkg-query", "--show", "--showformat", "${source:Package} ${source:Version}\n", package]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return f"Debian's source {told.splitlines()[0]}"


def _copy(source: Path, target: Path, place: str) -> str:
    path = target / place
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)
    path.chmod(0o644)
    return place


def gather(root: Path, version: str, found: Gathered, target: Path) -> list[Notice]:
    """Copy every licence below `target`, sorted by part.  root: the sources.  Raises BuildError."""
    owned = owners()
    brought = {
        owned[path] for path in (str(Path(source).resolve()) for source in found.files.values()) if path in owned
    }
    brought |= {name for component in COMPONENTS if _is_there(component, found) for name in component.distributions}
    notices = [program_notice(root, version, target), python_notice(Path(os.__file__).parent, target)]
    notices += [package_notice(name, target) for name in sorted({normal(name) for name in brought})]
    notices += [debian_notice(name, licences, target) for name, licences in sorted(_system_packages(found).items())]
    sentences = missing(notices)
    if sentences:
        raise BuildError("\n".join(sentences))
    return notices


def _is_there(component: Component, found: Gathered) -> bool:
    """Whether anything of a component was gathered."""
    modules = {name.partition(".")[0] for name in found.modules}
    if any(fnmatchcase(module, pattern) for module in modules for pattern in component.modules):
        return True
    return any(fnmatchcase(place, pattern) for place in found.files for pattern in component.places)


def _system_packages(found: Gathered) -> dict[str, list[str]]:
    """Debian package → the licences of its libraries that are inside.  Raises BuildError for a library of nobody."""
    packages: dict[str, list[str]] = {}
    for place in sorted(SYSTEM.keys() & found.files.keys()):
        package = debian_package(Path(found.files[place]).resolve())
        if not package:
            raise BuildError(f"{found.files[place]} belongs to no Debian package, so its licence text cannot be found.")
        packages.setdefault(package, []).append(SYSTEM[place])
    return packages


def normal(name: str) -> str:
    """A Python package's name as PyPI compares it: "charset_normalizer" is "charset-normalizer"."""
    return re.sub(r"[-_.]+", "-", name).lower()


def missing(notices: Iterable[Notice]) -> list[str]:
    """A sentence for each part without a single text."""
    return [
        f"No licence was found for {notice.part}; add its text to packaging/licenses and a row to packaging/notices.py."
        for notice in notices
        if not notice.files
    ]


def page(version: str, notices: Iterable[Notice]) -> str:
    """NOTICES.txt: each part, its licence, its texts."""
    rows = [f"{notice.part}\n    {notice.licence}\n" + _files(notice.files) for notice in notices]
    return _HEAD.format(version=version) + "\n".join(rows)


def _files(files: Iterable[str]) -> str:
    return "".join(f"    licenses/{file}\n" for file in sorted(set(files)))


_HEAD = """\
resnet-gui {version}: what is inside, and under which licences
==============================================================

resnet-gui itself is under the MIT licence.  It comes with the work of others, listed below with their licences; the
texts lie in the folder "licenses" beside this page.

Libraries under the LGPL (Qt, PySide6, libheif, libde265, libquadmath, and those of the system marked so) are shared
libraries in files of their own, inside the folder "_internal", as their packages have them.  You may replace them with
your own builds: put a file of the same name in the place of ours.  Those under version 2.1 are so "or any later
version", and are passed on here under version 3.  Their sources, in the versions named below: Qt and PySide6 at
https://download.qt.io/, libheif and libde265 at https://github.com/strukturag/, libquadmath, a part of GCC, at
https://gcc.gnu.org/, the system's libraries at https://sources.debian.org/ and https://snapshot.debian.org/.

No part is under the GPL alone.  PyInstaller's start code is GPL with an exception that permits its use in any program;
the GCC runtime inside numpy's libraries is GPL with the exception for runtime libraries.

"""
