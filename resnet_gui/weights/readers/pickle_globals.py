"""Which globals a weight file may name, and what stands in for each; nothing is imported, nothing runs.

Every global that may be called is a row of `GLOBALS`.  Source of the list: torch's own `_weights_only_unpickler.py`,
cut to what ResNet checkpoints hold, and what training scripts put beside the weights.
"""

import sys
from collections.abc import Callable
from typing import Any, NoReturn

from resnet_gui.weights.readers.pickle_values import (
    STORAGE_DTYPES,
    Global,
    Ignored,
    StorageRecord,
    TensorRecord,
    UnknownGlobal,
    require_key,
)
from resnet_gui.weights.readers.raw import FileError, shorten

MOST_DIMENSIONS = 8

PYTHON_2_NAMES = {"__builtin__": "builtins", "copy_reg": "copyreg"}
"""For knowing, and refusing, these by the names of Python 3."""


def find_global(module: str, name: str) -> Global | UnknownGlobal:
    """The stand-in for `module.name`.  Raises FileError for what is of Python itself and not in `GLOBALS`."""
    module = PYTHON_2_NAMES.get(module, module)
    full = f"{module}.{name}"
    if full in GLOBALS:
        return GLOBALS[full]
    if module.partition(".")[0] in sys.stdlib_module_names:
        refuse_call(full)
    return UnknownGlobal(full)


def refuse_call(name: str) -> NoReturn:
    """Raises the FileError for a file that wants something run: an attack, or an honest mistake."""
    shown = shorten(name)
    if name in _NO_WEIGHTS:
        raise FileError(f"it holds {_NO_WEIGHTS[name]} tensors, which are no weights that this program can use")
    if name.partition(".")[0] in _NETWORK_CODE:
        raise FileError(
            f"it holds a pickled program, not weights alone: it asks for '{shown}', which this program never runs; "
            "save model.state_dict() instead of the model"
        )
    raise FileError(
        f"it asks for '{shown}', which weights have no need of and this program never runs; do not trust this file"
    )


_NETWORK_CODE = {"__main__", "__torch__", "torch", "torchvision", "timm", "models", "model", "resnet", "lightning"}
"""Where the classes of whole pickled models live: an honest mistake rather than an attack."""

_NO_WEIGHTS = {
    "torch._utils._rebuild_sparse_tensor": "sparse",
    "torch._utils._rebuild_sparse_csr_tensor": "sparse",
    "torch._utils._rebuild_meta_tensor_no_storage": "empty ('meta')",
}


def _ordered_dict(arguments: tuple[Any, ...]) -> dict[Any, Any]:
    """OrderedDict(), or OrderedDict of a list of pairs."""
    pairs = arguments[0] if arguments else []
    fitting = len(arguments) <= 1 and isinstance(pairs, list | tuple)
    if not fitting or not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
        raise FileError("its pickle makes a dictionary of what is no list of pairs")
    return {require_key(key): value for key, value in pairs}


def _tensor(arguments: tuple[Any, ...]) -> TensorRecord:
    """torch._utils._rebuild_tensor(storage, offset, shape, strides); _v2 adds requires_grad, hooks and metadata.

    Sizes are those a tensor may have; that they lie within the storage is checked where numbers are read.
    """
    if len(arguments) < 4:
        raise FileError("its pickle makes a tensor of too few parts")
    storage, offset, shape, strides = arguments[:4]
    if not isinstance(storage, StorageRecord):
        raise FileError("its pickle makes a tensor of what is no storage")
    if not (_sizes(shape) and _sizes(strides) and len(shape) == len(strides) <= MOST_DIMENSIONS and _sizes((offset,))):
        raise FileError("its pickle gives a tensor a shape, strides or place that are none")
    return TensorRecord(storage, offset, shape, strides)


def _sizes(values: object) -> bool:
    return isinstance(values, tuple) and all(type(size) is int and 0 <= size < 1 << 40 for size in values)


def _newer_tensor(arguments: tuple[Any, ...]) -> NoReturn:
    """_rebuild_tensor_v3(storage, offset, shape, strides, requires_grad, hooks, dtype): float8 and the like."""
    dtype = arguments[6] if len(arguments) > 6 else None
    name = dtype.name if isinstance(dtype, Global | UnknownGlobal) else "unknown"
    raise FileError(f"it holds numbers of the type {shorten(name)}, which this program does not read")


