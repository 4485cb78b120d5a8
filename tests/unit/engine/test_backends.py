"""The two backends against each other, and what each promises: the same bits in any company, words when it fails."""

import threading

import numpy as np
import pytest

from resnet_gui.engine.backends.openvino import OpenVinoBackend, first_line
from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Arithmetic, Precision, arithmetic
from resnet_gui.engine.open_backend import open_backend
from resnet_gui.engine.self_check import agrees, fixed_picture
from resnet_gui.errors import DeviceError
from resnet_gui.network.variants import early_keras
from tests.unit.engine.networks import random_crops, random_weights

CPU = DeviceChoice("cpu", 0, "CPU", "CPU, because you chose it")


@pytest.mark.parametrize("form", ["torchvision", "keras"])
def test_openvino_and_torch_agree(form: str) -> None:
    pytest.importorskip("torch")
    from resnet_gui.engine.backends.torch import TorchBackend

    weights = random_weights() if form == "torchvision" else random_weights(early_keras(50, classes=5))
    crops = random_crops(7)
    ours = open_backend(weights, CPU, Precision.EXACT)
    theirs = TorchBackend(weights, device="cpu", batch=3)
    one, other = ours.logits(crops), theirs.logits(crops)
    ours.close()
    theirs.close()
    assert one.dtype == other.dtype == np.float32
    assert one.shape == other.shape == (7, weights.network.classes)
    np.testing.assert_allclose(one, other, atol=1e-4 * np.abs(other).max(), rtol=0)
    assert ours.precision == theirs.precision == "fp32"


@pytest.mark.parametrize("batch", [1, 4])
def test_an_answer_has_the_same_bits_alone_and_in_any_company(batch: int) -> None:
    backend = OpenVinoBackend(random_weights(), threads=2, batch=batch)
    crops = random_crops(11)
    together = backend.logits(crops)
    for index in (0, 3, 10):
        np.testing.assert_array_equal(backend.logits(crops[index : index + 1])[0], together[index])
    np.testing.assert_array_equal(backend.logits(np.ascontiguousarray(crops[::-1]))[::-1], together)
    backend.close()


def test_torch_gives_the_same_bits_alone_and_in_company() -> None:
    pytest.importorskip("torch")
    from resnet_gui.engine.backends.torch import TorchBackend

    backend = TorchBackend(random_weights(), device="cpu", batch=4)
    crops = random_crops(6)
    together = backend.logits(crops)
    np.testing.assert_array_equal(backend.logits(crops[5:])[0], together[5])
    backend.close()


@pytest.mark.parametrize(("short", "tolerance"), [(Arithmetic.FP16, 0.02), (Arithmetic.BF16, 0.1)])
def test_torch_in_half_precision_is_close_and_says_what_it_computes_in(short: Arithmetic, tolerance: float) -> None:
    pytest.importorskip("torch")
    from resnet_gui.engine.backends.torch import TorchBackend

    exact = TorchBackend(random_weights(), device="cpu", batch=2)
    half = TorchBackend(random_weights(), device="cpu", arithmetic=short, batch=2)
    crops = random_crops(3)
    assert half.precision == short
    assert half.logits(crops).dtype == np.float32
    assert agrees(exact.logits(crops), half.logits(crops), tolerance)
    exact.close()
    half.close()


def test_calls_from_many_threads_do_not_mix() -> None:
    backend = OpenVinoBackend(random_weights(), threads=2)
    crops = random_crops(24)
    expected = backend.logits(crops)
    wrong = []

    def ask(start: int) -> None:
        for length in (1, 2, 5, 10):
            part = crops[start : start + length]
            if not np.array_equal(backend.logits(part), expected[start : start + length]):
                wrong.append((start, length))

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    backend.close()
    assert wrong == []


def test_openvino_computes_in_what_it_was_asked_for_and_says_so() -> None:
    backend = open_backend(random_weights(), CPU, Precision.EXACT, threads=1)
    assert backend.precision == "fp32"
    assert backend.description.startswith("OpenVINO 20")
    assert backend.description.endswith(", CPU, f32, 1 stream")
    backend.close()


def test_fast_is_what_the_cpu_has_and_close_to_exact() -> None:
    weights, crops = random_weights(), random_crops(3)
    exact = open_backend(weights, CPU, Precision.EXACT)
    fast = open_backend(weights, CPU, Precision.FAST)
    assert fast.precision in ("bf16", "fp32")
    assert agrees(exact.logits(crops), fast.logits(crops), 0.1)
    exact.close()
    fast.close()


