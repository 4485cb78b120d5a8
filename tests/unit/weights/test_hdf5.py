"""The reader of Keras' .h5 against files written by h5py in every layout, and against files that mean harm."""

import contextlib
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet_gui.errors import WeightsError
from resnet_gui.weights.readers.hdf5 import read
from tests.unit.weights.files import write_keras

KERNEL = np.arange(24, dtype=np.float32).reshape(2, 3, 4, 1)
LAYERS = {"conv1": {"conv1/kernel:0": KERNEL, "conv1/bias:0": np.ones(4, np.float32)}, "bn": {"bn/beta:0": np.ones(3)}}
PATHS = ["conv1/conv1/kernel:0", "conv1/conv1/bias:0", "bn/bn/beta:0"]


@pytest.mark.parametrize("more", [{}, {"whole": True}, {"chunks": 2}, {"whole": True, "chunks": 2}])
def test_both_layouts_and_split_attributes_are_read(tmp_path: Path, more: dict[str, Any]) -> None:
    raw = read(write_keras(tmp_path / "a.h5", LAYERS, **more))
    assert list(raw.arrays) == PATHS
    assert np.array_equal(raw.arrays[PATHS[0]], KERNEL)
    assert all(array.dtype == np.float32 for array in raw.arrays.values())
    assert raw.metadata == {"backend": "tensorflow", "other_layers": "[]"}


def test_layers_without_weights_and_names_as_text_are_read(tmp_path: Path) -> None:
    path = write_keras(tmp_path / "a.h5", {**LAYERS, "relu": {}})
    with h5py.File(path, "r+") as file:
        file["bn"].attrs["weight_names"] = np.array(["bn/beta:0"], h5py.string_dtype())
    assert list(read(path).arrays) == PATHS


@pytest.mark.parametrize("dtype", [">f4", "<f2", "<f8", ">f8"])
def test_every_floating_type_and_byte_order_becomes_float32(tmp_path: Path, dtype: str) -> None:
    path = write_keras(tmp_path / "a.h5", {"a": {"a/kernel:0": KERNEL.astype(dtype)}})
    found = read(path).arrays["a/a/kernel:0"]
    assert found.dtype == np.dtype("=f4")
    assert np.array_equal(found, KERNEL)


def spoil(path: Path, kind: str) -> None:
    """Change one thing in a good file."""
    with h5py.File(path, "r+") as file:
        weights = file["conv1/conv1"]
        match kind:
            case "external link":
                del weights["kernel:0"]
                weights["kernel:0"] = h5py.ExternalLink("other.h5", "/secret")
            case "soft link":
                del weights["kernel:0"]
                weights["kernel:0"] = h5py.SoftLink("/conv1/conv1/bias:0")
            case "external link to a layer":
                del file["conv1"]
                file["conv1"] = h5py.ExternalLink("other.h5", "/")
            case "bytes in another file":
                del weights["kernel:0"]
                weights.create_dataset("kernel:0", (4,), "f4", external=[("/etc/passwd", 0, 16)])
            case "virtual dataset":
                del weights["kernel:0"]
                layout = h5py.VirtualLayout((4,), "f4")
                layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
                weights.create_virtual_dataset("kernel:0", layout)
            case "claims a terabyte":
                del weights["kernel:0"]
                weights.create_dataset("kernel:0", (1 << 20, 1 << 18), "f4", chunks=(1, 1 << 10))
            case "claims what was never written":
                del weights["kernel:0"]
                weights.create_dataset("kernel:0", (100,), "f4")
            case "compressed":
                del weights["kernel:0"]
                weights.create_dataset("kernel:0", data=np.zeros(100_000), compression="gzip")
            case "a compound":
                del weights["kernel:0"]
                weights.create_dataset("kernel:0", data=np.zeros(3, [("a", "f4"), ("b", "i4")]))
            case "words as numbers":
                del weights["kernel:0"]
                weights.create_dataset("kernel:0", data=np.array([b"abc", b"d"]))
            case "a group as numbers":
                del weights["kernel:0"]
                weights.create_group("kernel:0")
            case "a missing array":
                del weights["kernel:0"]
            case "a missing layer":
                del file["conv1"]
            case "numbers as names":
                file.attrs["layer_names"] = [1, 2]
            case "a name twice":
                file.attrs["layer_names"] = [b"conv1", b"conv1"]
            case "no names":
                del file.attrs["layer_names"]
            case "theano":
                file.attrs["backend"] = b"theano"


WORDS = {
    "external link": "a link to somewhere else",
    "soft link": "a link to somewhere else",
    "external link to a layer": "a link to somewhere else",
    "bytes in another file": "lies in another file",
    "virtual dataset": "lies in another file",
    "claims a terabyte": "does not hold",
    "claims what was never written": "does not hold",
    "compressed": "compressed",
    "a compound": "holds no numbers",
    "words as numbers": "holds no numbers",
    "a group as numbers": "holds no numbers",
    "a missing array": "not there",
    "a missing layer": "not there",
    "numbers as names": "holds no words",
    "a name twice": "twice",
    "no names": "neither layer_names nor layers",
    "theano": "Theano",
}


@pytest.mark.parametrize("kind", WORDS)
def test_harmful_and_incomplete_files_are_refused(tmp_path: Path, kind: str) -> None:
    path = write_keras(tmp_path / "file.h5", LAYERS)
    spoil(path, kind)
    with pytest.raises(WeightsError, match=rf"file\.h5' cannot be used: .*{WORDS[kind]}"):
        read(path)


