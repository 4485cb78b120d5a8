"""The built-in network and the article's real files: the same numbers from each."""

import hashlib
import re
import time

import numpy as np
import pytest

from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.network.variants import early_keras
from resnet_gui.weights.classes import imagenet_classes
from resnet_gui.weights.library import built_in_path, load_weights
from tests.helpers.real_weights import keras_file
from tests.unit.weights.files import same


def test_the_built_in_network_says_everything_itself() -> None:
    weights = load_weights()
    assert weights.network == early_keras(50, stem_pool=weights.network.stem_pool.PADDED)
    assert weights.preprocessing == PRESETS["caffe"]
    assert weights.classes == imagenet_classes()
    assert weights.title == "ResNet-50 · ImageNet · built in"
    assert weights.assumed == ()
    assert sum(array.size for array in weights.arrays.values()) == 25_636_712


def test_the_model_card_names_the_file_that_is_there() -> None:
    content = built_in_path().read_bytes()
    card = built_in_path().with_suffix(".md").read_text(encoding="utf-8")
    assert hashlib.sha256(content).hexdigest() in card
    assert f"{len(content):,} bytes" in card
    assert len(content) <= 52_000_000
    licence = built_in_path().with_name("resnet50-imagenet.LICENSE.txt").read_text(encoding="utf-8")
    assert len(re.findall(r"^Copyright \(c\)", licence, re.MULTILINE)) == 3


def test_the_built_in_network_takes_a_moment_of_the_processor_to_read() -> None:
    """0.1 s; the best of five, as a machine that is shared has slow moments."""
    times = []
    for _ in range(5):
        start = time.process_time()
        load_weights()
        times.append(time.process_time() - start)
    assert min(times) < 0.3


@pytest.mark.shared
@pytest.mark.slow
def test_both_layouts_of_the_real_file_and_the_built_in_one_agree() -> None:
    first, second = (load_weights(str(keras_file(layout))) for layout in ("keras1", "keras2"))
    assert first.network == second.network == load_weights().network
    assert same(first.arrays, second.arrays)
    rounded = {
        name: array.astype(np.float16).astype(np.float32) if array.ndim > 1 else array
        for name, array in first.arrays.items()
    }
    assert same(load_weights().arrays, rounded)
