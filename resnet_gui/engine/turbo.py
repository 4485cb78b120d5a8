"""turbo on a CPU: int8 as soon as the ranges are known, and until then fp32 that measures them on the way.

A network with known ranges (the built-in one, or one that was here before) computes in int8 from its first picture on.
Any other begins in fp32: its first pictures are answered exactly, and each also says how large the inputs of its
convolutions became.  After MOST_PICTURES of them the int8 graph is compiled and takes over; the ranges are kept for
next time.  So no picture is decoded or computed twice, and a decoder that crashes costs what it always costs.
"""

import logging
import threading
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.backend import CropIndices, select_crops
from resnet_gui.engine.backends.openvino import OpenVinoBackend
from resnet_gui.engine.compiled import CompiledCache
from resnet_gui.engine.modes import Arithmetic
from resnet_gui.engine.ranges import Calibration, Ranges, keep_ranges
from resnet_gui.engine.self_check import is_sound
from resnet_gui.folders import Folders
from resnet_gui.weights.weight_set import WeightSet

_log = logging.getLogger(__name__)

MEASURING = "fp32 (measuring for int8)"


def open_int8(
    weights: WeightSet, ranges: Mapping[str, float], folders: Folders, *, threads: int, batch: int
) -> OpenVinoBackend:
    """The network in int8; in fp32 where int8 fails its self-check here."""
    short = OpenVinoBackend(
        weights,
        arithmetic=Arithmetic.INT8,
        threads=threads,
        batch=batch,
        ranges=ranges,
        cache=CompiledCache(folders.cache / "compiled"),
    )

    def load_exact(remark: str = "") -> OpenVinoBackend:
        return OpenVinoBackend(weights, threads=threads, batch=batch, remark=remark)

    settings = {"numbers": Arithmetic.INT8, "ranges": dict(ranges)}
    if is_sound(weights, short, settings, folders.cache / "checked", load_exact):
        return short
    short.close()
    return load_exact(" (int8 failed its self-check)")


class CalibratingBackend:
    """`engine.backend.Backend` that becomes an int8 one once it has seen enough.  Thread-safe.

    agreement: 0…1, of int8 with fp32 on pictures the ranges were not made from; None until it is known.
    """

    def __init__(self, weights: WeightSet, folders: Folders, *, threads: int, batch: int) -> None:
        self._weights = weights
        self._folders = folders
        self._threads = threads
        self._batch = batch
        self._lock = threading.Lock()
        self._calibration = Calibration(weights.network)
        self._exact: OpenVinoBackend | None = OpenVinoBackend(weights, threads=threads, batch=batch, with_maxima=True)
        self._rounded: OpenVinoBackend | None = None
        self._inside = 0
        self.crops_per_call = batch
        self.parallel_calls = self._exact.parallel_calls
        self.agreement: float | None = None

    @property
    def precision(self) -> str:
        """What pictures are computed in from now on."""
        return MEASURING if self._rounded is None else self._rounded.precision

    @property
    def description(self) -> str:
        """What runs where; says that the first pictures are computed in fp32."""
        backend = self._rounded or self._exact
        assert backend is not None
        return f"{backend.description} (fp32 for the first pictures, which show int8 its ranges)"

    def logits(self, crops: NDArray[np.uint8], indices: CropIndices | None = None) -> NDArray[np.float32]:
        """As `Backend.logits`."""
        if indices is not None:
            crops = select_crops(crops, indices)
        with self._lock:
            exact = self._exact if self._rounded is None else None
            self._inside += exact is not None
        if exact is None:
            assert self._rounded is not None
            return self._rounded.logits(crops)
        try:
            outputs = exact.outputs(crops)
        finally:
            with self._lock:
                self._inside -= 1
        assert outputs.maxima is not None
        with self._lock:
            if not self._calibration.enough:
                self._calibration.add(crops, outputs.logits, outputs.maxima)
            if self._calibration.enough and self._rounded is None:
                self._rounded = self._measured()
            self._retire()
        return outputs.logits

    def close(self) -> None:
        """Give the memory back.  What was measured is kept if it is enough to go by."""
        with self._lock:
            if self._rounded is None and self._calibration.worth_keeping:
                self._rounded = self._measured()
            for backend in (self._exact, self._rounded):
                if backend is not None:
                    backend.close()

    def _measured(self) -> OpenVinoBackend:
        """Compile the int8 graph, compare it on the pictures kept back, and keep the ranges."""
        largest = self._calibration.ranges()
        rounded = open_int8(self._weights, largest, self._folders, threads=self._threads, batch=self._batch)
        asked, agreed = self._calibration.check(rounded)
        self.agreement = agreed / asked if asked else None
        _log.info("int8 agrees with fp32 on %d of %d pictures", agreed, asked)
        try:
            keep_ranges(self._weights, Ranges(largest, self._calibration.measured, asked, agreed), self._folders)
        except OSError as error:  # they serve this time, and are measured anew next time
            _log.warning("the ranges of int8 could not be kept: %s", error)
        return rounded

    def _retire(self) -> None:
        """The fp32 graph's memory goes back once int8 has taken over and no thread is inside it."""
        if self._rounded is not None and self._exact is not None and self._inside == 0:
            self._exact.close()
            self._exact = None
