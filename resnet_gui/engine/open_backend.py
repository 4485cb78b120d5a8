"""From weights, a device and a precision to a backend that is ready to be asked."""

import logging

from resnet_gui.engine.backend import Backend
from resnet_gui.engine.backends.openvino import OpenVinoBackend, cpu_has_bf16
from resnet_gui.engine.backends.torch import TorchBackend
from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.precision import Arithmetic, arithmetic
from resnet_gui.engine.ranges import find_ranges
from resnet_gui.engine.self_check import agrees, fixed_picture, has_passed, remember_passed
from resnet_gui.engine.threads import usable_threads
from resnet_gui.engine.turbo import CalibratingBackend, compiled_shelf
from resnet_gui.folders import folders
from resnet_gui.weights.weight_set import WeightSet

_log = logging.getLogger(__name__)

_GPU_BATCH = 32
_INTEL_BATCH = 8
_BF16_TOLERANCE = 0.2
"""How far bf16 logits may lie from fp32 ones, in units of their own spread.  bf16 keeps 8 bits: a few hundredths are
rounding; the kernels this guards against (openvino#38256) gave garbage, which is above 1."""


def open_backend(
    weights: WeightSet, device: DeviceChoice, precision: Precision, *, crops: int = 1, threads: int = 0, batch: int = 0
) -> Backend:
    """Load the network on the device; takes a few tenths of a second on a CPU.

    crops: how many a picture will have, at most, so that a GPU's batch holds them; more may be asked all the same.
    threads: CPU threads, 0 for all that this process may use.
    batch: crops per call of the device, 0 for the backend's own choice (one on CPUs, 8 on Intel's GPUs, 32 on others).
    Raises DeviceError when the device cannot run the network, or not with this precision.
    """
    numbers = arithmetic(precision, device.kind, cpu_has_bf16=device.kind == "cpu" and cpu_has_bf16())
    match device.kind:
        case "cpu":
            return _on_cpu(weights, numbers, threads or usable_threads(), batch or 1)
        case "gpu":
            batch = batch or max(_INTEL_BATCH, crops)
            return OpenVinoBackend(weights, device="GPU", arithmetic=numbers, threads=0, batch=batch)
        case "cuda" | "mps":
            place = f"cuda:{device.ordinal}" if device.kind == "cuda" else "mps"
            return TorchBackend(weights, device=place, arithmetic=numbers, batch=batch or max(_GPU_BATCH, crops))


def _on_cpu(weights: WeightSet, numbers: Arithmetic, threads: int, batch: int) -> Backend:
    def load(numbers: Arithmetic, remark: str = "") -> OpenVinoBackend:
        return OpenVinoBackend(weights, arithmetic=numbers, threads=threads, batch=batch, remark=remark)

    if numbers is Arithmetic.FP32:
        return load(numbers)
    if numbers is Arithmetic.INT8:
        return _turbo(weights, threads, batch)
    checked = folders().cache / "checked"
    fast = load(numbers)
    if has_passed(weights, numbers, checked):
        return fast
    exact = load(Arithmetic.FP32)
    picture = fixed_picture(weights.recipe.crop)
    passed = agrees(exact.logits(picture), fast.logits(picture), _BF16_TOLERANCE)
    exact.close()
    if passed:
        remember_passed(weights, numbers, checked)
        return fast
    _log.warning("%s disagrees with fp32 on the fixed picture; fp32 is used", numbers)
    fast.close()
    return load(Arithmetic.FP32, f" ({numbers} failed its self-check)")


def _turbo(weights: WeightSet, threads: int, batch: int) -> Backend:
    places = folders()
    ranges = find_ranges(weights, places)
    if ranges is None:
        return CalibratingBackend(weights, places, threads=threads, batch=batch)
    return OpenVinoBackend(
        weights,
        arithmetic=Arithmetic.INT8,
        threads=threads,
        batch=batch,
        ranges=ranges.largest,
        kept=compiled_shelf(places),
    )
