"""Networks on NVIDIA and Apple GPUs through torch; on the CPU for tests.

torch is imported inside these functions only: importing it takes seconds, and the CPU's way never does.
The batch has one constant size and is padded, so that a picture's numbers do not depend on how many neighbours it has.
Tried on CPUs and with faked cards; on real ones it is untried (docs/decisions.md).
"""

import contextlib
import gc
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.backend import CropIndices
from resnet_gui.engine.backends.torch_batch import Trial, choose_batch, seconds_a_crop, sizes_to_try
from resnet_gui.engine.backends.torch_slots import InOrder, Ring, Slot, TwoStreams
from resnet_gui.engine.modes import Arithmetic
from resnet_gui.engine.self_check import agrees, fixed_picture
from resnet_gui.errors import DeviceError
from resnet_gui.weights.weight_set import WeightSet

T = TypeVar("T")

_FIXED_BATCH = 32
"""Where nothing is measured.  On CPUs and MPS more buys little, and a card may have little memory."""
_TEST_TOLERANCE = 1e-4
"""Relative to the largest answer; fp32 on two devices differs by about 1e-6 here, TF32 by 1e-3."""
_MPS_TOLERANCE = 0.2
"""In units of the answers' own spread: rounding to fp16 stays far below, the wrong results of MPS do not."""
_MEMORY_WORDS = (
    "out of memory",
    "Out of memory",
    "not enough memory",
    "CUDNN_STATUS_NOT_SUPPORTED",
    "_STATUS_ALLOC_FAILED",
)
"""How torch and the libraries below it say so where they have no type for it (accelerate, utils/memory.py)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Flight:
    """Logits `first` … `first + count - 1` of a call, on their way in a slot of a ring.

    slot: their buffers.
    ring: where the slot goes back to.
    first: number of the first crop.
    count: how many there are.
    """

    slot: Slot
    ring: Ring
    first: int
    count: int


class TorchBackend:
    """`engine.backend.Backend` over a torch module on "cuda:N", "mps" or "cpu".

    Raises DeviceError when the device cannot hold or run the network.

    device: torch's name.
    arithmetic: the numbers to compute in.
    batch: crops of one call of the network, mirror images included; 0: on CUDA measured, elsewhere 32.  Halved as
        often as the device's memory asks for it.
    crops: how many a picture will have, so that a batch of the program's own choice holds whole pictures.
    """

    def __init__(
        self,
        weights: WeightSet,
        *,
        device: str,
        arithmetic: Arithmetic = Arithmetic.FP32,
        batch: int = 0,
        crops: int = 1,
    ) -> None:
        import torch

        self._torch: Any = torch
        self._device = device
        self._lock = threading.Lock()
        self._shape = (weights.preprocessing.crop, weights.preprocessing.crop, 3)
        _exact_kernels(torch)
        self._classifier: Any = _guarded(device, lambda: _on_device(weights, device, arithmetic))
        self._card = _guarded(device, lambda: _card(torch, device, weights))
        self.parallel_calls = self._card.parallel_calls
        self.precision = {torch.float32: "fp32", torch.float16: "fp16", torch.bfloat16: "bf16"}[
            self._classifier.module.fc.weight.dtype
        ]
        self._replace_ring(batch or self._own_batch(crops))
        self.logits(np.zeros((1, *self._shape), np.uint8))  # finds the batch that fits, and loads all kernels
        self.description = f"torch {torch.__version__}, {device}, {self.precision}, batch {self._ring.batch}"
        if device.startswith("mps"):
            self.require_agreement(weights)

    def logits(self, crops: NDArray[np.uint8], indices: CropIndices | None = None) -> NDArray[np.float32]:
        """As `Backend.logits`.  While one caller waits for its answers another fills and submits the next batch."""
        if crops.dtype != np.uint8 or crops.shape[1:] != self._shape or not len(crops):
            raise ValueError(f"crops are {crops.dtype} {crops.shape}, not uint8 [n, {self._shape}]")
        asked = np.arange(len(crops)) if indices is None else indices
        if not len(asked) or asked.min() < -len(crops) or asked.max() >= len(crops):
            # a card would answer with an assertion, and be of no use to this process any more
            raise ValueError(f"indices of crops that are not among {len(crops)}")
        logits = np.empty((len(asked), self._classifier.module.fc.out_features), np.float32)
        flights: deque[_Flight] = deque()
        first = 0
        try:
            while first < len(asked):
                ring, slot = self._idle_slot(flights, logits)
                flight = _Flight(slot, ring, first, min(ring.batch, len(asked) - first))
                if self._launch(flight, crops, asked):
                    flights.append(flight)
                    first += flight.count
            while flights:
                self._finish(flights, logits)
        finally:
            for left in flights:  # after a failure only: let them end before their buffers are written again
                with contextlib.suppress(RuntimeError):
                    self._card.wait(left.slot)
                left.ring.idle.put(left.slot)
        return logits

    def close(self) -> None:
        """Give the memory back; no call of `logits` may be running any more."""
        self._classifier = None
        del self._ring
        self._free()

    def require_agreement(self, weights: WeightSet) -> None:
        """Compare a picture's answers with the CPU's: MPS has given silently wrong ones.  Raises DeviceError."""
        picture = fixed_picture(self._shape[0])
        reference = _on_device(weights, "cpu", Arithmetic.FP32)
        with self._torch.inference_mode():
            expected: NDArray[np.float32] = reference(self._torch.from_numpy(picture)).numpy()
        if not agrees(expected, self.logits(picture), _MPS_TOLERANCE):
            raise DeviceError(f"The answers of {self._device} differ from the CPU's. Use --device cpu.")

    # ------------------------------------------------------------ batches

    def _idle_slot(self, flights: deque[_Flight], logits: NDArray[np.float32]) -> tuple[Ring, Slot]:
        """A slot of the ring as it is now; where none is idle, after the oldest of our own has landed.

        Only a caller that holds no slot waits for those of others, so callers cannot wait for each other in a circle.
        """
        while True:
            ring = self._ring
            try:
                return ring, ring.idle.get_nowait()
            except queue.Empty:
                if not flights:
                    return ring, ring.idle.get()
                self._finish(flights, logits)

    def _launch(self, flight: _Flight, crops: NDArray[np.uint8], asked: CropIndices) -> bool:
        """Fill the slot and submit it.  False when memory was too small: the ring is now one of smaller slots."""
        part = asked[flight.first : flight.first + flight.count]
        whose, positions = np.unique(np.where(part < 0, ~part, part), return_inverse=True)
        plain = bool((part == whose[0] + np.arange(len(part))).all())  # each crop as it is, in order: no indices needed
        launched = False
        try:
            if flight.ring is self._ring:
                gapless = whose[-1] - whose[0] == len(whose) - 1
                own = crops[whose[0] : whose[-1] + 1] if gapless else crops[whose]
                flight.slot.fill(own, None if plain else np.where(part < 0, ~positions, positions))
                self._submit(flight.slot, len(own), with_indices=not plain)
                launched = True
        except _OutOfMemoryError:
            if flight.ring.batch == 1:
                raise
        finally:
            if not launched:
                flight.ring.idle.put(flight.slot)
        # outside the except block: the traceback would keep the tensors alive
        if not launched:
            self._halve(flight.ring)
        return launched

    def _submit(self, slot: Slot, count: int, *, with_indices: bool) -> None:
        with self._lock, self._torch.inference_mode():
            _guarded(self._device, lambda: self._card.submit(slot, count, self._forward, with_indices=with_indices))

    def _forward(self, crops: Any, indices: Any | None) -> Any:
        """Float32 logits [batch, classes] on the device: a softmax of half-precision ones would be coarse."""
        if indices is not None:
            torch = self._torch
            mirrored = torch.cat((crops, crops.flip(2)))  # [batch, row, column, colour]: left and right change places
            crops = mirrored.index_select(0, torch.where(indices < 0, ~indices + len(crops), indices))
        return self._classifier(crops).float()

    def _finish(self, flights: deque[_Flight], logits: NDArray[np.float32]) -> None:
        """Wait for the oldest flight, copy its answers out and give its slot back."""
        flight = flights[0]
        _guarded(self._device, lambda: self._card.wait(flight.slot))
        logits[flight.first : flight.first + flight.count] = flight.slot.logits.numpy()[: flight.count]
        flights.popleft()
        flight.ring.idle.put(flight.slot)

    # ------------------------------------------------------------ memory

    def _replace_ring(self, batch: int) -> None:
        self._ring = _guarded(self._device, lambda: self._card.ring(batch))
        self.crops_per_call = batch

    def _halve(self, full: Ring) -> None:
        """Go on with half the batch, unless another caller has seen to it."""
        with self._lock:
            if self._ring is full:
                self._replace_ring(max(1, full.batch // 2))
                self._free()

    def _free(self) -> None:
        gc.collect()
        _empty_cache(self._torch, self._device)

    def _own_batch(self, crops: int) -> int:
        """A fixed one where the device's memory is unknown (CPU, MPS), else the one that measuring finds."""
        free = self._card.free_bytes()
        return max(_FIXED_BATCH, crops) if free is None else choose_batch(sizes_to_try(crops), self._attempt, free)

    def _attempt(self, batch: int) -> Trial | None:
        """`_trial`; None where memory is too small for it."""
        trial = None
        with contextlib.suppress(_OutOfMemoryError):
            trial = self._trial(batch)
        self._free()  # after the error: its traceback keeps the tensors alive
        return trial

    def _trial(self, batch: int) -> Trial:
        """Measure a batch of black crops."""
        ring = _guarded(self._device, lambda: self._card.ring(batch))
        self._card.peak_bytes()  # what was before does not count
        seconds = seconds_a_crop(
            ring,
            lambda slot: self._submit(slot, batch, with_indices=False),
            lambda slot: _guarded(self._device, lambda: self._card.wait(slot)),
        )
        return Trial(seconds, self._card.peak_bytes() / batch)


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


