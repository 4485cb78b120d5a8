"""A person's recipe as a file: small, commented TOML, read strictly and written aside.

A recipe holds all that a table depends on, but for the pictures and the machine: device, threads and batch are not in
it, since the precision's promise covers them.  What a recipe leaves out has the usual value; what it says beyond the
keys of `recipe` is refused, so that nothing in it is silently without effect.
"""

import difflib
import hashlib
import os
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from resnet_gui.errors import KnownError
from resnet_gui.files import open_regular
from resnet_gui.option import written
from resnet_gui.results.durable import written_aside
from resnet_gui.results.path_text import encodable
from resnet_gui.runs.naming import here_or_how, is_name, name_of
from resnet_gui.runs.options import MarkOptions
from resnet_gui.runs.recipe import (
    CLASSES_FILE,
    FILE,
    KEYS,
    NAME,
    OF_RECIPE,
    SECTIONS,
    TITLE,
    TITLE_KEPT,
    Key,
    Recipe,
    plain,
    shown_title,
)
from resnet_gui.runs.spec import NetworkChoice

SUFFIX = ".toml"
VERSION = 1
MOST_BYTES = 1 << 16
"""A longer file is no recipe."""
_LONG_KEY = re.compile(r"""(?<![\w-])(?:[\w-]++\s*+\.\s*+){32}|(?:(?:"[^"\n]*+"|'[^'\n]*+')\s*+\.\s*+){32}""")
"""A key of very many parts, over which `tomllib` takes time that grows with the square of their number."""
SHOWN = 8
"""So many digits of a hash are enough for a person to compare."""
_NOT_TEXT = re.compile("[\ud800-\udfff]")


class RecipeError(KnownError):
    """A recipe file cannot be read, used or written."""


# ---------------------------------------------------------------- reading


def read_recipe(path: Path) -> Recipe:
    """The recipe, its files found: where it says, seen from its own folder, or else beside it.

    Where several files could be meant, the one whose SHA-256 is the recipe's is taken; that it is the right one is
    looked at when it is read (`runs.pins`).  Raises RecipeError.
    """
    values, who = _values(path), f"'{shown(path)}'"
    folder = Path(os.path.abspath(path)).parent  # noqa: PTH100  (Path.resolve would follow links)
    found = {key.field: value for key, value in values.items()}
    if FILE in values:
        found["network"] = _find(values[FILE], folder, f"{who} needs the weights", found.get("sha256"))
    if CLASSES_FILE in values:
        found["classes"] = _find(values[CLASSES_FILE], folder, f"{who} needs the class names")
    return _recipe(found)


def peek(path: Path) -> Recipe:
    """The recipe as it is written: no file that it names is looked for, neither here nor on another computer.

    Raises RecipeError.
    """
    return _recipe({key.field: value for key, value in _values(path).items()})


def _recipe(found: dict[str, Any]) -> Recipe:
    choice = NetworkChoice(**{name: value for name, value in found.items() if name not in OF_RECIPE})
    return Recipe(choice=choice, **{name: value for name, value in found.items() if name in OF_RECIPE})


def _values(path: Path) -> dict[Key, Any]:
    """What the file says, by key, converted, and sound as a whole.  Raises RecipeError."""
    who = f"'{shown(path)}'"
    values = _each_value(_content(path, who), who)
    if NAME in values and FILE in values:
        raise RecipeError(f"{who} has both 'name' and 'file' under [network]; keep the one that is meant.")
    if NAME in values and not is_name(values[NAME]):
        raise RecipeError(
            f"{who} asks for a network '{values[NAME][:TITLE_KEPT]}', which this version does not know; 'resnet-gui "
            "weights list' shows those it knows, and a weight file of your own stands under 'file'."
        )
    said = {key.field: value for key, value in values.items()}
    if said.get("check_from", MarkOptions.check_from) > said.get("sure_from", MarkOptions.sure_from):
        raise RecipeError(f"{who} has a 'check_from' above its 'sure_from'; make it the smaller one.")
    return values


