"""From what Qt hands over at a drop or a paste to plain paths, addresses and bitmaps."""

import base64
import binascii
import os
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QUrl

from resnet_gui.gui.core.state import Given

_LONGEST_TEXT = 100_000
"""Characters of a pasted text that are looked at for paths."""


def read_mime(mime: QMimeData, pixels: bool = True) -> Given:
    """Local files win over a bitmap: file managers and browsers often give both.

    pixels: False while something only hovers; then `bitmap` just says that there is one, and nothing is transferred.
    """
    paths: list[str] = []
    remote: list[str] = []
    bitmap: object = None
    for url in mime.urls():
        if url.isLocalFile():
            paths.append(local_path(url))
        elif url.scheme() == "data":
            bitmap = bitmap or _data_url(url)
        elif url.scheme() in ("http", "https", "ftp"):
            remote.append(url.toString())
    if not paths and mime.hasImage():
        bitmap = mime.imageData() if pixels else True
    if not paths and bitmap is None and not remote and mime.hasText():
        for line in mime.text()[:_LONGEST_TEXT].splitlines():
            _read_line(line.strip().strip('"'), paths, remote)
    return Given(tuple(paths), tuple(remote), bitmap)


def local_path(url: QUrl) -> str:
    """The path of a file's address, byte by byte: QUrl's own text loses what is not UTF-8."""
    if os.name == "nt":
        return url.toLocalFile()
    encoded = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return os.fsdecode(unquote_to_bytes(encoded))


def _read_line(line: str, paths: list[str], remote: list[str]) -> None:
    """A line of pasted text: a path that leads somewhere, an address, or nothing of ours."""
    if line.startswith("file://"):
        paths.append(local_path(QUrl(line)))
    elif line.startswith(("http://", "https://")):
        remote.append(line)
    elif line.startswith(("/", "~", "\\\\")) or line[1:3] in (":\\", ":/"):
        paths.append(os.path.expanduser(line))  # noqa: PTH111


def _data_url(url: QUrl) -> bytes | None:
    """The picture that a web page carried in the address itself."""
    head, _, body = url.toString(QUrl.ComponentFormattingOption.FullyEncoded).partition(",")
    if not head.startswith("data:image/"):
        return None
    raw = unquote_to_bytes(body)
    if not head.endswith(";base64"):
        return raw
    try:
        return base64.b64decode(raw, validate=False)
    except (binascii.Error, ValueError):
        return None
