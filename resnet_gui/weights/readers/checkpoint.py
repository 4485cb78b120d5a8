"""Where weights lie within what was saved: at the top, under a known key, or in a model."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from resnet_gui.weights.readers.module_tree import SCRIPT, is_module, module_tensors
from resnet_gui.weights.readers.pickle_values import ObjectRecord, TensorRecord
from resnet_gui.weights.readers.raw import FileError, shorten

AVERAGED_KEYS = (
    "state_dict_ema",
    "model_state_dict_ema",
    "model_ema",
    "ema_state_dict",
    "ema_model",
    "ema",
    "params_ema",
)
"""Where training scripts put the weights averaged over training, which timm prefers."""
NESTED_KEYS = (
    *AVERAGED_KEYS,
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "net",
    "network",
    "weights",
    "params",
    "module",
)
"""Where they put weights at all; earlier names win."""

_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class FoundWeights:
    """The weights of a checkpoint.

    tensors: by name.
    keys: the way to them.
    others: keys of weights that were left aside.
    model: the class of the model they were part of, where a model and not a dictionary was saved.
    said: what that model says of itself, as metadata.
    """

    tensors: dict[str, TensorRecord]
    keys: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    model: str = ""
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for a person about the choice that was made; empty where there was none."""
        notes = []
        if self.others or set(self.keys) & set(AVERAGED_KEYS) or set(self.keys) - set(NESTED_KEYS):
            where = " → ".join(f"'{shorten(key)}'" for key in self.keys)
            averaged = " (averaged over training)" if set(self.keys) & set(AVERAGED_KEYS) else ""
            aside = " and ".join(f"'{key}'" for key in self.others)
            rest = f"; {aside} {'was' if len(self.others) == 1 else 'were'} left aside" if aside else ""
            notes.append(f"The weights were taken from the file's part {where}{averaged}{rest}.")
        if self.model:
            kind = "a TorchScript program" if self.model.startswith(SCRIPT) else "a whole model"
            notes.append(
                f"The file holds {kind}: its arrays were taken, its code was not run; that it is a plain ResNet was "
                "assumed."
            )
        return tuple(notes)


@dataclass(slots=True)
class _Search:
    """A search for weights within what was saved.

    seen: identities of what was searched already: a pickle may repeat a dictionary a million times for nothing.
    """

    seen: set[int] = field(default_factory=set)

    def find(self, value: object, depth: int = 0) -> FoundWeights | None:
        """The weights in a value, or None."""
        if depth > _DEEPEST or id(value) in self.seen:
            return None
        self.seen.add(id(value))
        if isinstance(value, ObjectRecord) and is_module(value):
            tensors, said = module_tensors(value)
            return FoundWeights(tensors, model=value.name, said=said)
        if not isinstance(value, dict):
            return None
        return self._under_known_key(value, depth) or self._largest_part(value)

    def _under_known_key(self, value: dict[Any, Any], depth: int) -> FoundWeights | None:
        candidates = ((key, self.find(value[key], depth + 1)) for key in NESTED_KEYS if key in value)
        found = [(key, weights) for key, weights in candidates if weights is not None and weights.tensors]
        if not found:
            return None
        key, best = found[0]
        others = (*(other for other, _ in found[1:]), *best.others)
        return replace(best, keys=(key, *best.keys), others=others)

    @staticmethod
    def _largest_part(value: dict[Any, Any]) -> FoundWeights | None:
        """The tensors right here, or, if there are more of them, those under one unknown key."""
        parts: dict[tuple[str, ...], dict[str, TensorRecord]] = {(): _tensors(value)}
        parts |= {(str(key),): _tensors(part) for key, part in value.items() if isinstance(part, dict)}
        most = max(len(tensors) for tensors in parts.values())
        if most == 0:
            return None
        largest = [keys for keys, tensors in parts.items() if len(tensors) == most]
        if () in largest:
            return FoundWeights(parts[()])
        if len(largest) > 1:
            names = " and ".join(f"'{shorten(keys[0])}'" for keys in largest[:2])
            raise FileError(f"its parts {names} are both dictionaries of tensors; save one of them alone")
        return FoundWeights(parts[largest[0]], largest[0])


def find_weights(root: object) -> FoundWeights:
    """The weights in what was saved.  Raises FileError where there are none, and says what was saved instead."""
    found = _Search().find(root)
    if found is not None and found.tensors:
        return found
    if found is not None and found.model.startswith(SCRIPT):
        raise FileError(
            "it is a frozen TorchScript program: its weights have become constants of its code, without their names; "
            "save it before torch.jit.freeze, or save model.state_dict() with torch.save"
        )
    if isinstance(root, ObjectRecord):
        raise FileError(
            f"it holds a pickled program, not weights alone: an object of the class '{shorten(root.name)}'; "
            "save model.state_dict() with torch.save"
        )
    raise FileError("it holds no dictionary of tensors; save model.state_dict() with torch.save")


def _tensors(value: Mapping[Any, Any]) -> dict[str, TensorRecord]:
    return {str(name): tensor for name, tensor in value.items() if isinstance(tensor, TensorRecord)}
