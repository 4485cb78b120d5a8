"""The torch backend, on the CPU and with cards made up of threads: nothing is mixed up, memory runs out in words."""

import functools
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from resnet_gui.engine.backends import torch as torch_backend
from resnet_gui.engine.backends.torch import TorchBackend
from resnet_gui.engine.backends.torch_slots import Forward, InOrder, Ring, Slot, TwoStreams
from resnet_gui.engine.modes import Arithmetic
from resnet_gui.errors import DeviceError
from resnet_gui.network.description import BlockKind, Network
from resnet_gui.weights.weight_set import WeightSet
from tests.unit.engine.networks import random_crops, random_weights

torch = pytest.importorskip("torch")

TEN = [0, 1, 2, 3, 4, ~0, ~1, ~2, ~3, ~4]


@functools.cache
def weights() -> WeightSet:
    """A network of two small blocks, made once."""
    return random_weights(Network(BlockKind.BASIC, stages=(1, 1), widths=(16, 32), classes=7))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """torch's own threads wait by spinning, and there are enough of ours."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class LateCard(InOrder):
    """Reads its buffers and writes its answers some time after `submit`: whoever touches them sooner is found out."""

    slots = 3
    parallel_calls = 2
    fits = 10**6
    free: int | None = None

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.counts: list[int] = []
        self._queue = ThreadPoolExecutor(1)
        self._inside = threading.Lock()

    def submit(self, slot: Slot, count: int, forward: Forward, *, with_indices: bool) -> None:
        if not self._inside.acquire(blocking=False):
            raise AssertionError("two callers submit at once")
        time.sleep(0.0005)
        self._inside.release()
        if slot.batch > self.fits:
            raise torch.OutOfMemoryError("CUDA out of memory.")

        def work() -> None:
            time.sleep(0.001)
            with torch.inference_mode():
                super(LateCard, self).submit(slot, count, forward, with_indices=with_indices)

        self.counts.append(count)
        slot.logits.fill_(float("nan"))
        slot.done = self._queue.submit(work)

    def wait(self, slot: Slot) -> None:
        slot.done.result()

    def free_bytes(self) -> int | None:
        return self.free


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, LateCard)


def use(monkeypatch: pytest.MonkeyPatch, card: type[InOrder]) -> None:
    monkeypatch.setattr(torch_backend, "InOrder", card)


@pytest.fixture(scope="module")
def expected() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Logits of 24 random crops and of their mirror images [2, 24, classes], each computed alone, plainly."""
    backend = TorchBackend(weights(), device="cpu", batch=1)
    crops = random_crops(24)
    both = np.stack([backend.logits(crops), backend.logits(np.ascontiguousarray(crops[:, :, ::-1]))])
    backend.close()
    return both


def close_to(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    """fp32's rounding aside: another batch size may take other kernels."""
    return bool(np.abs(one - other).max() <= 1e-5 * np.abs(other).max())


def ask_from_many_threads(backend: TorchBackend, expected: np.ndarray[Any, Any]) -> list[object]:
    """What went wrong when five threads asked for crops and mirror images of every kind at once."""
    crops, wrong = random_crops(24), []

    def ask(start: int) -> None:
        for length in (1, 3, 9):
            part, own = crops[start : start + length], expected[:, start : start + length]
            indices = np.random.default_rng(start).permutation(np.r_[np.arange(length), ~np.arange(length)])
            try:
                if not close_to(backend.logits(part), own[0]):
                    wrong.append((start, length))
                if not close_to(
                    backend.logits(part, indices), np.where(indices[:, None] < 0, own[1][~indices], own[0][indices])
                ):
                    wrong.append((start, indices))
            except Exception as error:  # noqa: BLE001 - told below
                wrong.append(error)

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return wrong


@pytest.mark.parametrize("batch", [3, 16])
def test_mirror_images_are_those_that_numpy_makes(expected: np.ndarray[Any, Any], batch: int) -> None:
    backend = TorchBackend(weights(), device="cpu", batch=batch)
    crops = random_crops(24)
    indices = np.array([*TEN, ~7, 7, 9, ~23])
    answers = backend.logits(crops, indices)
    backend.close()
    assert answers.shape == (14, 7)
    assert answers.dtype == np.float32
    assert close_to(answers, np.stack([expected[int(look < 0), ~look if look < 0 else look] for look in indices]))


def test_ten_crops_travel_as_five(late: None, expected: np.ndarray[Any, Any]) -> None:
    backend = TorchBackend(weights(), device="cpu", batch=20)
    card = backend._card
    assert isinstance(card, LateCard)
    card.counts.clear()
    two_pictures = np.array(TEN + [look + 5 if look >= 0 else look - 5 for look in TEN])
    answers = backend.logits(random_crops(10), two_pictures)
    assert card.counts == [10]
    assert close_to(answers[10:15], expected[0, 5:10])
    assert close_to(answers[15:], expected[1, 5:10])
    backend.close()


@pytest.mark.parametrize("indices", [[0, 3], [-4], []])
def test_looks_at_crops_that_are_not_there_never_reach_the_card(indices: list[int]) -> None:
    backend = TorchBackend(weights(), device="cpu", batch=2)
    with pytest.raises(ValueError, match="not among 3"):
        backend.logits(random_crops(3), np.array(indices, np.intp))
    backend.close()


@pytest.mark.parametrize("batch", [1, 4])
def test_calls_from_many_threads_do_not_mix_on_a_card_that_is_late(
    late: None, expected: np.ndarray[Any, Any], batch: int
) -> None:
    backend = TorchBackend(weights(), device="cpu", batch=batch)
    assert backend.parallel_calls == 2
    assert ask_from_many_threads(backend, expected) == []
    assert backend._ring.idle.qsize() == 3
    backend.close()


def test_one_call_is_submitted_while_another_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    class Meeting(InOrder):
        slots = 2
        both = threading.Barrier(1)

        def wait(self, slot: Slot) -> None:
            self.both.wait(10)  # breaks where the second is submitted only after the first has come back

    use(monkeypatch, Meeting)
    backend = TorchBackend(weights(), device="cpu", batch=2)
    Meeting.both = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(backend.logits, random_crops(2)) for _ in range(2)]
        assert (answers[0].result() == answers[1].result()).all()
    backend.close()


