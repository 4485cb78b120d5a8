"""Keras' networks, as Keras itself builds, saves and runs them, beside ours: the same probabilities from each file."""

import json
import shutil
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import h5py
import numpy as np
import pytest

from resnet_gui.engine.backends.openvino import OpenVinoBackend
from resnet_gui.engine.voting import softmax
from resnet_gui.errors import WeightsError
from resnet_gui.network.description import Network, StemPool
from resnet_gui.network.variants import early_keras, keras_applications, keras_v2
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.weight_set import WeightSet
from tests.helpers.keras_peer import CLASSES, EXTENSIONS, KerasPeer
from tests.helpers.program import run, table
from tests.helpers.real_weights import keras_file
from tests.helpers.shared import shared
from tests.unit.weights.files import same

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (find_spec("keras") and find_spec("torch")), reason="Keras or torch is not installed"),
]

NETWORKS: dict[str, Network] = {
    **{f"ResNet{depth}": keras_applications(depth, classes=CLASSES) for depth in (50, 101, 152)},
    **{f"ResNet{depth}V2": keras_v2(depth, classes=CLASSES) for depth in (50, 101, 152)},
    "article": early_keras(classes=CLASSES),
}


@pytest.fixture(scope="module")
def keras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KerasPeer]:
    """One process with Keras in it, for all of these tests."""
    peer = KerasPeer(tmp_path_factory.mktemp("keras") / "said.txt")
    yield peer
    peer.close()


def probabilities(weights: WeightSet, crops: np.ndarray) -> np.ndarray:
    """What our program says, with the precision "exact"."""
    backend = OpenVinoBackend(weights, threads=2)
    try:
        return softmax(backend.logits(crops).astype(np.float64))
    finally:
        backend.close()


@pytest.mark.parametrize("name", NETWORKS)
def test_each_file_that_keras_saves_gives_the_probabilities_of_keras(
    keras: KerasPeer, tmp_path: Path, name: str
) -> None:
    keras.ask("network", name, tmp_path, *EXTENSIONS)
    witness = np.load(tmp_path / f"{name}.npz")
    first = load_weights(str(tmp_path / f"{name}.keras"))
    assert first.network == NETWORKS[name]
    worst = difference(first, witness)
    assert 0.05 < witness["probabilities"].max() < 0.9, "a test that could not fail"
    assert worst < 1e-5
    print(f"{name}: largest difference {worst:.1e}")
    for extension in EXTENSIONS.values():
        path = tmp_path / f"{name}{extension}"
        weights = load_weights(str(path))
        assert weights.network == first.network
        assert weights.preprocessing == first.preprocessing
        assert same(weights.arrays, first.arrays)
        path.unlink()  # pytest keeps the folders of its last runs


FORMS = {"transfer": "u", "sequential": "ur", "channels_first": "u", "unnamed": "u", "small_v1": "", "small_v2": ""}
"""What weights alone cannot tell of each variant: u the unpadded pool where no layers are listed, r the preparation."""


@pytest.fixture(scope="module")
def variants(keras: KerasPeer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of `keras_variants`, a megabyte; not to be changed."""
    folder = tmp_path_factory.mktemp("variants")
    keras.ask("variants", folder)
    return folder


def test_what_people_make_with_keras_gives_the_probabilities_of_keras(variants: Path) -> None:
    """Networks within networks, layers without names, channels first, a preparation inside, an end without softmax."""
    worst = 0.0
    for name in [*FORMS, "no_gamma", "pre_activation"]:
        witness = np.load(variants / f"{name}.npz")
        assert 0.1 < witness["probabilities"].max() < 0.9, "a test that could not fail"
        whole = [load_weights(str(variants / f"{name}{extension}")) for extension in (".h5", ".keras")]
        assert whole[0].network == whole[1].network
        assert same(whole[0].arrays, whole[1].arrays)
        worst = max(worst, difference(whole[0], witness))
    assert worst < 1e-5
    print(f"largest difference {worst:.1e}")


@pytest.mark.parametrize("names", ["with names", "without names"])
def test_weights_alone_give_them_too_or_say_what_was_assumed(variants: Path, tmp_path: Path, names: str) -> None:
    """Keras before 3.15 wrote no names, and no groups for layers without weights."""
    for name, unsaid in FORMS.items():
        path = tmp_path / f"{name}.weights.h5"
        shutil.copyfile(variants / path.name, path)
        if names == "without names":
            strip_names(path)
        witness = np.load(variants / f"{name}.npz")
        weights = load_weights(str(path))
        said = " ".join(weights.assumed)
        assert ("55×55" in said) == ("u" in unsaid)
        if "r" in unsaid and names == "with names":
            assert "prepares pictures itself ('rescaling')" in said
        if "u" in unsaid and names == "without names":
            assert weights.network.stem_pool is StemPool.PADDED
            assert difference(weights, witness) > 1e-3
            weights = load_weights(str(path), stem_pool="unpadded")
        if "r" in unsaid:
            assert difference(weights, witness) > 1e-3
            weights = load_weights(str(path), stem_pool="unpadded", preprocess="tf")
        assert difference(weights, witness) < 1e-5, name
    with pytest.raises(WeightsError, match="whether gamma or beta is missing"):
        load_weights(str(variants / "no_gamma.weights.h5"))


def difference(weights: WeightSet, witness: Mapping[str, np.ndarray]) -> float:
    """The largest one between a probability of ours and of Keras."""
    return float(np.abs(probabilities(weights, witness["crops"]) - witness["probabilities"]).max())


def strip_names(path: Path) -> None:
    """Make a file as older versions of Keras 3 wrote it."""
    with h5py.File(path, "r+") as file:
        groups: list[str] = []
        file.visit(groups.append)
        for group in groups:
            if group.endswith("vars") and group in file:
                file[group].attrs.pop("name", None)
                if not len(file[group]) and group != "vars":
                    parent = file[group].parent
                    del parent["vars"]


@pytest.mark.shared
def test_one_command_repeats_the_second_articles_script(keras: KerasPeer, tmp_path: Path) -> None:
    """The script's own five classes, from Keras here and from ../shared's reference numbers."""
    picture = shared() / "photos/demo/african_elephant.jpg"
    real = keras_file("keras2")
    keras.ask("script", real, picture, tmp_path)
    script = json.loads((tmp_path / "article.json").read_text())
    expected = json.loads((shared() / "photos/demo/expected.json").read_text())["pictures"]["african_elephant.jpg"]
    reference = [[score["index"], score["probability"]] for score in expected["article"]["squash_nearest"]]

    whole = ["--network", tmp_path / "article.h5", "--preprocess", "article"]
    alone = ["--network", real, "--preprocess", "article", "--stem-pool", "unpadded"]
    for number, options in enumerate((whole, alone)):
        target = tmp_path / f"{number}.csv"
        done = run(["classify", picture, *options, "--csv", target], tmp_path)
        assert done.status == 0, done.err
        (row,) = table(target)
        ours = [(int(row[f"index{k}"]), float(row[f"p{k}"])) for k in range(1, 6)]
        for wanted in (script, reference[:5]):
            assert [index for index, _ in ours] == [index for index, _ in wanted]
            assert [p for _, p in ours] == pytest.approx([p for _, p in wanted], abs=1e-5)
    (tmp_path / "article.h5").unlink()
