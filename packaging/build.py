"""Builds the program that people double-click, checks what came into it, and packs it.

    python packaging/build.py --flavour cpu [--out dist] [--no-archive] [--no-smoke]

Run it with the Python of an environment that holds the program's dependencies and PyInstaller: packaging/README.md has
the two lines.  Into OUT come the folder `resnet-gui`, the archive, the list of its files, and SHA256SUMS.  Exit status:
0 when everything is in order, 1 when something came in that does not belong there, or what was built does not work.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import archive
import components
import contents
import flavours
import gathered
import interpreter
import libc
import notices
import origins
import smoke
from refusal import BuildError
from search_paths import forget_builder

ROOT = Path(__file__).resolve().parents[1]
NAME = "resnet-gui"


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description="Build, check and pack the frozen program.")
    parser.add_argument("--flavour", choices=sorted(flavours.FLAVOURS), default=flavours.CPU.name)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the results go (dist)")
    parser.add_argument("--no-archive", action="store_true", help="the folder only")
    parser.add_argument("--no-smoke", action="store_true", help="do not start what was built")
    asked = parser.parse_args()
    try:
        build(flavours.FLAVOURS[asked.flavour], asked.out.resolve(), not asked.no_archive, not asked.no_smoke)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def build(flavour: flavours.Flavour, out: Path, packed: bool, smoked: bool) -> None:
    """From sources to files in `out`.  Raises BuildError, at once where this Python cannot make what is promised."""
    if sentence := interpreter.why_not():
        raise BuildError(sentence)
    out.mkdir(parents=True, exist_ok=True)
    moment = source_date()
    with tempfile.TemporaryDirectory() as work:
        freeze(flavour, out, Path(work), moment)
        found = gathered.read(Path(work))
    folder = out / NAME
    strip_python(folder)
    add_notices(folder, found)
    entries = contents.entries_of(folder)
    check(folder, entries, found, flavour)
    print(size_table(entries, flavour))
    name = archive.archive_name(version(), _system(), platform.machine().lower(), flavour.name)
    files = [write_list(entries, out / f"{name}.files.txt")]
    if smoked:
        for line in smoke.run(folder):
            print(line)
    if packed:
        files.append(pack(folder, entries, out / f"{name}.tar.xz", moment, flavour))
    archive.write_sums(files, out / "SHA256SUMS")


def freeze(flavour: flavours.Flavour, out: Path, work: Path, moment: int) -> None:
    """Run PyInstaller.  The same sources give the same files: hashes of strings and times are fixed."""
    environment = {
        **os.environ,
        flavours.VARIABLE: flavour.name,
        "PYTHONHASHSEED": "1",
        "SOURCE_DATE_EPOCH": str(moment),
    }
    spec = ROOT / "packaging" / f"{NAME}.spec"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(out), "--workpath", str(work), str(spec)]
    if subprocess.run(command, env=environment, check=False).returncode:
        raise BuildError("PyInstaller failed; what it said stands above.")


def strip_python(folder: Path) -> None:
    """Take out of Python's own libraries what a Python built here still has: debugging symbols (17 MB), and search
    paths into a folder of this machine, which on another one may be anybody's.

    The wheels' libraries stay as they are: auditwheel has moved their parts about, and strip breaks some of them.
    Raises BuildError where there are such paths and patchelf is not installed.
    """
    if not sys.platform.startswith("linux"):
        return
    inside = folder / "_internal"
    own = (*inside.glob("libpython3*.so*"), *inside.glob("python3.*/lib-dynload/*.so"))
    files = sorted(path for path in own if not path.is_symlink())
    if shutil.which("strip") is not None:
        for path in files:
            subprocess.run(["strip", "--strip-unneeded", path], check=True)
    try:
        forget_builder(files)
    except RuntimeError as error:
        raise BuildError(str(error)) from error


def add_notices(folder: Path, found: origins.Gathered) -> None:
    """Put `licenses/` and NOTICES.txt into the program's folder."""
    shutil.rmtree(folder / "licenses", ignore_errors=True)
    (folder / "licenses").mkdir()
    gathered_notices = notices.gather(ROOT, version(), found, folder / "licenses")
    (folder / "NOTICES.txt").write_text(notices.page(version(), gathered_notices), encoding="utf-8")


def check(
    folder: Path, entries: tuple[contents.Entry, ...], found: origins.Gathered, flavour: flavours.Flavour
) -> None:
    """Raise BuildError with a sentence for everything that is not as promised."""
    places = [entry.place for entry in entries if not entry.link]
    sentences = gathered.complaints(places, found, flavour.torch) + contents.stray_links(folder, entries)
    if sys.platform.startswith("linux"):
        asked = {place: libc.read_versions(folder / place) for place in places}
        sentences += libc.complaints(asked)
        for library in ("GLIBC", "GLIBCXX"):
            newest, files = libc.newest(asked, library)
            print(f"{library} {libc.dotted(newest)} is the newest asked for, by {len(files)} files, as {files[0]}")
    size = contents.size_of(entries)
    if flavour.most_disk is not None and size > flavour.most_disk:
        sentences.append(f"The folder takes {size / 1e6:.1f} MB; at most {flavour.most_disk / 1e6:.0f} are promised.")
    if sentences:
        raise BuildError("\n".join(sentences))


def size_table(entries: tuple[contents.Entry, ...], flavour: flavours.Flavour) -> str:
    """What takes the room: a row for each component, in MB of 1,000,000 bytes."""
    rows = components.sizes(entries, flavour.torch)
    width = max(map(len, rows))
    lines = [f"{name.ljust(width)}  {size / 1e6:8.1f} MB" for name, size in rows.items()]
    return "\n".join([*lines, f"{'all'.ljust(width)}  {sum(rows.values()) / 1e6:8.1f} MB, {len(entries)} files"])


def write_list(entries: tuple[contents.Entry, ...], target: Path) -> Path:
    """The list of files, to compare one build with another."""
    target.write_text(contents.list_text(entries), encoding="utf-8")
    return target


def pack(
    folder: Path, entries: tuple[contents.Entry, ...], target: Path, moment: int, flavour: flavours.Flavour
) -> Path:
    """The archive.  Raises BuildError where it is larger than promised."""
    archive.write_tar_xz(folder, entries, target, NAME, moment)
    size = target.stat().st_size
    print(f"{target.name}: {size / 1e6:.1f} MB")
    if flavour.most_packed is not None and size > flavour.most_packed:
        raise BuildError(
            f"{target.name} takes {size / 1e6:.1f} MB; at most {flavour.most_packed / 1e6:.0f} are promised."
        )
    return target


def version() -> str:
    """The program's own version."""
    import tomllib

    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def source_date() -> int:
    """SOURCE_DATE_EPOCH, or the time of the last commit, or of the first day of 2026; seconds since 1970."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return 1_767_225_600
    return int(told)


def _system() -> str:
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")


if __name__ == "__main__":
    sys.exit(main())
