"""int8: what is rounded and where, how ranges are measured, kept and found again."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from resnet_gui.engine import ranges as ranges_module
from resnet_gui.engine.backends.openvino import OpenVinoBackend
from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Arithmetic, Precision
from resnet_gui.engine.open_backend import open_backend
from resnet_gui.engine.ranges import find_ranges, kept_path, ranges_key, shipped_path
from resnet_gui.engine.turbo import MEASURING, CalibratingBackend
from resnet_gui.folders import Folders
from resnet_gui.network.build_openvino import quantised
from resnet_gui.network.variants import keras_v2, pre_activation
from resnet_gui.weights.library import load_weights
from tests.unit.engine.networks import random_crops, random_weights

CPU = DeviceChoice("cpu", 0, "CPU", "CPU, because you chose it")


@pytest.fixture
def home(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "data", tmp_path / "cache", tmp_path / "config", tmp_path / "logs")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calibration that has enough after 32 crops."""
    monkeypatch.setattr(ranges_module, "MOST_CROPS", 32)
    monkeypatch.setattr(ranges_module, "LEAST_CROPS", 8)


def test_the_maxima_are_those_that_torch_sees() -> None:
    torch = pytest.importorskip("torch")
    from resnet_gui.network.build_torch import Classifier, load_torch

    weights = random_weights()
    crops = random_crops(5)
    backend = OpenVinoBackend(weights, threads=2, with_maxima=True)
    answers = backend.outputs(crops)
    backend.close()
    assert answers.maxima is not None

    module = Classifier(load_torch(weights.network, weights.arrays), weights.preprocessing)
    seen: dict[str, float] = {}
    for name, part in module.named_modules():
        if isinstance(part, torch.nn.Conv2d):
            part.register_forward_pre_hook(
                lambda _module, inputs, name=name: seen.__setitem__(name, float(inputs[0].abs().max()))
            )
    for number in range(5):
        with torch.inference_mode():
            module(torch.from_numpy(crops[number : number + 1]))
        largest = dict(zip(quantised(weights.network), answers.maxima[number], strict=True))
        assert largest["input"] == pytest.approx(seen["module.conv1"], rel=1e-5)
        assert largest["maxpool"] == pytest.approx(seen["module.layer1.0.conv1"], rel=1e-4)
        assert largest["layer2.0.relu"] == pytest.approx(seen["module.layer2.0.conv2"], rel=1e-4)
        assert largest["layer3.1.relu_1"] == pytest.approx(seen["module.layer4.0.downsample.0"], rel=1e-4)


@pytest.mark.parametrize("network", [None, pre_activation(18, classes=7), keras_v2(50, classes=7)], ids=str)
def test_a_rounded_network_computes_in_int8_and_says_nearly_the_same(network: object) -> None:
    weights = random_weights(network)  # type: ignore[arg-type]
    crops = random_crops(24)
    exact = OpenVinoBackend(weights, threads=2, with_maxima=True)
    answers = exact.outputs(crops)
    exact.close()
    assert answers.maxima is not None
    measured = ranges_module.Calibration(weights.network)
    measured.add(crops, answers.logits, answers.maxima)
    rounded = OpenVinoBackend(weights, arithmetic=Arithmetic.INT8, threads=2, ranges=measured.ranges())
    logits = rounded.logits(crops)
    rounded.close()
    assert rounded.precision == "int8"
    error = float(np.sqrt(np.mean((logits - answers.logits) ** 2)) / answers.logits.std())
    print(f"error {error:.3f} of the logits' deviation")
    assert 0 < error < 0.2


def test_a_new_network_begins_exactly_and_changes_over(home: Folders, few: None) -> None:
    weights = random_weights()
    crops = random_crops(40)
    exact = OpenVinoBackend(weights, threads=2)
    expected = exact.logits(crops)
    exact.close()
    backend = CalibratingBackend(weights, home, threads=2, batch=1)
    first = np.concatenate([backend.logits(crops[n : n + 1]) for n in range(31)])
    assert backend.precision == MEASURING
    np.testing.assert_array_equal(first, expected[:31])
    backend.logits(crops[31:32])
    assert backend.precision == "int8"
    assert "int8" in backend.description
    assert backend.agreement is not None
    later = backend.logits(crops[32:])
    assert float(np.abs(later - expected[32:]).max()) > 0
    assert float(np.sqrt(np.mean((later - expected[32:]) ** 2))) < 0.2 * float(expected.std())
    backend.close()
    kept = find_ranges(weights, home)
    assert kept is not None
    assert (kept.pictures, kept.asked) == (24, 8)
    assert kept.agreement == backend.agreement


def test_threads_may_ask_while_it_changes_over(home: Folders, few: None) -> None:
    weights = random_weights()
    crops = random_crops(16)
    backend = CalibratingBackend(weights, home, threads=2, batch=1)
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(4):
                for number in range(len(crops)):
                    assert np.isfinite(backend.logits(crops[number : number + 1])).all()
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert backend.precision == "int8"
    backend.close()


def test_too_few_pictures_keep_nothing_and_enough_are_kept_at_the_end(home: Folders, few: None) -> None:
    weights = random_weights()
    for crops, kept in ((7, False), (9, True)):
        backend = CalibratingBackend(weights, home, threads=1, batch=1)
        backend.logits(random_crops(crops))
        backend.close()
        assert (find_ranges(weights, home) is not None) == kept


def test_ranges_belong_to_one_reading_of_one_file(home: Folders) -> None:
    weights = random_weights()
    others = (
        replace(weights, sha256="1" * 64),
        replace(weights, preprocessing=replace(weights.preprocessing, crop=64)),
        random_weights(pre_activation(18, classes=7)),
    )
    assert len({ranges_key(one) for one in (weights, *others)}) == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        "null",
        '{"key": "KEY"}',
        '{"key": "KEY", "largest": {"input": 1}}',
        "LARGEST Infinity",
        "LARGEST -1",
    ],
)
def test_damaged_ranges_are_measured_anew(home: Folders, text: str) -> None:
    weights = random_weights()
    key = ranges_key(weights)
    if text.startswith("LARGEST"):
        number = float(text.split()[1])
        largest = dict.fromkeys(quantised(weights.network), number)
        text = json.dumps({"key": key, "largest": largest, "pictures": 1, "asked": 0, "agreed": 0})
    path = kept_path(home, key)
    path.parent.mkdir(parents=True)
    path.write_text(text.replace("KEY", key))
    assert find_ranges(weights, home) is None


def test_the_built_in_network_brings_its_ranges(home: Folders) -> None:
    weights = load_weights()
    ranges = find_ranges(weights, home)
    assert ranges is not None
    assert shipped_path().is_file()
    backend = open_backend(weights, CPU, Precision.TURBO)
    assert backend.precision == "int8"
    backend.close()
