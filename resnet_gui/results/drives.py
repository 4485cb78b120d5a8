"""Whether a path lies on a network drive, where SQLite's write-ahead log does not work."""

import os
import sys
from pathlib import Path

_NETWORK_SYSTEMS = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "fuse.glusterfs",
        "fuse.sshfs",
        "gfs2",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "prl_fs",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
    }
)
"""File system types of Linux that several hosts may share (a write-ahead log needs memory shared by all its users)."""
_MOUNTS = Path("/proc/self/mountinfo")
_DRIVE_REMOTE = 4


def is_network_path(path: Path) -> bool:
    """True where the system says so; False where it cannot be told (macOS: SQLite's own test has to do there)."""
    if sys.platform == "win32":
        return _is_remote_on_windows(path)
    try:
        mounts = _MOUNTS.read_bytes()
    except OSError:
        return False
    return file_system_of(path, mounts) in _NETWORK_SYSTEMS


def file_system_of(path: Path, mounts: bytes) -> str:
    """The type of the file system that holds `path`, from the content of /proc/self/mountinfo (proc(5)); "" if none.

    The path need not exist.  Links in it are followed.  Later mounts hide earlier ones at the same place.
    """
    real = os.fsencode(path.resolve())
    best, best_length = b"", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(b" - ")
        fields, types = before.split(b" "), after.split(b" ")
        if len(fields) < 5 or not types[0]:
            continue
        point = _unescape(fields[4])
        inside = real == point or real.startswith(point.rstrip(b"/") + b"/")
        if inside and len(point) >= best_length:
            best, best_length = types[0], len(point)
    return best.decode("ascii", "replace")


def _unescape(point: bytes) -> bytes:
    """Mount points have space, tab, newline and backslash as three octal digits."""
    for code, byte in ((rb"\040", b" "), (rb"\011", b"\t"), (rb"\012", b"\n"), (rb"\134", b"\\")):
        point = point.replace(code, byte)
    return point


def _is_remote_on_windows(path: Path) -> bool:
    anchor = path.absolute().anchor
    if anchor.startswith("\\\\") and not anchor.startswith("\\\\?\\"):
        return True
    import ctypes

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - the name exists on Windows only
    drive: int = kernel.GetDriveTypeW(anchor)
    return drive == _DRIVE_REMOTE
