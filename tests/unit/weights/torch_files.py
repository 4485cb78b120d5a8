"""Files as torch writes models: pickled whole, or as TorchScript; made byte by byte, so that no torch is needed."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.unit.weights.files import LAYOUTS, Call, Storage, pickled, tensor

Tree = dict[str, Any]


def tree_of(arrays: Mapping[str, NDArray[Any]]) -> Tree:
    """ "layer1.0.conv1.weight" → {"layer1": {"0": {"conv1": {"weight": array}}}}."""
    tree: Tree = {}
    for name, array in arrays.items():
        *modules, last = name.split(".")
        place = tree
        for module in modules:
            place = place.setdefault(module, {})
        place[last] = array
    return tree


def new_object(name: str, state: object) -> bytes:
    """Operations: an object of a class without arguments (NEWOBJ), then its attributes (BUILD)."""
    module, _, attribute = name.rpartition(".")
    return f"c{module}\n{attribute}\n".encode() + b")\x81" + operations(state) + b"b"


def operations(value: object) -> bytes:
    """The operations of a value, without PROTO and STOP."""
    return pickled(value)[2:-1]


class Storages:
    """Collects the storages while a pickle is put together."""

    def __init__(self, layout: str = "zip") -> None:
        self._layout = layout
        self.data: dict[str, bytes] = {}

    def tensor(self, array: NDArray[Any]) -> Call:
        """A tensor of a storage of its own."""
        key = str(len(self.data))
        self.data[key] = array.tobytes()
        strides = tuple(stride // array.itemsize for stride in array.strides)
        return tensor(Storage(key, array.size, layout=self._layout), array.shape, strides)


def module_operations(tree: Tree, storages: Storages) -> bytes:
    """A module of torch.nn as torch.save pickles it: its arrays in three dictionaries among other attributes."""
    own = {name: value for name, value in tree.items() if isinstance(value, np.ndarray)}
    buffers = {name: storages.tensor(array) for name, array in own.items() if name.startswith("running")}
    parameters = {
        name: Call("torch._utils._rebuild_parameter", storages.tensor(array), True, Call("collections.OrderedDict"))
        for name, array in own.items()
        if name not in buffers
    }
    modules = {name: module_operations(part, storages) for name, part in tree.items() if name not in own}
    state = {
        "training": False,
        "_parameters": parameters,
        "_buffers": buffers,
        "_non_persistent_buffers_set": Call("__builtin__.set", []),
        "_forward_hooks": Call("collections.OrderedDict"),
        "_modules": modules,
    }
    is_convolution = any(array.ndim == 4 for array in own.values())
    return new_object("torch.nn.modules.conv.Conv2d" if is_convolution else "torchvision.models.resnet.Module", state)


def script_operations(tree: Tree, storages: Storages, name: str = "ResNet") -> bytes:
    """A module of TorchScript: its arrays and the modules within it are its attributes."""
    state: dict[str, object] = {"training": False, "_is_full_backward_hook": None}
    for part, value in tree.items():
        inner = (
            storages.tensor(value) if isinstance(value, np.ndarray) else script_operations(value, storages, "Conv2d")
        )
        state[part] = inner
    return new_object(f"__torch__.torchvision.models.resnet.{name}", state)


def whole_model(arrays: Mapping[str, NDArray[Any]], layout: str = "zip") -> bytes:
    """A model as torch.save(model) writes it."""
    storages = Storages(layout)
    pickle = b"\x80\x02" + module_operations(tree_of(arrays), storages) + b"."
    return LAYOUTS[layout](pickle, storages.data)


def script_archive(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """A program as torch.jit.save writes it; its code says nothing."""
    storages = Storages()
    pickle = b"\x80\x02" + script_operations(tree_of(arrays), storages) + b"."
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        code = "code/__torch__/torchvision/models/resnet.py"
        parts = {"data.pkl": pickle, code: b"class ResNet(Module):\n  pass\n", "constants.pkl": b"\x80\x02)."}
        parts |= {f"data/{key}": data for key, data in storages.data.items()} | {"version": b"3\n"}
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(f"model/{name}"), data)  # of 1980, whenever it is written
    return target.getvalue()
