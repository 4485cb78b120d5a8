"""Arrays against the network they claim to be: none missing, none over, every shape right, every number finite."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.network.description import Network
from resnet_gui.network.walk import parameter_shapes
from resnet_gui.weights.readers.raw import FileError, shorten

_SHOWN = 3


def check_arrays(network: Network, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Raises FileError, naming what is wrong, unless the arrays are exactly those of the network."""
    shapes = parameter_shapes(network)
    missing = [name for name in shapes if name not in arrays]
    if missing == ["fc.weight", "fc.bias"]:
        raise FileError(f"it is a {network.name} without its classifier: 'fc.weight' and 'fc.bias' are missing")
    if missing:
        raise FileError(f"it lacks {len(missing)} of the {len(shapes)} arrays of {network.name}: {_list(missing)}")
    unexpected = [name for name in arrays if name not in shapes]
    if unexpected:
        raise FileError(f"it has arrays that {network.name} has no place for: {_list(unexpected)}")
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise FileError(
                f"its array '{name}' has the shape {_shape(arrays[name].shape)}; {network.name} with "
                f"{network.classes:,} classes needs {_shape(shape)}"
            )
    if network.classes == 1:
        raise FileError(
            "its classifier has one output, which measures something or says yes or no; this program chooses between "
            "classes, of which there must be two"
        )
    for name in shapes:
        _require_numbers(name, arrays[name], network.epsilon)


def _require_numbers(name: str, array: NDArray[Any], epsilon: float) -> None:
    if array.dtype != np.float32:
        raise FileError(f"its array '{name}' holds {array.dtype} numbers, which are no weights (quantised?)")
    # The lowest and the highest number of an array with a NaN are NaN.
    lowest, highest = float(array.min()), float(array.max())
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise FileError(f"its array '{name}' holds numbers that are infinite or none (NaN)")
    if name.endswith(".running_var") and lowest + epsilon <= 0:
        raise FileError(f"its array '{name}' holds negative variances")


def _list(names: Collection[str]) -> str:
    shown = [f"'{shorten(name)}'" for name, _ in zip(names, range(_SHOWN), strict=False)]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "of a single number"
