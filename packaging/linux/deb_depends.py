"""Which Debian packages a frozen folder needs: asked of dpkg-shlibdeps, with what it cannot see added.

dpkg-shlibdeps reads which libraries the files were linked with and finds the packages that hold those which are not in
the folder.  What is loaded by name while the program runs stands in LOADED.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

LOADED = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
"""Libraries of Qt's X11 plugin (README: what the window needs on bare Linux), and the packages that hold them."""
_ELF = b"\x7fELF"


def is_elf(path: Path) -> bool:
    """Whether a file is a program or a shared library."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == _ELF


def depends_on(program: Path) -> list[str]:
    """The entries of Depends, sorted.  program: the frozen folder.  Raises RuntimeError with dpkg's words."""
    files = [path for path in sorted(program.rglob("*")) if not path.is_symlink() and is_elf(path)]
    inside = {path.name for path in program.rglob("*")}
    found = set(_asked(files)) if files else set()
    named = {entry.split()[0] for entry in found}
    found |= {package for library, package in LOADED.items() if library not in inside and package not in named}
    return sorted(found)


def _asked(files: Sequence[Path]) -> list[str]:
    """What dpkg-shlibdeps says.  Folders of the files themselves count as private: what lies there is brought along."""
    folders = sorted({str(path.parent) for path in files})
    with tempfile.TemporaryDirectory(prefix="resnet-gui-shlibdeps-") as work:
        control = Path(work) / "debian" / "control"
        control.parent.mkdir()
        control.write_text("Source: resnet-gui\n\nPackage: resnet-gui\nArchitecture: any\n", encoding="utf-8")
        done = subprocess.run(
            [
                "dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0",
                *(f"-l{folder}" for folder in folders), *(f"-e{path}" for path in files),
            ],
            cwd=work, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"dpkg-shlibdeps: {done.stderr.strip()}")
    line = next((line for line in done.stdout.splitlines() if line.startswith("shlibs:Depends=")), "shlibs:Depends=")
    return [entry.strip() for entry in line.partition("=")[2].split(",") if entry.strip()]
