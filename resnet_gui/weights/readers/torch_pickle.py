"""Reads .pth and .pt files of torch without torch and without running anything in them: names → arrays."""

from collections import Counter
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from resnet_gui.weights.readers.checkpoint import find_weights
from resnet_gui.weights.readers.embedded_names import embedded_names
from resnet_gui.weights.readers.pickle_values import StorageRecord, TensorRecord
from resnet_gui.weights.readers.raw import (
    MOST_BYTES,
    FileError,
    Framework,
    RawWeights,
    as_float32,
    count,
    file_errors,
    shorten,
)
from resnet_gui.weights.readers.torch_archive import Archive, itemsize, open_archive


def read(path: Path) -> RawWeights:
    """The weights in the file, zip or legacy layout: a state dictionary, a whole model, a TorchScript program.

    They may lie under a key such as "state_dict"; a note then says which was taken.  Raises WeightsError.
    """
    with file_errors(path), path.open("rb") as file:
        archive = open_archive(file)
        found = find_weights(archive.root)
        _require_total(found.tensors, archive)
        arrays = _arrays(file, archive, found.tensors)
        return RawWeights(arrays, Framework.TORCH, {**found.said, **embedded_names(archive.root)}, found.notes)


def _require_total(tensors: dict[str, TensorRecord], archive: Archive) -> None:
    """Tensors may share bytes (tied weights), but a small file may not become arrays without end."""
    stored = sum(span.length for span in archive.spans.values())
    wanted = sum(count(tensor.shape) * itemsize(tensor.storage.dtype) for tensor in tensors.values())
    if wanted > min(2 * stored, MOST_BYTES):
        raise FileError(f"its tensors claim {wanted:,} bytes, more than the {stored:,} bytes it holds can give")


def _arrays(file: BinaryIO, archive: Archive, tensors: dict[str, TensorRecord]) -> dict[str, NDArray[Any]]:
    """The numbers of all tensors.  A storage is kept only until its last tensor is read."""
    left = Counter(tensor.storage.key for tensor in tensors.values())
    storages: dict[str, NDArray[Any]] = {}
    arrays = {}
    for name, tensor in tensors.items():
        _require_within(name, tensor)
        key = tensor.storage.key
        if key not in storages:
            storages[key] = _storage(file, archive, tensor.storage)
        arrays[name] = _array(storages[key], tensor)
        left[key] -= 1
        if not left[key]:
            del storages[key]
    return arrays


def _require_within(name: str, tensor: TensorRecord) -> None:
    """Each number has a place of its own in the storage.  Weights never share places, files that mean harm do."""
    last = tensor.offset
    for side, stride in sorted(zip(tensor.shape, tensor.strides, strict=True), key=lambda pair: pair[1]):
        if side > 1 and stride <= last - tensor.offset:
            raise FileError(f"the strides of its tensor '{shorten(name)}' make numbers overlap")
        last += (side - 1) * stride
    if 0 in tensor.shape or last >= tensor.storage.length:
        raise FileError(f"the tensor '{shorten(name)}' is empty or goes beyond its storage")


def _array(storage: NDArray[Any], tensor: TensorRecord) -> NDArray[Any]:
    """The numbers of one tensor."""
    numbers = storage[tensor.storage.offset :][tensor.offset :]
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
