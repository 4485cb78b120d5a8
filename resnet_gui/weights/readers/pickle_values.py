"""What the restricted pickle machine makes: plain values, records of tensors and objects, stand-ins; nothing runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
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
    """A storage of torch: a run of numbers in the file.

    key: its name in the file.
    dtype: a value of `STORAGE_DTYPES`.
    numel: numbers in the whole storage.
    offset, length: the part that is meant, in numbers.
    """

    key: str
    dtype: str
    numel: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class TensorRecord:
    """A tensor before its numbers are read.

    storage: where they are.
    offset: of the first number within the storage's part, in numbers.
    shape: of the tensor.
    strides: in numbers, not bytes.
    """

    storage: StorageRecord
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A value that a checkpoint may carry beside weights and that is not used: a device, a namespace of options.

    name: of its class.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Global:
    """A global that a file names and that is known to be harmless.

    name: "torch._utils._rebuild_tensor_v2".
    call: makes what stands for the result of a call, from the arguments.
    """

    name: str
    call: Callable[[tuple[Any, ...]], object]


@dataclass(frozen=True, slots=True)
class UnknownGlobal:
    """A global that this program does not know.  It is never imported, and a file that calls it is refused.

    A model that was pickled whole names its classes; they may be there, and bare objects may be made of them.

    name: with its module.
    """

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class ObjectRecord:
    """A bare object of a class that this program does not know.

    name: of its class.
    state: what was to be its attributes.
    """

    name: str
    state: dict[str | int, Any] = field(default_factory=dict)


def require_key(key: object) -> str | int:
    """A dictionary's key: a word, or a small number as in an optimiser's state.

    Others are refused: hashing nested tuples can take for ever, and so can numbers chosen to collide.
    """
    if isinstance(key, str):
        return key
    if isinstance(key, int) and 0 <= key < 1 << 31:
        return key
    raise FileError("its pickle uses something as a key that is neither a word nor a small number")


def persistent(pid: object) -> StorageRecord | UnknownGlobal:
    """What a persistent id means: a storage, or, in the legacy layout of models pickled whole, a class.

    ("storage", type, key, location, numel[, view]); the location is ignored; view, in the legacy layout: None or
    (key, offset, length), a part of the storage.  ("module", class, path of its source, its source).
    """
    match pid:
        case ("module", UnknownGlobal() as unknown, *rest) if len(rest) == 2:
            return unknown
        case ("storage", Global(name=name) | UnknownGlobal(name=name), key, _, int(numel), *rest) if (
            numel >= 0 and len(rest) <= 1
        ):
            dtype = STORAGE_DTYPES.get(name.rpartition(".")[2])
            if dtype is None or not isinstance(key, str | int):
                raise FileError(f"it has a storage of the type '{shorten(name)}', which this program does not read")
            match rest:
                case [] | [None]:
                    return StorageRecord(str(key), dtype, numel, 0, numel)
                case [(_, int(offset), int(length))] if 0 <= offset <= offset + length <= numel:
                    return StorageRecord(str(key), dtype, numel, offset, length)
    raise FileError("its pickle names a storage in a way that torch does not")