def test_two_calls_that_find_memory_too_small_at_once_halve_the_batch_once(
    late: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = TorchBackend(weights(), device="cpu", batch=8)
    monkeypatch.setattr(LateCard, "fits", 4)
    both, fill, make, made = threading.Barrier(2), Slot.fill, LateCard.ring, []

    def fill_together(slot: Slot, *what: Any) -> None:
        if slot.batch == 8:
            both.wait(10)
        fill(slot, *what)

    def note_ring(card: LateCard, batch: int) -> Ring:
        made.append(batch)
        return make(card, batch)

    monkeypatch.setattr(Slot, "fill", fill_together)
    monkeypatch.setattr(LateCard, "ring", note_ring)
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(backend.logits, random_crops(8)) for _ in range(2)]
        assert close_to(answers[0].result(), answers[1].result())
    assert made == [4]
    backend.close()


def test_memory_that_runs_out_under_many_threads_mixes_nothing_up(
    late: None, expected: np.ndarray[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = TorchBackend(weights(), device="cpu", batch=8)
    monkeypatch.setattr(LateCard, "fits", 3)
    assert ask_from_many_threads(backend, expected) == []
    assert backend.crops_per_call == 2
    backend.close()


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("cuDNN error: CUDNN_STATUS_NOT_SUPPORTED."),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
)
def test_one_crop_that_does_not_fit_is_a_sentence(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    backend = TorchBackend(weights(), device="cpu", batch=4)

    def full(_: object) -> object:
        raise error

    monkeypatch.setattr(backend._classifier, "forward", full)
    with pytest.raises(DeviceError, match="memory of cpu is too small for this network"):
        backend.logits(random_crops(6))
    assert backend.crops_per_call == 1
    assert backend._ring.idle.qsize() == 1
    backend.close()


def test_tensors_of_the_batch_that_failed_are_gone_before_memory_is_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = TorchBackend(weights(), device="cpu", batch=2)
    made: list[weakref.ref[Any]] = []
    gone: list[bool] = []

    def full(_: object) -> object:
        features = torch.zeros(1)
        made.append(weakref.ref(features))
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(backend._classifier, "forward", full)
    monkeypatch.setattr(torch_backend, "_empty_cache", lambda *_: gone.append(made[-1]() is None))
    with pytest.raises(DeviceError):
        backend.logits(random_crops(1))
    assert gone == [True]
    monkeypatch.undo()
    backend.close()


def test_the_batch_of_a_card_is_measured_unless_a_person_says_it(late: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def seconds(ring: Any, *_: object) -> float:
        asked.append(ring.batch)
        return {8: 5e-5, 16: 3e-5}.get(ring.batch, 2e-5)

    monkeypatch.setattr(torch_backend, "seconds_a_crop", seconds)
    monkeypatch.setattr(LateCard, "free", 10**12)
    backend = TorchBackend(weights(), device="cpu")
    assert (backend.crops_per_call, asked) == (32, [8, 16, 32, 64, 128])
    assert backend.description.endswith(", batch 32")
    backend.close()
    backend = TorchBackend(weights(), device="cpu", batch=5)
    assert (backend.crops_per_call, len(asked)) == (5, 5)
    backend.close()


def test_a_trial_for_which_memory_is_too_small_leaves_a_smaller_batch(
    late: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LateCard, "free", 10**12)
    monkeypatch.setattr(LateCard, "fits", 20)
    backend = TorchBackend(weights(), device="cpu", crops=10)
    assert backend.crops_per_call in (10, 20)
    backend.close()


def test_nothing_is_measured_on_a_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_backend, "seconds_a_crop", None)
    backend = TorchBackend(weights(), device="cpu")
    assert (backend.crops_per_call, backend.parallel_calls) == (32, 1)
    backend.close()


def test_exact_is_without_tf32_and_deterministic() -> None:
    torch.backends.cudnn.conv.fp32_precision = "tf32"
    torch.backends.cuda.matmul.fp32_precision = "tf32"
    TorchBackend(weights(), device="cpu", batch=1).close()
    assert torch.backends.cudnn.conv.fp32_precision == torch.backends.cuda.matmul.fp32_precision == "ieee"
    assert torch.backends.cudnn.deterministic
    assert not torch.backends.cudnn.benchmark


def test_half_precision_lies_channels_last_and_answers_in_fp32() -> None:
    backend = TorchBackend(weights(), device="cpu", arithmetic=Arithmetic.FP16, batch=2)
    assert backend._classifier.module.conv1.weight.is_contiguous(memory_format=torch.channels_last)
    with torch.inference_mode():
        pixels = backend._classifier.pixels(torch.zeros((2, 32, 32, 3), dtype=torch.uint8))
        logits = backend._forward(torch.zeros((2, 32, 32, 3), dtype=torch.uint8), None)
    assert pixels.is_contiguous(memory_format=torch.channels_last)
    assert (pixels.dtype, logits.dtype) == (torch.float16, torch.float32)
    backend.close()


@pytest.mark.parametrize("numbers", [Arithmetic.FP32, Arithmetic.FP16])
def test_a_device_whose_answers_are_wrong_is_refused(numbers: Arithmetic) -> None:
    backend = TorchBackend(weights(), device="cpu", arithmetic=numbers, batch=1)
    backend.require_agreement(weights())
    backend._classifier.module.layer2[0].conv1.weight.data.mul_(-1)
    with pytest.raises(DeviceError, match="answers of cpu differ from the CPU's"):
        backend.require_agreement(weights())
    backend.close()


# ------------------------------------------------------------------ the order of events on a card


class Stream:
    def __init__(self, name: str, log: list[tuple[str, str]]) -> None:
        self.name = name
        self._log = log

    def wait_event(self, event: "Event") -> None:
        self._log.append((self.name, f"waits for {event.name}"))

    def synchronize(self) -> None:
        self._log.append((self.name, "is waited for"))


class Event:
    def __init__(self, name: str, log: list[tuple[str, str]]) -> None:
        self.name = name
        self._log = log

    def record(self, stream: Stream) -> None:
        self._log.append((stream.name, self.name))

    def synchronize(self) -> None:
        self._log.append(("host", f"waits for {self.name}"))


class Tensor:
    """Notes what is copied into it, on which stream."""

    def __init__(self, name: str, cuda: "Cuda") -> None:
        self.name = name
        self._cuda = cuda

    def __getitem__(self, part: slice) -> "Tensor":
        return Tensor(f"{self.name}[:{part.stop}]", self._cuda)

    def copy_(self, source: "Tensor", *, non_blocking: bool = False) -> None:
        self._cuda.log.append((self._cuda.current, f"{source.name} → {self.name}" + (", late" if non_blocking else "")))


class Cuda:
    """As much of `torch.cuda` as `TwoStreams` uses."""

    def __init__(self) -> None:
        self.log: list[tuple[str, str]] = []
        self.current = "default"
        self._names = iter(("uploads", "network"))

    def Stream(self, _device: str) -> Stream:
        return Stream(next(self._names), self.log)

    def synchronize(self, _device: str) -> None:
        self.log.append(("host", "waits for all"))

    @contextmanager
    def stream(self, stream: Stream) -> Iterator[None]:
        before, self.current = self.current, stream.name
        yield
        self.current = before


@pytest.fixture
def cuda() -> Cuda:
    return Cuda()


def card_and_slot(cuda: Cuda) -> tuple[TwoStreams, Slot]:
    card = TwoStreams(SimpleNamespace(cuda=cuda), "cuda:0", 32, 7)
    tensors = [Tensor(name, cuda) for name in ("crops", "indices", "answers", "card's crops", "card's indices")]
    cuda.log.clear()
    return card, Slot(*tensors, Event("uploaded", cuda.log), Event("done", cuda.log))


def test_a_card_computes_after_the_upload_and_tells_when_the_answers_are_back(cuda: Cuda) -> None:
    card, slot = card_and_slot(cuda)

    def forward(crops: Tensor, indices: Tensor) -> Tensor:
        cuda.log.append((cuda.current, f"computes {crops.name}, {indices.name}"))
        return Tensor("logits", cuda)

    card.submit(slot, 3, forward, with_indices=True)
    card.wait(slot)
    assert cuda.log == [
        ("uploads", "crops[:3] → card's crops[:3], late"),
        ("uploads", "indices → card's indices, late"),
        ("uploads", "uploaded"),
        ("network", "waits for uploaded"),
        ("network", "computes card's crops, card's indices"),
        ("network", "logits → answers, late"),
        ("network", "done"),
        ("host", "waits for done"),
    ]


def test_a_card_that_fails_has_ended_all_copies_before_the_slot_is_anyones(cuda: Cuda) -> None:
    card, slot = card_and_slot(cuda)

    def forward(*_: object) -> object:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with pytest.raises(torch.OutOfMemoryError):
        card.submit(slot, 3, forward, with_indices=False)
    assert cuda.log[-2:] == [("uploads", "is waited for"), ("network", "is waited for")]
