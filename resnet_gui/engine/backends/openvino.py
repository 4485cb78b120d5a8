"""Networks on CPUs, and on Intel GPUs by name, through OpenVINO.

One compiled graph of one crop (or of `batch` crops where a person asked for it) serves everything: single pictures, ten
crops, folders.  So a picture's numbers are the same bits whatever lies beside it, and nothing is padded in vain;
docs/decisions.md has the measurement that it costs no speed.  Crops of one call run on all streams at once.

There are more requests than streams, so that a stream finds its next crop waiting while the answer to its last one is
still being copied out, voted on and handed on in Python (5 % more pictures a second with int8 on two cores).
"""

import contextlib
import ctypes
import queue
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.backend import CropIndices, select_crops
from resnet_gui.engine.compiled import CompiledCache
from resnet_gui.engine.modes import Arithmetic
from resnet_gui.errors import DeviceError
from resnet_gui.network.build_openvino import build_graph, quantised
from resnet_gui.network.openvino_library import core, openvino
from resnet_gui.weights.weight_set import WeightSet

_HINTS = {Arithmetic.FP32: "f32", Arithmetic.BF16: "bf16", Arithmetic.FP16: "f16", Arithmetic.INT8: "f32"}
_READ_BACK = {hint: str(arithmetic) for arithmetic, hint in _HINTS.items() if arithmetic is not Arithmetic.INT8}
_STREAMS_A_SPARE = 4
"""One request more than streams for so many streams, and one at least."""
_MOSTLY = 0.9
"""The part of all convolutions that must compute in int8 for the network to be called so."""


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """The outputs of the network for n crops.

    logits: float32 [n, classes].
    maxima: float32 [n, quantised nodes] where they were asked for (calibration), else None.
    """

    logits: NDArray[np.float32]
    maxima: NDArray[np.float32] | None


