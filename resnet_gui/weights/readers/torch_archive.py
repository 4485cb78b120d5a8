"""The two layouts of torch's files: where the pickle lies, and where the bytes of each storage are.

zip, since torch 1.6: entries `<prefix>/data.pkl`, `<prefix>/data/<key>`, `<prefix>/byteorder`, stored uncompressed.
legacy: five pickles (a magic number, the protocol, the machine, the object, the keys), then each storage with its
length in front.  Source: torch/serialization.py.
"""

import os
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from resnet_gui.weights.readers.pickle_machine import PickleMachine
from resnet_gui.weights.readers.pickle_values import StorageRecord
from resnet_gui.weights.readers.raw import FileError, shorten

MOST_PICKLE_BYTES = 64 << 20
"""The pickle holds names and sizes only; ResNet-152's has a hundred kilobytes."""

_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_LEGACY_PROTOCOL = 1001
_LOCAL_HEADER = b"PK\x03\x04"
_LOCAL_HEADER_BYTES = 30


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of the file."""

    begin: int
    length: int


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened file.  root: what was saved.  spans: the bytes of each storage, by its key, all within the file."""

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
    entries = _zip_entries(file)
    pickles = [name for name in entries if name == "data.pkl" or name.endswith("/data.pkl")]
    names = {name.rpartition("/")[2] for name in entries}
    if len(pickles) != 1:
        if {"metadata.json", "config.json"} <= names:
            raise FileError("it is a .keras file, which this version does not read; save its weights as .h5")
        raise FileError("it is a zip file, but none that torch.save writes: it has no data.pkl")
    prefix = pickles[0].removesuffix("data.pkl")
    if f"{prefix}constants.pkl" in entries:
        raise FileError("it is a TorchScript program, not weights; save model.state_dict() with torch.save instead")
    machine = PickleMachine(_read(file, _span(file, entries[pickles[0]]), MOST_PICKLE_BYTES))
    root = machine.load()
    spans = {}
    for key in machine.storages:
        entry = entries.get(f"{prefix}data/{key}")
        if entry is None:
            raise FileError(f"its storage '{shorten(key)}' is missing")
        spans[key] = _span(file, entry)
    byte_order = b"little"
    if f"{prefix}byteorder" in entries:
        byte_order = _read(file, _span(file, entries[f"{prefix}byteorder"]), 16)
    if byte_order not in (b"little", b"big"):
        raise FileError("it does not say in which order its bytes are")
    return Archive(root, spans, byte_order == b"big")


def _zip_entries(file: BinaryIO) -> dict[str, zipfile.ZipInfo]:
    """The zip's directory.  Only that: contents are read by place, as torch's check sums may rightly be wrong."""
    try:
        with zipfile.ZipFile(file) as archive:
            return {info.filename: info for info in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OverflowError) as error:
        raise FileError("it is cut short or damaged: the directory at the end of the zip file is missing") from error


def _span(file: BinaryIO, entry: zipfile.ZipInfo) -> Span:
    """Where an entry's bytes lie, from the header in front of them."""
    name = shorten(entry.filename)
    if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size or entry.flag_bits & 1:
        raise FileError(f"its part '{name}' is compressed or encrypted, which torch.save never does")
    file_bytes = os.fstat(file.fileno()).st_size
    if not 0 <= entry.header_offset <= file_bytes - _LOCAL_HEADER_BYTES:
        raise FileError(f"it is cut short: its part '{name}' lies behind its end")
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER_BYTES)
    if header[:4] != _LOCAL_HEADER:
        raise FileError(f"it is damaged: its part '{name}' is not where the directory says")
    begin = entry.header_offset + _LOCAL_HEADER_BYTES
    begin += int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    if begin + entry.file_size > file_bytes:
        raise FileError(f"it is cut short: its part '{name}' lies behind its end")
    return Span(begin, entry.file_size)


def _read(file: BinaryIO, span: Span, most: int) -> bytes:
    if span.length > most:
        raise FileError(f"its pickle of {span.length:,} bytes is longer than {most:,}")
    file.seek(span.begin)
    return file.read(span.length)


def _open_legacy(file: BinaryIO) -> Archive:
    file.seek(0)
    machine = PickleMachine(file.read(MOST_PICKLE_BYTES))
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
        if numbers < 0 or span.begin + span.length > file_bytes:
            raise FileError(f"it is cut short: its storage '{shorten(key)}' goes beyond its end")
        spans[storage.key] = span
        position = span.begin + span.length
    missing: list[StorageRecord] = [record for key, record in machine.storages.items() if key not in spans]
    if missing:
        raise FileError(f"its storage '{shorten(missing[0].key)}' is missing")
    return spans
