"""What a whole Keras model says of itself beyond its weights: its configuration, JSON, never run.

It is read into a flat list of layers, models within the model taken apart.  Keras 1, 2 and 3 write the same things in
three ways; sources: keras/src/models/functional.py, keras/src/legacy/saving/, Keras 1.2's topology.py.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from resnet_gui.weights.readers.raw import FileError, shorten

MOST_LETTERS = 8 << 20
"""Keras' ResNet152 takes half a million; as objects JSON takes twenty times its letters."""
MOST_LAYERS = 20_000
"""Keras' ResNet152 has 516."""
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a Keras model's configuration.

    key: unique in the model: "resnet50/conv1_conv".
    name: its own: "conv1_conv".
    path: where Keras 3 keeps its weights: "layers/functional/layers/conv2d".
    class_name: Keras' class: "Conv2D".
    settings: its configuration, as Keras writes it.
    inputs: keys of the layers it reads.
    """

    key: str
    name: str
    path: str
    class_name: str
    settings: Mapping[str, Any]
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A Keras model, models within it taken apart.

    layers: by key.
    output: the key of the layer whose output is the model's.
    """

    layers: Mapping[str, Layer]
    output: str


def read(text: str) -> Model | None:
    """The model in a configuration; None where there is no text.  Raises FileError on what Keras does not write."""
    if not text:
        return None
    if len(text) > MOST_LETTERS:
        raise FileError(f"its model_config of {len(text):,} letters is longer than any network's")
    try:
        collector = _LayerCollector()
        output = collector.model(json.loads(text), "", "", ())
        return Model(collector.resolved(), collector.resolve(output))
    except FileError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError) as error:
        raise FileError(f"its model_config is not what Keras writes ({shorten(error)})") from error


class _LayerCollector:
    """Collects the layers of a model, and aliases: keys of models and their inputs → keys of the layers they mean."""

    def __init__(self) -> None:
        self._layers: dict[str, Layer] = {}
        self._aliases: dict[str, str] = {}

    def model(self, config: Mapping[str, Any], prefix: str, path: str, feeds: tuple[str, ...]) -> str:
        """Takes a model apart; the key of its output.  prefix: of its layers' keys.  feeds: keys that it reads."""
        kind, inner = config["class_name"], config["config"]
        listed = inner["layers"] if isinstance(inner, dict) and "layers" in inner else inner
        if not isinstance(listed, list):
            raise FileError(
                f"its model is of a class of its own ('{shorten(kind)}'), which cannot be looked into; save its "
                "weights alone, as .weights.h5"
            )
        if prefix.count("/") > _DEEPEST:
            raise FileError("its models are nested deeper than any network's")
        chain = kind == "Sequential" or not isinstance(inner, dict)
        last, ranks = feeds, dict[str, int]()
        for layer in listed:
            name = _name(layer)
            key = f"{prefix}{name}"
            within = f"{path}layers/{_counted(str(layer['class_name']), ranks)}"
            inputs = last if chain else tuple(f"{prefix}{source}" for source in _sources(layer, name))
            if chain and layer["class_name"] == "InputLayer" and feeds:
                self._aliases[key] = feeds[0]
            else:
                self._add(layer, key, name, within, inputs, feeds)
            last = (key,)
        if chain:
            if not last:
                raise FileError("its model has no layers")
            return last[0]
        if feeds:
            (entry,) = _references(inner["input_layers"])
            self._aliases[f"{prefix}{entry}"] = feeds[0]
            self._layers.pop(f"{prefix}{entry}", None)
        outputs = list(_references(inner["output_layers"]))
        if len(outputs) != 1:
            raise FileError(f"its model has {len(outputs)} outputs")
        return f"{prefix}{outputs[0]}"

    def _add(
        self, layer: Mapping[str, Any], key: str, name: str, path: str, inputs: tuple[str, ...], feeds: tuple[str, ...]
    ) -> None:
        if key in self._layers or key in self._aliases:
            raise FileError(f"its model has two layers called '{shorten(name)}'")
        if len(self._layers) + len(self._aliases) > MOST_LAYERS:
            raise FileError(f"its model has more than {MOST_LAYERS:,} layers")
        settings = layer["config"]
        if isinstance(settings, list) or (isinstance(settings, dict) and isinstance(settings.get("layers"), list)):
            if len(inputs) > 1:
                raise FileError(f"its inner model '{shorten(name)}' has {len(inputs)} inputs")
            self._aliases[key] = self.model(layer, f"{key}/", f"{path}/", inputs)
        else:
            self._layers[key] = Layer(key, name, path, str(layer["class_name"]), dict(settings), inputs)

    def resolve(self, key: str) -> str:
        """The layer that a key stands for."""
        for _ in range(len(self._aliases) + 1):
            if key not in self._aliases:
                if key not in self._layers:
                    raise FileError(f"its model reads '{shorten(key)}', which is not there")
                return key
            key = self._aliases[key]
        raise FileError("its models hold one another")

    def resolved(self) -> dict[str, Layer]:
        """All layers, each with the keys of real layers as inputs."""
        return {
            key: replace(layer, inputs=tuple(self.resolve(source) for source in layer.inputs))
            for key, layer in self._layers.items()
        }


def _name(layer: Mapping[str, Any]) -> str:
    return str(layer.get("name") or layer["config"].get("name") or layer["class_name"])


def _counted(kind: str, ranks: dict[str, int]) -> str:
    """The name Keras 3 keeps a layer's weights under: its class in snake case, counted."""
    snake = re.sub(r"\W+", "", kind)
    snake = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", snake)
    snake = re.sub("([a-z])([A-Z])", r"\1_\2", snake).lower()
    rank = ranks.get(snake, 0)
    ranks[snake] = rank + 1
    return f"{snake}_{rank}" if rank else snake


def _sources(layer: Mapping[str, Any], name: str) -> list[str]:
    """Names of the layers that a layer reads; a layer used twice is none of a ResNet's."""
    nodes = layer.get("inbound_nodes") or []
    if len(nodes) > 1:
        raise FileError(f"its layer '{shorten(name)}' is used in {len(nodes)} places")
    return list(_references(nodes[0])) if nodes else []


def _references(node: Any, depth: int = 0) -> Iterator[str]:
    """The names in a reference: ["x", 0, 0], lists of such, or Keras 3's tensors within arguments."""
    if depth > 2 * _DEEPEST:
        raise FileError("its model_config is nested deeper than Keras writes")
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            yield str(node["config"]["keras_history"][0])
        else:
            for part in node.values():
                yield from _references(part, depth + 1)
    elif isinstance(node, list):
        if len(node) >= 3 and isinstance(node[0], str) and type(node[1]) is int and type(node[2]) is int:
            yield node[0]
        else:
            for part in node:
                yield from _references(part, depth + 1)
