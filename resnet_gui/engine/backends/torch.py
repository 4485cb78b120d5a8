"""Networks on NVIDIA and Apple GPUs through torch; on the CPU for tests.

torch is imported inside these functions only: importing it takes seconds, and the CPU's way never does.
The batch has one constant size and is padded, so that a picture's numbers do not depend on how many neighbours it has.
"""

import gc
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.precision import Arithmetic
from resnet_gui.errors import DeviceError
from resnet_gui.weights.weight_set import WeightSet

T = TypeVar("T")

_TEST_TOLERANCE = 1e-4
"""Relative to the largest answer; fp32 on two devices differs by about 1e-6 here, TF32 by 1e-3."""


class TorchBackend:
    """`engine.backend.Backend` over a torch module on "cuda:N", "mps" or "cpu".

    batch: crops of one call; halved as often as the device's memory asks for it.
    Raises DeviceError when the device cannot hold or run the network.
    """

    parallel_calls = 1

    def __init__(
        self, weights: WeightSet, *, device: str, arithmetic: Arithmetic = Arithmetic.FP32, batch: int = 32
    ) -> None:
        import torch

        self._torch: Any = torch
        self._device = device
        self._lock = threading.Lock()
        self._shape = (weights.recipe.crop, weights.recipe.crop, 3)
        self._batch = batch
        _exact_kernels(torch)
        self._classifier: Any = _guarded(device, lambda: _on_device(weights, device, arithmetic))
        self._pixels: Any = None
        self.precision = {torch.float32: "fp32", torch.float16: "fp16", torch.bfloat16: "bf16"}[
            self._classifier.module.fc.weight.dtype
        ]
        self.logits(np.zeros((1, *self._shape), np.uint8))  # finds the batch that fits, and loads all kernels
        self.crops_per_call = self._batch
        self.description = f"torch {torch.__version__}, {device}, {self.precision}, batch {self._batch}"

    def logits(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """As `Backend.logits`; one call at a time."""
        if crops.dtype != np.uint8 or crops.shape[1:] != self._shape or not len(crops):
            raise ValueError(f"crops are {crops.dtype} {crops.shape}, not uint8 [n, {self._shape}]")
        with self._lock:
            answers: list[NDArray[np.float32]] = []
            done = 0
            while done < len(crops):
                answer = self._one_batch(crops[done : done + self._batch])
                if answer is not None:
                    answers.append(answer)
                    done += len(answer)
            return np.concatenate(answers)

    def close(self) -> None:
        """Give the memory back; nobody may be inside `logits` any more."""
        self._classifier = None
        self._pixels = None
        gc.collect()
        _empty_cache(self._torch, self._device)

    def _one_batch(self, part: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """The answers of at most `batch` crops; None when the memory was too small, and the batch is now halved."""
        try:
            return _guarded(self._device, lambda: self._compute(part))
        except _OutOfMemoryError:
            if self._batch == 1:
                raise
        # outside the except block: the traceback would keep the tensors alive
        self._batch = max(1, self._batch // 2)
        self._pixels = None
        gc.collect()
        _empty_cache(self._torch, self._device)
        return None

    def _compute(self, part: NDArray[np.uint8]) -> NDArray[np.float32]:
        torch = self._torch
        with torch.inference_mode():
            if self._pixels is None:
                # pinned, so that the copy to the card needs no detour; reused, since each call waits for its answer
                pinned = self._device.startswith("cuda")
                self._pixels = torch.zeros((self._batch, *self._shape), dtype=torch.uint8, pin_memory=pinned)
            self._pixels[: len(part)] = torch.from_numpy(np.require(part, requirements=["C", "W"]))
            self._pixels[len(part) :] = 0
            pixels = self._pixels.to(self._device, non_blocking=self._device.startswith("cuda"))
            answer: NDArray[np.float32] = self._classifier(pixels)[: len(part)].float().cpu().numpy()
        return answer


def cuda_version() -> str | None:
    """The CUDA version the installed torch was built for, "13.2"; None for a CPU build.

    Raises DeviceError when torch cannot be loaded.
    """
    try:
        import torch
    except (ImportError, OSError) as error:
        raise DeviceError(_first_line(error)) from error
    version: str | None = torch.version.cuda
    return version


def test_run(device: str) -> None:
    """A small convolution network there, in fp32, compared with the CPU's answer.

    Raises DeviceError with a clause that says what went wrong.
    """
    import torch

    _exact_kernels(torch)
    random = torch.Generator().manual_seed(1)
    pixels = torch.rand((2, 3, 61, 47), generator=random)
    kernels = [torch.randn(shape, generator=random) * 0.2 for shape in ((16, 3, 7, 7), (32, 16, 3, 3))]

    def compute(where: str) -> Any:
        x = pixels.to(where)
        for kernel in kernels:
            x = torch.nn.functional.conv2d(x, kernel.to(where), stride=2, padding=1).relu()
        return x.mean((2, 3)).cpu()

    with torch.inference_mode():
        expected = compute("cpu")
        try:
            answer = compute(device)
        except RuntimeError as error:
            why = "its memory is full" if _is_out_of_memory(error) else _first_line(error)
            raise DeviceError(why) from error
        if not (answer - expected).abs().max() <= _TEST_TOLERANCE * expected.abs().max():
            raise DeviceError("its answer differs from the CPU's")


class _OutOfMemoryError(DeviceError):
    """The device's memory is too small."""


def _on_device(weights: WeightSet, device: str, arithmetic: Arithmetic) -> Any:
    """The network behind its recipe, its numbers and its memory layout as the device likes them."""
    import torch

    from resnet_gui.network.build_torch import Classifier, load_torch

    dtype = {Arithmetic.FP32: torch.float32, Arithmetic.FP16: torch.float16, Arithmetic.BF16: torch.bfloat16}[
        arithmetic
    ]
    # half precision is fastest with channels last; on MPS that layout has given silently wrong answers
    channels_last = arithmetic is not Arithmetic.FP32 and not device.startswith("mps")
    layout = torch.channels_last if channels_last else torch.contiguous_format
    module = load_torch(weights.network, weights.arrays).to(device=device, dtype=dtype, memory_format=layout)
    classifier = Classifier(module, weights.recipe, memory_format=layout).to(device)
    classifier.eval()
    return classifier


def _exact_kernels(torch: Any) -> None:
    """fp32 that is fp32, and the same kernels in every run.

    Only the switches of torch 2.9 and later: reading the older allow_tf32 after these raises.
    """
    torch.backends.cudnn.conv.fp32_precision = "ieee"
    torch.backends.cuda.matmul.fp32_precision = "ieee"
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True


def _guarded(device: str, compute: Callable[[], T]) -> T:
    """What `compute` gives; torch's errors become ours.  Raises DeviceError, _OutOfMemoryError."""
    try:
        return compute()
    except RuntimeError as error:
        if _is_out_of_memory(error):
            raise _OutOfMemoryError(
                f"The memory of {device} is too small for this network. Close other programs that use it, or use "
                "--device cpu."
            ) from error
        raise DeviceError(
            f"The device {device} failed while computing: {_first_line(error)}. Start the program again, or use "
            "--device cpu."
        ) from error


def _is_out_of_memory(error: RuntimeError) -> bool:
    """torch.OutOfMemoryError, or one of the libraries below torch saying so in its own words."""
    return type(error).__name__ == "OutOfMemoryError" or "out of memory" in str(error).lower()


def _empty_cache(torch: Any, device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    elif device.startswith("mps"):
        torch.mps.empty_cache()


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
