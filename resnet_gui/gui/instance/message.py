"""What a second start says to the open window and what that answers, as bytes; and where the two meet.  No Qt in here.

    resnet-gui 1 LENGTH\\n BODY         the second start
    resnet-gui 1 taken\\n               the open window: taken, refused, unknown (another version of this protocol)

BODY: the desktop's activation token (may be empty), then each path, parted by NUL, which no path has.  Paths are the
bytes of `os.fsencode`: a name that is no UTF-8 arrives as it is.  The first two words and the line's end never change,
so that versions of the program that know different protocols can at least tell each other so.
"""

import os
import re
import stat
import sys
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from resnet_gui.folders import Folders, folders

PROTOCOL = 1
LARGEST = 16 << 20
"""Longest body, bytes: every path that fits a command line, made absolute."""
TOKEN_LARGEST = 512
_HEAD_LARGEST = 40
_HEAD = re.compile(rb"resnet-gui (\d{1,6}) ([0-9a-z]{1,12})\n")
_BEGINNING = b"resnet-gui "
_ADDRESS_LARGEST = 103
"""Bytes of a socket's path: 108 with the NUL on Linux, 104 on macOS."""
_SCREENLESS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")
"""Platforms of Qt that show nothing on the desktop: a window there is not the one a person means."""


@dataclass(frozen=True, slots=True)
class Handover:
    """What a second start hands over.

    Parameters
    ----------
    paths : absolute, in the order given; none means "come to the front".
    token : of XDG activation, or empty.
    """

    paths: tuple[str, ...] = ()
    token: str = ""


class Answer(StrEnum):
    """What the open window says."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """It speaks another version of the protocol."""


class MessageError(ValueError):
    """These bytes are no message of ours."""


class VersionError(MessageError):
    """A message of another version of the protocol."""


def encode(handover: Handover) -> bytes:
    """The whole message.  Raises MessageError where it would be too long, or a path is none of this system's."""
    parts = [handover.token if is_token(handover.token) else "", *handover.paths]
    if any("\0" in part for part in parts):
        raise MessageError("a NUL in a path")
    try:
        body = b"\0".join(os.fsencode(part) for part in parts)
    except UnicodeEncodeError as error:
        raise MessageError("a path that no file can have") from error
    if len(body) > LARGEST:
        raise MessageError(f"{len(body)} bytes")
    return b"resnet-gui %d %d\n" % (PROTOCOL, len(body)) + body


def decode(data: bytes | bytearray) -> Handover | None:
    """The message, or None while its end has not come.  Raises MessageError, VersionError."""
    head = _head(data)
    if head is None:
        return None
    word, begin = head
    if not word.isdigit() or int(word) > LARGEST:
        raise MessageError("no length, or too long")
    end = begin + int(word)
    if len(data) > end:
        raise MessageError("more than was announced")
    if len(data) < end:
        return None
    try:
        token, *paths = (os.fsdecode(part) for part in bytes(data[begin:]).split(b"\0"))
    except UnicodeDecodeError as error:  # on Windows only
        raise MessageError("a path that is no text") from error
    if not is_token(token) or not all(os.path.isabs(path) for path in paths):  # noqa: PTH117 - str, and fast
        raise MessageError("a path that is not absolute, or no token")
    return Handover(tuple(paths), token)


def reply_to(data: bytes | bytearray) -> tuple[Answer | None, Handover | None]:
    """What to answer to what has come so far (None: wait for more), and what was handed over if it is taken."""
    try:
        handover = decode(data)
    except VersionError:
        return Answer.UNKNOWN, None
    except MessageError:
        return Answer.REFUSED, None
    return (None, None) if handover is None else (Answer.TAKEN, handover)


def encode_answer(answer: Answer) -> bytes:
    """The answer as a line."""
    return b"resnet-gui %d %s\n" % (PROTOCOL, answer.encode("ascii"))


def decode_answer(data: bytes) -> Answer | None:
    """The answer, or None while the line is not whole; whatever cannot be understood is UNKNOWN."""
    try:
        head = _head(data)
        return None if head is None else Answer(head[0].decode("ascii"))
    except ValueError:
        return Answer.UNKNOWN


def is_token(token: str) -> bool:
    """Whether it may be given to the desktop: short, and printable ASCII."""
    return len(token) <= TOKEN_LARGEST and token.isascii() and (token.isprintable() or not token)


def _head(data: bytes | bytearray) -> tuple[bytes, int] | None:
    """The third word of the first line and where the line ends; None while it is not whole."""
    found = _HEAD.match(data)
    if found is None:
        line = bytes(data[:_HEAD_LARGEST])
        if b"\n" in line or len(line) == _HEAD_LARGEST or not line.startswith(_BEGINNING[: len(line)]):
            raise MessageError("not a message of ours")
        return None
    if int(found[1]) != PROTOCOL:
        raise VersionError(f"version {int(found[1])}")
    return found[2], found.end()


# ---------------------------------------------------------------- where they meet


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where two starts meet: one for each user, data folder and screen.

    Parameters
    ----------
    lock : the file whose lock the open window holds for as long as it is open.
    address : its socket's path, or its pipe's name.
    folder : of both, where it is one that only this program uses and that goes when it is empty.
    """

    lock: Path
    address: str
    folder: Path | None = None


def find_endpoint(
    known: Folders | None = None, environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Endpoint:
    """The one of this user, data folder and screen.  Raises OSError where there is no safe place for it."""
    known = known or folders()
    key = _key(known, environment, platform)
    if platform == "win32":
        # The pipe's name is seen by all users of the machine, so the user's is part of the key; others may not open it.
        return Endpoint(known.cache / f"window-{key}.lock", f"resnet-gui-{key}")
    folder, own = _runtime_folder(environment)
    return Endpoint(folder / f"resnet-gui-{key}.lock", str(folder / f"resnet-gui-{key}.sock"), own)


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
