"""A description refuses nonsense, and survives the trip through JSON."""

import json
from dataclasses import replace
from typing import Any

import pytest

from resnet_gui.network.description import MOST_BLOCKS, BlockKind, Network
from resnet_gui.network.variants import early_keras, keras_applications, keras_v2, pre_activation, published

NETWORKS = [
    published(18),
    published(152, classes=7),
    early_keras(),
    keras_applications(101),
    pre_activation(34),
    keras_v2(152),
]


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_json_gives_the_same_network_back(network: Network) -> None:
    assert Network.from_dict(json.loads(json.dumps(network.as_dict()))) == network


@pytest.mark.parametrize(
    "change",
    [
        {"stages": ()},
        {"stages": (2, 2, 2)},
        {"stages": (2, 2, 0, 2)},
        {"stages": (MOST_BLOCKS, 1, 1, 1)},
        {"widths": (64, 128, 256, -512)},
        {"classes": 0},
        {"input_side": 0},
        {"epsilon": 0.0},
        {"epsilon": 1.0},
        {"epsilon": float("nan")},
    ],
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        replace(published(18), **change)


@pytest.mark.parametrize(
    "text",
    ['{"block": "dense"}', "{}", '{"stages": [Infinity]}', '{"stages": 5}', '{"classes": null}', '{"stages": [NaN]}'],
)
def test_a_strangers_json_is_refused_with_a_foreseen_error(text: str) -> None:
    values = json.loads(text)
    whole = {**published(50).as_dict(), **values} if values else values
    with pytest.raises((ValueError, KeyError, TypeError)):
        Network.from_dict(whole)


def test_a_description_from_before_v2_is_a_v1() -> None:
    """The built-in network's file says nothing of the family."""
    values = early_keras().as_dict()
    del values["family"], values["stride_block"]
    assert Network.from_dict(values) == early_keras()


def test_depth_counts_weighted_layers_as_the_paper_does() -> None:
    assert Network(BlockKind.BASIC, (2, 2, 2, 2)).depth == 18
    assert Network(BlockKind.BOTTLENECK, (3, 8, 36, 3)).depth == 152
    assert Network(BlockKind.BOTTLENECK, (3, 4, 6, 3)).name == "ResNet-50"
    assert Network(BlockKind.BOTTLENECK, (3, 4, 6, 3)).features == 2048
    assert Network(BlockKind.BASIC, (3, 4, 6, 3)).features == 512