def test_many_names_for_one_array_cannot_claim_more_than_the_file(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "file.h5", "w") as file:
        file.attrs["layer_names"] = [b"a"]
        group = file.create_group("a")
        names = [f"w{number}" for number in range(100)]
        group[names[0]] = np.zeros(100_000, np.float32)
        for name in names[1:]:
            group[name] = group[names[0]]  # a hard link: the same bytes again
        group.attrs["weight_names"] = [name.encode() for name in names]
    with pytest.raises(WeightsError, match="does not hold"):
        read(tmp_path / "file.h5")


def test_theano_kernels_are_refused_by_the_files_name(tmp_path: Path) -> None:
    path = write_keras(tmp_path / "resnet50_weights_tf_dim_ordering_th_kernels.h5", LAYERS)
    with pytest.raises(WeightsError, match="Theano"):
        read(path)


def test_the_layout_of_keras_3_is_read_by_its_groups(tmp_path: Path) -> None:
    """More than ten of a class: counted as numbers, not as words."""
    with h5py.File(tmp_path / "a.weights.h5", "w") as file:
        for number in range(12):
            file[f"layers/conv2d_{number}/vars/0" if number else "layers/conv2d/vars/0"] = np.full(2, number)
        file["optimizer/vars/0"] = np.ones(3)
    found = read(tmp_path / "a.weights.h5").arrays
    assert list(found) == ["layers/conv2d/vars/0"] + [f"layers/conv2d_{n}/vars/0" for n in range(1, 12)]
    assert [int(array[0]) for array in found.values()] == list(range(12))


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = write_keras(tmp_path / "file.h5", LAYERS).read_bytes()
    for length in [8, 20, 100, len(whole) // 2, len(whole) - 1]:
        (tmp_path / "file.h5").write_bytes(whole[:length])
        with pytest.raises(WeightsError):
            read(tmp_path / "file.h5")


def test_a_text_heap_without_end_is_refused_before_the_library_sees_it(tmp_path: Path) -> None:
    """HDF5's library would never come back from this file."""
    whole = bytearray(write_keras(tmp_path / "file.h5", LAYERS).read_bytes())
    heap = whole.index(b"GCOL\x01")
    position = heap + 16
    while whole[position] or whole[position + 1]:
        position += 16 + (int.from_bytes(whole[position + 8 : position + 16], "little") + 7) // 8 * 8
    whole[position + 8 : position + 16] = bytes(8)
    (tmp_path / "file.h5").write_bytes(whole)
    with pytest.raises(WeightsError, match="no end"):
        read(tmp_path / "file.h5")


@pytest.mark.parametrize("first", [0, 8])
def test_free_places_without_end_are_refused_before_the_library_sees_them(tmp_path: Path, first: int) -> None:
    """HDF5's library would follow them until all memory is used.  8: as a random change had it."""
    whole = bytearray(write_keras(tmp_path / "file.h5", LAYERS).read_bytes())
    heap = whole.index(b"HEAP\x00")
    begin = int.from_bytes(whole[heap + 24 : heap + 32], "little")
    whole[heap + 16 : heap + 24] = first.to_bytes(8, "little")
    whole[begin + first : begin + first + 8] = first.to_bytes(8, "little")
    (tmp_path / "file.h5").write_bytes(whole)
    with pytest.raises(WeightsError, match="free places in it has no end"):
        read(tmp_path / "file.h5")


@pytest.mark.parametrize(("libver", "places"), [("earliest", [24, 48]), ("latest", [12, 20])])
def test_a_file_that_begins_elsewhere_or_with_a_drivers_block_is_refused(
    tmp_path: Path, libver: str, places: list[int]
) -> None:
    """HDF5's library makes room for a driver's block of any size, two gigabytes in a random change."""
    with h5py.File(tmp_path / "file.h5", "w", libver=libver) as file:
        file.attrs["layer_names"] = [b"a"]
        file.create_group("a").attrs["weight_names"] = [b"w"]
        file["a/w"] = np.ones(3)
    assert list(read(tmp_path / "file.h5").arrays) == ["a/w"]
    whole = (tmp_path / "file.h5").read_bytes()
    for place in places:
        changed = whole[:place] + (73).to_bytes(8, "little") + whole[place + 8 :]
        (tmp_path / "file.h5").write_bytes(changed)
        with pytest.raises(WeightsError, match="begins in a way that Keras does not use"):
            read(tmp_path / "file.h5")


def test_a_size_beyond_all_memory_is_told_in_a_sentence(tmp_path: Path) -> None:
    whole = bytearray(write_keras(tmp_path / "file.h5", LAYERS).read_bytes())
    heap = whole.index(b"HEAP\x00")
    whole[heap + 8 : heap + 16] = (1 << 62).to_bytes(8, "little")
    (tmp_path / "file.h5").write_bytes(whole)
    with pytest.raises(WeightsError, match=r"claims an impossible size|is cut short or damaged"):
        read(tmp_path / "file.h5")


# The same changes in each run: HDF5's library may hang on a byte that nobody has tried, which is its own affair.
@settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_bytes_never_raise_anything_but_weights_error(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "file.h5"
    whole = bytearray(write_keras(path, LAYERS).read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(whole)
    with contextlib.suppress(WeightsError):
        read(path)
