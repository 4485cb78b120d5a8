"""The networks of a speed measurement: one for each word, open beside each other where there is memory for them."""

from collections.abc import Callable

from resnet_gui.engine.backend import Backend
from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Precision
from resnet_gui.weights.weight_set import WeightSet

MOST_BESIDE = 140 << 20
"""Bytes of a network's arrays, as float32, up to which all words are open at once.

On a CPU three words take about 5.5 times their network's arrays, beside what the process has without: ResNet-50
(98 MiB) stays well under 1.2 GiB, ResNet-101 (170 MiB) would not.
"""

Opener = Callable[[WeightSet, DeviceChoice, Precision], Backend]


class Networks:
    """Opens a word's network when it is first asked for, and keeps it; a large one only until another is asked for."""

    def __init__(self, weights: WeightSet, device: DeviceChoice, opener: Opener) -> None:
        self._weights, self._device, self._opener = weights, device, opener
        self._open: dict[Precision, Backend] = {}
        self.beside = 4 * sum(array.size for array in weights.arrays.values()) <= MOST_BESIDE

    def of(self, word: Precision) -> Backend:
        """The word's network.  Raises DeviceError."""
        if word not in self._open:
            if not self.beside:
                self.close()
            self._open[word] = self._opener(self._weights, self._device, word)
        return self._open[word]

    def close(self) -> None:
        """Give all memory back."""
        while self._open:
            self._open.popitem()[1].close()
