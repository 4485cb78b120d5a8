"""The ranges that int8 needs: how large each convolution's input becomes; shipped, or kept from an earlier calibration.

They belong to one set of weights, one description and one recipe: the same file read otherwise has others.
"""

import hashlib
import json
import logging
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from resnet_gui.assets import resources
from resnet_gui.folders import Folders
from resnet_gui.network.build_openvino import quantised
from resnet_gui.weights.weight_set import WeightSet

_log = logging.getLogger(__name__)

VERSION = 1
"""Of the file, and of the way ranges are measured: another number means that they are measured anew."""
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Ranges:
    """What calibration found.

    largest: by the names of `quantised(network)`, the largest absolute value int8 is to hold.
    pictures: how many it was measured on.  asked, agreed: pictures that were not among those, and on how many of them
    int8 and fp32 had the same winner.
    """

    largest: Mapping[str, float]
    pictures: int
    asked: int
    agreed: int

    @property
    def agreement(self) -> float | None:
        """0…1, or None where nothing was asked."""
        return self.agreed / self.asked if self.asked else None


def ranges_key(weights: WeightSet) -> str:
    """What ranges belong to, as 32 hex digits: weights, description and recipe."""
    facts = {
        "version": VERSION,
        "weights": weights.sha256,
        "network": weights.network.as_dict(),
        "recipe": asdict(weights.recipe),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


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
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}.part")  # several processes may be measuring the same network
    try:
        aside.write_text(as_text(key, ranges), encoding="utf-8")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


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
