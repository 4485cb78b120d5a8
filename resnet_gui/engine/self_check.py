"""Whether short numbers can be trusted here: one fixed picture asked in both, once for each network and machine.

OpenVINO has had kernels that gave garbage in bf16 on certain processors (openvino#38256); a compile and an answer in
fp32 beside it cost 0.2 s, so that it came through is remembered, and that it failed is not.
"""

import logging
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.machine_key import machine_key
from resnet_gui.weights.weight_set import WeightSet

_log = logging.getLogger(__name__)


def fixed_picture(side: int) -> NDArray[np.uint8]:
    """One crop, uint8 [1, side, side, 3], the same on every machine: coloured waves with an edge through them."""
    y, x = np.mgrid[0:side, 0:side] / side
    waves = [np.sin(2 * np.pi * (x * (2 + channel) + y * (5 - channel))) for channel in range(3)]
    picture = 127.5 + 90 * np.stack(waves, axis=-1)
    picture[x > y] += 30
    return np.clip(picture, 0, 255).astype(np.uint8)[None]


def agrees(one: NDArray[np.float32], other: NDArray[np.float32], tolerance: float) -> bool:
    """Whether two arrays of logits differ, root mean square, by at most `tolerance` of the first one's spread."""
    difference = float(np.sqrt(np.mean(np.square(one - other))))
    return difference <= tolerance * float(np.std(one))  # False where anything is not a number


def has_passed(weights: WeightSet, arithmetic: str, folder: Path) -> bool:
    """Whether this network came through here before."""
    return _note(weights, arithmetic, folder).exists()


def remember_passed(weights: WeightSet, arithmetic: str, folder: Path) -> None:
    """So that the next start need not ask again."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _note(weights, arithmetic, folder).touch()
    except OSError as error:
        _log.warning("a passed self-check could not be noted: %s", error)


def _note(weights: WeightSet, arithmetic: str, folder: Path) -> Path:
    return folder / f"{machine_key(weights, {'checked': arithmetic})}.passed"
