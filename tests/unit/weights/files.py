"""Small networks and weight files of every format, written by other programs than ours or byte by byte."""

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from resnet_gui.network.description import BlockKind, Network, StrideIn
from resnet_gui.network.walk import parameter_shapes

Arrays = dict[str, NDArray[np.float32]]

TINY = Network(block=BlockKind.BASIC, stages=(1, 2), widths=(5, 9), classes=7)
TINY_BOTTLENECK = Network(block=BlockKind.BOTTLENECK, stages=(2, 1), widths=(4, 6), classes=11)
TINY_KERAS = Network(
    block=BlockKind.BOTTLENECK,
    stages=(2, 1),
    widths=(4, 6),
    classes=11,
    conv_bias=True,
    stride_in=StrideIn.FIRST_1X1,
    epsilon=1e-3,
)


def random_arrays(network: Network, seed: int = 1) -> Arrays:
    """Numbers that differ everywhere; variances are positive."""
    random = np.random.default_rng(seed)
    return {
        name: random.uniform(0.5, 1.5, shape).astype(np.float32) for name, shape in parameter_shapes(network).items()
    }


def same(found: Mapping[str, NDArray[Any]], expected: Mapping[str, NDArray[Any]]) -> bool:
    """Whether names, types and numbers agree."""
    return set(found) == set(expected) and all(
        found[name].dtype == np.float32 and np.array_equal(found[name], expected[name]) for name in expected
    )


def safetensors_bytes(header: object, data: bytes) -> bytes:
    """A .safetensors file with whatever header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def safetensors_file(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str], dtype: str = "F32") -> bytes:
    """A .safetensors file of floating-point arrays.  dtype: F32, F16 or F64."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    data = b""
    for name, array in arrays.items():
        begin = len(data)
        data += array.astype({"F32": "<f4", "F16": "<f2", "F64": "<f8"}[dtype]).tobytes()
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, len(data)]}
    return safetensors_bytes(header, data)


class Storage:
    """Pickled as torch pickles a storage: by a persistent id; in the legacy layout with None, no view, at its end."""

    def __init__(self, key: str, numbers: int, kind: str = "FloatStorage", layout: str = "zip") -> None:
        view = (None,) if layout == "legacy" else ()
        self.pid = ("storage", _Named(f"torch\n{kind}\n"), key, "cpu", numbers, *view)


class _Named:
    def __init__(self, text: str) -> None:
        self.text = text


class Call:
    """Pickled as GLOBAL, arguments, REDUCE."""

    def __init__(self, name: str, *arguments: object) -> None:
        self.name = name.rpartition(".")[0] + "\n" + name.rpartition(".")[2] + "\n"
        self.arguments = arguments


def tensor(storage: Storage, shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0) -> Call:
    """A tensor as torch pickles it."""
    hooks = Call("collections.OrderedDict")
    return Call("torch._utils._rebuild_tensor_v2", storage, offset, shape, strides, False, hooks)


def pickled(value: object) -> bytes:
    """Protocol 2, operation by operation; Python's own pickler would import what it names."""
    return b"\x80\x02" + _operations(value) + b"."


def _operations(value: object) -> bytes:
    match value:
        case Storage():
            return _operations(value.pid) + b"Q"
        case _Named():
            return b"c" + value.text.encode()
        case Call():
            return b"c" + value.name.encode() + _operations(value.arguments) + b"R"
        case bytes():  # operations as they are
            return value
        case tuple():
            return b"(" + b"".join(map(_operations, value)) + b"t"
        case list():
            return b"](" + b"".join(map(_operations, value)) + b"e"
        case dict():
            return b"}(" + b"".join(_operations(key) + _operations(item) for key, item in value.items()) + b"u"
        case _:
            return pickle.dumps(value, 2)[2:-1]


