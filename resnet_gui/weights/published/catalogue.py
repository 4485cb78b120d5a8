"""The catalogue: published weights the program knows, from resources/weights.toml.  Numpy-free: the window reads it.

An entry says everything about a file that the file itself cannot: which form its network has, how its pictures are
prepared, whose it is.  So a file that is proven to be an entry's needs no assumption.
"""

import difflib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from resnet_gui.assets import resources
from resnet_gui.network.description import Network
from resnet_gui.network.variants import early_keras, keras_applications, keras_v2, pre_activation, published

SHA256_DIGITS = 64
_ABOUT = 0.01
"""How far, as a fraction, the true size may lie from a rounded one."""
_HDF5 = b"\x89HDF\r\n\x1a\n"

_FORMS: Mapping[str, Callable[[int], Network]] = {
    "torchvision": published,
    "timm-v2": pre_activation,
    "keras": keras_applications,
    "keras-v2": keras_v2,
    "keras-2016": early_keras,
}


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher of weights.

    title: its name.
    page: the address of its page.
    licence: an SPDX name.
    notice: a sentence or two for a person.
    """

    title: str
    page: str
    licence: str
    notice: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One published weight file.

    name: what a person asks for it by.
    title: for lists.
    source: who publishes it.
    network: its description.
    preprocessing: a name in `PRESETS`.
    urls: where it can be fetched, best first; all https.
    file_name: its name in the program's folder, unique there.
    size: in bytes; rounded where size_about.
    sha256: 64 hex digits, or only the first ones, or empty.
    md5: 32 hex digits or empty.
    top1, top5: per cent on ImageNet's validation set, None where no figure was published for the pictures the program
        makes.
    aliases: other names a person may type.
    note: a sentence for a person, or empty.
    """

    name: str
    title: str
    source: Source
    network: Network
    preprocessing: str
    urls: tuple[str, ...]
    file_name: str
    size: int
    size_about: bool = False
    sha256: str = ""
    md5: str = ""
    top1: float | None = None
    top5: float | None = None
    aliases: tuple[str, ...] = ()
    note: str = ""

    @property
    def published_name(self) -> str:
        """What the publisher calls the file."""
        return self.urls[0].rsplit("/", 1)[-1]

    @property
    def has_whole_sha256(self) -> bool:
        """Whether all digits are known, so that a file is proven by them alone."""
        return len(self.sha256) == SHA256_DIGITS

    def fits_size(self, size: int) -> bool:
        """Whether a file of so many bytes can be this one."""
        return abs(size - self.size) <= self.size * _ABOUT if self.size_about else size == self.size

    @property
    def most_bytes(self) -> int:
        """No file of this entry is larger."""
        return int(self.size * (1 + _ABOUT)) if self.size_about else self.size

    def is_proven_by(self, *, sha256: str, md5: str, size: int, names: tuple[str, ...]) -> bool:
        """Whether a file with these hashes, this size and these names is certainly this entry's.

        md5 may be empty where it was not computed.  Where only the first digits of a hash are known, size and name
        must agree as well: eight digits alone can be met on purpose.
        """
        if self.has_whole_sha256:
            return sha256 == self.sha256
        if self.md5:
            return md5 == self.md5 and self.fits_size(size)
        if not self.sha256:
            return False
        named = self.file_name in names or self.published_name in names
        return named and sha256.startswith(self.sha256) and self.fits_size(size)


@cache
def catalogue() -> tuple[Entry, ...]:
    """All entries, in the file's order: torchvision, timm, Keras, by depth."""
    return read_catalogue(resources() / "weights.toml")


def read_catalogue(path: Path) -> tuple[Entry, ...]:
    """The entries of one file.  Raises ValueError, KeyError or TypeError on a file that is no catalogue."""
    with path.open("rb") as file:
        values = tomllib.load(file)
    sources = {key: Source(**fields) for key, fields in values["sources"].items()}
    return tuple(_entry(fields, sources) for fields in values["weights"])


def _entry(fields: Mapping[str, Any], sources: Mapping[str, Source]) -> Entry:
    plain = {key: value for key, value in fields.items() if key not in ("source", "form", "depth", "urls", "aliases")}
    return Entry(
        **plain,
        source=sources[fields["source"]],
        network=_FORMS[fields["form"]](fields["depth"]),
        urls=tuple(fields["urls"]),
        aliases=tuple(fields.get("aliases", ())),
    )


def find(name: str) -> Entry | None:
    """The entry of that name, alias or file name; capitals and the dash of "ResNet-50" do not matter."""
    return _by_name().get(_key(name))


def similar(name: str) -> list[str]:
    """Names of entries that a misspelt name may have meant, the likeliest first; at most three."""
    return difflib.get_close_matches(_key(name), [entry.name for entry in catalogue()], n=3)


def needs_md5(size: int, start: bytes) -> bool:
    """Whether a file of so many bytes, that begins so, may be one that only its MD5 can prove.

    Those are Keras', in HDF5; no other file need wait for a second hash, which takes twice as long as the first.
    """
    return start.startswith(_HDF5) and any(entry.md5 and entry.fits_size(size) for entry in catalogue())


def proven(*, sha256: str, md5: str, size: int, names: tuple[str, ...]) -> Entry | None:
    """The entry a file certainly is, proven by its hashes (see `Entry.is_proven_by`); None for an unknown file."""
    for entry in catalogue():
        if entry.is_proven_by(sha256=sha256, md5=md5, size=size, names=names):
            return entry
    return None


@cache
def _by_name() -> Mapping[str, Entry]:
    names = {_key(name): entry for entry in catalogue() for name in (entry.name, entry.file_name, *entry.aliases)}
    for entry in catalogue():
        names.setdefault(_key(entry.published_name), entry)
    names.pop("model.safetensors", None)  # what the hub calls every file
    return names


def _key(name: str) -> str:
    return name.lower().replace("resnet-", "resnet")
