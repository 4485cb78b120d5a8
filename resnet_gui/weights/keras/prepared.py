"""Preparation of pictures inside a Keras model, compared with the preprocessings that this program knows."""

import math
from typing import Any

from resnet_gui.images.preprocessing import PRESETS, Channels, Preprocessing
from resnet_gui.weights.keras.steps import Step
from resnet_gui.weights.readers.raw import FileError, shorten

_NORMALIZATION_EPSILON = 1e-7
"""keras.backend.epsilon(), the least deviation that Normalization divides by."""

Affine = tuple[list[float], list[float]]
"""Per channel: factor and summand."""


def preprocessing_of(prepared: tuple[Step, ...]) -> str | None:
    """The name in `PRESETS` whose colours are those of the model's own layers; None where it has none.

    Raises FileError where no preprocessing of this program equals them.
    """
    if not prepared:
        return None
    factors, summands = [1.0] * 3, [0.0] * 3
    for step in prepared:
        try:
            by, plus = _affine(step)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError, KeyError) as error:
            raise FileError(_refusal(step)) from error
        summands = [a * b + c for a, b, c in zip(summands, by, plus, strict=True)]
        factors = [a * b for a, b in zip(factors, by, strict=True)]
    for name, preprocessing in PRESETS.items():
        if preprocessing.channels is Channels.RGB and _close((factors, summands), _of_preprocessing(preprocessing)):
            return name
    raise FileError(_refusal(prepared[-1]))


def _affine(step: Step) -> Affine:
    settings = step.layer.settings
    if step.layer.class_name == "Rescaling":
        return _three(settings["scale"]), _three(settings.get("offset", 0.0))
    if settings.get("invert"):
        raise ValueError("inverted")
    deviations = [max(math.sqrt(value), _NORMALIZATION_EPSILON) for value in _three(settings["variance"])]
    means = _three(settings["mean"])
    return [1 / d for d in deviations], [-mean / d for mean, d in zip(means, deviations, strict=True)]


def _three(value: Any) -> list[float]:
    """A number for each channel, from one number or from (nested) lists of three."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    numbers = value if isinstance(value, list) else [value] * 3
    if len(numbers) != 3:
        raise ValueError("not three channels")
    return [float(number) for number in numbers]


def _of_preprocessing(preprocessing: Preprocessing) -> Affine:
    factors = [1 / (preprocessing.divide * std) for std in preprocessing.std]
    return factors, [-mean / std for mean, std in zip(preprocessing.mean, preprocessing.std, strict=True)]


def _close(one: Affine, other: Affine) -> bool:
    pairs = zip([*one[0], *one[1]], [*other[0], *other[1]], strict=True)
    return all(math.isclose(a, b, rel_tol=1e-5) for a, b in pairs)


def _refusal(step: Step) -> str:
    return (
        f"its model prepares pictures itself ('{shorten(step.layer.name)}'), otherwise than any preprocessing of this "
        "program; save the network without that layer"
    )
