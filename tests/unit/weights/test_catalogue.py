"""The catalogue against the libraries whose weights it lists, and how names and files are told."""

import inspect
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from resnet_gui.assets import resources
from resnet_gui.images.preprocessing import PRESETS, Channels, Interpolation
from resnet_gui.network.description import BlockKind, Family, StemPool, StrideBlock, StrideIn
from resnet_gui.network.walk import parameter_shapes
from resnet_gui.weights.published.catalogue import Entry, catalogue, find, needs_md5, proven, read_catalogue

ENTRIES = {entry.name: entry for entry in catalogue()}
BY_SOURCE = {
    key: [entry for entry in catalogue() if entry.source.title == key] for key in ("torchvision", "timm", "Keras")
}
TORCHVISIONS = [
    (depth, version) for depth in (18, 34, 50, 101, 152) for version in (("V1", "V2") if depth >= 50 else ("V1",))
]
TIMMS = ["resnetv2_18.ra4_e3600_r224_in1k", "resnetv2_34.ra4_e3600_r224_in1k", "resnetv2_50.a1h_in1k",
         "resnetv2_101.a1h_in1k"]  # fmt: skip
KERAS = [f"resnet{depth}{v2}" for v2 in ("", "v2") for depth in (50, 101, 152)]
EXACT = {
    "resnet18.tv_in1k", "resnet34.tv_in1k", "resnet50.tv_in1k", "resnet50.tv2_in1k", "resnet50.keras",
    "resnet101.keras", "resnet50.keras2016",
}  # fmt: skip
"""Entries whose size is exact."""


def test_everything_the_issue_asks_for_is_there() -> None:
    torchvision = {f"resnet{depth}.tv{'2' if version == 'V2' else ''}_in1k" for depth, version in TORCHVISIONS}
    assert set(ENTRIES) == torchvision | {*TIMMS} | {f"{name}.keras" for name in KERAS} | {"resnet50.keras2016"}


@pytest.mark.parametrize(("depth", "version"), TORCHVISIONS)
def test_torchvisions_own_table(depth: int, version: str) -> None:
    models = pytest.importorskip("torchvision.models")
    weights = getattr(models, f"ResNet{depth}_Weights")[f"IMAGENET1K_{version}"]
    entry = find(f"ResNet{depth}_Weights.IMAGENET1K_{version}")
    assert entry is not None
    assert entry.urls[0] == weights.url
    published = Path(weights.url).stem.partition("-")[2]
    assert len(published) == 8
    assert entry.sha256.startswith(published)
    assert entry.published_name == entry.file_name == Path(weights.url).name
    metrics = weights.meta["_metrics"]["ImageNet-1K"]
    assert (entry.top1, entry.top5) == (metrics["acc@1"], metrics["acc@5"])
    assert round(entry.size / 2**20, 3) == pytest.approx(weights.meta["_file_size"], abs=0.0011)
    shapes = parameter_shapes(entry.network)
    statistics = sum(_count(shape) for name, shape in shapes.items() if ".running_" in name)
    assert sum(map(_count, shapes.values())) - statistics == weights.meta["num_params"]
    preprocessing, transforms = PRESETS[entry.preprocessing], weights.transforms()
    assert (preprocessing.resize, preprocessing.crop) == (transforms.resize_size[0], transforms.crop_size[0])
    assert preprocessing.interpolation.value == transforms.interpolation.value
    assert (preprocessing.divide, preprocessing.channels) == (255, Channels.RGB)
    assert (preprocessing.mean, preprocessing.std) == (tuple(transforms.mean), tuple(transforms.std))


def test_the_plain_name_is_torchvisions_default() -> None:
    models = pytest.importorskip("torchvision.models")
    for depth in (18, 34, 50, 101, 152):
        default = getattr(models, f"ResNet{depth}_Weights").DEFAULT
        for name in (f"resnet{depth}", f"ResNet-{depth}", f"ResNet{depth}_Weights.DEFAULT"):
            found = find(name)
            assert found is not None
            assert found.urls[0] == default.url


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for side in shape:
        count *= side
    return count


@pytest.mark.parametrize("name", TIMMS)
def test_timms_own_configuration(name: str) -> None:
    timm = pytest.importorskip("timm")
    entry, config = ENTRIES[name], timm.get_pretrained_cfg(name)
    assert entry.urls == (f"https://huggingface.co/{config.hf_hub_id}/resolve/main/model.safetensors",)
    preprocessing = PRESETS[entry.preprocessing]
    assert config.input_size == (3, preprocessing.crop, preprocessing.crop)
    assert preprocessing.resize == int(
        preprocessing.crop / config.crop_pct
    )  # timm.data.transforms_factory cuts as well
    assert preprocessing.interpolation is Interpolation(config.interpolation)
    assert (preprocessing.mean, preprocessing.std) == (config.mean, config.std)
    assert (preprocessing.channels, preprocessing.divide) == (Channels.RGB, 255)
    assert entry.source.licence.lower() == config.license
    model = timm.create_model(name, pretrained=False)
    shapes = parameter_shapes(entry.network)
    ours = sum(_count(shape) for key, shape in shapes.items() if ".running_" not in key)
    assert ours == sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("name", KERAS)
