"""What a whole Keras model says of itself beyond its weights: the attribute "model_config", JSON, never run."""

import json
from dataclasses import dataclass
from typing import Any

from resnet_gui.network.description import StemPool, StrideIn
from resnet_gui.weights import keras_names
from resnet_gui.weights.readers.raw import FileError, shorten


@dataclass(frozen=True, slots=True)
class Told:
    """None: the file does not say."""

    epsilon: float | None = None
    stem_pool: StemPool | None = None
    stride_in: StrideIn | None = None


def read(model_config: str) -> Told:
    """Epsilon, padding of the stem pool and place of the stride, where a model's configuration tells them.

    model_config: JSON, or empty where there is none.  Raises FileError on what is no configuration of Keras, and
    where batch normalisations differ in epsilon.
    """
    if not model_config:
        return Told()
    try:
        layers = _layers(json.loads(model_config))
        epsilons = {float(config["epsilon"]) for kind, _, config in layers if kind == "BatchNormalization"}
        if len(epsilons) > 1:
            raise FileError("its batch normalisations have several epsilons, which this program's networks have not")
        return Told(epsilons.pop() if epsilons else None, _stem_pool(layers), _stride_in(layers))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise FileError(f"its model_config is not what Keras writes ({shorten(error)})") from error


def _layers(model: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Class, name and settings of each layer; those of models within the model too."""
    config = model["config"]
    listed = config["layers"] if isinstance(config, dict) else config
    found = []
    for layer in listed:
        inner = layer["config"]
        if layer["class_name"] in ("Functional", "Model", "Sequential"):
            found += _layers(layer)
        else:
            found.append((layer["class_name"], str(inner.get("name", "")), inner))
    return found


def _stem_pool(layers: list[tuple[str, str, dict[str, Any]]]) -> StemPool | None:
    """keras-applications before 1.0.6 pads only before the first convolution; later ones before the pool too."""
    pools = [config for kind, _, config in layers if kind == "MaxPooling2D"]
    if len(pools) != 1 or pools[0].get("padding", pools[0].get("border_mode")) != "valid":
        return None
    paddings = sum(kind == "ZeroPadding2D" for kind, _, _ in layers)
    return {1: StemPool.UNPADDED, 2: StemPool.PADDED}.get(paddings)


def _stride_in(layers: list[tuple[str, str, dict[str, Any]]]) -> StrideIn | None:
    """Which convolution of the second stage's first block has strides of 2."""
    for kind, name, config in layers:
        known = keras_names.module(name)
        if kind in ("Conv2D", "Convolution2D") and known and tuple(config.get("strides", ())) == (2, 2):
            if known[0] == "layer2.0.conv1":
                return StrideIn.FIRST_1X1
            if known[0] == "layer2.0.conv2":
                return StrideIn.THE_3X3
    return None
