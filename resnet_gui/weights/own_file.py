"""This program's own weight files: .safetensors, with everything that another file leaves open as metadata."""

import errno
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from resnet_gui.errors import UsageError, WeightsError
from resnet_gui.files import replaced
from resnet_gui.network.description import Network
from resnet_gui.weights.classes import imagenet_classes
from resnet_gui.weights.readers.raw import FileError, RawWeights, shorten
from resnet_gui.weights.suffixes import SAFETENSORS
from resnet_gui.weights.weight_set import IdentifiedWeights, WeightSet

FORMAT = "resnet-gui 1"
"""The value of the metadata key "format"."""
DESCRIPTION = "description"
"""The metadata key of the network, as JSON of `Network.as_dict`."""

IMAGENET = "imagenet-1k"
"""The metadata's word for ImageNet's 1000 class names, in place of a list."""

ASSUMED = "assumed"
"""The metadata key under which a converted file keeps what had to be assumed: a JSON list of sentences."""

_TYPES = {"float32": ("F32", "<f4"), "float16": ("F16", "<f2")}


def metadata_of(weights: WeightSet) -> dict[str, str]:
    """What `load_weights` needs to restore all but the arrays: network, preprocessing, classes, title, assumptions."""
    pairs = [[name.wnid, name.name] for name in weights.classes]
    classes = IMAGENET if weights.classes == imagenet_classes() else json.dumps(pairs, ensure_ascii=False)
    metadata = metadata_for(
        weights.network, preprocessing=weights.preprocessing.name, classes=classes, title=weights.title
    )
    return metadata | ({ASSUMED: json.dumps(weights.assumed, ensure_ascii=False)} if weights.assumed else {})


def metadata_for(network: Network, *, preprocessing: str, classes: str, title: str) -> dict[str, str]:
    """The metadata of a file that this program writes.

    preprocessing: a name in `PRESETS`.  classes: IMAGENET, or a JSON list of [WordNet id or empty, name].
    """
    return {
        "format": FORMAT,
        DESCRIPTION: json.dumps(network.as_dict(), sort_keys=True),
        "recipe": preprocessing,
        "classes": classes,
        "title": title,
    }


def write_safetensors(
    path: Path,
    arrays: Mapping[str, NDArray[np.float32]],
    metadata: Mapping[str, str],
    dtype: Literal["float32", "float16"] = "float32",
) -> None:
    """Written aside and renamed; the same arrays and metadata give the same bytes.

    dtype: of kernels and matrices.  Vectors (biases, batch normalisation) are float32 in any case: they are a
    hundredth of the bytes, and tiny variances would lose most of their digits in float16.
    Raises OSError; ValueError where a number is beyond float16.
    """
    stored = {name: _stored(name, array, dtype) for name, array in arrays.items()}
    # Wide numbers first, so that every array begins at a multiple of its numbers' size.
    order = sorted(stored, key=lambda name: (-stored[name][1].itemsize, name))
    header: dict[str, Any] = {"__metadata__": dict(sorted(metadata.items()))}
    position = 0
    for name in order:
        word, array = stored[name]
        offsets = [position, position := position + array.nbytes]
        header[name] = {"dtype": word, "shape": list(array.shape), "data_offsets": offsets}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with replaced(path, sync=True) as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in order:
            file.write(stored[name][1].tobytes())


def _stored(name: str, array: NDArray[np.float32], dtype: str) -> tuple[str, NDArray[Any]]:
    word, numpy_word = _TYPES[dtype if array.ndim > 1 else "float32"]
    with np.errstate(over="ignore"):
        made = np.ascontiguousarray(array, numpy_word)
    if not np.isfinite(made).all():
        raise ValueError(f"{name} has numbers that {dtype} cannot hold")
    return word, made


def convert(weights: WeightSet, target: Path, *, half: bool = False, force: bool = False) -> None:
    """Write `weights` to `target`: the same numbers, or kernels and matrices rounded to float16 where `half`.

    The metadata restores network, preprocessing, class names, title and assumptions; "converted_from" and
    "converted_from_sha256" say what the file was made of.

    half: whether to round.  force: whether to replace a file that is there.
    Raises UsageError, WeightsError.
    """
    if target.suffix.lower() != SAFETENSORS:
        raise UsageError(f"'{target}' should end in {SAFETENSORS}: that is the format that is written.")
    if target.exists() and not force:
        raise WeightsError(f"'{target}' is there already; choose another name, or replace it with --force.")
    if target.exists() and Path(weights.source).exists() and target.samefile(weights.source):
        raise WeightsError(f"'{target}' is the file that is to be converted; choose another name.")
    metadata = metadata_of(weights) | {
        "converted_from": Path(weights.source).name,
        "converted_from_sha256": weights.sha256,
    }
    try:
        write_safetensors(target, weights.arrays, metadata, "float16" if half else "float32")
    except ValueError as error:
        raise WeightsError(f"'{target}' was not written: {error}. Convert without --half.") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise WeightsError(
                f"The disk is full: '{target}' was not written. Make room, or choose another place."
            ) from error
        raise WeightsError(f"'{target}' cannot be written: {error.strerror or error}.") from error


def identify_own(raw: RawWeights) -> IdentifiedWeights:
    """What a file says that this program wrote.  Raises FileError where that is damaged or of a newer version."""
    if raw.metadata["format"] != FORMAT:
        raise FileError("it was written by a newer version of this program")
    try:
        network = Network.from_dict(json.loads(raw.metadata[DESCRIPTION]))
        preprocessing = raw.metadata["recipe"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileError(f"its description of the network cannot be read ({shorten(error)})") from error
    return IdentifiedWeights(network, raw.arrays, preprocessing)
