"""From files to networks: what is inferred, what is assumed and said, what is refused and how."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resnet_gui.errors import UsageError, WeightsError
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.network.description import BlockKind, Network, StemPool, StrideIn
from resnet_gui.network.variants import published
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.own_file import metadata_of, write_safetensors
from resnet_gui.weights.weight_set import ClassName
from tests.unit.weights.files import (
    LAYOUTS,
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


def saved(tmp_path: Path, arrays: Arrays, layout: str = "zip") -> str:
    (tmp_path / "file.pth").write_bytes(torch_file(arrays, layout))
    return str(tmp_path / "file.pth")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("network", [TINY, TINY_BOTTLENECK])
def test_a_torch_file_is_understood(tmp_path: Path, network: Network, layout: str) -> None:
    arrays = random_arrays(network)
    path = saved(tmp_path, arrays, layout)
    weights = load_weights(path)
    assert weights.network == network
    assert same(weights.arrays, arrays)
    assert weights.preprocessing == PRESETS["torch"]
    assert weights.sha256 == hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert weights.title == f"ResNet-{network.depth} · file.pth"
    assert [name.name for name in weights.classes] == [f"class {n}" for n in range(network.classes)]
    assert any("strides" in sentence for sentence in weights.assumed) == (network.block is BlockKind.BOTTLENECK)


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_torchvisions_networks_are_told_apart(tmp_path: Path, depth: int) -> None:
    torch = pytest.importorskip("torch")
    torchvision = pytest.importorskip("torchvision")
    model = getattr(torchvision.models, f"resnet{depth}")(num_classes=5)
    torch.save(model.state_dict(), tmp_path / "file.pth")
    weights = load_weights(str(tmp_path / "file.pth"))
    assert weights.network == published(depth, classes=5)


@pytest.mark.parametrize("prefix", ["module.", "model.", "_orig_mod.", "module.backbone."])
def test_what_wrappers_put_before_names_is_taken_away(tmp_path: Path, prefix: str) -> None:
    arrays = random_arrays(TINY)
    counters: Any = {"bn1.num_batches_tracked": np.array([3.0], np.float32)}
    path = saved(tmp_path, {prefix + name: array for name, array in (arrays | counters).items()})
    assert same(load_weights(path).arrays, arrays)


@pytest.mark.parametrize("layout", ["keras1", "keras2"])
@pytest.mark.parametrize(("names", "epsilon"), [("early", 1e-3), ("applications", 1.001e-5)])
def test_a_keras_file_is_understood(tmp_path: Path, layout: str, names: str, epsilon: float) -> None:
    arrays = random_arrays(TINY_KERAS)
    weights = load_weights(str(write_keras(tmp_path / "a.h5", keras_layers(arrays, layout, names))))
    assert weights.network == replace(TINY_KERAS, epsilon=epsilon)
    assert same(weights.arrays, arrays)
    assert weights.preprocessing == PRESETS["caffe"]
    assert any("max-pool" in sentence for sentence in weights.assumed) == (names == "early")


def test_a_classifier_of_another_name_is_found(tmp_path: Path) -> None:
    arrays = random_arrays(TINY_KERAS)
    layers = keras_layers(arrays, "keras2")
    layers["my_dense"] = {name.replace("fc1000", "my_dense"): array for name, array in layers.pop("fc1000").items()}
    assert same(load_weights(str(write_keras(tmp_path / "a.h5", layers))).arrays, arrays)


def test_what_a_person_says_overrules_and_is_no_longer_assumed(tmp_path: Path) -> None:
    path = saved(tmp_path, random_arrays(TINY_BOTTLENECK))
    weights = load_weights(path, preprocess="half", stem_pool="unpadded", stride_in="1x1")
    assert weights.network == replace(TINY_BOTTLENECK, stem_pool=StemPool.UNPADDED, stride_in=StrideIn.FIRST_1X1)
    assert weights.preprocessing == PRESETS["half"]
    (remaining,) = weights.assumed
    assert remaining.startswith("Arrays do not tell a network's program: a plain ResNet was assumed")


@pytest.mark.parametrize("wrong", [{"preprocess": "x"}, {"stem_pool": "x"}, {"stride_in": "x"}])
def test_words_that_mean_nothing_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="'x'; choose one of"):
        load_weights(**wrong)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_our_own_file_restores_everything(tmp_path: Path, dtype: Any) -> None:
    path = saved(tmp_path, random_arrays(TINY_KERAS))
    first = load_weights(path, preprocess="tf", stem_pool="unpadded", stride_in="1x1")
    assert len(first.assumed) == 1  # what arrays cannot tell, and no one can say
    network = replace(first.network, epsilon=3e-4, stride_in=StrideIn.FIRST_1X1)
    first = replace(first, network=network, title="Mine", classes=tuple(ClassName(n, f"ä{n}") for n in range(11)))
    write_safetensors(tmp_path / "own.safetensors", first.arrays, metadata_of(first), dtype)
    again = load_weights(str(tmp_path / "own.safetensors"))
    assert (again.network, again.preprocessing, again.classes, again.title) == (
        network,
        PRESETS["tf"],
        first.classes,
        "Mine",
    )
    assert again.assumed == first.assumed
    kept = {
        name: array.astype(dtype).astype(np.float32) if array.ndim > 1 else array
        for name, array in first.arrays.items()
    }
    assert same(again.arrays, kept)


def test_our_files_are_good_safetensors_and_the_same_each_time(tmp_path: Path) -> None:
    library = pytest.importorskip("safetensors.numpy")
    arrays = random_arrays(TINY)
    for name in ("a", "b"):
        write_safetensors(tmp_path / name, dict(reversed(arrays.items())), {"z": "1", "a": "2"}, "float16")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b"}
    found = library.load_file(tmp_path / "a")
    assert found["conv1.weight"].dtype == np.float16
    assert np.array_equal(found["bn1.running_var"], arrays["bn1.running_var"])


def test_numbers_beyond_float16_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        write_safetensors(tmp_path / "a", {"a": np.full((1, 1), 1e5, np.float32)}, {}, "float16")
    assert list(tmp_path.iterdir()) == []


def changed(name: str, make: Callable[[Any], Any]) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        arrays[name] = make(arrays[name])

    return change


def only(*names: str) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        arrays.clear()
        arrays.update({name: np.ones((2, 2), np.float32) for name in names})

    return change


FAULTS: dict[str, tuple[Callable[[Arrays], object], str]] = {
    "one missing": (lambda a: a.pop("layer2.0.bn3.running_var"), r"lacks 1 of the \d+ arrays.*layer2\.0\.bn3\.running"),
    "many missing": (
        lambda a: [a.pop(name) for name in [*a] if ".bn2." in name],
        r"lacks 12 of the .*'layer1\.0\.bn2\.weight'.* and 9 more",
    ),
    "no classifier": (lambda a: [a.pop("fc.weight"), a.pop("fc.bias")], "without its classifier"),
    "a block missing": (lambda a: [a.pop(n) for n in [*a] if n.startswith("layer1.0.")], "lacks"),
    "a stage missing": (lambda a: [a.pop(n) for n in [*a] if n.startswith("layer1.")], "its stages are 2"),
    "one over": (lambda a: a.update(extra=np.ones(3, np.float32)), "no place for: 'extra'"),
    "wrong shape": (changed("fc.bias", lambda a: a[:-1]), r"'fc\.bias' has the shape 10; .* 11 classes needs 11"),
    "not a number": (changed("bn1.bias", lambda a: a * np.nan), r"'bn1\.bias' holds numbers that are infinite or none"),
    "infinite": (changed("fc.weight", lambda a: a / 0), r"'fc\.weight' holds numbers that are infinite"),
    "negative variance": (changed("bn1.running_var", lambda a: -a), "negative variances"),
    "a small first kernel": (changed("conv1.weight", lambda a: a[:, :, :3, :3].copy()), "64×3×3×3.*CIFAR"),
    "grouped": (changed("layer1.0.conv2.weight", lambda a: a[:, :1].copy()), "ResNeXt"),
    "wide": (changed("layer1.0.conv3.weight", lambda a: a[:8].copy()), "wide ResNet"),
    "squeeze and excitation": (lambda a: a.update({"layer1.0.se.fc1.weight": np.ones((1, 1), np.float32)}), "squeeze"),
    "another network": (only("features.0.weight"), "not a ResNet: it looks like a VGG"),
    "group normalisation": (only("stem.conv.weight", "stages.0.blocks.0.conv1.weight"), "group normalisation"),
    "a deep stem": (only("stem.conv1.weight", "stages.0.blocks.0.conv1.weight"), "ResNet-D"),
    "anything": (only("a", "b"), "not a ResNet: its arrays are called 'a', 'b'"),
    "a thousand million blocks": (only("layer1.9999.conv1.weight"), "not a ResNet"),
}


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_the_arrays_is_named(tmp_path: Path, fault: str) -> None:
    arrays = random_arrays(TINY_BOTTLENECK)
    change, words = FAULTS[fault]
    change(arrays)
    with pytest.raises(WeightsError, match=rf"file\.pth' cannot be used: .*{words}"):
        load_weights(saved(tmp_path, arrays))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"conv1": {"conv1/kernel:0": np.ones((64, 3, 7, 7))}}, "Theano's order"),
        ({"post_bn": {"post_bn/gamma:0": np.ones(3)}}, "it is not a ResNet"),
    ],
)
def test_keras_files_of_another_kind_are_named(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    layers = keras_layers(random_arrays(TINY_KERAS), "keras2") | change
    with pytest.raises(WeightsError, match=words):
        load_weights(str(write_keras(tmp_path / "a.h5", layers)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"\0" * 257 + b"ustar" + b"\0" * 300, "tar file"),
        (b"PK\x03\x04", "cut short or damaged"),
        (b"\x80", r"not that of a \.pth file"),
        (b"\x89HDF\r\n\x1a\n", "damaged"),
        (b"some words that are no weights", r"not that of a \.pth file"),
    ],
)
def test_files_that_are_something_else_are_named(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "file.pth").write_bytes(content)
    with pytest.raises(WeightsError, match=rf"file\.pth' cannot be used: .*{words}"):
        load_weights(str(tmp_path / "file.pth"))


def test_missing_files_folders_and_bare_names_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="There is no weight file"):
        load_weights(str(tmp_path / "none.pth"))
    with pytest.raises(WeightsError, match="is a folder"):
        load_weights(str(tmp_path))
    with pytest.raises(
        WeightsError, match=r"'resnet-gui weights download resnet18\.tv_in1k'.*or fetch https://.*--file"
    ):
        load_weights("resnet18")


def test_a_misspelt_name_of_the_catalogue_is_answered_with_the_nearest() -> None:
    with pytest.raises(WeightsError, match=r"no weight file 'resnet50\.tv3_in1k'; .*did you mean resnet50\.tv_in1k or"):
        load_weights("resnet50.tv3_in1k")


def test_a_file_of_a_newer_version_is_not_guessed_at(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "a.safetensors", random_arrays(TINY), {"format": "resnet-gui 2"})
    with pytest.raises(WeightsError, match="newer version"):
        load_weights(str(tmp_path / "a.safetensors"))


@pytest.mark.parametrize("place", ["fc.1", "head.fc", "last_linear", "classifier"])
def test_the_classifier_of_a_network_trained_anew_is_found_and_said(tmp_path: Path, place: str) -> None:
    arrays = random_arrays(TINY_BOTTLENECK)
    for part in ("weight", "bias"):
        arrays[f"{place}.{part}"] = arrays.pop(f"fc.{part}")
    weights = load_weights(saved(tmp_path, arrays))
    assert (weights.arrays["fc.bias"] == arrays[f"{place}.bias"]).all()
    assert any(f"'{place}'" in sentence for sentence in weights.assumed)


def test_a_place_of_the_stride_means_nothing_to_basic_blocks(tmp_path: Path) -> None:
    """The same network, so the same run: nothing is computed again."""
    path = saved(tmp_path, random_arrays(replace(TINY_BOTTLENECK, block=BlockKind.BASIC)))
    assert load_weights(path, stride_in="1x1").network == load_weights(path).network
