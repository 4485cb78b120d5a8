"""Small networks with random weights for tests of the backends."""

import numpy as np

from resnet_gui.images.preprocessing import Channels, Interpolation, Preprocessing
from resnet_gui.network.description import Network
from resnet_gui.network.variants import published
from resnet_gui.weights.weight_set import ClassName, WeightSet
from tests.helpers.initial_arrays import initial_arrays

SMALL = Preprocessing(
    "small", 40, Interpolation.BILINEAR, 32, Channels.BGR, 1.0, (103.939, 116.779, 123.68), (58.4, 57.1, 57.4)
)
"""Crops of 32 × 32 pixels, so that a ResNet-18 answers in a millisecond or two."""


def random_weights(network: Network | None = None, preprocessing: Preprocessing = SMALL, seed: int = 5) -> WeightSet:
    """A ResNet-18 of seven classes, or another, whose normalisations have statistics of their own."""
    network = network or published(18, classes=7)
    random = np.random.default_rng(seed)
    arrays = {}
    for name, array in initial_arrays(network, seed).items():
        if name.endswith("running_mean"):
            array = random.normal(0, 0.3, array.shape).astype(np.float32)
        elif name.endswith("running_var"):
            array = random.uniform(0.5, 2, array.shape).astype(np.float32)
        arrays[name] = array
    classes = tuple(ClassName(index, f"class {index}") for index in range(network.classes))
    return WeightSet(network, arrays, preprocessing, classes, "0" * 64, "random", "nowhere")


def random_crops(count: int, side: int = 32, seed: int = 9) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Crops full of noise, uint8 [count, side, side, 3]."""
    return np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), dtype=np.uint8)
