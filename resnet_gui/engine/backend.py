"""What every way of running a network has to offer: one small interface."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

CropIndices = NDArray[np.intp]
"""Which crop each answer is about: i, or ~i for the mirror image of crop i."""


class Backend(Protocol):
    """A network that is loaded on a device and ready.

    description: what runs where, for reports: "OpenVINO 2026.4.1, CPU, f32, 2 streams".
    precision: what the device really computes in, read back from it: "fp32", "bf16", "fp16", "int8".
    crops_per_call: how many crops one call should hold for the best rate.
    parallel_calls: how many threads may usefully be inside `logits` at once.
    """

    crops_per_call: int
    parallel_calls: int

    @property
    def description(self) -> str: ...

    @property
    def precision(self) -> str: ...

    def logits(self, crops: NDArray[np.uint8], indices: CropIndices | None = None) -> NDArray[np.float32]:
        """Logits, float32 [n, classes], of crops, uint8 RGB [k, side, side, 3] (C-contiguous).

        indices: int [n], for each answer which crop it is about: i means crop i as it is, ~i (that is, -1 - i) its
        mirror image, made where the network runs, so that ten crops travel as five.  None: each crop as it is.
        Any k and n from 1 on.  Thread-safe.  Normalisation, and the swap to BGR where wanted, happen inside.
        Raises DeviceError when the device fails.
        """
        ...

    def close(self) -> None:
        """Give the memory back.  The backend is of no use afterwards."""
        ...


def select_crops(crops: NDArray[np.uint8], indices: CropIndices) -> NDArray[np.uint8]:
    """The crops and mirror images that `indices` selects, uint8 [n, side, side, 3], each written out."""
    if np.array_equal(indices, np.arange(len(crops))):
        return crops
    whole = np.empty((len(indices), *crops.shape[1:]), np.uint8)
    for square, index in zip(whole, indices, strict=True):
        square[:] = crops[index] if index >= 0 else crops[~index][:, ::-1]
    return whole
