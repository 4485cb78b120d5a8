"""The table of published networks."""

from dataclasses import replace

import pytest

from resnet_gui.network.description import Network, StemPool, StrideIn
from resnet_gui.network.variants import (
    KERAS_DEPTHS,
    PUBLISHED,
    early_keras,
    form,
    keras_applications,
    keras_v2,
    pre_activation,
    published,
)


@pytest.mark.parametrize("depth", PUBLISHED)
def test_a_published_network_has_its_depth(depth: int) -> None:
    assert published(depth).depth == depth
    assert published(depth, stride_in=StrideIn.FIRST_1X1).stride_in is StrideIn.FIRST_1X1
    assert published(depth, classes=3).classes == 3


@pytest.mark.parametrize("depth", KERAS_DEPTHS)
def test_keras_forms_differ_in_epsilon_and_stem_pool_only(depth: int) -> None:
    early, today = early_keras(depth), keras_applications(depth)
    assert (early.epsilon, today.epsilon) == (1e-3, 1.001e-5)
    assert (early.stem_pool, today.stem_pool) == (StemPool.UNPADDED, StemPool.PADDED)
    for network in (early, today):
        assert (network.depth, network.conv_bias, network.stride_in) == (depth, True, StrideIn.FIRST_1X1)


def test_depths_nobody_published_are_refused_with_the_list() -> None:
    with pytest.raises(ValueError, match="18, 34, 50, 101, 152"):
        published(77)
    with pytest.raises(ValueError, match="50, 101, 152"):
        early_keras(18)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (published(50), "v1.5, as torchvision"),
        (published(50, stride_in=StrideIn.FIRST_1X1), "v1, as the paper"),
        (published(18), "v1, as the paper and torchvision"),
        (published(18, stride_in=StrideIn.FIRST_1X1), "v1, as the paper and torchvision"),
        (keras_applications(), "Keras form"),
        (early_keras(), "Keras form, stem pool unpadded"),
        (pre_activation(50), "pre-activation, as timm"),
        (pre_activation(50, stride_in=StrideIn.FIRST_1X1), "pre-activation, as timm, stride in the first 1×1"),
        (keras_v2(), "pre-activation, Keras form"),
        (replace(keras_v2(), stem_pool=StemPool.PADDED), "pre-activation, Keras form, stem pool padded"),
    ],
)
def test_form_says_which_one_it_is(network: Network, words: str) -> None:
    assert form(network) == words
