"""What is kept between starts: compiled int8 networks and passed self-checks; stale or damaged, they are made anew."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resnet_gui.engine import compiled
from resnet_gui.engine.backends.openvino import OpenVinoBackend
from resnet_gui.engine.compiled import CompiledCache
from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Arithmetic, Precision
from resnet_gui.engine.open_backend import open_backend
from resnet_gui.engine.self_check import is_sound
from resnet_gui.engine.turbo import open_int8
from resnet_gui.folders import HOME_VARIABLE, Folders
from resnet_gui.network.build_openvino import quantised
from resnet_gui.weights.weight_set import WeightSet
from tests.unit.engine.networks import random_crops, random_weights

CPU = DeviceChoice("cpu", 0, "CPU", "CPU, because you chose it")


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry for each graph that was built, and so compiled."""
    calls: list[None] = []
    real: Callable[..., Any] = compiled.core().compile_model

    class Counting:
        def __getattr__(self, name: str) -> Any:
            return getattr(compiled_core, name)

        def compile_model(self, *arguments: Any) -> Any:
            calls.append(None)
            return real(*arguments)

    compiled_core = compiled.core()
    monkeypatch.setattr(compiled, "core", Counting)
    return calls


def rounded(weights: WeightSet, folder: Path, largest: float = 3.0) -> OpenVinoBackend:
    ranges = dict.fromkeys(quantised(weights.network), largest)
    return OpenVinoBackend(
        weights, arithmetic=Arithmetic.INT8, threads=1, ranges=ranges, cache=CompiledCache(folder / "compiled")
    )


def answer(backend: OpenVinoBackend) -> np.ndarray[Any, Any]:
    logits = backend.logits(random_crops(3))
    assert backend.precision == "int8"
    backend.close()
    return logits


def test_a_compiled_network_is_read_back_and_answers_with_the_same_bits(tmp_path: Path, built: list[None]) -> None:
    weights = random_weights()
    first = answer(rounded(weights, tmp_path))
    assert len(built) == 1
    np.testing.assert_array_equal(answer(rounded(weights, tmp_path)), first)
    assert len(built) == 1


@pytest.mark.parametrize("damage", ["cut", "one bit", "empty", "another's"])
def test_a_damaged_one_is_made_anew_and_replaced(tmp_path: Path, built: list[None], damage: str) -> None:
    weights = random_weights()
    first = answer(rounded(weights, tmp_path))
    (path,) = (tmp_path / "compiled").iterdir()
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "cut": whole[:middle],
            "one bit": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "empty": b"",
            "another's": b"\x00" * 5000,
        }[damage]
    )
    np.testing.assert_array_equal(answer(rounded(weights, tmp_path)), first)
    assert len(built) == 2
    assert len(path.read_bytes()) == len(whole)
    np.testing.assert_array_equal(answer(rounded(weights, tmp_path)), first)
    assert len(built) == 2


def test_other_weights_ranges_or_threads_are_another_network(tmp_path: Path, built: list[None]) -> None:
    weights = random_weights()
    answer(rounded(weights, tmp_path))
    answer(rounded(replace(weights, sha256="1" * 64), tmp_path))
    answer(rounded(weights, tmp_path, largest=4.0))
    assert len(built) == 3
    assert len(list((tmp_path / "compiled").iterdir())) == 3


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path, built: list[None]) -> None:
    (tmp_path / "compiled").write_text("a file stands where the folder should be")
    answer(rounded(random_weights(), tmp_path))
    assert len(built) == 1


def test_two_that_write_at_once_do_not_write_into_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second begins and ends while the first is between its bytes and their place."""
    path = tmp_path / "compiled" / "same.compiled"
    real, bytes_of = Path.replace, {"first": b"1" * 5000, "second": b"2" * 5000}

    def late(aside: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", real)
        compiled._write(path, bytes_of["second"])
        return real(aside, target)

    monkeypatch.setattr(Path, "replace", late)
    compiled._write(path, bytes_of["first"])
    assert compiled._read(path) == bytes_of["first"]
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_process_left_half_written_goes_after_an_hour(tmp_path: Path) -> None:
    folder = tmp_path / "compiled"
    folder.mkdir()
    abandoned, fresh = folder / "a.part", folder / "b.part"
    for path in (abandoned, fresh):
        path.write_bytes(b"half")
    os.utime(abandoned, (time.time() - 3700,) * 2)
    answer(rounded(random_weights(), tmp_path))
    assert sorted(path.suffix for path in folder.iterdir()) == [".compiled", ".part"]
    assert fresh.exists()


def test_only_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST_KEPT", 2)
    for number in range(4):
        answer(rounded(random_weights(), tmp_path, largest=float(number + 1)))
    assert len(list((tmp_path / "compiled").iterdir())) == 2


def test_a_passed_self_check_is_remembered_and_a_failed_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setattr("resnet_gui.engine.open_backend.cpu_has_bf16", lambda: True)
    verdicts: list[bool] = []

    def asked_with(verdict: bool) -> None:
        def check(*_: object) -> bool:
            verdicts.append(verdict)
            return verdict

        monkeypatch.setattr("resnet_gui.engine.self_check.agrees", check)
        open_backend(weights, CPU, Precision.FAST).close()

    weights = random_weights()
    for verdict in (False, False, True, True):
        asked_with(verdict)
    assert verdicts == [False, False, True]
    weights = replace(weights, sha256="2" * 64)
    asked_with(True)
    assert len(verdicts) == 4


def test_a_folder_of_notes_that_cannot_be_looked_into_costs_nothing_but_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    weights = random_weights()
    opened: list[OpenVinoBackend] = []

    def exact() -> OpenVinoBackend:
        opened.append(OpenVinoBackend(weights, threads=1))
        return opened[-1]

    folder = tmp_path / ("x" * 300)  # no system has names so long
    short = OpenVinoBackend(weights, threads=1)
    assert is_sound(weights, short, {"numbers": "bf16"}, folder, exact)
    short.close()
    assert len(opened) == 1
    assert "could not be noted" in caplog.text


@pytest.mark.parametrize(("sound", "precision"), [(True, "int8"), (False, "fp32")])
def test_int8_that_fails_its_self_check_is_not_used(
    sound: bool, precision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resnet_gui.engine.self_check.agrees", lambda *_: sound)
    weights = random_weights()
    ranges = dict.fromkeys(quantised(weights.network), 3.0)
    places = Folders(tmp_path, tmp_path, tmp_path, tmp_path)
    backend = open_int8(weights, ranges, places, threads=1, batch=1)
    assert backend.precision == precision
    assert ("int8 failed its self-check" in backend.description) == (not sound)
    assert backend.logits(random_crops(2)).shape == (2, weights.network.classes)
    backend.close()
