"""What a recipe file holds: its lines, as rows, and all of them together as one frozen object.

Not to be confused with `images.recipe.Recipe`, how a network's pictures are prepared: a recipe file names one of those.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from resnet_gui.engine.modes import Average, Precision
from resnet_gui.engine.record import KEPT_CLASSES
from resnet_gui.images.recipe import RECIPES
from resnet_gui.network.description import StemPool, StrideIn
from resnet_gui.results.path_text import encodable
from resnet_gui.runs.spec import NetworkChoice

TITLE_KEPT = 100
_LONGEST_PATH = 4096
_NAMES = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class RecipeFile:
    """A whole set-up.  The fields are those of `runs.spec.RunSpec` and `settings.Settings` of the same names.

    choice: with paths as they can be opened, not as the file writes them.  title: what a person calls the network;
    nothing depends on it.  sure_from, check_from: 0…1, how the window marks answers; no table depends on them.
    """

    choice: NetworkChoice = field(default_factory=NetworkChoice)
    title: str = ""
    crops: int = 1
    average: Average = Average.SOFTMAX
    precision: Precision = Precision.EXACT
    recursive: bool = True
    accept_truncated: bool = False
    max_megapixels: int = 300
    top: int = 5
    excel: bool = False
    absolute: bool = False
    sure_from: float = 0.8
    check_from: float = 0.5


def summary(recipe: RecipeFile) -> str:
    """In a few words: "ResNet-50, ten crops"."""
    network = recipe.title.partition(" · ")[0] or os.path.basename(recipe.choice.network)
    words = [network, "ten crops" if recipe.crops == 10 else "one crop"]
    if recipe.precision is not Precision.EXACT:
        words.append(recipe.precision.value)
    return plain(", ".join(words))


# ---------------------------------------------------------------- the keys, as rows


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the file.  field: of RecipeFile or, if it has none of the name, of NetworkChoice.

    convert: from TOML's value to the field's; raises ValueError with what it must be ("1 or 10").
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


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _one_of(*values: Any) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        for one in values:
            if type(value) in (int, str) and value == one:
                return one
        raise ValueError("one of " + ", ".join(str(one) for one in values))

    return convert


def _number(kind: type[int] | type[float], least: int, most: int) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        allowed = (int,) if kind is int else (int, float)
        if type(value) not in allowed or not least <= value <= most:
            raise ValueError(f"a{' whole' if kind is int else ''} number from {least} to {most:,}")
        return kind(value)

    return convert


TITLE = Key("network", "title", "title", shown_title, "for people; nothing depends on it")
NAME = Key("network", "name", "network", _name, '"built-in", or the name of a published network')
FILE = Key("network", "file", "network", _path, "seen from this recipe's folder; else searched beside it")
CLASSES_FILE = Key("classes", "file", "classes", _path, "seen from this recipe's folder; else searched beside it")
SURE_FROM = Key(
    "window", "sure_from", "sure_from", _number(float, 0, 1), "how the window marks answers; no table depends on it"
)
CHECK_FROM = Key("window", "check_from", "check_from", _number(float, 0, 1))
KEYS: tuple[Key, ...] = (
    TITLE,
    NAME,
    FILE,
    Key("network", "sha256", "sha256", _sha256, "of the weights; other weights are refused"),
    Key("network", "preprocess", "preprocess", _one_of(*RECIPES), ", ".join(RECIPES)),
    Key("network", "stem_pool", "stem_pool", _one_of(*(pool.value for pool in StemPool)), "padding of the first pool"),
    Key("network", "stride_in", "stride_in", _one_of(*(place.value for place in StrideIn)), "where blocks stride"),
    CLASSES_FILE,
    Key("classes", "sha256", "classes_sha256", _sha256, "of the names as they are used; other names are refused"),
    Key("answers", "crops", "crops", _one_of(1, 10), "1 or 10"),
    Key("answers", "average", "average", _one_of(*Average), "how ten answers become one: softmax or logits"),
    Key("answers", "precision", "precision", _one_of(*Precision), "exact, fast or turbo"),
    Key("pictures", "recursive", "recursive", _switch, "also folders inside folders"),
    Key(
        "pictures", "accept_truncated", "accept_truncated", _switch, "classify what is there of a file that ends early"
    ),
    Key("pictures", "max_megapixels", "max_megapixels", _number(int, 1, 5000), "larger pictures are refused"),
    Key("table", "top", "top", _number(int, 1, KEPT_CLASSES), "classes for each picture"),
    Key("table", "excel", "excel", _switch, "CSV with a byte order mark, cells guarded that a spreadsheet would run"),
    Key("table", "absolute", "absolute", _switch, "whole paths"),
    SURE_FROM,
    CHECK_FROM,
)
SECTIONS = tuple(dict.fromkeys(key.section for key in KEYS))
OF_RECIPE = {one.name for one in fields(RecipeFile)}