def test_a_bf16_that_gives_garbage_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnet_gui.engine.open_backend.cpu_has_bf16", lambda: True)
    monkeypatch.setattr("resnet_gui.engine.self_check.agrees", lambda *_: False)
    backend = open_backend(random_weights(), CPU, Precision.FAST)
    assert backend.precision == "fp32"
    assert "bf16 failed its self-check" in backend.description
    backend.close()


def test_agreement_is_measured_in_the_answers_own_spread() -> None:
    logits = np.array([[0, 10, -10, 4]], np.float32)
    assert agrees(logits, logits * 1.01, 0.1)
    assert not agrees(logits, logits[:, ::-1], 0.2)
    assert not agrees(logits, logits * np.nan, 0.2)
    assert not agrees(logits * np.nan, logits, 0.2)


def test_the_fixed_picture_is_a_picture() -> None:
    picture = fixed_picture(224)
    assert picture.dtype == np.uint8
    assert picture.shape == (1, 224, 224, 3)
    assert picture.std() > 30


@pytest.mark.parametrize(
    "crops",
    [
        np.zeros((1, 32, 32, 3), np.float32),
        np.zeros((1, 31, 32, 3), np.uint8),
        np.zeros((0, 32, 32, 3), np.uint8),
        np.zeros((2, 64, 32, 3), np.uint8)[:, ::2],
    ],
    ids=["float", "wrong side", "none", "not contiguous"],
)
def test_crops_that_openvino_would_silently_misread_are_refused(crops: np.ndarray[tuple[int, ...], np.dtype]) -> None:
    backend = OpenVinoBackend(random_weights(), threads=1)
    with pytest.raises(ValueError, match="crops are"):
        backend.logits(crops)
    backend.close()


def test_what_the_words_mean_on_each_device() -> None:
    assert {kind: arithmetic(Precision.EXACT, kind) for kind in ("cpu", "gpu", "cuda", "mps")} == dict.fromkeys(
        ("cpu", "gpu", "cuda", "mps"), Arithmetic.FP32
    )
    assert arithmetic(Precision.FAST, "cpu", cpu_has_bf16=True) is Arithmetic.BF16
    assert arithmetic(Precision.FAST, "cpu", cpu_has_bf16=False) is Arithmetic.FP32
    assert arithmetic(Precision.FAST, "cuda") is Arithmetic.FP16
    assert arithmetic(Precision.TURBO, "cpu") is Arithmetic.INT8
    assert {arithmetic(Precision.TURBO, kind) for kind in ("gpu", "cuda", "mps")} == {Arithmetic.FP16}


def test_a_device_that_openvino_does_not_have_is_a_sentence() -> None:
    with pytest.raises(DeviceError, match=r"^The NPU cannot run ResNet-18: .*\. Try another device"):
        OpenVinoBackend(random_weights(), device="NPU", threads=0)


def test_openvinos_errors_are_cut_to_what_they_say() -> None:
    error = RuntimeError("Exception from src/inference/src/cpp/core.cpp:268:\nCannot load library: x: no such file\n")
    assert first_line(error) == "Cannot load library: x: no such file"
    assert first_line(RuntimeError()) == "RuntimeError"


def test_torch_halves_the_batch_until_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    from resnet_gui.engine.backends.torch import TorchBackend

    backend = TorchBackend(random_weights(), device="cpu", batch=8)
    crops = random_crops(9)
    expected = backend.logits(crops)
    forward = backend._classifier.forward

    def small_memory(pixels: object) -> object:
        if len(pixels) > 3:  # type: ignore[arg-type]
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return forward(pixels)

    monkeypatch.setattr(backend._classifier, "forward", small_memory)
    np.testing.assert_allclose(backend.logits(crops), expected, atol=1e-5)
    assert backend.crops_per_call == 2
    backend.close()


def test_torch_that_fails_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from resnet_gui.engine.backends.torch import TorchBackend

    backend = TorchBackend(random_weights(), device="cpu", batch=1)

    def fail(_: object) -> object:
        raise RuntimeError("CUDA error: device-side assert triggered\nmore")

    monkeypatch.setattr(backend._classifier, "forward", fail)
    with pytest.raises(DeviceError, match="cpu failed while computing: CUDA error: device-side assert triggered"):
        backend.logits(random_crops(1))
    backend.close()


def test_torchs_test_run_passes_on_the_cpu_and_fails_in_words_elsewhere() -> None:
    torch = pytest.importorskip("torch")
    from resnet_gui.engine.backends.torch import test_run as try_device

    try_device("cpu")
    if not torch.cuda.is_available():
        with pytest.raises(DeviceError):
            try_device("cuda:0")
