"""Small whole Keras models written by hand: configurations as Keras 1, 2 and 3 write them, and the files around them.

What Keras itself writes is read in tests/system/test_keras.py; here are the variants, quick and without Keras.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from resnet_gui.network.description import Network, StemPool
from resnet_gui.network.walk import blocks

Config = dict[str, Any]


@dataclass
class Script:
    """A functional model, layer after layer; each call returns the layer's name, to be given as an input."""

    layers: list[tuple[str, str, Config, tuple[str, ...]]] = field(default_factory=list)

    def __call__(self, kind: str, name: str, *inputs: str, **settings: Any) -> str:
        """Add a layer."""
        self.layers.append((kind, name, {"name": name, **settings}, inputs))
        return name

    def config(self, keras: int = 3, name: str = "model") -> Config:
        """As that generation of Keras writes it."""
        write = _keras3_node if keras == 3 else _keras2_node
        listed = [
            {
                "class_name": kind,
                "name": layer,
                "config": _keras1_settings(kind, settings) if keras == 1 else settings,
                "inbound_nodes": [write(inputs)] if inputs else [],
            }
            for kind, layer, settings, inputs in self.layers
        ]
        ends = [[self.layers[0][1], 0, 0]], [[self.layers[-1][1], 0, 0]]
        first, last = (end[0] if keras == 3 else end for end in ends)
        inner = {"name": name, "layers": listed, "input_layers": first, "output_layers": last}
        return {"class_name": "Functional" if keras > 1 else "Model", "config": inner}


def _keras2_node(inputs: tuple[str, ...]) -> list[Any]:
    return [[name, 0, 0, {}] for name in inputs]


def _keras3_node(inputs: tuple[str, ...]) -> Config:
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"shape": [None, 8, 8, 3], "keras_history": [name, 0, 0]}}
        for name in inputs
    ]
    return {"args": [tensors] if len(tensors) > 1 else tensors, "kwargs": {"mask": None}}


_KERAS1_WORDS = {"filters": "nb_filter", "padding": "border_mode", "units": "output_dim", "use_bias": "bias"}


def _keras1_settings(kind: str, settings: Config) -> Config:
    made = dict(settings)
    if kind == "Convolution2D":
        made["nb_row"], made["nb_col"] = made.pop("kernel_size")
        made["subsample"] = made.pop("strides")
    if kind != "ZeroPadding2D":
        made = {_KERAS1_WORDS.get(name, name): value for name, value in made.items()}
    return made


def article(network: Network, *, keras: int = 3, named: bool = True, **more: Any) -> Script:
    """The second article's program for a network of any size: its layers in its order, with its settings.

    named: by its own names, else as Keras counts.  more: activation (of the last layer), side (of the input),
    data_format, pool_same (the stem's pool padded as "same"), before (layers that prepare the picture), use_bias.
    """
    return _Article(network, keras, named, more).write()


