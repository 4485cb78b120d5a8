"""A file that the catalogue proves is fully known: form, preprocessing and class names come from there."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resnet_gui.errors import UsageError, WeightsError
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.network.description import StemPool, StrideIn
from resnet_gui.weights import library as library_module
from resnet_gui.weights.classes import imagenet_classes, numbered_classes
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.own_file import convert, write_safetensors
from resnet_gui.weights.published import catalogue as catalogue_module
from resnet_gui.weights.published import installed as installed_module
from resnet_gui.weights.published.catalogue import Entry, Source
from resnet_gui.weights.published.installed import adopt, hash_file, path_of
from resnet_gui.weights.readers.raw import CLASS_NAMES, Framework, RawWeights
from resnet_gui.weights.weight_set import ClassName
from tests.unit.weights.files import (
    TINY,
    TINY_BOTTLENECK,
    TINY_KERAS,
    Arrays,
    keras_layers,
    random_arrays,
    same,
    torch_file,
    write_keras,
)

V1 = replace(TINY_BOTTLENECK, stride_in=StrideIn.FIRST_1X1, classes=1000)
"""Of a form that no torch file tells: the program would assume the stride in the 3×3."""


@pytest.fixture
def arrays() -> Arrays:
    return random_arrays(V1)


@pytest.fixture
def file(tmp_path: Path, arrays: Arrays) -> Path:
    (tmp_path / "mine.pth").write_bytes(torch_file(arrays, "zip"))
    return tmp_path / "mine.pth"


def entry_for(file: Path, **change: Any) -> Entry:
    digests = hash_file(file, md5=True)
    made = Entry(
        name="tiny.test",
        title="Tiny · test",
        source=Source("Test", "", "MIT", ""),
        network=V1,
        preprocessing="torch-232",
        urls=("https://weights.invalid/tiny.pth",),
        file_name="tiny.pth",
        size=digests.size,
        sha256=digests.sha256,
    )
    return replace(made, **change)


def use(monkeypatch: pytest.MonkeyPatch, entry: Entry) -> None:
    """Make `entry` the whole catalogue."""
    for place in (catalogue_module, installed_module):
        monkeypatch.setattr(place, "catalogue", lambda: (entry,))
    monkeypatch.setattr(library_module, "find", lambda name: entry if name == entry.name else None)


def test_an_unknown_file_leaves_things_to_assume(file: Path) -> None:
    weights = load_weights(str(file))
    assert weights.network.stride_in is StrideIn.THE_3X3
    assert weights.preprocessing is PRESETS["torch"]
    assert len(weights.assumed) == 4


@pytest.mark.parametrize("proof", ["sha256", "beginning"])
def test_of_a_known_file_nothing_is_assumed(
    file: Path, arrays: Arrays, proof: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = entry_for(file)
    digests = hash_file(file, md5=True)
    change = {"sha256": {}, "beginning": {"sha256": digests.sha256[:8], "file_name": "mine.pth"}}
    use(monkeypatch, replace(entry, **change[proof]))
    weights = load_weights(str(file))
    assert weights.network == V1
    assert weights.preprocessing is PRESETS["torch-232"]
    assert weights.classes == imagenet_classes()
    assert weights.title == "Tiny · test"
    assert weights.assumed == ()
    assert same(weights.arrays, arrays)


def test_a_keras_file_is_proven_by_its_md5(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_keras(tmp_path / "a.h5", keras_layers(random_arrays(TINY_KERAS), "keras1"))
    network = replace(TINY_KERAS, stem_pool=StemPool.UNPADDED, epsilon=1e-3)
    md5 = hashlib.md5(path.read_bytes()).hexdigest()
    entry = entry_for(path, sha256="", md5=md5, network=network, preprocessing="caffe")
    monkeypatch.setattr(library_module, "imagenet_classes", lambda: numbered_classes(network.classes))
    use(monkeypatch, entry)
    weights = load_weights(str(path))
    assert (weights.network, weights.assumed) == (network, ())
    use(monkeypatch, replace(entry, md5="0" * 32))
    assert any("max-pool" in sentence for sentence in load_weights(str(path)).assumed)


def test_one_changed_byte_and_it_is_unknown(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, entry_for(file, sha256="0" * 64))
    assert len(load_weights(str(file)).assumed) == 4


def test_a_person_overrules_the_catalogue_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, entry_for(file))
    weights = load_weights(str(file), preprocess="half", stride_in="3x3", stem_pool="unpadded")
    assert weights.network == replace(V1, stride_in=StrideIn.THE_3X3, stem_pool=StemPool.UNPADDED)
    assert weights.preprocessing is PRESETS["half"]


def test_an_installed_network_is_loaded_by_its_name(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = entry_for(file)
    use(monkeypatch, entry)
    with pytest.raises(
        WeightsError, match=r"tiny\.test is not installed; run 'resnet-gui weights download tiny\.test'"
    ):
        load_weights("tiny.test")
    adopt(file)
    weights = load_weights("tiny.test")
    assert (weights.network, weights.title) == (V1, "Tiny · test")
    assert weights.source == str(path_of(entry))


def test_an_installed_file_that_was_damaged_is_not_run(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = entry_for(file)
    use(monkeypatch, entry)
    adopt(file)
    content = bytearray(path_of(entry).read_bytes())
    at = content.index(np.float32(next(iter(random_arrays(V1).values())).flat[0]).tobytes())
    content[at] ^= 1  # one bit of one number: the arrays still fit
    path_of(entry).write_bytes(bytes(content))
    with pytest.raises(WeightsError, match=r"not those of tiny\.test.*damaged.*weights remove tiny\.test"):
        load_weights("tiny.test")


def test_without_a_published_hash_the_recorded_one_tells(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = entry_for(file, sha256="")
    use(monkeypatch, entry)
    assert len(load_weights(str(file)).assumed) == 4
    adopt(file, entry)
    assert load_weights(str(file)).assumed == ()
    assert load_weights("tiny.test").assumed == ()


def test_a_file_of_that_name_goes_before_the_catalogue(
    file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(monkeypatch, entry_for(file, sha256="0" * 64))
    monkeypatch.chdir(tmp_path)
    file.rename("tiny.test")
    assert load_weights("tiny.test").source == "tiny.test"


def own(tmp_path: Path, names: object, count: int = 11) -> str:
    """Another program's file with class names in its metadata."""
    text = names if isinstance(names, str) else json.dumps(names)
    write_safetensors(tmp_path / "a.safetensors", random_arrays(replace(TINY, classes=count)), {"class_names": text})
    return str(tmp_path / "a.safetensors")


