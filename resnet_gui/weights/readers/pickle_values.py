"""What the restricted pickle machine may make: plain values, records of tensors, and inert stand-ins; nothing runs.

Every global that a file may name is a row of `GLOBALS`; all others are refused by name.  Source of the list: torch's
own `_weights_only_unpickler.py`, cut to what ResNet checkpoints hold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from resnet_gui.weights.readers.raw import FileError, shorten

STORAGE_DTYPES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "BFloat16Storage": "bf16",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
    "BoolStorage": "?",
    "UntypedStorage": "<u1",
}
"""torch's storage classes and the numbers in them."""


@dataclass(frozen=True, slots=True)
class StorageRecord:
    """A place in the file.  key: names it.  dtype: as in `STORAGE_DTYPES`.

    numel: numbers in the whole storage.  offset, length: the part that is meant, in numbers.
    """

    key: str
    dtype: str
    numel: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class TensorRecord:
    """A tensor before its numbers are read.  offset and strides count numbers, not bytes, within the storage's part."""

    storage: StorageRecord
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Inert:
    """What a checkpoint may carry beside weights and nobody looks at: a device, a namespace of options."""

    name: str


@dataclass(frozen=True, slots=True)
class Global:
    """A global that a file names, known to be harmless: what a call of it makes, and no more."""

    name: str
    call: Callable[[tuple[Any, ...]], object]


def find_global(module: str, name: str) -> Global:
    """The stand-in for `module.name`.  Raises FileError for all that is not in `GLOBALS`."""
    full = f"{module}.{name}"
    if full in GLOBALS:
        return GLOBALS[full]
    shown = shorten(full)
    if module.partition(".")[0] in _NETWORK_CODE:
        raise FileError(
            f"it holds a pickled program, not weights alone: it asks for '{shown}', which this program never runs; "
            "save model.state_dict() instead of the model"
        )
    raise FileError(
        f"it asks for '{shown}', which weights have no need of and this program never runs; do not trust this file"
    )


_NETWORK_CODE = {"__main__", "torch", "torchvision", "timm", "models", "model", "resnet", "pytorch_lightning"}
"""Where the classes of whole pickled models live: an honest mistake rather than an attack."""


def _ordered_dict(arguments: tuple[Any, ...]) -> dict[Any, Any]:
    """OrderedDict(), or OrderedDict of a list of pairs."""
    made: dict[Any, Any] = {}
    pairs = arguments[0] if arguments else []
    if len(arguments) > 1 or not isinstance(pairs, list | tuple):
        raise FileError("its pickle makes a dictionary of what is no list of pairs")
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise FileError("its pickle makes a dictionary of what is no list of pairs")
        made[require_key(pair[0])] = pair[1]
    return made


def require_key(key: object) -> str | int:
    """A dictionary's key: a word, or a small number as in an optimiser's state.

    Others are refused: hashing nested tuples can take for ever, and so can numbers chosen to collide.
    """
    if isinstance(key, str):
        return key
    if isinstance(key, int) and 0 <= key < 1 << 31:
        return key
    raise FileError("its pickle uses something as a key that is neither a word nor a small number")


def _tensor(arguments: tuple[Any, ...]) -> TensorRecord:
    """torch._utils._rebuild_tensor(storage, offset, shape, strides); _v2 adds requires_grad, hooks and metadata.

    Sizes are those a tensor may have; that they lie within the storage is checked where numbers are read.
    """
    if len(arguments) < 4:
        raise FileError("its pickle makes a tensor of too few parts")
    storage, offset, shape, strides = arguments[:4]
    if not isinstance(storage, StorageRecord):
        raise FileError("its pickle makes a tensor of what is no storage")
    if not (_sizes(shape) and _sizes(strides) and len(shape) == len(strides) <= 8 and _sizes((offset,))):
        raise FileError("its pickle gives a tensor a shape, strides or place that are none")
    return TensorRecord(storage, offset, shape, strides)


def _sizes(values: object) -> bool:
    return isinstance(values, tuple) and all(type(size) is int and 0 <= size < 1 << 40 for size in values)


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


def _inert(name: str) -> Callable[[tuple[Any, ...]], Inert]:
    return lambda _: Inert(name)


_INERT = (
    "torch.device",
    "argparse.Namespace",
    "numpy.dtype",
    "numpy.core.multiarray.scalar",
    "numpy._core.multiarray.scalar",
)
_TORCH_DTYPES = ("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool")

_CALLS: dict[str, Callable[[tuple[Any, ...]], object]] = {
    "collections.OrderedDict": _ordered_dict,
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_parameter": _parameter,
    "torch._utils._rebuild_parameter_with_state": _parameter,
    "torch.nn.parameter.Parameter": _parameter,
    "torch.Size": _size,
    "_codecs.encode": _encoded,
    **{f"torch.{name}": _never for name in (*STORAGE_DTYPES, *_TORCH_DTYPES)},
    "torch.storage.TypedStorage": _never,
    "torch.storage.UntypedStorage": _never,
    **{name: _inert(name) for name in _INERT},
}

GLOBALS = {name: Global(name, call) for name, call in _CALLS.items()}
"""Everything a weight file may name, and what stands in for it here."""


def storage_record(pid: object) -> StorageRecord:
    """The storage that a persistent id means: ("storage", type, key, location, numel[, view]).

    view, in files of the old layout: None or (key, offset, length), a part of the storage.  The location is ignored.
    """
    match pid:
        case ("module", *_):
            raise FileError("it holds a pickled program, not weights; save model.state_dict() instead of the model")
        case ("storage", Global(name=name), key, _, int(numel), *rest) if numel >= 0 and len(rest) <= 1:
            dtype = STORAGE_DTYPES.get(name.rpartition(".")[2])
            if dtype is None or not isinstance(key, str | int):
                raise FileError(f"it has a storage of the type '{shorten(name)}', which this program does not read")
            match rest:
                case [] | [None]:
                    return StorageRecord(str(key), dtype, numel, 0, numel)
                case [(_, int(offset), int(length))] if 0 <= offset <= offset + length <= numel:
                    return StorageRecord(str(key), dtype, numel, offset, length)
    raise FileError("its pickle names a storage in a way that torch does not")
