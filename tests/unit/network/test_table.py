"""The layer table agrees with what torchvision, timm and Keras publish."""

import pytest

from resnet_gui.network.description import StrideIn
from resnet_gui.network.table import layer_table
from resnet_gui.network.variants import PUBLISHED, early_keras, keras_applications, published

TORCHVISION_PARAMETERS = {18: 11_689_512, 34: 21_797_672, 50: 25_557_032, 101: 44_549_160, 152: 60_192_808}
TORCHVISION_GMACS = {18: 1.814, 34: 3.664, 50: 4.089, 101: 7.801, 152: 11.514}
KERAS_NUMBERS = {50: 25_636_712, 101: 44_707_176, 152: 60_419_944}


@pytest.mark.parametrize("depth", PUBLISHED)
def test_parameters_are_those_torchvision_publishes(depth: int) -> None:
    assert layer_table(published(depth)).parameters == TORCHVISION_PARAMETERS[depth]
    assert layer_table(published(depth, stride_in=StrideIn.FIRST_1X1)).parameters == TORCHVISION_PARAMETERS[depth]


@pytest.mark.parametrize("depth", KERAS_NUMBERS)
def test_parameters_and_statistics_are_those_keras_counts(depth: int) -> None:
    assert layer_table(keras_applications(depth)).parameters_with_statistics == KERAS_NUMBERS[depth]
    assert layer_table(early_keras(depth)).parameters_with_statistics == KERAS_NUMBERS[depth]


@pytest.mark.parametrize("depth", PUBLISHED)
def test_gmacs_are_those_torchvision_publishes(depth: int) -> None:
    assert round(layer_table(published(depth)).macs / 1e9, 3) == TORCHVISION_GMACS[depth]


def test_the_paper_v1_of_resnet_50_needs_3_8_billion() -> None:
    """Table 1 of the paper says 3.8 × 10⁹ (v1); v1.5 costs the difference to 4.1."""
    assert layer_table(published(50, stride_in=StrideIn.FIRST_1X1)).macs / 1e9 == pytest.approx(3.8, abs=0.06)


def test_a_row_says_what_the_layer_is() -> None:
    rows = {row.name: row for row in layer_table(published(50)).rows}
    assert rows["conv1"].kind == "convolution 7×7, stride 2"
    assert rows["maxpool"].kind == "max-pool 3×3, stride 2"
    assert rows["layer1.0.conv1"].kind == "convolution 1×1"
    assert rows["avgpool"].kind == "global average pool"
    assert (rows["conv1"].parameters, rows["conv1"].macs) == (7 * 7 * 3 * 64, 7 * 7 * 3 * 64 * 112 * 112)
    assert (rows["bn1"].parameters, rows["bn1"].statistics, rows["bn1"].macs) == (128, 128, 0)
    assert (rows["fc"].parameters, rows["fc"].macs) == (2048 * 1000 + 1000, 2048 * 1000)
    assert "input" not in rows
