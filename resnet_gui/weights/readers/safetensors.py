"""Reads .safetensors files: eight bytes of length, a JSON header, then the arrays one after another.

Source: the format's description on docs.rs/safetensors.  Arrays are little-endian and tile the file without holes.
"""

import itertools
import json
import os
from io import BufferedReader
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from resnet_gui.weights.readers.raw import (
    CLASS_NAMES,
    MOST_BYTES,
    FileError,
    Framework,
    RawWeights,
    as_float32,
    count,
    file_errors,
    is_own_file,
    shorten,
)

MOST_HEADER_BYTES = 8 << 20
"""ResNet-152's has a hundred kilobytes.  The format's own library allows a hundred megabytes, which as JSON can become
gigabytes of Python objects."""

DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "<i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "<u1",
    "BOOL": "?",
}

PIECE = 4 << 20
"""Numbers converted at once: 8 MB of float16."""

Entry = tuple[str, str, tuple[int, ...], int, int]
"""Name, type, shape, first byte and last byte + 1 within the data."""


def read(path: Path) -> RawWeights:
    """All arrays of the file; metadata is its `__metadata__`, and class names found there.  Raises WeightsError."""
    with file_errors(path), path.open("rb") as file:
        header, data_bytes = _header(file)
        metadata = _metadata(header.pop("__metadata__", {}))
        entries = sorted((_entry(name, value) for name, value in header.items()), key=lambda entry: entry[3:])
        _require_tiles(entries, data_bytes)
        return RawWeights(_arrays(file, entries), Framework.TORCH, metadata)


def _header(file: BufferedReader) -> tuple[dict[str, Any], int]:
    """The JSON header, and how many bytes of arrays follow; the file then stands at the first of them."""
    file_bytes = os.fstat(file.fileno()).st_size
    length = int.from_bytes(file.read(8), "little")
    if file_bytes < 8 or length > file_bytes - 8:
        raise FileError("it is cut short: its header is longer than the file")
    if length > MOST_HEADER_BYTES:
        raise FileError(f"its header of {length:,} bytes is longer than {MOST_HEADER_BYTES:,}")
    try:
        header = json.loads(file.read(length).decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise FileError(f"its header is not the JSON of a .safetensors file ({shorten(error)})") from error
    if not isinstance(header, dict):
        raise FileError("its header is not a JSON object")
    return header, file_bytes - 8 - length


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys occur once each: of two arrays with one name nobody could say which is meant."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a name occurs twice")
    return values


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _metadata(value: object) -> dict[str, str]:
    """The file's own words.  Files of this program say all in their own form; others may carry class names."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise FileError("its __metadata__ does not map words to words")
    if is_own_file(value):
        return value
    # Only now: it brings the parts of the pickle reader, which the built-in network's start need not load.
    from resnet_gui.weights.readers.embedded_names import names_in_words

    others = {key: text for key, text in value.items() if key != CLASS_NAMES}
    return others | names_in_words(value)


def _entry(name: str, value: object) -> Entry:
    """One array's place; sizes agree with each other, but not yet with the file."""
    where = f"the array '{shorten(name)}'"
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "data_offsets"}:
        raise FileError(f"its header does not say dtype, shape and data_offsets of {where}")
    dtype, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise FileError(f"{where} holds numbers of the type {shorten(dtype)}, which this program does not read")
    if not (_sizes(shape) and _sizes(offsets) and len(offsets) == 2 and len(shape) <= 8 and 0 not in shape):
        raise FileError(f"its header gives {where} a shape or place that is none")
    begin, end = offsets
    if end - begin != count(tuple(shape)) * np.dtype(DTYPES[dtype]).itemsize:
        raise FileError(f"its header gives {where} a shape that does not fit its bytes")
    return name, dtype, tuple(shape), begin, end


def _sizes(value: object) -> bool:
    return isinstance(value, list) and all(type(size) is int and size >= 0 for size in value)


def _require_tiles(entries: list[Entry], data_bytes: int) -> None:
    """Arrays lie side by side from the first byte to the last, as the format demands: none shares bytes, none hides."""
    if data_bytes > MOST_BYTES:
        raise FileError(f"its {data_bytes:,} bytes of arrays are more than any ResNet has")
    position = 0
    for name, _, _, begin, end in entries:
        if begin != position:
            raise FileError(f"the array '{shorten(name)}' does not begin where the one before it ends")
        position = end
    if position > data_bytes:
        raise FileError("it is cut short: its header declares more bytes of arrays than the file has")
    if position < data_bytes:
        raise FileError(f"{data_bytes - position:,} bytes at its end belong to no array")


def _arrays(file: BufferedReader, entries: list[Entry]) -> dict[str, NDArray[Any]]:
    """All arrays, in the order of the file; sizes have been checked against the file.

    Those of floating point are parts of one block, and neighbours of one type are read and converted together: with an
    array of its own for each, half of the time went into pages that the system has to clear (for ResNet-50 16,000 of
    them, instead of 400), and each would wait for Python's lock while other threads import the rest of the program.
    """
    block = np.empty(sum(count(shape) for _, dtype, shape, _, _ in entries if _floating(dtype)), np.float32)
    arrays: dict[str, NDArray[Any]] = {}
    position = 0
    for dtype, group in itertools.groupby(entries, key=lambda entry: entry[1]):
        neighbours = [(name, shape) for name, _, shape, _, _ in group]
        if not _floating(dtype):
            for name, shape in neighbours:
                flat = _read(file, name, np.empty(count(shape), DTYPES[dtype]))
                arrays[name] = as_float32(flat.reshape(shape), dtype.lower())
            continue
        begin = position
        for name, shape in neighbours:
            part = block[position : position + count(shape)]
            position += part.size
            arrays[name] = part.reshape(shape)
        _fill(file, neighbours[0][0], block[begin:position], np.dtype(DTYPES[dtype]))
    return arrays


def _floating(dtype: str) -> bool:
    return np.dtype(DTYPES[dtype]).kind == "f"


def _fill(file: BufferedReader, name: str, target: NDArray[np.float32], stored: np.dtype[Any]) -> None:
    """Fill part of the block with the next numbers of the file, which are of the type `stored`."""
    if stored == target.dtype:
        _read(file, name, target)
        return
    scratch = np.empty(min(target.size, PIECE), stored)
    with np.errstate(over="ignore", invalid="ignore"):  # too large for float32: `check` refuses infinity
        for start in range(0, target.size, PIECE):
            part = target[start : start + PIECE]
            part[:] = _read(file, name, scratch[: part.size])


def _read(file: BufferedReader, name: str, target: NDArray[Any]) -> NDArray[Any]:
    """Fill a flat array with the next bytes of the file; the same array."""
    if file.readinto(target.view(np.uint8).data) != target.nbytes:
        # It has been cut since its size was read.
        raise FileError(f"it ends within the array '{shorten(name)}' or one of those after it")
    return target
