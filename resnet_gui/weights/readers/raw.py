"""What every reader of weight files hands back, and how a reader says that a file is of no use."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.errors import WeightsError, printable

MOST_BYTES = 4 << 30
"""Arrays larger than this in one file are refused: ResNet-152 in float64 takes half a gigabyte."""


CLASS_NAMES = "class_names"
"""The metadata key under which a reader passes on class names found in a file: JSON, [[wnid or "", name], …]."""
CONV_STRIDES = "conv_strides"
"""The metadata key of the strides a pickled model's convolutions have: JSON, {name of the kernel: stride}."""
EPSILON = "epsilon"
"""The metadata key of the epsilon that all of a pickled model's batch normalisations have."""


_OWN_FORMAT = "resnet-gui "
"""Begins the metadata "format" of this program's own files."""


class Framework(StrEnum):
    """Whose names and axis orders a file uses."""

    TORCH = "torch"
    """torchvision's: "layer1.0.conv1.weight"; kernels are [out, in, height, width]."""
    KERAS = "keras"
    """Keras': "res2a_branch2a/kernel:0"; kernels are [height, width, in, out]."""


@dataclass(frozen=True, slots=True, eq=False)
class RawWeights:
    """The arrays of a file as the file names them.

    arrays: floating-point numbers as float32, whole numbers as they are; C-contiguous, in the file's order.
    framework: whose names and axis orders they have.
    metadata: what the file says of itself; class names it carries are under CLASS_NAMES.
    notes: sentences about what was taken from the file where it holds more than one thing.
    """

    arrays: Mapping[str, NDArray[Any]]
    framework: Framework
    metadata: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def is_own_file(metadata: Mapping[str, str]) -> bool:
    """Whether a file was written by this program, so that its metadata says everything."""
    return metadata.get("format", "").startswith(_OWN_FORMAT)


class FileError(Exception):
    """A weight file is of no use; the message is the end of the sentence "… cannot be used: it is cut short".

    Stays inside `weights`: `file_errors` turns it into a WeightsError that names the file.
    """


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Raises WeightsError, with the file's name, for whatever goes wrong with the file inside."""
    try:
        yield
    except FileError as problem:
        raise WeightsError(f"The weight file '{path}' cannot be used: {problem}.") from problem
    except OSError as error:
        reason = error.strerror or str(error)
        raise WeightsError(f"The weight file '{path}' cannot be read: {reason}.") from error
    except MemoryError as error:
        raise WeightsError(f"The weight file '{path}' cannot be read: there is not enough memory for it.") from error


def as_float32(array: NDArray[Any], stored: str) -> NDArray[Any]:
    """The array in the machine's byte order, contiguous, floating point as float32; whole numbers keep their type.

    stored: the file's word for the type; "bf16" arrays come as their 16-bit patterns, the upper half of a float32.
    Numbers beyond float32 become infinite, which the check of the arrays refuses.
    """
    if stored == "bf16":
        return (array.astype(np.uint32) << 16).view(np.float32)
    if array.dtype.kind == "f":
        with np.errstate(over="ignore", invalid="ignore"):
            return np.ascontiguousarray(array, np.float32).reshape(array.shape)
    native = array.dtype.newbyteorder("=")
    return np.ascontiguousarray(array, native).reshape(array.shape)


def count(shape: tuple[int, ...]) -> int:
    """Numbers in an array of that shape, in Python's unlimited integers: numpy's product wraps round."""
    product = 1
    for side in shape:
        product *= side
    return product


def shorten(name: object) -> str:
    """A name out of a file as it may stand in a sentence: printable and not long."""
    text = printable(str(name), 100)
    return text if len(text) <= 80 else text[:79] + "…"
