"""The reader of .pth against torch.save in both layouts, and against files cut short or lying about sizes."""

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet_gui.errors import WeightsError
from resnet_gui.weights.readers.torch_pickle import read
from tests.unit.weights.files import (
    LAYOUTS,
    TINY,
    Call,
    Storage,
    pickled,
    random_arrays,
    same,
    tensor,
    torch_file,
    zip_layout,
)


def saved(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.pth"
    path.write_bytes(content)
    return path


def torch_saved(tmp_path: Path, value: object, layout: str) -> Path:
    torch = pytest.importorskip("torch")
    torch.save(value, tmp_path / "file.pth", _use_new_zipfile_serialization=layout == "zip")
    return tmp_path / "file.pth"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_torchvisions_state_is_read_as_torch_saves_it(tmp_path: Path, layout: str) -> None:
    torchvision = pytest.importorskip("torchvision")
    state = torchvision.models.resnet18(num_classes=3).state_dict()
    raw = read(torch_saved(tmp_path, state, layout))
    assert list(raw.arrays) == list(state)
    assert all(np.array_equal(raw.arrays[name], value.numpy()) for name, value in state.items())
    assert raw.notes == ()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["float64", "float16", "bfloat16", "float32"])
def test_every_floating_type_becomes_float32(tmp_path: Path, layout: str, dtype: str) -> None:
    torch = pytest.importorskip("torch")
    numbers = torch.linspace(-3, 3, 35).reshape(5, 7).to(getattr(torch, dtype))
    found = read(torch_saved(tmp_path, {"a": numbers}, layout)).arrays["a"]
    assert found.dtype == np.float32
    assert np.array_equal(found, numbers.float().numpy())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_views_transposes_parameters_and_counters_are_read(tmp_path: Path, layout: str) -> None:
    torch = pytest.importorskip("torch")
    base = torch.arange(24.0).reshape(4, 6)
    state = {
        "base": base,
        "row": base[2],
        "transposed": base.t(),
        "every other": base[:, ::2],
        "parameter": torch.nn.Parameter(base + 1),
        "counter": torch.tensor(7),
        "flags": torch.tensor([True, False]),
    }
    arrays = read(torch_saved(tmp_path, state, layout)).arrays
    for name, value in state.items():
        assert np.array_equal(arrays[name], value.detach().numpy()), name
        assert arrays[name].flags.c_contiguous, name


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_training_checkpoint_gives_its_weights(tmp_path: Path, layout: str) -> None:
    torch = pytest.importorskip("torch")
    import argparse

    layer = torch.nn.Linear(3, 2)
    optimiser = torch.optim.SGD(layer.parameters(), 0.1, momentum=0.9)
    layer(torch.ones(1, 3)).sum().backward()
    optimiser.step()
    checkpoint = {
        "epoch": 3,
        "best": np.float64(0.5),
        "args": argparse.Namespace(arch="resnet18", lr=0.1),
        "state_dict": layer.state_dict(),
        "optimizer": optimiser.state_dict(),
    }
    raw = read(torch_saved(tmp_path, checkpoint, layout))
    assert same(raw.arrays, {name: value.numpy() for name, value in layer.state_dict().items()})
    assert raw.notes == ()