class _Article:
    def __init__(self, network: Network, keras: int, named: bool, more: Mapping[str, Any]) -> None:
        self.network = network
        self.script = Script()
        self.more = more
        self.named = named
        self.convolution = "Convolution2D" if keras == 1 else "Conv2D"
        self.format = {"data_format": more.get("data_format", "channels_last")} if keras > 1 else {"dim_ordering": "tf"}
        self.axis = 1 if more.get("data_format") == "channels_first" else 3
        self.numbers: dict[str, int] = {}

    def name(self, kind: str, own: str = "") -> str:
        number = self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return own if own and self.named else f"{kind.lower()}_{number}"

    def conv(self, source: str, filters: int, kernel: int, branch: str, stride: int = 1, padding: str = "valid") -> str:
        settings = {"filters": filters, "kernel_size": [kernel] * 2, "strides": [stride] * 2, "padding": padding}
        bias = self.more.get("use_bias", True)
        conv, norm = ("conv1", "bn_conv1") if branch == "conv1" else (f"res{branch}", f"bn{branch}")
        tip = self.script(
            self.convolution,
            self.name("conv2d", conv),
            source,
            **settings,
            **self.format,
            use_bias=bias,
            activation="linear",
        )
        norm_name = self.name("batch_normalization", norm)
        return self.script("BatchNormalization", norm_name, tip, axis=self.axis, epsilon=self.network.epsilon)

    def relu(self, source: str) -> str:
        return self.script("Activation", self.name("activation"), source, activation="relu")

    def write(self) -> Script:
        side = self.more.get("side", 224)
        shape = [None, 3, side, side] if self.axis == 1 else [None, side, side, 3]
        tip = self.script("InputLayer", "input_1", batch_input_shape=shape)
        for kind, settings in self.more.get("before", ()):
            tip = self.script(kind, self.name(kind), tip, **settings)
        tip = self.script("ZeroPadding2D", self.name("zero_padding2d"), tip, padding=[3, 3], **self.format)
        tip = self.relu(self.conv(tip, 64, 7, "conv1", 2))
        if self.network.stem_pool is StemPool.PADDED and not self.more.get("pool_same"):
            tip = self.script("ZeroPadding2D", self.name("zero_padding2d"), tip, padding=[1, 1], **self.format)
        same = {"padding": "same" if self.more.get("pool_same") else "valid"}
        tip = self.script("MaxPooling2D", "pool", tip, pool_size=[3, 3], strides=[2, 2], **same, **self.format)
        for block in blocks(self.network):
            tip = self.block(block, tip)
        last_side = 7 if self.more.get("pool_size") is None else self.more["pool_size"]
        tip = self.script(
            "AveragePooling2D", "avg_pool", tip, pool_size=[last_side] * 2, padding="valid", **self.format
        )
        tip = self.script("Flatten", "flatten_1", tip)
        activation = self.more.get("activation", "softmax")
        self.script("Dense", self.name("dense", "fc1000"), tip, units=self.network.classes, activation=activation)
        return self.script

    def block(self, block: Any, source: str) -> str:
        stage, index = block.name.removeprefix("layer").split(".")
        letters = f"{int(stage) + 1}{'abcdefgh'[int(index)]}"
        first, second, third = block.convolutions
        tip = self.relu(self.conv(source, first.out_channels, 1, f"{letters}_branch2a", first.stride))
        if second.stride == 1:
            tip = self.conv(tip, second.out_channels, 3, f"{letters}_branch2b", padding="same")
        elif self.more.get("lopsided"):
            tip = self.conv(tip, second.out_channels, 3, f"{letters}_branch2b", second.stride, padding="same")
        else:
            tip = self.script("ZeroPadding2D", self.name("zero_padding2d"), tip, padding=[[1, 1], [1, 1]])
            tip = self.conv(tip, second.out_channels, 3, f"{letters}_branch2b", second.stride)
        tip = self.conv(self.relu(tip), third.out_channels, 1, f"{letters}_branch2c")
        if block.projection:
            projection = block.projection
            source = self.conv(source, projection.out_channels, 1, f"{letters}_branch1", projection.stride)
        if self.convolution == "Convolution2D":  # Keras 1
            return self.relu(self.script("Merge", self.name("merge"), tip, source, mode="sum"))
        return self.relu(self.script("Add", self.name("add"), tip, source))


def modules(network: Network) -> list[tuple[str, str]]:
    """Our convolutions and their normalisations, in the order in which `article` makes them."""
    found = [("conv1", "bn1")]
    for block in blocks(network):
        found += [(f"{block.name}.conv{n}", f"{block.name}.bn{n}") for n in (1, 2, 3)]
        if block.projection:
            found.append((f"{block.name}.downsample.0", f"{block.name}.downsample.1"))
    return found


def variables(arrays: Mapping[str, NDArray[Any]], network: Network, order: Any = None) -> Config:
    """Keras 3's groups: "conv2d_1" → its arrays in order, with Keras' axes.  order: of modules, else `article`'s."""
    groups: Config = {}
    for number, (conv, norm) in enumerate(order or modules(network)):
        count = f"_{number}" if number else ""
        kernel = arrays[f"{conv}.weight"].transpose(2, 3, 1, 0)
        bias = [arrays[f"{conv}.bias"]] if f"{conv}.bias" in arrays else []
        groups[f"conv2d{count}"] = [kernel, *bias]
        parts = ("weight", "bias", "running_mean", "running_var")
        groups[f"batch_normalization{count}"] = [arrays[f"{norm}.{part}"] for part in parts]
    groups["dense"] = [arrays["fc.weight"].T, arrays["fc.bias"]]
    return groups


def write_weights_h5(
    target: Path | io.BytesIO, groups: Config, names: Mapping[str, str] | None = None, under: str = "layers"
) -> None:
    """As Keras 3 writes .weights.h5.  names: of layers by group, as Keras 3.15 adds them; under: of the list."""
    with h5py.File(target, "w") as file:
        file.create_group("vars")
        for group, arrays in groups.items():
            place = file.create_group(f"{under}/{group}/vars")
            if names:
                place.attrs["name"] = names[group]
            for number, array in enumerate(arrays):
                place[str(number)] = array


def write_keras_zip(path: Path, groups: Config, config: Config, **more: Any) -> Path:
    """As Keras 3 writes .keras.  compression, extra (further parts), under: as `write_weights_h5`."""
    weights = io.BytesIO()
    write_weights_h5(weights, groups, under=more.get("under", "layers"))
    parts = {
        "metadata.json": json.dumps({"keras_version": "3.3.3"}),
        "config.json": json.dumps(config),
        "model.weights.h5": weights.getvalue(),
        **more.get("extra", {}),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():  # ZipInfo has a fixed date: the same bytes each time
            archive.writestr(zipfile.ZipInfo(name), content, more.get("compression", zipfile.ZIP_STORED))
    return path


def random_like(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Numbers that differ everywhere."""
    return np.random.default_rng(len(shape)).uniform(0.5, 1.5, shape).astype(np.float32)