def _tensor_with_attributes(arguments: tuple[Any, ...]) -> object:
    """torch._tensor._rebuild_from_type_v2(function, type, arguments, attributes): a tensor with more said about it."""
    match arguments:
        case (Global(name=name, call=call), _, tuple(parts), _) if name in _TENSOR_MAKERS:
            return call(parts)
    raise FileError("its pickle makes a tensor in a way that torch does not")


def _parameter(arguments: tuple[Any, ...]) -> TensorRecord:
    """A parameter is its tensor: whether it was being trained means nothing here."""
    if not arguments or not isinstance(arguments[0], TensorRecord):
        raise FileError("its pickle makes a parameter of what is no tensor")
    return arguments[0]


def _size(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """torch.Size of a tuple."""
    if len(arguments) != 1 or not isinstance(arguments[0], tuple):
        raise FileError("its pickle makes a size of what is no tuple")
    return arguments[0]


def _members(arguments: tuple[Any, ...]) -> list[Any]:
    """A set of a list; as the list, for members of a set would have to be hashed."""
    members = arguments[0] if arguments else []
    if len(arguments) > 1 or not isinstance(members, list | tuple):
        raise FileError("its pickle makes a set of what is no list")
    return list(members)


def _itself(arguments: tuple[Any, ...]) -> object:
    """TorchScript's typed lists and dictionaries: the value; that it is of a type means nothing here."""
    if not arguments:
        raise FileError("its pickle gives a type to no value")
    return arguments[0]


def _encoded(arguments: tuple[Any, ...]) -> bytes:
    """_codecs.encode(text, "latin1"): how Python 3 writes bytes into old pickles."""
    match arguments:
        case (str(text), "latin1" | "latin-1" | "iso-8859-1"):
            try:
                return text.encode("latin-1")
            except UnicodeEncodeError as error:
                raise FileError("its pickle holds bytes that are none") from error
    raise FileError("its pickle asks for another encoding than latin-1")


def _never(arguments: tuple[Any, ...]) -> object:
    raise FileError("its pickle calls what is no function")


def _inert(name: str) -> Callable[[tuple[Any, ...]], Ignored]:
    return lambda _: Ignored(name)


_INERT = (
    "torch.device",
    "torch.torch_version.TorchVersion",
    "argparse.Namespace",
    "collections.Counter",
    "datetime.date",
    "datetime.datetime",
    "datetime.timedelta",
    "datetime.timezone",
    "functools.partial",
    *(f"pathlib.{name}" for name in ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")),
    *(f"pathlib._local.{name}" for name in ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")),
    "numpy.dtype",
    "numpy.ndarray",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray.scalar",
    "numpy.core.multiarray._reconstruct",
    "numpy._core.multiarray._reconstruct",
)
"""What training scripts put beside the weights: made of nothing, whatever the arguments."""

_TYPES = ("bool", "bytes", "complex", "dict", "float", "int", "list", "object", "str", "tuple")
_TORCH_DTYPES = ("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool")

_TENSOR_MAKERS: dict[str, Callable[[tuple[Any, ...]], object]] = {
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_parameter": _parameter,
    "torch._utils._rebuild_parameter_with_state": _parameter,
    "torch.nn.parameter.Parameter": _parameter,
}

_CALLS: dict[str, Callable[[tuple[Any, ...]], object]] = {
    **_TENSOR_MAKERS,
    "torch._utils._rebuild_tensor_v3": _newer_tensor,
    "torch._tensor._rebuild_from_type_v2": _tensor_with_attributes,
    "collections.OrderedDict": _ordered_dict,
    "collections.defaultdict": lambda _: {},
    "builtins.set": _members,
    "builtins.frozenset": _members,
    "torch.Size": _size,
    "_codecs.encode": _encoded,
    **{f"torch.jit._pickle.build_{kind}list": _itself for kind in ("int", "double", "bool", "tensor")},
    "torch.jit._pickle.restore_type_tag": _itself,
    **{f"builtins.{name}": _never for name in _TYPES},
    **{f"torch.{name}": _never for name in (*STORAGE_DTYPES, *_TORCH_DTYPES)},
    "torch.storage.TypedStorage": _never,
    "torch.storage.UntypedStorage": _never,
    **{name: _inert(name) for name in _INERT},
}

GLOBALS = {name: Global(name, call) for name, call in _CALLS.items()}
"""Everything a weight file may have called, and what stands in for it here."""