class OpenVinoBackend:
    """`engine.backend.Backend` over one compiled model and a pool of its infer requests.

    Raises DeviceError when the device cannot compile the network.

    device: "CPU" or "GPU" (Intel's).
    arithmetic: the numbers to compute in.
    threads: CPU threads to compute with; unused on a GPU.
    batch: crops of one infer request.
    ranges: for int8, by the names of `quantised(network)`.
    with_maxima: whether `outputs` measures such ranges.
    remark: what a report should say besides.
    cache: where compiled int8 networks are kept; None: nowhere.
    """

    def __init__(
        self,
        weights: WeightSet,
        *,
        device: str = "CPU",
        arithmetic: Arithmetic = Arithmetic.FP32,
        threads: int,
        batch: int = 1,
        ranges: Mapping[str, float] | None = None,
        with_maxima: bool = False,
        remark: str = "",
        cache: CompiledCache | None = None,
    ) -> None:
        self._batch = batch
        self._device = device
        self._shape = (weights.preprocessing.crop, weights.preprocessing.crop, 3)
        self._classes = weights.network.classes
        self._measured = len(quantised(weights.network)) if with_maxima else 0
        config = _config(device, arithmetic, threads)

        def build() -> Any:
            read = (weights.network, weights.arrays, weights.preprocessing)
            return build_graph(*read, batch=batch, ranges=ranges, with_maxima=with_maxima)

        try:
            if cache is not None and ranges is not None:
                settings = {"batch": batch, "ranges": dict(ranges)}
                self._compiled: Any = cache.load_or_compile(weights, settings, config, build)
            else:
                self._compiled = core().compile_model(build(), device, config)
            count = int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
            hint = self._compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        except RuntimeError as error:
            raise DeviceError(
                f"The {device} cannot run {weights.network.name}: {first_line(error)}. Try another device or precision."
            ) from error
        self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        requests = count + max(1, count // _STREAMS_A_SPARE)
        for _ in range(requests):
            self._requests.put(self._compiled.create_infer_request())
        if ranges is not None and _part_in_int8(self._compiled) >= _MOSTLY:
            hint = str(Arithmetic.INT8)
        self.precision = _READ_BACK.get(hint, hint)
        self.crops_per_call = batch
        self.parallel_calls = requests
        version, streams = str(openvino().__version__).split("-")[0], "stream" if count == 1 else "streams"
        self.description = f"OpenVINO {version}, {device}, {hint}, {count} {streams}{remark}"

    def logits(self, crops: NDArray[np.uint8], indices: CropIndices | None = None) -> NDArray[np.float32]:
        """As `Backend.logits`.  The crops are spread over all requests that are idle just now."""
        return self.outputs(crops, indices).logits

    def outputs(self, crops: NDArray[np.uint8], indices: CropIndices | None = None) -> Outputs:
        """As `logits`, with the maxima where this backend measures them."""
        self._check(crops)
        if indices is not None:
            crops = select_crops(crops, indices)
        outputs = Outputs(
            np.empty((len(crops), self._classes), np.float32),
            np.empty((len(crops), self._measured), np.float32) if self._measured else None,
        )
        running: deque[tuple[Any, int, NDArray[np.uint8]]] = deque()
        try:
            for first in range(0, len(crops), self._batch):
                request = self._idle_request(running, outputs)
                part = self._padded(crops[first : first + self._batch])
                running.append((request, first, part))
                request.start_async({0: part}, share_inputs=True)
            while running:
                self._requests.put(self._finish(running, outputs))
        except RuntimeError as error:
            raise DeviceError(f"The {self._device} failed while computing: {first_line(error)}.") from error
        finally:
            for request, _, _ in running:  # after a failure only: let them end before their pixels are freed
                with contextlib.suppress(RuntimeError):
                    request.wait()
                self._requests.put(request)
        return outputs

    def close(self) -> None:
        """Give the memory back; no call of `logits` may be running any more."""
        while not self._requests.empty():
            self._requests.get()
        self._compiled = None
        _trim()

    def _idle_request(self, running: deque[tuple[Any, int, NDArray[np.uint8]]], outputs: Outputs) -> Any:
        """An idle request; when there is none, the oldest of our own once it has finished.

        Only a caller that holds no request waits for those of others, so callers cannot wait for each other in a ring.
        """
        try:
            return self._requests.get_nowait()
        except queue.Empty:
            return self._finish(running, outputs) if running else self._requests.get()

    def _finish(self, running: deque[tuple[Any, int, NDArray[np.uint8]]], outputs: Outputs) -> Any:
        """Wait for the oldest request and copy its answer out: the tensor is overwritten by the next job."""
        request, first, _ = running[0]
        request.wait()
        for number, array in enumerate((outputs.logits, outputs.maxima)):
            if array is not None:
                own = array[first : first + self._batch]
                own[:] = request.get_output_tensor(number).data[: len(own)]
        running.popleft()
        return request

    def _padded(self, part: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The graph's batch is fixed, for its kernels' sake; what is missing is black and its answer is dropped."""
        if len(part) == self._batch:
            return part
        whole = np.zeros((self._batch, *self._shape), np.uint8)
        whole[: len(part)] = part
        return whole

    def _check(self, crops: NDArray[np.uint8]) -> None:
        """OpenVINO would cast another type and copy another layout without a word."""
        if crops.dtype != np.uint8 or crops.shape[1:] != self._shape or not len(crops):
            raise ValueError(f"crops are {crops.dtype} {crops.shape}, not uint8 [n, {self._shape}]")
        if not crops.flags.c_contiguous:
            raise ValueError("crops are not contiguous")


def cpu_has_bf16() -> bool:
    """Whether this CPU multiplies bf16 natively (AVX-512 BF16, AMX)."""
    return "BF16" in core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def intel_gpu_name() -> str:
    """The name of Intel's GPU.  Loads its plugin.  Raises DeviceError with OpenVINO's words where there is none."""
    try:
        return str(core().get_property("GPU", "FULL_DEVICE_NAME"))
    except RuntimeError as error:
        raise DeviceError(first_line(error)) from error


def _config(device: str, numbers: Arithmetic, threads: int) -> dict[str, str]:
    config = {"INFERENCE_PRECISION_HINT": _HINTS[numbers], "PERFORMANCE_HINT": "THROUGHPUT"}
    if device == "CPU":
        # pinning would put every process that counts its own threads onto the same first cores (iVSR#43)
        config |= {"INFERENCE_NUM_THREADS": str(threads), "ENABLE_CPU_PINNING": "NO"}
    return config


def _part_in_int8(compiled: Any) -> float:
    """The part of the convolutions that the device really computes in int8, as its own report of the graph says."""
    found = [node.get_rt_info() for node in compiled.get_runtime_model().get_ops()]
    precisions = [info["runtimePrecision"].value for info in found if info["layerType"].value == "Convolution"]
    return sum(one in ("i8", "u8") for one in precisions) / max(1, len(precisions))


def first_line(error: Exception) -> str:
    """What OpenVINO says went wrong, without the places in its own sources."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(("Exception from", "Check '"))]
    return (telling or lines or [type(error).__name__])[-1].rstrip(".")


def _trim() -> None:
    """glibc keeps freed memory for itself; this gives it back to the system."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in musl
        if trim is not None:
            trim(0)