def test_kerass_own_table(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    pytest.importorskip("torch")
    pytest.importorskip("keras")
    from keras.src.applications import resnet as module

    entry = ENTRIES[f"{name}.keras"]
    file_name = f"{name}_weights_tf_dim_ordering_tf_kernels.h5"
    assert f'{{weights_name}}_{file_name.partition("_")[2]}"' in inspect.getsource(module.ResNet)
    assert entry.urls == (module.BASE_WEIGHTS_PATH + file_name,)
    assert entry.md5 == module.WEIGHTS_HASHES[name][0]
    assert entry.preprocessing == ("tf" if name.endswith("v2") else "caffe")


def test_the_networks_are_those_of_their_publishers() -> None:
    for entry in BY_SOURCE["torchvision"]:
        assert (entry.network.family, entry.network.stride_in, entry.network.conv_bias) == (
            Family.V1, StrideIn.THE_3X3, False,
        )  # fmt: skip
    for entry in BY_SOURCE["timm"]:
        assert (entry.network.family, entry.network.stride_block) == (Family.V2, StrideBlock.FIRST)
    v1 = [entry for entry in BY_SOURCE["Keras"] if entry.network.family is Family.V1]
    assert {(entry.network.stride_in, entry.network.conv_bias) for entry in v1} == {(StrideIn.FIRST_1X1, True)}
    v2 = [entry for entry in BY_SOURCE["Keras"] if entry.network.family is Family.V2]
    assert {entry.network.stride_block for entry in v2} == {StrideBlock.LAST}
    article = ENTRIES["resnet50.keras2016"].network
    assert (article.stem_pool, article.epsilon) == (StemPool.UNPADDED, 1e-3)
    for entry in catalogue():
        assert str(entry.network.depth) in entry.name
        assert (entry.network.block is BlockKind.BASIC) == (entry.network.depth < 50)


def test_names_addresses_and_files_are_unique_and_safe() -> None:
    names = [name.lower() for entry in catalogue() for name in (entry.name, *entry.aliases)]
    assert len(names) == len(set(names))
    assert len({entry.file_name.lower() for entry in catalogue()}) == len(catalogue())
    for entry in catalogue():
        assert entry.urls
        assert all(url.startswith("https://") for url in entry.urls)
        assert Path(entry.file_name).name == entry.file_name
        assert entry.preprocessing in PRESETS
        assert entry.network.classes == 1000
        assert set(entry.sha256) <= set("0123456789abcdef")
        assert len(entry.sha256) in (0, 8, 64)
        assert len(entry.md5) in (0, 32)
        assert 40_000_000 < entry.size < 250_000_000
        assert entry.source.licence
        assert entry.source.notice
        assert all(find(name) is entry for name in (entry.name, entry.name.upper(), entry.file_name, *entry.aliases))


def test_sizes_are_near_those_of_the_numbers() -> None:
    """Four bytes a number; names and headers take at most a hundredth."""
    for entry in catalogue():
        numbers = 4 * sum(map(_count, parameter_shapes(entry.network).values()))
        assert numbers < entry.size * 1.0005
        assert entry.size < numbers * 1.01
        assert entry.size_about == (entry.name not in EXACT)


def test_unknown_names_are_unknown() -> None:
    assert find("resnet51") is None
    assert find("model.safetensors") is None
    assert find("") is None


def identity(entry: Entry, **change: Any) -> dict[str, Any]:
    """What a whole file of the entry would measure as."""
    sha256 = entry.sha256.ljust(64, "0") if entry.sha256 else "f" * 64
    return {"sha256": sha256, "md5": entry.md5, "size": entry.size, "names": (entry.file_name,), **change}


def test_a_file_is_proven_by_its_hash() -> None:
    for entry in catalogue():
        found = proven(**identity(entry))
        assert found is (entry if entry.sha256 or entry.md5 else None)
        assert proven(**identity(entry, sha256="0" * 64, md5="0" * 32)) is None
        assert needs_md5(entry.size, b"\x89HDF\r\n\x1a\nand more") or not entry.md5
        assert not needs_md5(entry.size, b"PK\x03\x04")


def test_the_first_digits_alone_prove_nothing() -> None:
    entry = ENTRIES["resnet152.tv2_in1k"]
    assert len(entry.sha256) == 8
    assert proven(**identity(entry)) == entry
    assert proven(**identity(entry, names=("my.pth",))) is None
    assert proven(**identity(entry, size=entry.size // 2)) is None
    whole = ENTRIES["resnet50.tv2_in1k"]
    assert proven(**identity(whole, names=("my.pth",))) == whole


def test_a_catalogue_with_a_misspelt_key_is_refused(tmp_path: Path) -> None:
    text = (resources() / "weights.toml").read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text(text.replace("top1 = 69.758", "topp = 69.758"), encoding="utf-8")
    with pytest.raises(TypeError, match="topp"):
        read_catalogue(tmp_path / "a.toml")
    assert len(tomllib.loads(text)["weights"]) == len(catalogue())


def test_reading_it_is_light() -> None:
    code = (
        "import sys, resnet_gui.weights.published.download; from resnet_gui.weights.published import catalogue as c; "
        "c.catalogue(); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert not {"numpy", "requests", "urllib3", "ssl", "openvino", "h5py", "PIL"} & set(done.stdout.split())