def _content(path: Path, who: str) -> str:
    try:
        with open_regular(path) as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise RecipeError(f"{who} cannot be read: {why}.") from error
    if len(data) > MOST_BYTES:
        raise RecipeError(f"{who} is no recipe: it is longer than {MOST_BYTES // 1024:,} kB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecipeError(f"{who} is not text in UTF-8; save it as UTF-8.") from error


def _each_value(text: str, who: str) -> dict[Key, Any]:
    """Each line by its key, converted.  Raises RecipeError for whatever is not as it must be."""
    if _LONG_KEY.search(text):
        raise RecipeError(f"{who} is no recipe: it has a key of more than 32 parts.")
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # among them a number of thousands of digits
        raise RecipeError(f"{who} is not written in TOML ({str(error)[:200]}); correct it in an editor.") from error
    _require_version(table.pop("recipe", None), who)
    rows = {(key.section, key.name): key for key in KEYS}
    found: dict[Key, Any] = {}
    unknown = []
    for section, content in table.items():
        if section not in SECTIONS:
            unknown.append(_unknown(f"[{section}]" if isinstance(content, dict) else section, section, SECTIONS))
            continue
        if not isinstance(content, dict):
            raise RecipeError(f"{who}: '{section}' is a section; write [{section}] on a line of its own.")
        for name, value in content.items():
            if (section, name) in rows:
                found[rows[section, name]] = _converted(rows[section, name], value, who)
            else:
                names = [key.name for key in KEYS if key.section == section]
                unknown.append(_unknown(f"{name} under [{section}]", name, names))
    if unknown:
        raise RecipeError(f"{who} says what this version does not know: {'; '.join(unknown)}. Correct or delete it.")
    return found


def _require_version(version: object, who: str) -> None:
    if type(version) is not int or version < 1:
        raise RecipeError(f"{who} is no recipe of resnet-gui: a recipe begins with the line 'recipe = {VERSION}'.")
    if version > VERSION:
        raise RecipeError(f"{who} was made by a newer version of resnet-gui (recipe = {version}); use that version.")


def _converted(key: Key, value: Any, who: str) -> Any:
    try:
        return key.convert(value)
    except ValueError as error:
        raise RecipeError(f"{who}: '{key.name}' under [{key.section}] must be {error}.") from error


def _unknown(what: str, word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return plain(what[:TITLE_KEPT]) + (f" (is '{near[0]}' meant?)" if near else "")


def _find(text: str, folder: Path, need: str, sha256: str | None = None) -> str:
    """Whole path of the file that a recipe in `folder` calls `text`, perhaps written on another system.

    Weights that are not there may be here by a name of the catalogue: then that.
    """
    name = re.split(r"[/\\]", text)[-1] or text
    stated = folder / text
    places = [place for place in dict.fromkeys((stated, folder / name)) if os.path.isfile(place)]  # noqa: PTH113
    if len(places) > 1 and sha256 is not None:
        places = [place for place in places if _sha256_of(place) == sha256] or places
    if places:
        return os.path.abspath(places[0])  # noqa: PTH100  (Path.resolve would follow links)
    installed, how = here_or_how(sha256)
    if installed:
        return installed
    asked = f" (SHA-256 {sha256[:SHOWN]}…)" if sha256 else ""
    raise RecipeError(
        f"{need} '{plain(name)}'{asked}, which are neither at {shown(stated)} nor beside it. Put the file beside the "
        f"recipe, or correct the line 'file' in it.{how}"
    )


def _sha256_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # whoever reads it says why it cannot be read


# ---------------------------------------------------------------- writing


def write_recipe(recipe: Recipe, path: Path) -> None:
    """Write aside and rename.  Raises RecipeError for a path that is no text, ExportError for trouble with the disk."""
    text = recipe_text(recipe, Path(os.path.abspath(path)).parent)  # noqa: PTH100  (Path.resolve would follow links)
    with written_aside(path) as stream:
        stream.write(text.encode("utf-8"))


def recipe_text(recipe: Recipe, folder: Path) -> str:
    """The recipe as it stands in a file of this folder.  Raises RecipeError for a path that is no text."""
    import tomlkit  # 30 ms that the window's start need not wait for

    document = tomlkit.document()
    document.add(
        tomlkit.comment("A recipe of resnet-gui: all that answers depend on, but the pictures and the machine.")
    )
    document.add(tomlkit.comment("Drop it on the window, or: resnet-gui classify PICTURES --recipe THIS_FILE"))
    document.add(tomlkit.comment("What is left out has its usual value."))
    document.add("recipe", tomlkit.item(VERSION))
    for section in SECTIONS:
        table = tomlkit.table()
        for key in KEYS:
            value = _written(key, recipe, folder) if key.section == section else None
            if value is not None:
                item = tomlkit.item(value)
                if key.comment:
                    item.comment(key.comment)
                table.add(key.name, item)
        if table:
            document.add(tomlkit.nl())
            document.add(section, table)
    return tomlkit.dumps(document)


def _written(key: Key, recipe: Recipe, folder: Path) -> Any:
    """The value as TOML has it, None for a line that is left out."""
    value = getattr(recipe if key.field in OF_RECIPE else recipe.choice, key.field)
    if key in (NAME, FILE):
        value = name_of(value)
        if (key is NAME) != is_name(value):
            return None
    if value is not None and key in (FILE, CLASSES_FILE):
        return _seen_from(folder, value)
    if key is TITLE:
        return shown_title(encodable(value)) or None
    return written(value)


def _seen_from(folder: Path, path: str) -> str:
    """The path from the recipe's folder where it is near (beside, below, or beside its folder), else the whole path."""
    whole = os.path.abspath(path)  # noqa: PTH100  (Path.resolve would follow links)
    if _NOT_TEXT.search(whole):
        raise RecipeError(
            f"A recipe cannot hold the name of '{plain(whole)}', which is no text; give the file or folder a name "
            "in plain letters."
        )
    around = folder.parent if folder.parent.parent != folder.parent else folder
    near = Path(whole).is_relative_to(around)
    return Path(os.path.relpath(whole, folder) if near else whole).as_posix()


def shown(path: Path) -> str:
    """The path as text that every display can hold and no terminal obeys."""
    return plain(str(path))
