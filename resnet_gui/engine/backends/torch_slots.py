"""Batches on their way through a device of torch: their buffers, and the order in which the device works on them.

On a CUDA card two queues (streams) run beside each other: one uploads, the other computes and brings the answers back.

    host     fill slot 1 │ fill slot 2 │ fill slot 3  │ read answers 1, fill slot 1 │ …
    uploads              │ slot 1      │ slot 2       │ slot 3
    network                            │ slot 1       │ slot 2

A slot is one batch with buffers of its own on both sides.  The host's are pinned, else a copy would make the host wait;
a pinned buffer must not be written again before its copy has passed.  Here that holds by ownership: a caller takes a
slot from the ring, fills it, submits it, waits for its answers, and only then gives it back.  No tensor of one stream
is freed while another stream reads it either, since slots keep theirs.

torch is handed in, not imported (`torch.py` says why).  Untried on hardware: written from torch's documentation.
"""

import queue
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Forward = Callable[[Any, Any | None], Any]
"""The network, on the device: crops uint8 [batch, S, S, 3], indices int64 [batch] or None → logits [batch, classes]."""

_RING = 3
"""Slots of a card: one is computed, one uploaded, one filled or read.  Pinned memory cannot be swapped, so no more."""


@dataclass(slots=True, eq=False)
class Slot:
    """The buffers of one batch.

    crops: uint8 [batch, S, S, 3].
    indices: int64 [batch], as `Backend.logits` has them.
    logits: float32 [batch, classes].
    device_crops, device_indices: their copies on the device; None where it reads the host's memory by itself.
    uploaded, done: events of a card, recorded after the upload and after the answers' copy.
    """

    crops: Any
    indices: Any
    logits: Any
    device_crops: Any = None
    device_indices: Any = None
    uploaded: Any = None
    done: Any = None

    @property
    def batch(self) -> int:
        """Answers of one call of the network."""
        return len(self.logits)

    def fill(self, crops: NDArray[np.uint8], indices: NDArray[np.int64] | None) -> None:
        """Write at most `batch` crops, and their indices (None: each as it is); the rest of the buffers stays.

        Each answer depends on its own crop only, so what the rest of the batch holds does not matter.
        """
        self.crops.numpy()[: len(crops)] = crops
        if indices is not None:
            self.indices.numpy()[: len(indices)] = indices
            self.indices.numpy()[len(indices) :] = 0


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """The slots of one batch size.

    batch: crops of a slot.
    size: how many slots there are.
    idle: those that are free.
    """

    batch: int
    size: int
    idle: "queue.SimpleQueue[Slot]" = field(default_factory=queue.SimpleQueue)


class InOrder:
    """Batches on CPUs and Apple's GPUs: each is computed when it is submitted.

    torch: the module.
    device: torch's name.
    side: of a crop, in pixels.
    classes: outputs of the network.
    """

    slots = 1
    parallel_calls = 1

    def __init__(self, torch: Any, device: str, side: int, classes: int) -> None:
        self.torch = torch
        self.device = device
        self._side = side
        self._classes = classes

    def ring(self, batch: int) -> Ring:
        """New slots, all idle.  Raises RuntimeError (torch's) where memory is too small."""
        ring = Ring(batch, self.slots)
        for _ in range(self.slots):
            ring.idle.put(self.slot(batch))
        return ring

    def slot(self, batch: int) -> Slot:
        """New buffers."""
        return Slot(*self._buffers(batch))

    def submit(self, slot: Slot, count: int, forward: Forward, *, with_indices: bool) -> None:
        """Compute the first `count` crops of the slot, or, with_indices, those that its indices name.

        One caller at a time.  Raises RuntimeError (torch's), also for want of memory; the slot is then idle again.
        """
        crops = slot.crops.to(self.device)
        slot.logits.copy_(forward(crops, slot.indices.to(self.device) if with_indices else None))

    def wait(self, slot: Slot) -> None:
        """Until the slot's answers are there.  Raises RuntimeError (torch's) where computing failed."""

    def free_bytes(self) -> int | None:
        """The device's free memory; None where it does not say."""
        return None

    def peak_bytes(self) -> int:
        """What computing has needed at most beside what is kept, since the last call; 0 where unknown."""
        return 0

    def _buffers(self, batch: int, *, pinned: bool = False) -> tuple[Any, Any, Any]:
        torch = self.torch
        return (
            torch.zeros((batch, self._side, self._side, 3), dtype=torch.uint8, pin_memory=pinned),
            torch.zeros(batch, dtype=torch.int64, pin_memory=pinned),
            torch.zeros((batch, self._classes), dtype=torch.float32, pin_memory=pinned),
        )


class TwoStreams(InOrder):
    """Batches on a CUDA card: uploads run beside computing; callers wait without holding Python's lock, or a core."""

    slots = _RING
    parallel_calls = 2

    def __init__(self, torch: Any, device: str, side: int, classes: int) -> None:
        super().__init__(torch, device, side, classes)
        self._uploads = torch.cuda.Stream(device)
        self._network = torch.cuda.Stream(device)
        # the weights were put there by the stream that was current
        torch.cuda.synchronize(device)

    def slot(self, batch: int) -> Slot:
        """As `InOrder.slot`, pinned, with its twin on the card."""
        torch = self.torch
        crops, indices, logits = self._buffers(batch, pinned=True)
        twins = [torch.zeros(each.shape, dtype=each.dtype, device=self.device) for each in (crops, indices)]
        torch.cuda.current_stream(self.device).synchronize()  # zeros are written before another stream writes there
        # blocking: a thread that waits sleeps instead of spinning, so its core can decode
        events = [torch.cuda.Event(blocking=True) for _ in range(2)]
        return Slot(crops, indices, logits, *twins, *events)

    def submit(self, slot: Slot, count: int, forward: Forward, *, with_indices: bool) -> None:
        """As `InOrder.submit`; returns before the card has begun."""
        cuda = self.torch.cuda
        with cuda.stream(self._uploads):
            slot.device_crops[:count].copy_(slot.crops[:count], non_blocking=True)
            if with_indices:
                slot.device_indices.copy_(slot.indices, non_blocking=True)
            slot.uploaded.record(self._uploads)
        try:
            with cuda.stream(self._network):
                self._network.wait_event(slot.uploaded)
                logits = forward(slot.device_crops, slot.device_indices if with_indices else None)
                slot.logits.copy_(logits, non_blocking=True)
                slot.done.record(self._network)
        except RuntimeError:
            self._uploads.synchronize()  # the next owner of the slot may write into its pinned buffer at once
            self._network.synchronize()
            raise

    def wait(self, slot: Slot) -> None:
        """As `InOrder.wait`."""
        slot.done.synchronize()

    def free_bytes(self) -> int | None:
        """The card's free memory, and what torch has set aside of it."""
        free, _ = self.torch.cuda.mem_get_info(self.device)
        unused = self.torch.cuda.memory_reserved(self.device) - self.torch.cuda.memory_allocated(self.device)
        return int(free) + int(unused)

    def peak_bytes(self) -> int:
        """As `InOrder.peak_bytes`."""
        cuda = self.torch.cuda
        needed = cuda.max_memory_allocated(self.device) - cuda.memory_allocated(self.device)
        cuda.reset_peak_memory_stats(self.device)
        return int(needed)
