"""Which Debian packages a frozen folder needs: asked of dpkg-shlibdeps, with what it cannot see added.

dpkg-shlibdeps reads which libraries the files were linked with, and finds the packages (and how new they must be) that
hold those which are not in the folder.  It knows only what is installed where it runs; the rest stands in tables.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # packaging/ is no package: "packaging" is PyPI's

from needed import needed_names

WINDOW = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""Libraries that the window wants, whether or not the build has put them inside, and the packages that hold them."""
OPTIONAL = {"libOpenCL.so.1": "ocl-icd-libopencl1"}
"""Libraries without which only a part is missing: OpenVINO on Intel's graphics.  They become Recommends."""
_ELF = b"\x7fELF"


@dataclass(frozen=True, slots=True)
class Needs:
    """Entries of Depends and of Recommends, sorted."""

    depends: tuple[str, ...]
    recommends: tuple[str, ...]


def is_elf(path: Path) -> bool:
    """Whether a file is a program or a shared library."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == _ELF


def needs_of(program: Path, stage: Path) -> Needs:
    """What has to be installed beside the frozen folder `program`, which lies below `stage`, the package's tree.

    Raises RuntimeError for a library that nothing holds, and with dpkg's words where dpkg-shlibdeps fails.
    """
    inside = {path.name for path in program.rglob("*")}
    files = [path for path in sorted(program.rglob("*")) if not path.is_symlink() and is_elf(path)]
    outside = {path: {name for name in needed_names(path) if name not in inside} for path in files}
    installed = installed_libraries()
    unseen = tables_needed(outside, installed)
    wanted = {name for names in outside.values() for name in names}
    holders = {package_of(installed[name]) for name in wanted - unseen}
    asked = [path for path, names in outside.items() if names and not names & unseen]
    # dpkg-shlibdeps also names the packages of libraries that are inside, where the system has them as well.
    found = {entry for entry in (_asked(asked, stage) if asked else ()) if entry.split()[0] in holders}
    named = {entry.split()[0] for entry in found}
    found |= {package for name, package in WINDOW.items() if name not in inside and package not in named}
    return Needs(tuple(sorted(found)), tuple(sorted(OPTIONAL[name] for name in wanted & OPTIONAL.keys())))


def tables_needed(outside: Mapping[Path, Iterable[str]], installed: Iterable[str]) -> set[str]:
    """Names that dpkg-shlibdeps cannot be asked for: optional ones, and those that are not installed here.

    Raises RuntimeError for one that is neither installed nor in a table.
    """
    known = set(installed)
    unseen: set[str] = set()
    for path, names in outside.items():
        for name in names:
            if name in known and name not in OPTIONAL:
                continue
            if name not in WINDOW and name not in OPTIONAL:
                raise RuntimeError(
                    f"{path.name} needs {name}, which is neither in the folder nor installed here; install its "
                    "package, so that its name can be found."
                )
            unseen.add(name)
    return unseen


def installed_libraries() -> dict[str, Path]:
    """The libraries that this system finds: name → file."""
    told = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in told.splitlines() if " => " in line)
    return {row[0]: Path(row[-1]) for row in reversed(list(rows))}  # the first of a name is the one that is loaded


def package_of(library: Path) -> str:
    """The Debian package that holds a library.  Raises RuntimeError where none does.

    dpkg knows a file by the path its package gave it: below /lib or below /usr/lib, which are the same folder.
    """
    resolved = library.resolve()
    for path in (library, resolved, Path(str(resolved).removeprefix("/usr"))):
        done = subprocess.run(["dpkg", "-S", str(path)], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.partition(":")[0]
    raise RuntimeError(f"{library} belongs to no Debian package, so nobody can be told to install it.")


def _asked(files: list[Path], stage: Path) -> list[str]:
    """What dpkg-shlibdeps says.  Folders of the files count as private: what lies there is brought along."""
    folders = sorted({str(path.parent) for path in stage.rglob("*") if ".so" in path.name})
    with tempfile.TemporaryDirectory(prefix="resnet-gui-shlibdeps-") as work:
        control = Path(work) / "debian" / "control"
        control.parent.mkdir()
        control.write_text("Source: resnet-gui\n\nPackage: resnet-gui\nArchitecture: any\n", encoding="utf-8")
        (stage / "DEBIAN").mkdir(exist_ok=True)  # by which dpkg-shlibdeps knows the tree's root
        done = subprocess.run(
            [
                "dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0",
                *(f"-l{folder}" for folder in folders), *(f"-e{path}" for path in files),
            ],
            cwd=work, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if "error:" in line]
        raise RuntimeError("\n".join(errors))
    line = next((line for line in done.stdout.splitlines() if line.startswith("shlibs:Depends=")), "shlibs:Depends=")
    return [entry.strip() for entry in line.partition("=")[2].split(",") if entry.strip()]