def zip_layout(pickle_bytes: bytes, storages: Mapping[str, bytes], byte_order: bytes = b"little") -> bytes:
    """A .pth of the zip layout."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        parts = {"data.pkl": pickle_bytes, "byteorder": byte_order}
        parts |= {f"data/{key}": data for key, data in storages.items()} | {"version": b"3\n"}
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(f"weights/{name}"), data)  # of 1980, whenever it is written
    return target.getvalue()


def legacy_layout(pickle_bytes: bytes, storages: Mapping[str, bytes], itemsize: int = 4) -> bytes:
    """A .pth of the legacy layout."""
    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [pickle.dumps(value, 2) for value in (0x1950A86A20F9469CFC6C, 1001, system)]
    parts += [pickle_bytes, pickle.dumps(list(storages), 2)]
    for data in storages.values():
        parts += [struct.pack("<q", len(data) // itemsize), data]
    return b"".join(parts)


LAYOUTS = {"zip": zip_layout, "legacy": legacy_layout}


def torch_file(arrays: Mapping[str, NDArray[Any]], layout: str = "zip") -> bytes:
    """A state dictionary as torch.save writes it, without torch."""
    state, storages = {}, {}
    for key, (name, array) in enumerate(arrays.items()):
        strides = tuple(stride // array.itemsize for stride in array.strides)
        state[name] = tensor(Storage(str(key), array.size, layout=layout), array.shape, strides)
        storages[str(key)] = array.tobytes()
    return LAYOUTS[layout](pickled(state), storages)


def _to_early_keras(module: str) -> tuple[str, str]:
    """torchvision's module → Keras' layer of 2016, written down here on its own."""
    if module in ("conv1", "bn1", "fc"):
        return {"conv1": "conv1", "bn1": "bn_conv1", "fc": "fc1000"}[module], module[:2]
    stage, block, part, *rest = module.removeprefix("layer").split(".")
    kind = "res" if part.startswith("conv") or rest == ["0"] else "bn"
    branch = "1" if part == "downsample" else "2" + " abc"[int(part[-1])]
    return f"{kind}{int(stage) + 1}{'abcdefgh'[int(block)]}_branch{branch}", kind


def _to_applications(module: str) -> tuple[str, str]:
    """torchvision's module → keras.applications' layer."""
    if module in ("conv1", "bn1", "fc"):
        return {"conv1": "conv1_conv", "bn1": "conv1_bn", "fc": "predictions"}[module], module[:2]
    stage, block, part, *rest = module.removeprefix("layer").split(".")
    kind = "conv" if part.startswith("conv") or rest == ["0"] else "bn"
    number = "0" if part == "downsample" else part[-1]
    return f"conv{int(stage) + 1}_block{int(block) + 1}_{number}_{kind}", "bn" if kind == "bn" else "res"


KERAS_WORDS = {
    "keras1": {
        "bn": {"weight": "gamma", "bias": "beta", "running_mean": "running_mean", "running_var": "running_std"},
        "": {"weight": "W", "bias": "b"},
    },
    "keras2": {
        "bn": {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"},
        "": {"weight": "kernel", "bias": "bias"},
    },
}


def keras_layers(arrays: Mapping[str, NDArray[Any]], layout: str, names: str = "early") -> dict[str, dict[str, Any]]:
    """Layer → weight name → array in Keras' axes, as the layout names it."""
    layers: dict[str, dict[str, Any]] = {}
    for name, array in arrays.items():
        module, _, role = name.rpartition(".")
        layer, kind = (_to_early_keras if names == "early" else _to_applications)(module)
        word = KERAS_WORDS[layout]["bn" if kind == "bn" else ""][role]
        full = f"{layer}_{word}:0" if layout == "keras1" else f"{layer}/{word}:0"
        axes = {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}[array.ndim]
        layers.setdefault(layer, {})[full] = array.transpose(axes)
    return layers


def write_keras(path: Path, layers: Mapping[str, Mapping[str, Any]], **more: Any) -> Path:
    """As Keras writes it.  whole: under "model_weights"; chunks: names split into so many attributes; backend: …"""
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights") if more.get("whole") else file
        names = [layer.encode() for layer in layers]
        if chunks := more.get("chunks"):
            for number, part in enumerate(np.array_split(np.array(names), chunks)):
                root.attrs[f"layer_names{number}"] = part
        else:
            root.attrs["layer_names"] = names
        root.attrs["backend"] = more.get("backend", b"tensorflow")
        if config := more.get("config"):
            file.attrs["model_config"] = json.dumps(config)
        for layer, weights in layers.items():
            group = root.create_group(layer)
            group.attrs["weight_names"] = [name.encode() for name in weights]
            for name, array in weights.items():
                group.create_dataset(name, data=array)
    return path
