"""Checkpoints as training scripts write them: where the weights lie, what stands before their names, class names."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from resnet_gui.errors import WeightsError
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.readers.torch_pickle import read
from tests.unit.weights.files import LAYOUTS, TINY, Arrays, Call, Storage, pickled, random_arrays, same, tensor


class File:
    """Collects storages while the pickle is put together."""

    def __init__(self) -> None:
        self.storages: dict[str, bytes] = {}

    def state(self, arrays: Mapping[str, NDArray[Any]]) -> dict[str, Call]:
        """A state dictionary of these arrays."""
        return {name: self._tensor(array) for name, array in arrays.items()}

    def _tensor(self, array: NDArray[Any]) -> Call:
        key = str(len(self.storages))
        self.storages[key] = array.tobytes()
        strides = tuple(stride // array.itemsize for stride in array.strides)
        kind = {"float32": "FloatStorage", "int64": "LongStorage"}[array.dtype.name]
        return tensor(Storage(key, array.size, kind), array.shape, strides)

    def save(self, folder: Path, value: object) -> Path:
        path = folder / "file.pth"
        path.write_bytes(LAYOUTS["zip"](pickled(value), self.storages))
        return path


def prefixed(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Arrays:
    return {prefix + name: array for name, array in arrays.items()}


RIGHT, WRONG = random_arrays(TINY, seed=1), random_arrays(TINY, seed=2)

NESTINGS = {
    "state_dict": "state_dict",
    "model": "model",
    "model_state_dict": "model_state_dict",
    "ema": "ema",
    "net": "net",
    "state_dict_ema": "state_dict_ema",
    "model_ema": "model_ema",
    "model/state_dict": "model' → 'state_dict",
    "ema/module": "ema' → 'module",
    "model/net/params": "model' → 'net' → 'params",
    "resnet": "resnet",
}


@pytest.mark.parametrize("keys", NESTINGS)
def test_weights_under_keys_are_found_and_odd_keys_named(tmp_path: Path, keys: str) -> None:
    file = File()
    value: object = file.state(RIGHT)
    for key in reversed(keys.split("/")):
        value = {"epoch": 3, key: value, "arch": "resnet18"}
    raw = read(file.save(tmp_path, value))
    assert same(raw.arrays, RIGHT)
    averaged = " (averaged over training)" if "ema" in keys else ""
    said = f"The weights were taken from the file's part '{NESTINGS[keys]}'{averaged}."
    # Where there was nothing else to take, nobody need be told.
    assert raw.notes == ((said,) if averaged or keys == "resnet" else ())


@pytest.mark.parametrize("averaged", ["state_dict_ema", "model_ema", "ema"])
def test_averaged_weights_are_preferred_and_it_is_said(tmp_path: Path, averaged: str) -> None:
    file = File()
    raw = read(file.save(tmp_path, {"state_dict": file.state(WRONG), averaged: file.state(RIGHT)}))
    assert same(raw.arrays, RIGHT)
    assert raw.notes == (
        f"The weights were taken from the file's part '{averaged}' (averaged over training); 'state_dict' was left "
        "aside.",
    )


@pytest.mark.parametrize("empty", [None, {}, {"decay": 0.999, "updates": 7}, "0.999"])
def test_an_averaged_part_without_weights_is_passed_over(tmp_path: Path, empty: object) -> None:
    file = File()
    raw = read(file.save(tmp_path, {"ema": empty, "model": "resnet18", "state_dict": file.state(RIGHT)}))
    assert same(raw.arrays, RIGHT)
    assert raw.notes == ()


def test_of_two_unknown_parts_none_is_guessed(tmp_path: Path) -> None:
    file = File()
    path = file.save(tmp_path, {"left": file.state(RIGHT), "right": file.state(WRONG)})
    with pytest.raises(WeightsError, match=r"its parts 'left' and 'right' are both dictionaries of tensors"):
        read(path)


@pytest.mark.parametrize(
    "prefix", ["module.", "_orig_mod.", "backbone.", "model.", "module.model.", "module._orig_mod.", "net.encoder."]
)
def test_prefixes_are_taken_off(tmp_path: Path, prefix: str) -> None:
    file = File()
    path = file.save(tmp_path, {"state_dict": file.state(prefixed(RIGHT, prefix))})
    assert same(load_weights(str(path)).arrays, RIGHT)


def test_what_torch_compile_writes_into_names_is_taken_out(tmp_path: Path) -> None:
    """torch.compile around a part of the network stands within the names."""
    file = File()
    inside = {name.replace("layer1.", "layer1._orig_mod.", 1): array for name, array in RIGHT.items()}
    path = file.save(tmp_path, file.state(prefixed(inside, "_fsdp_wrapped_module.")))
    assert same(load_weights(str(path)).arrays, RIGHT)


def test_counters_of_averaging_do_no_harm(tmp_path: Path) -> None:
    """torch.optim.swa_utils.AveragedModel has "n_averaged" beside "module."; normalisations count their batches."""
    file = File()
    counters = {"n_averaged": np.array(5), "module.bn1.num_batches_tracked": np.array(9)}
    path = file.save(tmp_path, file.state({**counters, **prefixed(RIGHT, "module.")}))
    assert same(load_weights(str(path)).arrays, RIGHT)


def test_arrays_beside_the_network_are_left_aside_and_named(tmp_path: Path) -> None:
    file = File()
    beside = {"criterion.weight": np.ones(7, np.float32)}
    path = file.save(tmp_path, {"state_dict": file.state({**prefixed(RIGHT, "model."), **beside})})
    weights = load_weights(str(path))
    assert same(weights.arrays, RIGHT)
    assert "Arrays outside the network were left aside: 'criterion.weight'." in weights.assumed


def test_a_classifier_beside_the_backbone_is_taken(tmp_path: Path) -> None:
    file = File()
    split = {f"backbone.{name}" if name[:2] != "fc" else f"head.{name}": array for name, array in RIGHT.items()}
    weights = load_weights(str(file.save(tmp_path, file.state(split))))
    assert same(weights.arrays, RIGHT)
    assert "The classifier was found under 'head.fc'." in weights.assumed


def test_of_two_networks_under_prefixes_the_averaged_is_taken(tmp_path: Path) -> None:
    file = File()
    both = {**prefixed(WRONG, "model."), **prefixed(RIGHT, "model_ema.module.")}
    weights = load_weights(str(file.save(tmp_path, {"state_dict": file.state(both)})))
    assert same(weights.arrays, RIGHT)
    assert "The file holds 2 networks; 'model_ema.module', averaged over training, was taken." in weights.assumed


def test_of_two_networks_under_other_prefixes_none_is_guessed(tmp_path: Path) -> None:
    file = File()
    both = {**prefixed(WRONG, "left."), **prefixed(RIGHT, "right.")}
    with pytest.raises(WeightsError, match="it holds 2 networks; save one of them alone"):
        load_weights(str(file.save(tmp_path, file.state(both))))


PLAIN = [["", "cat"], ["", "dog"]]
NAMES: dict[str, tuple[dict[str, object], list[list[str]]]] = {
    "a list": ({"classes": ["cat", "dog"]}, PLAIN),
    "a tuple in meta, as mmpretrain": ({"meta": {"dataset_meta": {"classes": ("cat", "dog")}}}, PLAIN),
    "in capitals in meta, as mmcls": ({"meta": {"CLASSES": ["cat", "dog"]}}, PLAIN),
    "class_names": ({"class_names": ["cat", "dog"]}, PLAIN),
    "by index, out of order": ({"idx_to_class": {1: "dog", 0: "cat"}}, PLAIN),
    "by index as a word": ({"id2label": {"0": "cat", "1": "dog"}}, PLAIN),
    "by name, as ImageFolder": ({"class_to_idx": {"dog": 1, "cat": 0}}, PLAIN),
    "names, as YOLO": ({"names": {0: "cat", 1: "dog"}}, PLAIN),
    "in the hyperparameters, as Lightning": ({"hyper_parameters": {"class_names": ["cat", "dog"]}}, PLAIN),
    "pairs": ({"classes": {0: ["n02123045", "cat"], 1: ["n02084071", "dog"]}},
              [["n02123045", "cat"], ["n02084071", "dog"]]),
    "wnids": ({"classes": ["n02123045", "n02084071"]}, [["n02123045"] * 2, ["n02084071"] * 2]),
}  # fmt: skip


@pytest.mark.parametrize("form", NAMES)
def test_class_names_are_passed_on(tmp_path: Path, form: str) -> None:
    file = File()
    company, expected = NAMES[form]
    raw = read(file.save(tmp_path, {"state_dict": file.state(RIGHT), **company}))
    assert json.loads(raw.metadata["class_names"]) == expected


@pytest.mark.parametrize(
    "company",
    [
        {"classes": 10},
        {"classes": []},
        {"classes": ["cat", 3]},
        {"classes": ["cat", " "]},
        {"idx_to_class": {0: "cat", 2: "dog"}},
        {"class_to_idx": {"cat": 0, "dog": 0}},
        {"names": ["a" * 1000, "b"]},
        {"names": "cat"},
    ],
)
def test_what_is_no_list_of_names_is_passed_over(tmp_path: Path, company: dict[str, object]) -> None:
    file = File()
    assert read(file.save(tmp_path, {"state_dict": file.state(RIGHT), **company})).metadata == {}
