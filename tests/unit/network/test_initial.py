"""The initial arrays follow the first article."""

import numpy as np
import pytest

from resnet_gui.network.description import Network
from resnet_gui.network.variants import early_keras, published
from resnet_gui.network.walk import parameter_shapes
from tests.helpers.initial_arrays import initial_arrays


@pytest.mark.parametrize("network", [published(18, classes=10), early_keras(classes=10)], ids=lambda n: n.name)
def test_arrays_have_the_walks_names_and_shapes(network: Network) -> None:
    arrays = initial_arrays(network, seed=1)
    assert {name: array.shape for name, array in arrays.items()} == parameter_shapes(network)
    assert all(array.dtype == np.float32 and array.flags.c_contiguous for array in arrays.values())


def test_convolutions_are_normal_with_the_articles_deviation() -> None:
    kernel = initial_arrays(published(18), seed=2)["layer4.1.conv2.weight"]
    expected = np.sqrt(2 / (3 * 3 * 512))
    assert kernel.std() == pytest.approx(expected, rel=0.005)
    assert abs(kernel.mean()) < expected / 500
    # Two thirds of a normal distribution lie within one deviation, 0.27 % beyond three.
    assert np.mean(np.abs(kernel) < expected) == pytest.approx(0.6827, abs=0.003)
    assert np.mean(np.abs(kernel) > 3 * expected) == pytest.approx(0.0027, abs=0.0003)


def test_normalisations_start_as_the_identity_and_biases_at_zero() -> None:
    arrays = initial_arrays(early_keras(), seed=3)
    assert (arrays["layer2.0.bn3.weight"] == 1).all()
    assert (arrays["layer2.0.bn3.running_var"] == 1).all()
    assert (arrays["layer2.0.bn3.bias"] == 0).all()
    assert (arrays["layer2.0.bn3.running_mean"] == 0).all()
    assert (arrays["layer2.0.conv3.bias"] == 0).all()


def test_the_classifier_is_uniform_within_one_by_root_of_its_inputs() -> None:
    arrays = initial_arrays(published(50), seed=4)
    bound = 1 / np.sqrt(2048)
    for part in ("fc.weight", "fc.bias"):
        assert np.abs(arrays[part]).max() <= bound
        assert np.abs(arrays[part]).max() > 0.99 * bound
    assert arrays["fc.weight"].std() == pytest.approx(bound / np.sqrt(3), rel=0.01)


def test_one_seed_gives_one_network() -> None:
    first, again, other = (initial_arrays(published(18), seed)["fc.weight"] for seed in (5, 5, 6))
    assert (first == again).all()
    assert not (first == other).all()
