"""Crops to ask networks about, and how far two answers are apart; needs no torch."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from resnet_gui.images.preprocessing import PRESETS, Preprocessing

SIDE = 96
"""Of the crops that deep networks are asked about: what holds here holds at 224, at a fifth of the time."""


def small(preprocessing: str) -> Preprocessing:
    """The recipe of that name for crops of SIDE."""
    return replace(PRESETS[preprocessing], crop=SIDE)


def random_crops(count: int, side: int = SIDE) -> NDArray[np.uint8]:
    """uint8 [count, side, side, 3]: noise over a slope that differs by channel, so no axis can be swapped unseen."""
    random = np.random.default_rng(count)
    slope = np.linspace(0, 150, side)[:, None, None] * np.array([1.0, 0.5, 0.2])
    return (random.integers(0, 100, (count, side, side, 3)) + slope).astype(np.uint8)


def worst(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    """The largest difference, relative to the scale (largest absolute value) of theirs."""
    assert ours.shape == theirs.shape
    assert np.ptp(theirs) > 0
    return float(np.abs(ours.astype(np.float64) - theirs).max() / np.abs(theirs).max())
