"""The OpenVINO graph beside torchvision, in float32, with random weights and random statistics."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("torchvision")
import torch

from resnet_gui.network.build_openvino import build_graph
from resnet_gui.network.variants import published
from tests.unit.network.conftest import Ask
from tests.unit.network.crops import random_crops, small, worst
from tests.unit.network.peers import (
    Witness,
    arrays_of,
    features_and_logits,
    torchvision_network,
)


def test_features_and_logits_are_torchvisions(ask: Ask, torchvision_witness: Witness) -> None:
    theirs = torchvision_witness
    graph = build_graph(theirs.network, theirs.arrays, small("torch"), batch=len(theirs.crops), with_features=True)
    answer = ask(graph, theirs.crops)
    assert worst(answer["features"], theirs.features) < 1e-4
    assert worst(answer["logits"], theirs.logits) < 1e-4


@pytest.mark.parametrize(
    ("preprocessing", "prepare"),
    [
        ("caffe", lambda x: x[..., ::-1] - np.array([103.939, 116.779, 123.68])),
        ("tf", lambda x: x / 127.5 - 1),
        ("half", lambda x: (x / 255 - 0.5) / 0.5),
    ],
)
def test_the_recipe_is_inside_the_graph(
    ask: Ask, preprocessing: str, prepare: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> None:
    theirs = torchvision_network(18)
    crops = random_crops(2)
    pixels = torch.from_numpy(prepare(crops.astype(np.float64)).transpose(0, 3, 1, 2).astype(np.float32))
    _, logits = features_and_logits(theirs, pixels)
    graph = build_graph(published(18), arrays_of(theirs), small(preprocessing), batch=2)
    assert worst(ask(graph, crops)["logits"], logits) < 1e-4
