"""What a second start says to the open window, and what that answers, as bytes.  No Qt and no input or output in here.

    resnet-gui 1 LENGTH\\n BODY         the second start
    resnet-gui 1 taken\\n               the open window: taken, refused, unknown (another version of this protocol)

BODY: the desktop's activation token (may be empty), then each path, parted by NUL, which no path has.  Paths are the
bytes of `os.fsencode`: a name that is no UTF-8 arrives as it is.  The first two words and the line's end never change,
so that versions of the program that know different protocols can at least tell each other so.
"""

import os
import re
from dataclasses import dataclass
from enum import StrEnum

PROTOCOL = 1
LARGEST = 16 << 20
"""Longest body, bytes: every path that fits a command line, made absolute."""
TOKEN_LARGEST = 512
_HEAD_LARGEST = 40
_HEAD = re.compile(rb"resnet-gui (\d{1,6}) ([0-9a-z]{1,12})\n")
_BEGINNING = b"resnet-gui "


@dataclass(frozen=True, slots=True)
class Handover:
    """paths: absolute, in the order given; none means "come to the front".  token: of XDG activation, or empty."""

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
