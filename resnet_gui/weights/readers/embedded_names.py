"""Class names that a weight file carries beside its weights, wherever common training scripts put them."""

import json
from collections.abc import Mapping
from typing import Any

from resnet_gui.weights.readers.checkpoint import NESTED_KEYS
from resnet_gui.weights.readers.pickle_values import ObjectRecord
from resnet_gui.weights.readers.raw import CLASS_NAMES

_KEYS = ("class_names", "classes", "CLASSES", "idx_to_class", "class_to_idx", "id2label", "label2id", "labels", "names")
_PARTS = ("meta", "dataset_meta", "hyper_parameters", "config", "cfg", "args")
_DEEPEST = 3
_MOST_NAMES = 100_000
_LONGEST_NAME = 500
_WNID_DIGITS = 8


def embedded_names(root: object) -> dict[str, str]:
    """The class names a checkpoint carries beside its weights, as metadata: CLASS_NAMES → JSON; empty without."""
    looked_at: set[int] = set()
    for values in _dictionaries(root, 0, looked_at):
        for key in _KEYS:
            candidate = values.get(key)
            if candidate is None or id(candidate) in looked_at:
                continue
            looked_at.add(id(candidate))
            names = names_as_pairs(candidate)
            if names:
                return {CLASS_NAMES: json.dumps(names)}
    return {}


def _dictionaries(value: object, depth: int, looked_at: set[int]) -> list[Mapping[Any, Any]]:
    """The dictionaries in which class names are looked for, in order, each once."""
    values = value.state if isinstance(value, ObjectRecord) else value
    if not isinstance(values, dict) or depth > _DEEPEST or id(values) in looked_at:
        return []
    looked_at.add(id(values))
    within = [values[key] for key in (*_PARTS, *NESTED_KEYS) if key in values]
    return [values, *(found for part in within for found in _dictionaries(part, depth + 1, looked_at))]


def names_in_words(metadata: Mapping[str, str]) -> dict[str, str]:
    """As `embedded_names`, for metadata that maps words to words: lists and dictionaries are JSON in there."""
    values: dict[str, Any] = {}
    for key in _KEYS:
        try:
            values[key] = json.loads(metadata.get(key, "null"))
        except (ValueError, RecursionError):
            continue  # a word, not JSON: no list of names
    return embedded_names(values)


def names_as_pairs(value: object) -> list[list[str]]:
    """[[wnid or "", name], …] in the order of the classes, or [] for what is no such list.

    Forms: a list of names or of (wnid, name); {index: either}; {name: index}, as torchvision's ImageFolder has it.
    """
    if isinstance(value, dict) and value and len(value) <= _MOST_NAMES:
        if all(type(index) is int for index in value.values()):
            value = {index: name for name, index in value.items()}
        by_index = {str(index): name for index, name in value.items()}
        value = [by_index.get(str(index)) for index in range(len(by_index))]
    if not isinstance(value, list | tuple) or not 1 < len(value) <= _MOST_NAMES:
        return []
    pairs = [_pair(item) for item in value]
    return [pair for pair in pairs if pair] if all(pairs) else []


def _pair(item: object) -> list[str]:
    match item:
        case str(name) if _is_name(name):
            is_wnid = name[0] == "n" and len(name) == 1 + _WNID_DIGITS and name[1:].isdecimal()
            return [name if is_wnid else "", name]
        case [str(wnid), str(name)] if _is_name(name) and len(wnid) <= _LONGEST_NAME:
            return [wnid, name]
    return []


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and bool(text.strip())
