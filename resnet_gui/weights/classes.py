"""What a network's classes are called: ImageNet's names, names from a person's file, or numbers.

ImageNet's are in resources/classes/imagenet.csv, all different: "crane (bird)", "crane (machine)".
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from resnet_gui.assets import resources
from resnet_gui.errors import ClassNamesError
from resnet_gui.files import open_regular
from resnet_gui.weights.suffixes import NAME_TABLE_SUFFIXES
from resnet_gui.weights.weight_set import ClassName

IMAGENET_CLASSES = 1000
MOST_BYTES = 16 << 20

Name = tuple[str, str]
"""WordNet id or empty, and name."""

_WNID = re.compile(r"n\d{8}")
_NUMBERED = re.compile(r"\s*(\d{1,6})(?:\s*[:,;]\s*|\s+)(\S.*)")
_NAME_COLUMNS = ("name", "label", "class", "class_name")
_WNID_COLUMNS = ("wnid", "synset", "id")
_INDEX_COLUMNS = ("index", "class_index", "number")


def imagenet_classes() -> tuple[ClassName, ...]:
    """The 1000 classes of ILSVRC 2012 in the order of torchvision and Keras."""
    with (resources() / "classes" / "imagenet.csv").open(encoding="utf-8", newline="") as file:
        return tuple(ClassName(int(row["index"]), row["name"], row["wnid"]) for row in csv.DictReader(file))


def numbered_classes(count: int) -> tuple[ClassName, ...]:
    """ "class 0", "class 1", …: for a network whose classes have no names."""
    return tuple(ClassName(index, f"class {index}") for index in range(count))


def read_class_names(path: Path, count: int) -> tuple[ClassName, ...]:
    """The names in a person's file, in the order of the network's classes.

    Text: a name on each line, with a WordNet id or the class's number before it or not.  CSV: columns "name" and, if
    there, "index" and "wnid", or without a header these in the order index, wnid, name, or name, index.  JSON: a list
    of names, or an object from numbers to names or to [wnid, name] (Keras' imagenet_class_index.json), or from names to
    numbers.
    Names that occur twice get their id or number added.  Raises ClassNamesError, with both numbers where they
    differ.
    """
    text = _text(path)
    try:
        # JSON, or a dictionary as Python prints it, would be read as names of a bracket each.
        if path.suffix.lower() == ".json" or text.lstrip()[:1] in ("[", "{"):
            names = _from_json(json.loads(text))
        elif path.suffix.lower() in NAME_TABLE_SUFFIXES:
            names = _from_csv(text)
        else:
            names = _from_lines(text.rstrip().splitlines())
    except (ValueError, KeyError, TypeError, RecursionError, csv.Error) as error:
        raise ClassNamesError(f"The class names in '{path}' cannot be read: {error}.") from error
    if len(names) != count:
        raise ClassNamesError(
            f"'{path}' holds {len(names):,} class names, but the network has {count:,} classes; give a file of as many."
        )
    if any(not name for _, name in names):
        raise ClassNamesError(f"A class in '{path}' has an empty name; give each class a name.")
    return class_names(names)


def class_names(names: Sequence[Name]) -> tuple[ClassName, ...]:
    """Classes in order; a name that occurs twice gets its WordNet id or its number added, so that all differ.

    Where all names are ImageNet's ids (the folders of its training set), ImageNet's names stand in their place.
    """
    names = _without_ids(names)
    times = Counter(name for _, name in names)
    taken = set(times)
    made = []
    for index, (wnid, name) in enumerate(names):
        shown = name
        if times[name] > 1:
            shown = f"{name} ({wnid})" if wnid else f"{name} ({index})"
            while shown in taken:
                shown += f" ({index})"
            taken.add(shown)
        made.append(ClassName(index, shown, wnid))
    return tuple(made)


def _without_ids(names: Sequence[Name]) -> Sequence[Name]:
    if not names or not all(_WNID.fullmatch(name) for _, name in names):
        return names
    known = {each.wnid: each.name for each in imagenet_classes()}
    return [(name, known[name]) for _, name in names] if all(name in known for _, name in names) else names


def _text(path: Path) -> str:
    try:
        with open_regular(path) as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ClassNamesError(f"'{path}' is too large for a file of class names.")
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise ClassNamesError(f"'{path}' is not text in UTF-8; save the class names as UTF-8.") from error
    except OSError as error:
        raise ClassNamesError(f"The class names in '{path}' cannot be read: {error.strerror or error}.") from error


def _from_lines(lines: list[str]) -> list[Name]:
    """Where the numbers before the names are those of the classes, each once, they say which name is whose."""
    numbered = [_NUMBERED.fullmatch(line) for line in lines]
    pairs = [(int(match[1]), _from_line(match[2])) for match in numbered if match is not None]
    if lines and sorted(number for number, _ in pairs) == list(range(len(lines))):
        return _in_order(pairs)
    return [_from_line(line) for line in lines]


def _from_line(line: str) -> Name:
    """ "n01440764 tench" or "tench"."""
    first, _, rest = line.strip().partition(" ")
    return (first, rest.strip()) if _WNID.fullmatch(first) and rest.strip() else ("", line.strip())


def _from_csv(text: str) -> list[Name]:
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ";" if ";" in text.partition("\n")[0] else ","
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    if not rows:
        return []
    header = [cell.strip().lower() for cell in rows[0]]
    name_at = _column(header, _NAME_COLUMNS)
    if name_at is not None:
        wnid_at, index_at = _column(header, _WNID_COLUMNS), _column(header, _INDEX_COLUMNS)
        rows = rows[1:]
    else:
        width = len(rows[0])
        name_at = min(width, 3) - 1
        numbered = width > 1 and all(row[0].strip().isdecimal() for row in rows)
        index_at = 0 if numbered else None
        wnid_at = {2: None if numbered else 0, 3: 1}.get(min(width, 3))
        if width == 2 and not numbered and all(row[-1].strip().isdecimal() for row in rows):
            name_at, index_at, wnid_at = 0, 1, None
    last = max(at for at in (name_at, wnid_at, index_at) if at is not None)
    if short := next((number for number, row in enumerate(rows, start=1) if len(row) <= last), None):
        raise ValueError(f"row {short} has fewer columns than the first")
    pairs = [("" if wnid_at is None else row[wnid_at].strip(), row[name_at].strip()) for row in rows]
    return pairs if index_at is None else _in_order(zip((int(row[index_at]) for row in rows), pairs, strict=True))


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _from_json(value: Any) -> list[Name]:
    if isinstance(value, dict) and isinstance(value.get("id2label"), dict):  # a model's config.json
        value = value["id2label"]
    if isinstance(value, list):
        return [_from_json_name(name) for name in value]
    if not isinstance(value, dict):
        raise ValueError("it is neither a list nor an object")
    if all(type(number) is int for number in value.values()):
        return _in_order((number, ("", name)) for name, number in value.items())
    return _in_order((int(number), _from_json_name(name)) for number, name in value.items())


def _from_json_name(value: Any) -> Name:
    match value:
        case str(name):
            return "", name.strip()
        case [str(wnid), str(name)]:
            return wnid.strip(), name.strip()
    raise ValueError("a name in it is neither text nor [wnid, name]")


def _in_order(numbered: Any) -> list[Name]:
    """Names by their numbers, which must be 0, 1, 2 … without a gap."""
    pairs = sorted(numbered)
    for expected, (number, _) in enumerate(pairs):
        if number != expected:
            raise ValueError(f"the numbers do not run from 0 without a gap: {number} stands where {expected} should be")
    return [name for _, name in pairs]