def test_wrong_check_sums_are_torchs_own_habit_and_no_matter(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    before = torch.serialization.get_crc32_options()
    torch.serialization.set_crc32_options(False)
    try:
        path = torch_saved(tmp_path, {"a": torch.arange(5.0)}, "zip")
    finally:
        torch.serialization.set_crc32_options(before)
    assert np.array_equal(read(path).arrays["a"], np.arange(5, dtype=np.float32))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_files_made_byte_by_byte_are_read_without_torch(tmp_path: Path, layout: str) -> None:
    arrays = random_arrays(TINY)
    assert same(read(saved(tmp_path, torch_file(arrays, layout))).arrays, arrays)


def test_big_endian_files_are_turned_round(tmp_path: Path) -> None:
    numbers = np.arange(6, dtype=np.float32).reshape(2, 3)
    content = zip_layout(
        pickled({"a": tensor(Storage("0", 6), (2, 3), (3, 1))}), {"0": numbers.astype(">f4").tobytes()}, b"big"
    )
    assert np.array_equal(read(saved(tmp_path, content)).arrays["a"], numbers)


def test_python_2_names_are_read(tmp_path: Path) -> None:
    name = b"U\x04caf\xe9"  # SHORT_BINSTRING in Latin-1
    state = b"}" + name + pickled(tensor(Storage("0", 2), (2,), (1,)))[2:-1] + b"s"
    content = zip_layout(pickled(state), {"0": np.ones(2, np.float32).tobytes()})
    assert list(read(saved(tmp_path, content)).arrays) == ["café"]


def one(numbers: int = 6, *, kind: str = "FloatStorage", **changes: Any) -> dict[str, Call]:
    parts = {"shape": (2, 3), "strides": (3, 1), "offset": 0, **changes}
    return {"a": tensor(Storage("0", numbers, kind), parts["shape"], parts["strides"], parts["offset"])}


LIES: dict[str, Any] = {
    "a storage larger than its bytes": one(1 << 20),
    "a storage of terabytes": one(1 << 40),
    "a tensor larger than its storage": one(shape=(20, 3)),
    "a tensor that begins behind its storage": one(offset=6),
    "strides that leave the storage": one(strides=(1 << 30, 1)),
    "overlapping strides": one(strides=(1, 1)),
    "strides that overlap by one": one(strides=(2, 1)),
    "rows that are all the same": one(strides=(0, 1)),
    "columns that are all the same": one(strides=(1, 0)),
    "huge strides": one(strides=(1 << 39, 1)),
    "strides beyond 64 bits": one(strides=(1 << 64, 1)),
    "sizes beyond 64 bits": one(shape=(1 << 63, 3)),
    "sizes whose product wraps round to six": one(shape=((1 << 32) + 6, 1 << 32), strides=(1 << 32, 1)),
    "true as a size": one(shape=(True, 3)),
    "more sides than numpy has": one(shape=(1,) * 70, strides=(1,) * 70),
    "negative strides": one(strides=(-3, 1)),
    "negative sizes": one(shape=(-2, 3)),
    "negative offset": one(offset=-1),
    "a small storage made large by strides of nothing": one(shape=(1 << 20, 1 << 10), strides=(0, 0)),
    "a small storage made large by many tensors": {
        f"a{number}": tensor(Storage("0", 6), (2, 3), (3, 1)) for number in range(1000)
    },
    "more sides than strides": one(shape=(2, 3, 1)),
    "an empty tensor": one(shape=(0, 3)),
    "a size that is no number": one(shape=("2", 3)),
    "numbers beyond 64 bits": one(1 << 200),
    "fewer than no numbers": one(-6),
    "a storage that is not there": {"a": tensor(Storage("1", 6), (2, 3), (3, 1))},
    "an unknown kind of storage": one(kind="ComplexFloatStorage"),
    "one storage of two types": {**one(), "b": tensor(Storage("0", 6, "HalfStorage"), (2, 3), (3, 1))},
    "no tensors": {"a": 3},
    "a list": [1, 2],
    "a number": 5,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("lie", LIES)
def test_lies_about_sizes_are_refused(tmp_path: Path, lie: str, layout: str) -> None:
    content = LAYOUTS[layout](pickled(LIES[lie]), {"0": b"\0" * 24})
    with pytest.raises(WeightsError, match=r"file\.pth' cannot be used: "):
        read(saved(tmp_path, content))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_two_tensors_of_one_storage_are_no_lie(tmp_path: Path, layout: str) -> None:
    """Tied weights."""
    state = {name: tensor(Storage("0", 6, layout=layout), (2, 3), (3, 1)) for name in "ab"}
    arrays = read(saved(tmp_path, LAYOUTS[layout](pickled(state), {"0": np.arange(6, dtype="f4").tobytes()}))).arrays
    assert np.array_equal(arrays["a"], arrays["b"])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, layout: str) -> None:
    whole = torch_file({"a": np.arange(6, dtype=np.float32), "b": np.ones((2, 2), np.float32)}, layout)
    for length in range(2, len(whole), 7 if layout == "legacy" else 31):
        with pytest.raises(WeightsError):
            read(saved(tmp_path, whole[:length]))


def test_compressed_parts_are_refused(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "file.pth", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w/data.pkl", pickled(one()))
        archive.writestr("w/data/0", b"\0" * 24)
    with pytest.raises(WeightsError, match="compressed"):
        read(tmp_path / "file.pth")


@pytest.mark.parametrize(
    ("name", "words"), [("a.txt", r"none that torch\.save writes"), ("a/archive_format", r"program of torch\.export")]
)
def test_other_zip_files_are_told(tmp_path: Path, name: str, words: str) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "file.pth", "w") as archive:
        archive.writestr(name, b"pt2")
    with pytest.raises(WeightsError, match=words):
        read(tmp_path / "file.pth")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), layout=st.sampled_from(sorted(LAYOUTS)))
def test_changed_bytes_never_raise_anything_but_weights_error(tmp_path: Path, data: st.DataObject, layout: str) -> None:
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(2, np.float32)}
    whole = bytearray(torch_file(arrays, layout))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WeightsError):
        read(saved(tmp_path, bytes(whole)))
