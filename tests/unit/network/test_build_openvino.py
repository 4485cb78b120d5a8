"""The OpenVINO graph beside torchvision, in float32, with random weights and random statistics."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torchvision")
import torch

from resnet_gui.images.recipe import RECIPES
from resnet_gui.network.build_openvino import build_graph
from resnet_gui.network.description import StrideIn
from resnet_gui.network.variants import published
from tests.unit.network.conftest import Ask
from tests.unit.network.crops import random_crops, worst
from tests.unit.network.peers import (
    arrays_of,
    features_and_logits,
    imagenet_input,
    torchvision_network,
)

CASES = [pytest.param(d, s, id=f"{d}-{s}") for d, s in ((18, "3x3"), (34, "3x3"), (50, "3x3"), (50, "1x1"))] + [
    pytest.param(d, s, id=f"{d}-{s}", marks=pytest.mark.slow) for d in (101, 152) for s in ("3x3", "1x1")
]


@pytest.mark.parametrize(("depth", "stride_in"), CASES)
def test_features_and_logits_are_torchvisions(ask: Ask, depth: int, stride_in: str) -> None:
    theirs = torchvision_network(depth, StrideIn(stride_in))
    network = published(depth, stride_in=StrideIn(stride_in))
    crops = random_crops(1 if depth > 50 else 2)
    graph = build_graph(network, arrays_of(theirs), RECIPES["torch"], batch=len(crops), with_features=True)
    answer = ask(graph, crops)
    features, logits = features_and_logits(theirs, imagenet_input(crops))
    assert worst(answer["features"], features) < 1e-4
    assert worst(answer["logits"], logits) < 1e-4


@pytest.mark.parametrize(
    ("recipe", "prepare"),
    [
        ("caffe", lambda x: x[..., ::-1] - np.array([103.939, 116.779, 123.68])),
        ("tf", lambda x: x / 127.5 - 1),
        ("half", lambda x: (x / 255 - 0.5) / 0.5),
    ],
)
def test_the_recipe_is_inside_the_graph(
    ask: Ask, recipe: str, prepare: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> None:
    theirs = torchvision_network(18)
    crops = random_crops(2)
    pixels = torch.from_numpy(prepare(crops.astype(np.float64)).transpose(0, 3, 1, 2).astype(np.float32))
    _, logits = features_and_logits(theirs, pixels)
    graph = build_graph(published(18), arrays_of(theirs), RECIPES[recipe], batch=2)
    assert worst(ask(graph, crops)["logits"], logits) < 1e-4
