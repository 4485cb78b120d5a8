"""What changes an answer: precision, what it means on each kind of device, and how ten crops become one answer.

| word  | CPU                            | Intel GPU | CUDA            | MPS  |
|-------|--------------------------------|-----------|-----------------|------|
| exact | fp32, set explicitly           | fp32      | fp32, TF32 off  | fp32 |
| fast  | bf16 where the CPU has it      | fp16      | fp16            | fp16 |
| turbo | int8, ranges from calibration  | as fast   | as fast         | as fast |

fp16 rather than bf16 on GPUs: every supported card has it, it is as fast, and its mantissa is eight times finer.
"""

from enum import StrEnum
from typing import Literal


class Precision(StrEnum):
    """The three words a person chooses from."""

    EXACT = "exact"
    FAST = "fast"
    TURBO = "turbo"


class Average(StrEnum):
    """How the answers of ten crops become one."""

    SOFTMAX = "softmax"
    """Mean of the ten probability vectors (the default)."""
    LOGITS = "logits"
    """Softmax of the mean logits."""


DeviceKind = Literal["cpu", "gpu", "cuda", "mps"]
"""CPU and Intel GPU (OpenVINO), NVIDIA and Apple GPU (torch)."""


class Arithmetic(StrEnum):
    """The numbers a device computes in."""

    FP32 = "fp32"
    BF16 = "bf16"
    FP16 = "fp16"
    INT8 = "int8"


def arithmetic(precision: Precision, kind: DeviceKind, *, cpu_has_bf16: bool = False) -> Arithmetic:
    """What to ask the device for."""
    match precision:
        case Precision.EXACT:
            return Arithmetic.FP32
        case Precision.TURBO if kind == "cpu":
            return Arithmetic.INT8
        case _ if kind == "cpu":
            return Arithmetic.BF16 if cpu_has_bf16 else Arithmetic.FP32
        case _:
            return Arithmetic.FP16