def _card(torch: Any, device: str, weights: WeightSet) -> InOrder:
    """The way batches go to this device."""
    kind = TwoStreams if device.startswith("cuda") else InOrder
    return kind(torch, device, weights.preprocessing.crop, weights.network.classes)


def _on_device(weights: WeightSet, device: str, arithmetic: Arithmetic) -> Any:
    """The network behind its preprocessing, its numbers and its memory layout as the device likes them."""
    import torch

    from resnet_gui.network.build_torch import Classifier, fold_normalisations, load_torch

    dtype = {Arithmetic.FP32: torch.float32, Arithmetic.FP16: torch.float16, Arithmetic.BF16: torch.bfloat16}[
        arithmetic
    ]
    # half precision is fastest with channels last; on MPS that layout has given silently wrong answers
    channels_last = arithmetic is not Arithmetic.FP32 and not device.startswith("mps")
    layout = torch.channels_last if channels_last else torch.contiguous_format
    module = load_torch(weights.network, weights.arrays)
    fold_normalisations(module, weights.network)  # as the OpenVINO graph does
    module = module.to(device=device, dtype=dtype, memory_format=layout)
    classifier = Classifier(module, weights.preprocessing, memory_format=layout).to(device)
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
    """What `compute` gives; torch's errors become this program's.  Raises DeviceError, _OutOfMemoryError."""
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
    return type(error).__name__ == "OutOfMemoryError" or any(words in str(error) for words in _MEMORY_WORDS)


def _empty_cache(torch: Any, device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    elif device.startswith("mps"):
        torch.mps.empty_cache()


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
