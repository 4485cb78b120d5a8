"""Whether every reader of weight files is there: each reads a small, valid file of its format."""

import io
import json
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from resnet_gui.cli.checks.check import require
from resnet_gui.cli.checks.small_files import NUMBERS, TORCH_LEGACY, TORCH_ZIP


def weight_files() -> str:
    """The formats that were read."""
    import h5py
    import numpy as np

    from resnet_gui.weights.formats import reader_for

    files: dict[str, bytes] = {
        ".safetensors": _safetensors(),
        ".pth": TORCH_ZIP,
        ".pth of torch before 1.6": TORCH_LEGACY,
        ".h5": _hdf5(_fill_h5),
        ".weights.h5": _hdf5(_fill_weights_h5),
        ".keras": _keras(),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights"
        for name, content in files.items():
            path.write_bytes(content)
            arrays = list(reader_for(path)(path).arrays.values())
            right = len(arrays) == 1 and np.array_equal(arrays[0], np.array(NUMBERS, np.float32))
            require(right, f"A {name} file is read wrongly: {arrays}.")
    return f"{', '.join(files)}; HDF5 {h5py.version.hdf5_version}"


def _numbers() -> Any:
    import numpy as np

    return np.array(NUMBERS, "<f4")


def _safetensors() -> bytes:
    """Eight bytes of length, a JSON header, the data (huggingface/safetensors, README)."""
    data: bytes = _numbers().tobytes()
    header = json.dumps({"fc.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, len(data)]}}).encode()
    return struct.pack("<Q", len(header)) + header + data


def _hdf5(fill: Callable[[Any], None]) -> bytes:
    import h5py

    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        fill(file)
    return content.getvalue()


def _fill_h5(file: Any) -> None:
    """As keras/src/legacy/saving/legacy_h5_format.py writes weights alone."""
    file.attrs["layer_names"] = [b"fc"]
    group = file.create_group("fc")
    group.attrs["weight_names"] = [b"fc/kernel:0"]
    group["fc/kernel:0"] = _numbers()


def _fill_weights_h5(file: Any) -> None:
    """As keras/src/saving/saving_lib.py does."""
    file["layers/dense/vars/0"] = _numbers()


def _keras() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", _hdf5(_fill_weights_h5))
    return content.getvalue()
