"""The archive of a built folder, the same bytes whoever makes it: sorted names, one owner, one time."""

import stat
import subprocess
import tarfile
from pathlib import Path

from contents import Entry, sha256_of

XZ = ("xz", "--format=xz", "--check=sha256", "--threads=2", "--block-size=256MiB", "--x86", "--lzma2=preset=6")
"""Always two threads: the bytes depend on whether xz works in threads, not on how many.  --x86 makes machine code
smaller.  preset=6 packs 389 MB into 125, far below what is promised."""


def archive_name(version: str, system: str, machine: str, flavour: str) -> str:
    """Without its ending: "resnet-gui-0.1.0-linux-x86_64-cpu"."""
    return f"resnet-gui-{version}-{system}-{machine}-{flavour}"


def write_tar_xz(folder: Path, entries: tuple[Entry, ...], target: Path, top: str, moment: int) -> None:
    """Write folder's entries below a folder `top`, each with the time `moment` (seconds since 1970).

    Raises subprocess.CalledProcessError where xz fails, FileNotFoundError where it is not installed.
    """
    aside = target.with_name(target.name + ".part")
    with aside.open("wb") as file:
        packer = subprocess.Popen([*XZ, "--stdout"], stdin=subprocess.PIPE, stdout=file)
        assert packer.stdin is not None
        with packer.stdin, tarfile.open(fileobj=packer.stdin, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for member in _folders(entries):
                tar.addfile(_row(f"{top}/{member}".rstrip("/"), tarfile.DIRTYPE, 0o755, moment))
            for entry in entries:
                _add(tar, folder, entry, top, moment)
        if packer.wait():
            raise subprocess.CalledProcessError(packer.returncode, packer.args)
    aside.replace(target)


def _folders(entries: tuple[Entry, ...]) -> list[str]:
    """All folders that the entries lie in, parents first; "" is the program's own."""
    found = {""}
    for entry in entries:
        parts = entry.place.split("/")[:-1]
        found |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    return sorted(found)


def _add(tar: tarfile.TarFile, folder: Path, entry: Entry, top: str, moment: int) -> None:
    path, name = folder / entry.place, f"{top}/{entry.place}"
    if entry.link:
        row = _row(name, tarfile.SYMTYPE, 0o777, moment)
        row.linkname = entry.link
        tar.addfile(row)
        return
    mode = 0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644
    row = _row(name, tarfile.REGTYPE, mode, moment)
    row.size = entry.size
    with path.open("rb") as file:
        tar.addfile(row, file)


def _row(name: str, kind: bytes, mode: int, moment: int) -> tarfile.TarInfo:
    """A member of the archive that tells nothing of the machine it was made on."""
    row = tarfile.TarInfo(name)
    row.type, row.mode, row.mtime = kind, mode, moment
    row.uname = row.gname = "root"
    return row


def write_sums(files: list[Path], target: Path) -> None:
    """SHA256SUMS beside the files, as `sha256sum --check` reads it."""
    _write_lines({file.name: sha256_of(file) for file in files}, target)


def add_sum(file: Path, target: Path) -> None:
    """One file more in SHA256SUMS; there need not be one yet."""
    rows = target.read_text(encoding="utf-8").splitlines() if target.exists() else []
    known = {name: digest for digest, _, name in (row.partition("  ") for row in rows)}
    _write_lines(known | {file.name: sha256_of(file)}, target)


def _write_lines(digests: dict[str, str], target: Path) -> None:
    lines = [f"{digest}  {name}\n" for name, digest in sorted(digests.items())]
    aside = target.with_name(target.name + ".part")
    aside.write_text("".join(lines), encoding="utf-8")
    aside.replace(target)
