"""The two layouts of torch's files: where the pickle lies, and where the bytes of each storage are.

zip, since torch 1.6: entries `<prefix>/data.pkl`, `<prefix>/data/<key>`, `<prefix>/byteorder`, stored uncompressed;
TorchScript's archives add `<prefix>/constants.pkl` and `<prefix>/code/`, which are not read.
legacy: five pickles (a magic number, the protocol, the machine, the object, the keys), then each storage with its
length in front.  Source: torch/serialization.py.
"""

import os
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from resnet_gui.weights.readers.pickle_machine import EndOfPickleError, PickleMachine
from resnet_gui.weights.readers.pickle_values import StorageRecord
from resnet_gui.weights.readers.raw import FileError, shorten
from resnet_gui.weights.readers.zip_directory import Span, read_directory, span_of

MOST_PICKLE_BYTES = 64 << 20
"""The pickle holds names and sizes only; ResNet-152's has a hundred kilobytes."""

_FIRST_PICKLE_BYTES = 1 << 20
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_LEGACY_PROTOCOL = 1001
_LOCAL_HEADER = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened file of torch.

    root: what was saved.
    spans: the bytes of each storage, by its key, all within the file.
    big_endian: whether numbers are stored so.
    """

    root: object
    spans: dict[str, Span]
    big_endian: bool


def open_archive(file: BinaryIO) -> Archive:
    """Reads the pickle and finds the storages; numbers are not read yet.  Raises FileError."""
    file.seek(0)
    return _open_zip(file) if file.read(4) == _LOCAL_HEADER else _open_legacy(file)


def itemsize(dtype: str) -> int:
    """Bytes of one number; dtype as in `pickle_values.STORAGE_DTYPES`."""
    return 2 if dtype == "bf16" else np.dtype(dtype).itemsize


def _open_zip(file: BinaryIO) -> Archive:
    directory = read_directory(file)
    entries = directory.entries
    pickles = [name for name in entries if name == "data.pkl" or name.endswith("/data.pkl")]
    if len(pickles) != 1:
        if any(name.endswith("/archive_format") for name in entries):
            raise FileError("it is a program of torch.export, not weights; save model.state_dict() with torch.save")
        raise FileError("it is a zip file, but none that torch.save writes: it has no data.pkl")
    prefix = pickles[0].removesuffix("data.pkl")
    machine = PickleMachine(_read(file, span_of(file, directory, entries[pickles[0]]), MOST_PICKLE_BYTES))
    root = machine.load()
    spans = {}
    for key in machine.storages:
        entry = entries.get(f"{prefix}data/{key}")
        if entry is None:
            raise FileError(f"its storage '{shorten(key)}' is missing")
        spans[key] = span_of(file, directory, entry)
    byte_order = b"little"
    if f"{prefix}byteorder" in entries:
        byte_order = _read(file, span_of(file, directory, entries[f"{prefix}byteorder"]), 16)
    if byte_order not in (b"little", b"big"):
        raise FileError("it does not say in which order its bytes are")
    return Archive(root, spans, byte_order == b"big")


def _read(file: BinaryIO, span: Span, most: int) -> bytes:
    if span.length > most:
        raise FileError(f"its pickle of {span.length:,} bytes is longer than {most:,}")
    file.seek(span.begin)
    return file.read(span.length)


def _open_legacy(file: BinaryIO) -> Archive:
    """The pickles stand before the storages; their length is not written anywhere."""
    file.seek(0)
    data = file.read(_FIRST_PICKLE_BYTES)
    try:
        return _legacy(file, data)
    except EndOfPickleError:
        data += file.read(MOST_PICKLE_BYTES - len(data))
        return _legacy(file, data)


def _legacy(file: BinaryIO, data: bytes) -> Archive:
    machine = PickleMachine(data)
    if machine.load() != _LEGACY_MAGIC:
        raise FileError("it is a pickle, but none that torch.save writes")
    if machine.load() != _LEGACY_PROTOCOL:
        raise FileError("it was written by a torch that this program does not know")
    machine.load()  # what machine wrote it; storages are little-endian whatever it was
    root = machine.load()
    keys = machine.load()
    if not isinstance(keys, list):
        raise FileError("its list of storages is none")
    return Archive(root, _legacy_spans(file, machine, keys), big_endian=False)


def _legacy_spans(file: BinaryIO, machine: PickleMachine, keys: list[object]) -> dict[str, Span]:
    """Storages follow in the order of the keys: the count of numbers in eight bytes, then the numbers."""
    file_bytes = os.fstat(file.fileno()).st_size
    position = machine.position
    spans: dict[str, Span] = {}
    for key in keys:
        storage = machine.storages.get(str(key)) if isinstance(key, str | int) else None
        if storage is None or storage.key in spans:
            raise FileError("its list of storages does not fit its tensors")
        file.seek(position)
        numbers = int.from_bytes(file.read(8), "little", signed=True)
        span = Span(position + 8, numbers * itemsize(storage.dtype))
        if numbers < 0 or span.end > file_bytes:
            raise FileError(f"it is cut short: its storage '{shorten(key)}' goes beyond its end")
        spans[storage.key] = span
        position = span.end
    missing: list[StorageRecord] = [record for key, record in machine.storages.items() if key not in spans]
    if missing:
        raise FileError(f"its storage '{shorten(missing[0].key)}' is missing")
    return spans
