"""Calibration: the fp32 network looks at pictures and says how large each convolution's input becomes.

Of the largest values in each picture the 95th percentile is taken: a single odd picture must not coarsen all others.
ResNet-50, 200 pictures, root mean square error of int8 logits on 290 others (their deviation is 2.7): mean of the
largest values 0.180, 75th percentile 0.148, 95th 0.129, the very largest 0.128.
"""

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.backend import Backend
from resnet_gui.network.build_openvino import quantised
from resnet_gui.network.description import Network

MOST_CROPS = 256
LEAST_CROPS = 32
"""Fewer say too little to be kept for next time."""
_PERCENTILE = 95
_CHECKED = 4
"""Every fourth crop is kept back and asked about afterwards."""


class Calibration:
    """What has been measured so far.  Not thread-safe."""

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
        """How many of the crops kept back were asked about, and on how many int8 has fp32's winner."""
        agreed = sum(int(np.argmax(rounded.logits(crop[None]))) == winner for crop, winner in self._kept_back)
        return len(self._kept_back), agreed
