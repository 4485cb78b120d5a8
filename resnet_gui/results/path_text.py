"""How a path is written where only text can be written: every byte that is no UTF-8 as `\\xNN`."""

import os
import re

_NOT_TEXT = re.compile("[\ud800-\udfff]")
_LOOKS_ESCAPED = re.compile(r"\\(?=x[0-9a-f]{2})")


def path_text(path: str) -> str:
    """`path` for tables: `encodable`, and two different paths never become one text.

    For that, a backslash of the name itself that would read like an escape is written `\\x5c`.
    """
    return encodable(_LOOKS_ESCAPED.sub(r"\\x5c", path))


def encodable(text: str) -> str:
    """`text` with its surrogates written as the bytes they stand for, so that it can be encoded as UTF-8.

    An undecodable byte arrives from `os.fsdecode` as U+DC80…U+DCFF and becomes `\\xNN` (two lower-case hex digits);
    an unpaired surrogate of a Windows name becomes the three bytes of its UTF-8 form.
    """
    return _NOT_TEXT.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    is_byte = 0xDC80 <= code <= 0xDCFF
    data = bytes([code & 0xFF]) if is_byte else match[0].encode("utf-8", "surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in data)


def shown_path(path: str) -> str:
    """The path as text that every display can hold: bytes that are no text become a replacement sign."""
    return os.fsencode(path).decode("utf-8", "replace")