def test_class_names_inside_a_file_are_used(tmp_path: Path) -> None:
    names = [["n00000001", "cat"], *[["", f"thing {n}"] for n in range(10)]]
    weights = load_weights(own(tmp_path, names))
    assert weights.classes[:2] == (ClassName(0, "cat", "n00000001"), ClassName(1, "thing 0"))
    assert not any("names" in sentence for sentence in weights.assumed)
    thousand = [["", f"mine {n}"] for n in range(1000)]
    weights = load_weights(own(tmp_path, thousand, 1000))
    assert weights.classes[7].name == "mine 7"
    assert not any("ImageNet" in sentence for sentence in weights.assumed)


def test_class_names_of_another_number_are_not_used_and_it_is_said(tmp_path: Path) -> None:
    weights = load_weights(own(tmp_path, [["", f"thing {n}"] for n in range(5)]))
    assert [name.name for name in weights.classes] == [f"class {n}" for n in range(11)]
    assert any("names 5 classes for a network of 11; its names were not used" in said for said in weights.assumed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[["", ""]]', "names 1 classes"),
        ("not json", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ('{"0": "cat"}', "cannot be read"),
        ("[1, 2]", "cannot be read"),
    ],
)
def test_class_names_that_a_reader_passes_on_are_not_trusted(
    tmp_path: Path, text: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = RawWeights(random_arrays(TINY), Framework.TORCH, {CLASS_NAMES: text})
    monkeypatch.setattr(library_module, "reader_for", lambda _: lambda _: raw)
    (tmp_path / "a.pth").write_bytes(b"")
    weights = load_weights(str(tmp_path / "a.pth"))
    assert weights.classes[5].name == "class 5"
    assert any(words in sentence for sentence in weights.assumed)


def test_converted_files_hold_the_same_numbers_and_all_the_rest(tmp_path: Path, file: Path, arrays: Arrays) -> None:
    numpy = pytest.importorskip("safetensors.numpy")
    library = pytest.importorskip("safetensors")
    (tmp_path / "names.txt").write_text("\n".join(f"thing {n}" for n in range(1000)))
    first = load_weights(str(file), stride_in="1x1", classes=str(tmp_path / "names.txt"))
    target = tmp_path / "out.safetensors"
    convert(first, target)
    assert same(numpy.load_file(target), arrays)  # by the format's own library
    again = load_weights(str(target))
    assert same(again.arrays, arrays)
    assert (again.network, again.preprocessing, again.classes) == (first.network, first.preprocessing, first.classes)
    assert (again.title, again.assumed) == (first.title, first.assumed)
    assert any("prepared" in sentence for sentence in again.assumed)  # a doubt is not lost on the way
    with library.safe_open(target, "numpy") as opened:
        metadata = opened.metadata()
    assert metadata["converted_from"] == "mine.pth"
    assert metadata["converted_from_sha256"] == first.sha256


def test_half_the_bytes_are_float16_kernels_and_float32_vectors(tmp_path: Path, file: Path, arrays: Arrays) -> None:
    convert(load_weights(str(file)), tmp_path / "out.safetensors", half=True)
    assert (tmp_path / "out.safetensors").stat().st_size < 0.52 * file.stat().st_size
    again = load_weights(str(tmp_path / "out.safetensors")).arrays
    for name, array in arrays.items():
        rounded = array.astype(np.float16).astype(np.float32) if array.ndim > 1 else array
        assert np.array_equal(again[name], rounded)


def test_what_cannot_be_converted_is_told_and_nothing_is_left(tmp_path: Path, file: Path) -> None:
    weights = load_weights(str(file))
    with pytest.raises(UsageError, match=r"should end in \.safetensors"):
        convert(weights, tmp_path / "out.pth")
    (tmp_path / "there.safetensors").write_bytes(b"mine")
    with pytest.raises(WeightsError, match=r"is there already; .*--force"):
        convert(weights, tmp_path / "there.safetensors")
    assert (tmp_path / "there.safetensors").read_bytes() == b"mine"
    with pytest.raises(WeightsError, match=r"cannot be written: No such file or directory"):
        convert(weights, tmp_path / "none" / "out.safetensors")
    big = replace(weights, arrays={**weights.arrays, "fc.weight": weights.arrays["fc.weight"] + np.float32(1e6)})
    with pytest.raises(WeightsError, match=r"fc\.weight has numbers that float16 cannot hold. Convert without --half"):
        convert(big, tmp_path / "out.safetensors", half=True)
    convert(weights, tmp_path / "there.safetensors", force=True)
    itself = load_weights(str(tmp_path / "there.safetensors"))
    with pytest.raises(WeightsError, match="is the file that is to be converted"):
        convert(itself, tmp_path / "there.safetensors", force=True)
    assert {path.name for path in tmp_path.iterdir()} == {"mine.pth", "there.safetensors"}
