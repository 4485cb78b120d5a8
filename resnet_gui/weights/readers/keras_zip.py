"""Reads .keras archives of Keras 3: a zip of config.json, metadata.json and model.weights.h5; nothing in it is run.

keras/src/saving/saving_lib.py.  Nothing is unpacked to a path: the weights are taken into memory, and only they and the
two texts are read, whatever else the archive holds.  Sizes are looked at before anything is unpacked.
"""

import json
import os
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from resnet_gui.weights.readers.hdf5_file import open_hdf5_bytes
from resnet_gui.weights.readers.keras3 import read_keras3
from resnet_gui.weights.readers.raw import MOST_BYTES, FileError, RawWeights, file_errors, shorten
from resnet_gui.weights.readers.zip_directory import read_directory

MOST_TEXT_BYTES = 8 << 20
"""config.json of Keras' ResNet152 has half a megabyte."""
MOST_GROWTH = 32
"""Weights hardly shrink when they are packed; an archive that grows more than this is a bomb."""

_WEIGHTS = "model.weights.h5"
_CONFIG = "config.json"
_METADATA = "metadata.json"

_FEW_BYTES = 1 << 20


def is_keras_zip(path: Path) -> bool:
    """Whether a zip archive is one of Keras, by the names in it.  Raises OSError."""
    try:
        with path.open("rb") as file:
            names = set(read_directory(file).entries)
    except FileError:
        return False
    return _CONFIG in names or any(name.startswith("model.weights.") for name in names)


def read(path: Path) -> RawWeights:
    """Every weight by its path, "layers/conv2d/vars/0".

    metadata: "model_config" (JSON), "keras_version", and what `keras3` adds.  Raises WeightsError.
    """
    with file_errors(path), path.open("rb") as file:
        _require_small_directory(file)
        try:
            with zipfile.ZipFile(file) as archive:
                entries = _entries(archive, os.fstat(file.fileno()).st_size)
                config = _text(archive, entries, _CONFIG)
                version = _version(_text(archive, entries, _METADATA))
                content = _content(archive, entries[_WEIGHTS])
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OverflowError) as error:
            raise FileError(f"it is cut short or damaged ({shorten(error)}); copy or download it again") from error
        with open_hdf5_bytes(content) as opened:
            raw = read_keras3(opened)
        said = {"model_config": config, "keras_version": version}
        return RawWeights(raw.arrays, raw.framework, {**raw.metadata, **said})


def _require_small_directory(file: BinaryIO) -> None:
    """Python's zipfile makes an object of each entry: a file that is nothing but directory would fill the memory.

    The directory is read strictly first, so that what zipfile then makes of it is known; a second record of zip64 may
    say otherwise than the first.
    """
    read_directory(file)
    file.seek(0)


def _entries(archive: zipfile.ZipFile, file_bytes: int) -> dict[str, zipfile.ZipInfo]:
    """The three parts by name, each once, packed in a usual way, and of a believable size."""
    infos = [info for info in archive.infolist() if info.filename in (_WEIGHTS, _CONFIG, _METADATA)]
    entries = {info.filename: info for info in infos}
    if len(entries) != len(infos):
        raise FileError("it holds one of its parts twice")
    if _WEIGHTS not in entries:
        raise FileError(_what_instead(archive.namelist()))
    for name, info in entries.items():
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
            raise FileError(f"its part '{name}' is encrypted or packed in a way that Keras does not use")
        most = MOST_BYTES if name == _WEIGHTS else MOST_TEXT_BYTES
        if info.compress_size > file_bytes or info.file_size > min(most, MOST_GROWTH * file_bytes + _FEW_BYTES):
            raise FileError(f"its part '{name}' claims {info.file_size:,} bytes, which the file does not hold")
    return entries


def _what_instead(names: list[str]) -> str:
    if "model.weights.npz" in names:
        return "its weights are an .npz with pickled parts, which this program does not open; save it with h5 weights"
    if any(name.endswith(".weights.json") for name in names):
        return "its weights are in several shards; save the model without max_shard_size"
    return f"it has no '{_WEIGHTS}'"


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One part, never more than it claims; zipfile compares its check sum."""
    with archive.open(info) as part:
        content = part.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise FileError(f"its part '{info.filename}' has another length than it claims")
    return content


def _text(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str) -> str:
    return _content(archive, entries[name]).decode("utf-8", "replace") if name in entries else ""


def _version(metadata: str) -> str:
    try:
        values = json.loads(metadata or "{}")
    except (ValueError, RecursionError):
        return ""
    return shorten(values.get("keras_version", "")) if isinstance(values, dict) else ""
