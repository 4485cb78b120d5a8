"""From a model that was pickled whole, or a TorchScript program, to its arrays by path; its code is not looked at.

torch keeps a module's arrays in three dictionaries, `_parameters`, `_buffers` and `_modules`; a TorchScript archive
keeps them as plain attributes.  Source: torch/nn/modules/module.py (`state_dict`), torch/csrc/jit/serialization/export.
"""

import json
from typing import Any

from resnet_gui.weights.readers.pickle_values import ObjectRecord, TensorRecord
from resnet_gui.weights.readers.raw import CONV_STRIDES, EPSILON, FileError, shorten

SCRIPT = "__torch__."
"""Begins the name of every class of a TorchScript program."""
MOST_PATH = 1_000
"""Letters; modules within modules without end have an endless path."""
MOST_ATTRIBUTES = 250_000
"""ResNet-152 has about twelve thousand; a module that stands in several places counts in each."""

_ACTIVATIONS = {"activation", "activations"}
"""The modules of torch.nn and of timm.layers that hold activations."""
_MAX_POOL: dict[str, object] = {"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 1, "ceil_mode": False}
"""He et al. 2015, table 1; the padding and the rest as torchvision and timm."""
_PLACES: dict[str, set[str]] = {
    "relu": {"ReLU"},
    "act1": {"ReLU"},
    "act2": {"ReLU"},
    "act3": {"ReLU"},
    "aa": {"Identity"},
    "maxpool": {"MaxPool2d"},
    "avgpool": {"AdaptiveAvgPool2d", "AvgPool2d"},
    "pool": {"MaxPool2d", "AdaptiveAvgPool2d", "FastAdaptiveAvgPool"},
}
"""The names that torchvision and timm give to modules without arrays, and the classes a plain ResNet has there.

Another class there ("maxpool": an Identity for small pictures, a blurred pool in timm's "aa") is another network."""
_DICTIONARIES = ("_parameters", "_buffers", "_modules")


def is_module(value: object) -> bool:
    """Whether an object has what torch gives its modules, so that its arrays can be found without its code."""
    if not isinstance(value, ObjectRecord):
        return False
    return value.name.startswith(SCRIPT) or all(isinstance(value.state.get(word), dict) for word in _DICTIONARIES)


def module_tensors(root: ObjectRecord) -> tuple[dict[str, TensorRecord], dict[str, str]]:
    """Path → tensor, as the model's own `state_dict()` would name them, and what the modules say, as metadata.

    Raises FileError for what is no model.
    """
    tensors: dict[str, TensorRecord] = {}
    strides: dict[str, int] = {}
    epsilons: set[float] = set()
    waiting: list[tuple[str, ObjectRecord]] = [("", root)]
    attributes = 0
    while waiting:
        path, module = waiting.pop()
        own, children, size = _parts(module)
        attributes += size
        if len(path) > MOST_PATH or attributes > MOST_ATTRIBUTES:
            raise FileError("its model has more parts within parts than any ResNet")
        _require_plain(path, module)
        _require_plain_convolution(path, module, own)
        tensors |= {path + name: tensor for name, tensor in own.items()}
        waiting += [(f"{path}{name}.", child) for name, child in reversed(children.items())]
        match module.state.get("stride"):
            case (int(stride), int(other)) if stride == other and "weight" in own:
                strides[f"{path}weight"] = stride
        match module.state.get("eps"):
            case float(epsilon) if "running_var" in own:
                epsilons.add(epsilon)
    if len(epsilons) > 1:
        raise FileError(f"its normalisations have different epsilons ({', '.join(map(str, sorted(epsilons)[:3]))})")
    said = {CONV_STRIDES: json.dumps(strides)} if strides else {}
    if epsilons:
        said[EPSILON] = str(epsilons.pop())
    return tensors, said


def _require_plain(path: str, module: ObjectRecord) -> None:
    """Raises FileError for modules without arrays that make another network of the same arrays.

    What a model computes is in its code, which is not looked at; its modules' classes and settings are a part of that.
    """
    *modules, kind = module.name.split(".")
    shown = shorten(f"{path.rstrip('.')} ({kind})")
    if _ACTIVATIONS & set(modules) and kind != "ReLU":
        raise FileError(f"its model has the activation {shown}, where the ResNets of this program have ReLU")
    if kind not in _PLACES.get(path.rstrip(".").rpartition(".")[2], {kind}):
        raise FileError(f"its model has {shown} where the ResNets of this program have something else")
    if kind == "MaxPool2d":
        for name, expected in _MAX_POOL.items():
            value = module.state.get(name, expected)
            if value not in (expected, (expected, expected)):
                # Only numbers are shown: a value out of a file may be nested deeper than Python can print.
                found = str(value) if isinstance(value, int) else "others"
                raise FileError(f"its model has a pool, {shown}, with {name} {found} instead of {expected}")


def _require_plain_convolution(path: str, module: ObjectRecord, own: dict[str, TensorRecord]) -> None:
    """Raises FileError for a convolution that computes other things with its kernel than a ResNet's.

    A TorchScript program keeps these settings in its code, and a module without them passes.
    """
    kernel = own.get("weight")
    if kernel is None or len(kernel.shape) != 4:
        return
    kind = module.name.rpartition(".")[2]
    shown = shorten(f"{path.rstrip('.')} ({kind})")
    if kind != "Conv2d":
        raise FileError(f"its model has the convolution {shown}, where the ResNets of this program have Conv2d")
    around = (kernel.shape[2] // 2, kernel.shape[3] // 2)
    for name, expected in (("dilation", (1, 1)), ("padding", around), ("padding_mode", "zeros")):
        if module.state.get(name, expected) != expected:
            raise FileError(f"its model has a convolution, {shown}, whose {name} is not {_words(expected)}")


def _words(value: tuple[int, int] | str) -> str:
    return value if isinstance(value, str) else "×".join(map(str, value))


def _parts(module: ObjectRecord) -> tuple[dict[str, TensorRecord], dict[str, ObjectRecord], int]:
    """A module's own tensors, the modules within it, and how many values were looked at for that."""
    if not is_module(module):
        raise FileError(
            f"a part of its model is of the class '{shorten(module.name)}', which is no module of torch; "
            "save model.state_dict() instead of the model"
        )
    state = module.state
    if module.name.startswith(SCRIPT):
        return _of_type(state, TensorRecord), _of_type(state, ObjectRecord), 1 + len(state)
    parameters, buffers, modules = (state[word] for word in _DICTIONARIES)
    passing = state.get("_non_persistent_buffers_set")
    passing = passing if isinstance(passing, list) else []
    left_out = {name for name in passing if isinstance(name, str)}
    lasting = {name: value for name, value in buffers.items() if name not in left_out}
    size = 1 + len(parameters) + len(buffers) + len(modules) + len(passing)
    return _of_type(parameters | lasting, TensorRecord), _of_type(modules, ObjectRecord), size


def _of_type(values: dict[str | int, Any], kind: type[Any]) -> dict[str, Any]:
    """The values of that type whose names are short; torch's own are words of a program."""
    return {
        name: value
        for name, value in values.items()
        if isinstance(name, str) and len(name) <= MOST_PATH and isinstance(value, kind)
    }
