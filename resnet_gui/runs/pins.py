"""Weights and class names against the hashes that a recipe file asks for: other ones give other answers."""

import hashlib
import json
from collections.abc import Sequence

from resnet_gui.errors import ClassNamesError, WeightsError
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.weights.weight_set import ClassName, WeightSet

SHOWN = 8
"""So many digits of a hash are enough for a person to compare."""


def names_sha256(classes: Sequence[ClassName]) -> str:
    """SHA-256, 64 hex digits, of the names as they are used: the same names in another file format are the same."""
    names = [(one.index, one.wnid, one.name) for one in classes]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def check_pins(choice: NetworkChoice, weights: WeightSet) -> None:
    """Raises WeightsError or ClassNamesError, with both hashes' beginnings, where they are not those asked for."""
    if choice.sha256 is not None and choice.sha256 != weights.sha256:
        raise WeightsError(_other_weights(choice.network, weights.sha256, choice.sha256))
    found = names_sha256(weights.classes)
    if choice.classes_sha256 is not None and choice.classes_sha256 != found:
        where = f"in '{choice.classes}'" if choice.classes else "of these weights"
        raise ClassNamesError(
            f"The class names {where} are others than the recipe was made with ({_hashes(found, choice.classes_sha256)}"
            "). Put the names it was made with there, or delete the line 'sha256' under [classes] in the recipe."
        )


def _other_weights(network: str, found: str, asked: str) -> str:
    hashes = _hashes(found, asked)
    if network == BUILT_IN:
        return (
            f"The recipe was made with another version's built-in network ({hashes}). Use that version, or delete the "
            "line 'sha256' under [network] in the recipe to take today's."
        )
    return (
        f"The weights '{network}' are others than the recipe was made with ({hashes}). Put the right file in their "
        "place, or delete the line 'sha256' under [network] in the recipe to use these."
    )


def _hashes(found: str, asked: str) -> str:
    return f"their SHA-256 begins {found[:SHOWN]}, the recipe asks for {asked[:SHOWN]}"
