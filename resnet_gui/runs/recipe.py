"""What a recipe file holds: its lines, as rows, and all of them together as one frozen object.

How a network's pictures are prepared is not a recipe but a `Preprocessing`; a recipe names one.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from resnet_gui.engine.modes import Precision
from resnet_gui.option import rows
from resnet_gui.results.formats import TableOptions
from resnet_gui.results.path_text import encodable
from resnet_gui.runs.options import AnswerOptions, MarkOptions, NetworkOptions, PictureOptions
from resnet_gui.runs.spec import NetworkChoice

TITLE_KEPT = 100
_LONGEST_PATH = 4096
_NAMES = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Recipe(MarkOptions, TableOptions, PictureOptions, AnswerOptions):
    """A whole set-up: a network, and all options of `runs.options` that a recipe holds.

    choice: with paths as they can be opened, not as the file writes them.  title: what a person calls the network;
    nothing depends on it.
    """

    choice: NetworkChoice = NetworkChoice()
    title: str = ""


def summary(recipe: Recipe) -> str:
    """In a few words: "ResNet-50, ten crops"."""
    network = recipe.title.partition(" · ")[0] or os.path.basename(recipe.choice.network)
    words = [network, "ten crops" if recipe.crops == 10 else "one crop"]
    if recipe.precision is not Precision.EXACT:
        words.append(recipe.precision.value)
    return plain(", ".join(words))


# ---------------------------------------------------------------- the keys, as rows


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the file.  field: of Recipe or, if it has none of the name, of NetworkChoice.

    convert: from TOML's value to the field's; raises ValueError with what it must be ("text").
    """

    section: str
    name: str
    field: str
    convert: Callable[[Any], Any]
    comment: str = ""


def _path(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_PATH or "\0" in value:
        raise ValueError("a file's name or path, as text")
    return value


def shown_title(value: Any) -> str:
    """A title as any display can hold it.  Raises ValueError for what is no text."""
    if not isinstance(value, str):
        raise ValueError("text")
    return "".join(letter for letter in value if letter.isprintable())[:TITLE_KEPT]


def plain(text: str) -> str:
    """Text of a stranger's file as it may stand in a sentence: nothing in it that a terminal would obey."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in encodable(text))


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAMES.fullmatch(value):
        raise ValueError("'built-in' or a published network's name; a weight file stands under 'file'")
    return value


def _sha256(value: Any) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value.lower()):
        raise ValueError("a SHA-256: 64 hexadecimal digits")
    return value.lower()


def _keys(kind: type) -> tuple[Key, ...]:
    """The keys that the options of a class have."""
    return tuple(
        Key(row.recipe.section, row.field, row.field, row.checked, row.recipe.comment)
        for row in rows(kind)
        if row.recipe is not None
    )


TITLE = Key("network", "title", "title", shown_title, "for people; nothing depends on it")
NAME = Key("network", "name", "network", _name, '"built-in", or the name of a published network')
FILE = Key("network", "file", "network", _path, "seen from this recipe's folder; else searched beside it")
CLASSES_FILE = Key("classes", "file", "classes", _path, "seen from this recipe's folder; else searched beside it")
KEYS: tuple[Key, ...] = (
    TITLE,
    NAME,
    FILE,
    Key("network", "sha256", "sha256", _sha256, "of the weights; other weights are refused"),
    *_keys(NetworkOptions),
    CLASSES_FILE,
    Key("classes", "sha256", "classes_sha256", _sha256, "of the names as they are used; other names are refused"),
    *_keys(AnswerOptions),
    *_keys(PictureOptions),
    *_keys(TableOptions),
    *_keys(MarkOptions),
)
SECTIONS = tuple(dict.fromkeys(key.section for key in KEYS))
OF_RECIPE = frozenset(one.name for one in fields(Recipe))
