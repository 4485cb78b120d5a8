"""From weights, a device and a precision to a backend that is ready."""

from resnet_gui.engine.backend import Backend
from resnet_gui.engine.backends.openvino import OpenVinoBackend, cpu_has_bf16
from resnet_gui.engine.backends.torch import TorchBackend
from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Arithmetic, Precision, arithmetic
from resnet_gui.engine.ranges import find_ranges
from resnet_gui.engine.self_check import is_sound
from resnet_gui.engine.threads import usable_threads
from resnet_gui.engine.turbo import CalibratingBackend, open_int8
from resnet_gui.folders import folders
from resnet_gui.weights.weight_set import WeightSet

_INTEL_BATCH = 8


def open_backend(
    weights: WeightSet, device: DeviceChoice, precision: Precision, *, crops: int = 1, threads: int = 0, batch: int = 0
) -> Backend:
    """Load the network on the device; takes a few tenths of a second on a CPU.

    crops: how many a picture will have, at most, so that a GPU's batch holds them; more are computed all the same.
    threads: CPU threads, 0 for all that this process may use.
    batch: crops per call of the device, 0 for the backend's own choice (one on CPUs, 8 on Intel's GPUs, measured on
    NVIDIA's).
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
            name = f"cuda:{device.ordinal}" if device.kind == "cuda" else "mps"
            return TorchBackend(weights, device=name, arithmetic=numbers, batch=batch, crops=crops)


def _on_cpu(weights: WeightSet, numbers: Arithmetic, threads: int, batch: int) -> Backend:
    def load(numbers: Arithmetic, remark: str = "") -> OpenVinoBackend:
        return OpenVinoBackend(weights, arithmetic=numbers, threads=threads, batch=batch, remark=remark)

    if numbers is Arithmetic.FP32:
        return load(numbers)
    if numbers is Arithmetic.INT8:
        ranges = find_ranges(weights, folders())
        if ranges is None:
            return CalibratingBackend(weights, folders(), threads=threads, batch=batch)
        return open_int8(weights, ranges.largest, folders(), threads=threads, batch=batch)
    fast = load(numbers)
    if is_sound(weights, fast, {"numbers": numbers}, folders().cache / "checked", lambda: load(Arithmetic.FP32)):
        return fast
    fast.close()
    return load(Arithmetic.FP32, f" ({numbers} failed its self-check)")
