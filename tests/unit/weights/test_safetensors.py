"""The reader of .safetensors against files of the safetensors library, and against lies."""

import contextlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet_gui.errors import WeightsError
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.readers.safetensors import MOST_HEADER_BYTES, read
from tests.helpers.watched_reading import read_watched, require_proc
from tests.unit.weights.files import TINY, random_arrays, safetensors_bytes, same

library = pytest.importorskip("safetensors.numpy")

ONE = {"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}


def saved(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.safetensors"
    path.write_bytes(content)
    return path


def test_what_the_library_writes_is_read(tmp_path: Path) -> None:
    arrays = random_arrays(TINY)
    library.save_file(arrays, tmp_path / "a.safetensors", metadata={"who": "wé"})
    raw = read(tmp_path / "a.safetensors")
    assert same(raw.arrays, arrays)
    assert raw.metadata == {"who": "wé"}


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_other_floating_types_become_float32(tmp_path: Path, dtype: type) -> None:
    array = np.linspace(-3, 3, 35).reshape(5, 7).astype(dtype)
    library.save_file({"a": array}, tmp_path / "a.safetensors")
    found = read(tmp_path / "a.safetensors").arrays["a"]
    assert found.dtype == np.float32
    assert np.array_equal(found, array.astype(np.float32))


def test_bfloat16_becomes_float32(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    numbers = torch.linspace(-3, 3, 35).reshape(5, 7).bfloat16()
    save_file({"a": numbers}, tmp_path / "a.safetensors")
    assert np.array_equal(read(tmp_path / "a.safetensors").arrays["a"], numbers.float().numpy())


def test_whole_numbers_and_single_ones_keep_type_and_shape(tmp_path: Path) -> None:
    library.save_file({"n": np.array(5, np.int64)}, tmp_path / "a.safetensors")
    found = read(tmp_path / "a.safetensors").arrays["n"]
    assert (found.dtype, found.shape, found[()]) == (np.int64, (), 5)


@pytest.mark.parametrize("dtype", ["int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool_"])
def test_counters_of_every_type_keep_it(tmp_path: Path, dtype: str) -> None:
    array = np.array([[0, 1, 1], [1, 0, 1]]).astype(dtype)
    library.save_file({"n": array}, tmp_path / "a.safetensors")
    found = read(tmp_path / "a.safetensors").arrays["n"]
    assert found.dtype == array.dtype
    assert np.array_equal(found, array)


@pytest.mark.parametrize("metadata", [{"format": "pt"}, None, {}])
def test_the_metadata_of_other_programs_is_tolerated(tmp_path: Path, metadata: dict[str, str] | None) -> None:
    """timm and Hugging Face write {"format": "pt"}; some write null."""
    path = saved(tmp_path, safetensors_bytes({"__metadata__": metadata, **ONE}, b"\0" * 24))
    assert read(path).metadata == (metadata or {})


def test_class_names_in_the_metadata_are_passed_on(tmp_path: Path) -> None:
    metadata = {"format": "pt", "id2label": json.dumps({"1": "dog", "0": "cat"})}
    library.save_file(random_arrays(TINY), tmp_path / "a.safetensors", metadata=metadata)
    found = read(tmp_path / "a.safetensors").metadata
    assert json.loads(found["class_names"]) == [["", "cat"], ["", "dog"]]


def test_class_names_in_no_known_form_are_not_passed_on(tmp_path: Path) -> None:
    library.save_file(random_arrays(TINY), tmp_path / "a.safetensors", metadata={"class_names": "cat, dog"})
    assert read(tmp_path / "a.safetensors").metadata == {}


@pytest.mark.parametrize("prefix", ["module.", "model.", "backbone.", "_orig_mod.", "module.model."])
def test_prefixes_are_taken_off(tmp_path: Path, prefix: str) -> None:
    arrays = random_arrays(TINY)
    library.save_file({prefix + name: array for name, array in arrays.items()}, tmp_path / "a.safetensors")
    assert same(load_weights(str(tmp_path / "a.safetensors")).arrays, arrays)


def test_timms_file_is_read(tmp_path: Path) -> None:
    timm = pytest.importorskip("timm")
    from safetensors.torch import save_file

    network = timm.create_model("resnet18", num_classes=5)
    save_file(network.state_dict(), tmp_path / "model.safetensors", metadata={"format": "pt"})
    found = read(tmp_path / "model.safetensors").arrays
    state = network.state_dict()
    assert set(found) == set(state)
    assert all(found[name].tobytes() == value.numpy().tobytes() for name, value in state.items())


def with_entry(**changes: Any) -> dict[str, Any]:
    return {"a": {**ONE["a"], **changes}}


LIES: dict[str, tuple[object, bytes]] = {
    "an array behind the end": (with_entry(shape=[2, 30], data_offsets=[0, 240]), b"\0" * 24),
    "terabytes": (with_entry(shape=[1 << 40], data_offsets=[0, 1 << 42]), b"\0" * 24),
    "a shape that wraps round": (with_entry(shape=[1 << 62, 1 << 62, 16], data_offsets=[0, 24]), b"\0" * 24),
    "a shape of other size": (with_entry(shape=[5]), b"\0" * 24),
    "negative sizes": (with_entry(shape=[-2, -3]), b"\0" * 24),
    "sizes that are no numbers": (with_entry(shape=["2", 3]), b"\0" * 24),
    "true as a size": (with_entry(shape=[True, 6]), b"\0" * 24),
    "begin after end": (with_entry(data_offsets=[24, 0]), b"\0" * 24),
    "a hole": (with_entry(data_offsets=[8, 32]), b"\0" * 32),
    "bytes that nobody owns": (ONE, b"\0" * 25),
    "an empty array": (with_entry(shape=[0, 1 << 62, 1 << 62], data_offsets=[0, 0]), b""),
    "shared bytes": ({**ONE, "b": ONE["a"]}, b"\0" * 24),
    "an unknown type": (with_entry(dtype="F8_E4M3", data_offsets=[0, 6]), b"\0" * 6),
    "a type that is no word": (with_entry(dtype=["F32"]), b"\0" * 24),
    "an entry that is none": ({"a": 3}, b"\0" * 24),
    "a list": ([1, 2], b""),
    "metadata that is no text": ({"__metadata__": {"a": 1}, **ONE}, b"\0" * 24),
    "a name twice": (b'{"a":' + json.dumps(ONE["a"]).encode() + b',"a":' + json.dumps(ONE["a"]).encode() + b"}", b""),
    "no JSON": (b"{nonsense", b""),
    "NaN": (b'{"a": NaN}', b""),
    "a million brackets": (b"[" * 1_000_000, b""),
    "a number of a million digits": (b'{"a":' + b"9" * 1_000_000 + b"}", b""),
    "no UTF-8": (b'{"\xff": 1}', b""),
    "brackets within brackets in an entry": (b'{"a":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001, b""),
    "a name twice in the metadata": (b'{"__metadata__":{"a":"b","a":"c"}}', b""),
    "an entry with more than it needs": (with_entry(stride=[3, 1]), b"\0" * 24),
    "an entry with less than it needs": ({"a": {"dtype": "F32", "shape": [2, 3]}}, b"\0" * 24),
    "offsets beyond 64 bits": (with_entry(data_offsets=[1 << 64, (1 << 64) + 24]), b"\0" * 24),
    "offsets with a fraction": (with_entry(data_offsets=[0, 24.0]), b"\0" * 24),
    "overlapping arrays": (
        {**ONE, "b": {"dtype": "F32", "shape": [2, 3], "data_offsets": [12, 36]}},
        b"\0" * 36,
    ),
    "a scalar of many bytes": (with_entry(shape=[]), b"\0" * 24),
    "float8": (with_entry(dtype="F8_E5M2", shape=[24]), b"\0" * 24),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_are_refused_with_the_name_of_the_file(tmp_path: Path, lie: str) -> None:
    path = saved(tmp_path, safetensors_bytes(*LIES[lie]))
    with pytest.raises(WeightsError, match=r"file\.safetensors' cannot be used: "):
        read(path)


@pytest.mark.parametrize("length", [(1 << 64) - 1, 100_000_001, 1 << 40, 1000])
def test_a_header_longer_than_the_file_is_not_allocated(tmp_path: Path, length: int) -> None:
    with pytest.raises(WeightsError, match="cut short"):
        read(saved(tmp_path, length.to_bytes(8, "little") + b"{}"))


def test_a_header_of_gigabytes_of_objects_is_not_parsed(tmp_path: Path) -> None:
    text = b'{"__metadata__":{},"a":[' + b"[]," * (MOST_HEADER_BYTES // 3) + b"[]]}"
    with pytest.raises(WeightsError, match="is longer than"):
        read(saved(tmp_path, safetensors_bytes(text, b"")))


def test_headers_that_are_parsed_take_little_memory(tmp_path: Path) -> None:
    """The worst that fits the limit: lists of nothing, arrays of one number, names and words."""
    require_proc()
    lists = b'{"a":[' + b"[]," * (MOST_HEADER_BYTES // 3 - 10) + b"[]]}"
    entries = {
        f"{number:x}": {"dtype": "U8", "shape": [], "data_offsets": [number, number + 1]} for number in range(40_000)
    }
    words = {"__metadata__": {f"{number:x}": "" for number in range(300_000)}}
    (tmp_path / "lists.safetensors").write_bytes(safetensors_bytes(lists, b""))
    (tmp_path / "entries.safetensors").write_bytes(safetensors_bytes(entries, b"\0" * 40_000))
    (tmp_path / "words.safetensors").write_bytes(safetensors_bytes(words, b""))
    for outcome in read_watched(tmp_path):
        assert outcome.events == []
        assert outcome.seconds < 10
        assert outcome.peak_mb < 400, outcome


def test_more_bytes_than_any_network_has_are_not_read(tmp_path: Path) -> None:
    """The file is sparse: it takes no place on the disk."""
    wanted = 5 << 30
    entry = {"a": {"dtype": "U8", "shape": [wanted], "data_offsets": [0, wanted]}}
    path = saved(tmp_path, safetensors_bytes(entry, b""))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + wanted)
    with pytest.raises(WeightsError, match="more than any ResNet has"):
        read(path)


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = library.save(random_arrays(TINY))
    for length in [*range(9), 100, len(whole) // 2, len(whole) - 1]:
        with pytest.raises(WeightsError):
            read(saved(tmp_path, whole[:length]))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_changed_bytes_never_raise_anything_but_weights_error(tmp_path: Path, data: st.DataObject) -> None:
    whole = bytearray(library.save({"a": np.ones((2, 3), np.float32), "b": np.zeros(4, np.float16)}))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WeightsError):
        read(saved(tmp_path, bytes(whole)))
