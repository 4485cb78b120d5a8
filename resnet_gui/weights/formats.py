"""Which reader a weight file needs, by its first bytes, never by its name.

A reader is loaded when its format is met: those of pickles and HDF5 are much code, and the built-in network, which
every start reads, needs none of it.
"""

from collections.abc import Callable
from pathlib import Path

from resnet_gui.errors import WeightsError
from resnet_gui.files import open_regular
from resnet_gui.network.variants import PUBLISHED
from resnet_gui.weights.readers.raw import FileError, RawWeights, file_errors
from resnet_gui.weights.suffixes import WEIGHT_SUFFIXES

_ZIP = b"PK\x03\x04"


def reader_for(path: Path) -> Callable[[Path], RawWeights]:
    """The reader for the file's content.  Raises WeightsError for what is none of the formats."""
    if not path.exists():
        if path.name.lower().replace("-", "") in {f"resnet{depth}" for depth in PUBLISHED}:
            raise WeightsError(f"'{path}' is a network without weights here; give the path of a file that holds them.")
        raise WeightsError(f"There is no weight file '{path}'; check the path.")
    if path.is_dir():
        raise WeightsError(f"'{path}' is a folder, not a weight file; choose a .safetensors, .pth, .h5 or .keras file.")
    with file_errors(path):
        with open_regular(path) as file:
            start = file.read(512)
        reader = _reader_by_bytes(start, path)
        if reader is None:
            raise FileError(_what_it_is(start, path))
        return reader


def _reader_by_bytes(start: bytes, path: Path) -> Callable[[Path], RawWeights] | None:
    if start.startswith(b"\x89HDF\r\n\x1a\n"):
        from resnet_gui.weights.readers import hdf5

        return hdf5.read
    if start.startswith(_ZIP):
        from resnet_gui.weights.readers import keras_zip

        if keras_zip.is_keras_zip(path):
            return keras_zip.read
    if start.startswith(_ZIP) or (start[:1] == b"\x80" and start[1:2] <= b"\x05" and start[1:2]):
        from resnet_gui.weights.readers import torch_pickle

        return torch_pickle.read
    if start[8:9] == b"{" and len(start) > 8:
        from resnet_gui.weights.readers import safetensors

        return safetensors.read
    return None


def _what_it_is(start: bytes, path: Path) -> str:
    formats = "choose a .safetensors, .pth, .h5 or .keras file"
    if not start:
        return f"it is empty; {formats}"
    if start.startswith(b"version https://git-lfs"):
        return "it is a pointer of Git LFS, not the file itself; fetch it with 'git lfs pull'"
    if start[:1] == b"<":
        return f"it is a web page, not a weight file (a download that went wrong?); {formats}"
    if path.name.lower().endswith(".weights.json") and start[:1] == b"{":
        return (
            "it is the list of a Keras model in several shards; save the weights in one piece, without max_shard_size"
        )
    if start[257:262] == b"ustar":
        return "it is a tar file, as torch before 0.1.10 wrote; save it again with a newer torch"
    if path.suffix.lower() in WEIGHT_SUFFIXES:
        return f"its content is not that of a {path.suffix.lower()} file: it is damaged or something else"
    return f"it is no weight file that this program knows; {formats}"
