"""What DESIGN's three words mean on each kind of device.

| word  | CPU                            | Intel GPU | CUDA            | MPS  |
|-------|--------------------------------|-----------|-----------------|------|
| exact | fp32, set explicitly           | fp32      | fp32, TF32 off  | fp32 |
| fast  | bf16 where the CPU has it      | fp16      | fp16            | fp16 |
| turbo | not part of this version       |           |                 |      |

fp16 rather than bf16 on GPUs: every supported card has it, it is as fast, and its mantissa is eight times finer.
"""

from enum import StrEnum
from typing import Literal

from resnet_gui.engine.modes import Precision
from resnet_gui.errors import DeviceError

DeviceKind = Literal["cpu", "gpu", "cuda", "mps"]
"""CPU and Intel GPU (OpenVINO), NVIDIA and Apple GPU (torch)."""


class Arithmetic(StrEnum):
    """The numbers a device computes in."""

    FP32 = "fp32"
    BF16 = "bf16"
    FP16 = "fp16"


def arithmetic(precision: Precision, kind: DeviceKind, *, cpu_has_bf16: bool = False) -> Arithmetic:
    """What to ask the device for.  Raises DeviceError for turbo."""
    match precision:
        case Precision.EXACT:
            return Arithmetic.FP32
        case Precision.FAST if kind == "cpu":
            return Arithmetic.BF16 if cpu_has_bf16 else Arithmetic.FP32
        case Precision.FAST:
            return Arithmetic.FP16
        case Precision.TURBO:
            raise DeviceError("The precision turbo (int8) is not part of this version; use exact or fast.")
