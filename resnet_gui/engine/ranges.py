"""The ranges that int8 needs: how large each convolution's input becomes; shipped, measured, or kept from earlier.

They belong to one set of weights, one description and one preprocessing: the same file read otherwise has others.

Calibration measures them: the fp32 network looks at pictures.  Of the largest values in each picture the 95th
percentile is taken: a single odd picture must not coarsen all others.  ResNet-50, 200 pictures, root mean square error
of int8 logits on 290 others (their deviation is 2.7): mean of the largest values 0.180, 75th percentile 0.148, 95th
0.129, the very largest 0.128.
"""

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.assets import resources
from resnet_gui.engine.backend import Backend
from resnet_gui.engine.compiled import weights_key
from resnet_gui.files import replaced
from resnet_gui.folders import Folders, make_private_folder
from resnet_gui.network.build_openvino import quantised
from resnet_gui.network.description import Network
from resnet_gui.weights.weight_set import WeightSet

_log = logging.getLogger(__name__)

VERSION = 1
"""Of the file, and of the way ranges are measured: another number means that they are measured anew."""
_MOST_BYTES = 1 << 20

MOST_CROPS = 256
LEAST_CROPS = 32
"""Fewer say too little to be kept for next time."""
_PERCENTILE = 95
_CHECKED = 4
"""Every fourth crop is kept back to check the ranges with."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """The result of a calibration.

    largest: by the names of `quantised(network)`, the largest absolute value that int8 is to hold.
    pictures: how many it was measured on.
    asked: other pictures, on which int8 was compared with fp32.
    agreed: on how many of those both had the same winner.
    """

    largest: Mapping[str, float]
    pictures: int
    asked: int
    agreed: int

    @property
    def agreement(self) -> float | None:
        """0…1, or None where nothing was compared."""
        return self.agreed / self.asked if self.asked else None


def ranges_key(weights: WeightSet) -> str:
    """What ranges belong to, as 32 hex digits: weights, description and preprocessing."""
    return weights_key(weights, {"version": VERSION})


def find_ranges(weights: WeightSet, folders: Folders) -> Ranges | None:
    """The ranges that are part of the program or were kept; None where there are none, or none that fit."""
    key = ranges_key(weights)
    for path in (shipped_path(), kept_path(folders, key)):
        found = _read(path, key, weights)
        if found is not None:
            return found
    return None


def keep_ranges(weights: WeightSet, ranges: Ranges, folders: Folders) -> None:
    """Keep them for next time.  Raises OSError."""
    key = ranges_key(weights)
    path = kept_path(folders, key)
    make_private_folder(path.parent)
    with replaced(path) as file:  # several processes may be measuring the same network
        file.write(as_text(key, ranges).encode())


def as_text(key: str, ranges: Ranges) -> str:
    """The file's text."""
    return json.dumps({"key": key, **asdict(ranges)}, indent=1) + "\n"


def shipped_path() -> Path:
    """The ranges of the built-in network."""
    return resources() / "networks" / "resnet50-imagenet.ranges.json"


def kept_path(folders: Folders, key: str) -> Path:
    """Where the ranges of other networks are kept: they can be measured again, so it is the cache."""
    return folders.cache / "ranges" / f"{key}.json"


def _read(path: Path, key: str, weights: WeightSet) -> Ranges | None:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("the file is too long")
        values = json.loads(path.read_text(encoding="utf-8"))
        return _ranges(values, weights) if values["key"] == key else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        _log.warning("the ranges in %s are not used: %s", path, error)
        return None


def _ranges(values: Mapping[str, Any], weights: WeightSet) -> Ranges:
    largest = {str(name): float(value) for name, value in values["largest"].items()}
    if set(largest) != set(quantised(weights.network)):
        raise ValueError("they are those of another network")
    if not all(math.isfinite(value) and value > 0 for value in largest.values()):
        raise ValueError("a range is no positive number")
    return Ranges(largest, int(values["pictures"]), int(values["asked"]), int(values["agreed"]))


class Calibration:
    """The maxima measured so far on pictures that the fp32 network saw.  Not thread-safe."""

    def __init__(self, network: Network) -> None:
        self._names = quantised(network)
        self._seen = 0
        self._maxima: list[NDArray[np.float32]] = []
        self._kept_back: list[tuple[NDArray[np.uint8], int]] = []

    @property
    def enough(self) -> bool:
        """Whether more crops would change little."""
        return self._seen >= MOST_CROPS

    @property
    def worth_keeping(self) -> bool:
        """Whether ranges of what was seen may be used."""
        return self._seen >= LEAST_CROPS

    @property
    def measured(self) -> int:
        """Crops that the ranges are made from."""
        return len(self._maxima)

    def add(self, crops: NDArray[np.uint8], logits: NDArray[np.float32], maxima: NDArray[np.float32]) -> None:
        """Take in crops uint8 [n, S, S, 3], their fp32 logits [n, classes], and their maxima [n, quantised nodes]."""
        for crop, own_logits, own_maxima in zip(crops, logits, maxima, strict=True):
            self._seen += 1
            if self._seen % _CHECKED:
                self._maxima.append(own_maxima.copy())
            else:
                self._kept_back.append((crop.copy(), int(np.argmax(own_logits))))

    def ranges(self) -> dict[str, float]:
        """By the names of `quantised(network)`, the largest absolute value int8 is to hold."""
        largest = np.percentile(np.stack(self._maxima), _PERCENTILE, axis=0)
        return dict(zip(self._names, map(float, largest), strict=True))

    def check(self, rounded: Backend) -> tuple[int, int]:
        """How many crops were kept back, and on how many of them int8 has fp32's winner."""
        agreed = sum(int(np.argmax(rounded.logits(crop[None]))) == winner for crop, winner in self._kept_back)
        return len(self._kept_back), agreed
