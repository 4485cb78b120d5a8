"""Reads .pth and .pt files of torch without torch and without running anything in them: names → arrays."""

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from resnet_gui.weights.readers.pickle_values import StorageRecord, TensorRecord
from resnet_gui.weights.readers.raw import (
    MOST_BYTES,
    Dialect,
    FileError,
    RawWeights,
    about,
    as_float32,
    count,
    shorten,
)
from resnet_gui.weights.readers.torch_archive import Archive, itemsize, open_archive

NESTED_KEYS = ("state_dict_ema", "model_ema", "state_dict", "model_state_dict", "model", "net", "module")
"""Where training scripts put the weights inside a checkpoint; earlier names win (timm prefers averaged weights)."""

_DEEPEST = 3


def read(path: Path) -> RawWeights:
    """The state dictionary of the file, zip or legacy layout.  Raises WeightsError.

    The weights may lie under a key such as "state_dict"; a note then says which was taken.
    """
    with about(path), path.open("rb") as file:
        archive = open_archive(file)
        tensors, keys = _state(archive.root)
        _require_total(tensors, archive)
        storages: dict[str, NDArray[Any]] = {}
        arrays = {name: _array(file, archive, storages, name, tensor) for name, tensor in tensors.items()}
        where = " → ".join(f"'{key}'" for key in keys)
        notes = (f"The weights were taken from the file's part {where}.",) if keys else ()
        return RawWeights(arrays, Dialect.TORCH, {}, notes)


def _state(root: object) -> tuple[dict[str, TensorRecord], list[str]]:
    """The dictionary of tensors in what was saved, and the keys on the way to it."""
    keys: list[str] = []
    for _ in range(_DEEPEST + 1):
        if not isinstance(root, dict):
            break
        nested = next((key for key in NESTED_KEYS if isinstance(root.get(key), dict)), None)
        if nested is None:
            tensors = {str(name): value for name, value in root.items() if isinstance(value, TensorRecord)}
            if tensors:
                return tensors, keys
            break
        keys.append(nested)
        root = root[nested]
    raise FileError("it holds no dictionary of tensors; save model.state_dict() with torch.save")


def _require_total(tensors: dict[str, TensorRecord], archive: Archive) -> None:
    """Tensors may share bytes (tied weights), but a small file may not become arrays without end."""
    stored = sum(span.length for span in archive.spans.values())
    wanted = sum(count(tensor.shape) * itemsize(tensor.storage.dtype) for tensor in tensors.values())
    if wanted > min(2 * stored, MOST_BYTES):
        raise FileError(f"its tensors claim {wanted:,} bytes, more than the {stored:,} bytes it holds can give")


def _array(
    file: BinaryIO, archive: Archive, storages: dict[str, NDArray[Any]], name: str, tensor: TensorRecord
) -> NDArray[Any]:
    """The numbers of one tensor."""
    last = tensor.offset + sum((n - 1) * stride for n, stride in zip(tensor.shape, tensor.strides, strict=True))
    if 0 in tensor.shape or last >= tensor.storage.length:
        raise FileError(f"the tensor '{shorten(name)}' is empty or goes beyond its storage")
    if tensor.storage.key not in storages:
        storages[tensor.storage.key] = _storage(file, archive, tensor.storage)
    numbers = storages[tensor.storage.key][tensor.storage.offset :][tensor.offset :]
    strides = tuple(stride * numbers.itemsize for stride in tensor.strides)
    view = as_strided(numbers, tensor.shape, strides)
    array = as_float32(view, tensor.storage.dtype)
    # Tensors may share a storage, and a view would keep all of it in memory.
    return array.copy() if np.may_share_memory(array, numbers) and array.size < numbers.size else array


def _storage(file: BinaryIO, archive: Archive, storage: StorageRecord) -> NDArray[Any]:
    span = archive.spans[storage.key]
    bytes_each = itemsize(storage.dtype)
    if storage.numel * bytes_each > span.length:
        raise FileError(f"it is cut short: its storage '{shorten(storage.key)}' is smaller than its tensors")
    dtype = np.dtype("u2" if storage.dtype == "bf16" else storage.dtype)
    dtype = dtype.newbyteorder(">" if archive.big_endian else "<")
    file.seek(span.begin)
    numbers = np.fromfile(file, dtype, storage.numel)
    if numbers.size != storage.numel:
        raise FileError(f"it ends within its storage '{shorten(storage.key)}'")
    return numbers
