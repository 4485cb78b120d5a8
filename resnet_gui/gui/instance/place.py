"""Where two starts of the program meet: one lock file and one address for each user, data folder and screen."""

import os
import stat
import sys
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from resnet_gui.folders import Folders, folders

_ADDRESS_LARGEST = 103
"""Bytes of a socket's path: 108 with the NUL on Linux, 104 on macOS."""
_SCREENLESS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")
"""Platforms of Qt that show nothing on the desktop: a window there is not the one a person means."""


@dataclass(frozen=True, slots=True)
class Place:
    """lock: held by the open window for as long as it is open.  address: its socket's path, or its pipe's name.

    own: the folder of both, where it is one that only this program uses and that goes when it is empty.
    """

    lock: Path
    address: str
    own: Path | None = None


def find_place(
    known: Folders | None = None, environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Place:
    """The place of this user, data folder and screen.  Raises OSError where there is no safe one."""
    known = known or folders()
    key = _key(known, environment, platform)
    if platform == "win32":
        # The pipe's name is seen by all users of the machine, so the user's is part of the key; others may not open it.
        return Place(known.cache / f"window-{key}.lock", f"resnet-gui-{key}")
    folder, own = _runtime_folder(environment)
    return Place(folder / f"resnet-gui-{key}.lock", str(folder / f"resnet-gui-{key}.sock"), own)


def _key(known: Folders, environment: Mapping[str, str], platform: str) -> str:
    """Sixteen hexadecimal digits: a path of any length fits.

    Check sums, as nothing secret hangs on them, and a cryptographic hash costs a start 2.5 ms for loading OpenSSL.
    """
    user = environment.get("USERNAME", "") if platform == "win32" else str(os.geteuid())
    parts = (user, _screen(environment, platform), os.path.realpath(known.data))
    named = b"\0".join(os.fsencode(part) for part in parts)
    return f"{zlib.crc32(named):08x}{zlib.adler32(named):08x}"


def _screen(environment: Mapping[str, str], platform: str) -> str:
    """A window on another screen (ssh -X, a second session) is not the one that a person means."""
    wanted = environment.get("QT_QPA_PLATFORM", "").partition(";")[0].partition(":")[0]
    if wanted in _SCREENLESS:
        return wanted
    if platform in ("win32", "darwin"):
        return ""
    host, colon, number = environment.get("DISPLAY", "").rpartition(":")
    return environment.get("WAYLAND_DISPLAY") or f"{host}{colon}{number.partition('.')[0]}"


def _runtime_folder(environment: Mapping[str, str]) -> tuple[Path, Path | None]:
    """The session's own folder, or one of ours in the folder for temporary files; never the data folder, which may lie
    on a drive of another computer, or deeper than a socket's path can be long."""
    given = environment.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(given) and _fits(Path(given)) and _is_private(Path(given)):  # noqa: PTH117
        return Path(given), None
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):
        own = parent / f"resnet-gui-uid{os.geteuid()}"
        if _fits(own):
            own.mkdir(mode=0o700, exist_ok=True)
            if _is_private(own):
                return own, own
    raise PermissionError(f"no folder for temporary files that is only for this user ({tempfile.gettempdir()})")


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / f"resnet-gui-{'0' * 16}.sock")) <= _ADDRESS_LARGEST


def _is_private(folder: Path) -> bool:
    """Whether it is a folder of this user's that nobody else can enter: others must not stand in for the window."""
    try:
        known = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(known.st_mode) and known.st_uid == os.geteuid() and not known.st_mode & 0o077
