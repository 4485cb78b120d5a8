"""Keras' networks, as Keras itself builds, saves and runs them, beside ours: the same probabilities from each file."""

import json
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from resnet_gui.engine.backends.openvino import OpenVinoBackend
from resnet_gui.engine.voting import softmax
from resnet_gui.network.description import Network, StemPool
from resnet_gui.network.variants import early_keras, keras_applications, keras_v2
from resnet_gui.weights.library import load_weights
from resnet_gui.weights.weight_set import WeightSet
from tests.helpers.keras_peer import CLASSES, EXTENSIONS
from tests.helpers.program import run, table
from tests.helpers.real_weights import keras_file
from tests.helpers.shared import REPOSITORY, shared
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


def keras(*arguments: str | Path) -> None:
    """Run the peer in a process of its own."""
    command = [sys.executable, "-m", "tests.helpers.keras_peer", *map(str, arguments)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def probabilities(weights: WeightSet, crops: np.ndarray) -> np.ndarray:
    """What our program says, with the precision "exact"."""
    backend = OpenVinoBackend(weights, threads=2)
    try:
        return softmax(backend.logits(crops).astype(np.float64))
    finally:
        backend.close()


@pytest.mark.parametrize("name", NETWORKS)
def test_each_file_that_keras_saves_gives_the_probabilities_of_keras(tmp_path: Path, name: str) -> None:
    keras(name, tmp_path, *EXTENSIONS)
    witness = np.load(tmp_path / f"{name}.npz")
    first = load_weights(str(tmp_path / f"{name}.keras"))
    assert first.network == NETWORKS[name]
    ours = probabilities(first, witness["crops"])
    worst = float(np.abs(ours - witness["probabilities"]).max())
    assert 0.05 < witness["probabilities"].max() < 0.9, "a test that could not fail"
    assert worst < 1e-5
    print(f"{name}: largest difference {worst:.1e}")
    for extension in EXTENSIONS.values():
        path = tmp_path / f"{name}{extension}"
        weights = load_weights(str(path))
        if (name, extension) == ("article", ".weights.h5"):
            require_said_pool(weights, witness)
            weights = load_weights(str(path), stem_pool="unpadded")
        assert weights.network == first.network
        assert weights.recipe == first.recipe
        assert same(weights.arrays, first.arrays)
        path.unlink()  # pytest keeps the folders of its last runs


def require_said_pool(weights: WeightSet, witness: Mapping[str, np.ndarray]) -> None:
    """Weights alone have two answers, padded as today's Keras and unpadded as the article; the choice is said."""
    assert weights.network.stem_pool is StemPool.PADDED
    assert any("unpadded (55×55), as in the article" in sentence for sentence in weights.assumed)
    assert np.abs(probabilities(weights, witness["crops"]) - witness["probabilities"]).max() > 1e-3


@pytest.mark.shared
def test_one_command_repeats_the_second_articles_script(tmp_path: Path) -> None:
    """The script's own five classes, from Keras here and from ../shared's reference numbers."""
    picture = shared() / "photos/demo/african_elephant.jpg"
    real = keras_file("keras2")
    keras("script", real, picture, tmp_path)
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
