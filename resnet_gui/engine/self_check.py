"""Whether short numbers can be trusted here: one fixed picture computed in both, once for each network and machine.

OpenVINO has had kernels that gave garbage in bf16 on certain processors (openvino#38256); a compile and an answer in
fp32 beside it cost 0.2 s, so that it came through is remembered, and that it failed is not.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.backend import Backend
from resnet_gui.engine.compiled import machine_key
from resnet_gui.folders import make_private_folder
from resnet_gui.weights.weight_set import WeightSet

_log = logging.getLogger(__name__)

TOLERANCE = 0.3
"""How far logits of short numbers may lie from fp32's, in units of their own spread.  The built-in network's bf16 lies
0.01 away on the fixed picture and its int8 0.03; garbage lies above 1."""


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


def is_sound(
    weights: WeightSet, short: Backend, settings: Mapping[str, Any], folder: Path, open_exact: Callable[[], Backend]
) -> bool:
    """Whether a backend with short numbers came through here before, or comes through now.

    settings: "numbers", their names, and what else makes the backend another one.
    folder: where it is noted that a backend passed.
    open_exact: the same network in fp32.
    """
    note = folder / f"{machine_key(weights, {'checked': dict(settings)})}.passed"
    if _is_there(note):
        return True
    exact = open_exact()
    picture = fixed_picture(weights.preprocessing.crop)
    passed = agrees(exact.logits(picture), short.logits(picture), TOLERANCE)
    exact.close()
    if not passed:
        _log.warning("%s disagrees with fp32 on the fixed picture and is not used", settings["numbers"])
        return False
    try:
        make_private_folder(folder)
        note.touch()
    except OSError as error:  # it is checked again next time
        _log.warning("a passed self-check could not be noted: %s", error)
    return True


def _is_there(note: Path) -> bool:
    try:
        return note.exists()
    except OSError as error:  # a folder that may not be read
        _log.warning("a passed self-check cannot be looked up: %s", error)
        return False
