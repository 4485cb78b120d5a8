"""The table of `resnet-gui network` beside Keras' model.summary(), torchvision's and timm's modules."""

import re

import pytest

from resnet_gui.network.description import Network
from resnet_gui.network.names import NamingScheme, array_names, layer_names, naming_scheme
from resnet_gui.network.table import layer_table, shape_words, summary, summary_text
from resnet_gui.network.variants import (
    PUBLISHED,
    early_keras,
    keras_applications,
    keras_v2,
    pre_activation,
    published,
)
from resnet_gui.network.walk import Op, node_parameters, walk
from resnet_gui.weights.keras import names as keras_names

KERAS = {
    "ResNet50": keras_applications(50),
    "ResNet152": keras_applications(152),
    "ResNet50V2": keras_v2(50),
    "ResNet101V2": keras_v2(101),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", KERAS)
def test_every_line_is_that_of_keras(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, types, output shapes, parameters and what is connected to what; paddings are no layers of ours."""
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    pytest.importorskip("torch")
    keras = pytest.importorskip("keras")
    keras.backend.clear_session()  # so that the layers Keras only numbers begin with the first
    model = getattr(keras.applications, name)(weights=None)

    def sources(layer: object) -> tuple[str, ...]:
        found = [tensor._keras_history[0] for node in layer._inbound_nodes for tensor in node.input_tensors]
        return tuple(sorted(sources(one)[0] if type(one).__name__ == "ZeroPadding2D" else one.name for one in found))

    theirs = {
        layer.name: (type(layer).__name__, tuple(layer.output.shape), layer.count_params(), sources(layer))
        for layer in model.layers
        if type(layer).__name__ != "ZeroPadding2D"
    }
    lines, table = summary(KERAS[name]), layer_table(KERAS[name])
    skipped = {row.layer: row.inputs[0] for row in lines if row.type == "ZeroPadding2D"}
    ours = {
        row.layer: (
            row.type,
            (None, *row.shape),
            row.row.parameters + row.row.statistics,
            tuple(sorted(skipped.get(one, one) for one in row.inputs)),
        )
        for row in lines
        if row.type != "ZeroPadding2D"
    }
    assert ours == theirs
    assert (table.parameters_with_statistics, table.parameters) == (
        model.count_params(),
        sum(weight.value.numel() for weight in model.trainable_weights),
    )
    statistics = table.parameters_with_statistics - table.parameters
    assert statistics == sum(weight.value.numel() for weight in model.non_trainable_weights)
    convolutions = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
    by_name = {row.layer: row.shape for row in lines}
    assert [by_name[layer.name] for layer in convolutions] == [tuple(layer.output.shape)[1:] for layer in convolutions]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ResNet50", "ResNet50V2"])
def test_arrays_are_called_and_shaped_as_in_keras(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    pytest.importorskip("torch")
    keras = pytest.importorskip("keras")
    model = getattr(keras.applications, name)(weights=None)
    assert all_arrays(KERAS[name]) == {weight.path: tuple(weight.shape) for weight in model.weights}


def test_arrays_are_called_as_in_torchvision() -> None:
    pytest.importorskip("torch")
    torchvision = pytest.importorskip("torchvision")
    assert naming_scheme(published(50)) is NamingScheme.TORCHVISION
    state = torchvision.models.resnet50(weights=None).state_dict()
    assert all_arrays(published(50)) == without_counters(state)


@pytest.mark.parametrize("depth", [18, 50])
def test_arrays_and_modules_are_called_as_in_timm(depth: int) -> None:
    pytest.importorskip("torch")
    timm = pytest.importorskip("timm")
    module = timm.create_model(f"resnetv2_{depth}")
    assert all_arrays(pre_activation(depth)) == without_counters(module.state_dict())
    modules = {name for name, _ in module.named_modules()}
    named = set(layer_names(pre_activation(depth)).values())
    assert {name for name in named if name != "input" and not name.endswith(".add")} <= modules


def test_the_names_of_2016_are_those_of_the_article() -> None:
    """keras-applications' resnet50.py; and in 101 and 152 those of Caffe's files."""
    named = layer_names(early_keras())
    assert [named[ours] for ours in ("conv1", "bn1", "layer1.0.conv1", "layer1.0.downsample.1", "fc")] == [
        "conv1",
        "bn_conv1",
        "res2a_branch2a",
        "bn2a_branch1",
        "fc1000",
    ]
    assert named["layer3.5.conv3"] == "res4f_branch2c"
    deep = layer_names(early_keras(101))
    assert [deep[ours] for ours in ("layer1.2.conv1", "layer2.3.bn2", "layer3.22.conv3", "layer4.1.conv1")] == [
        "res2c_branch2a",
        "bn3b3_branch2b",
        "res4b22_branch2c",
        "res5b_branch2a",
    ]


@pytest.mark.parametrize("network", [early_keras(), early_keras(152), keras_applications(50)], ids=lambda n: n.name)
def test_what_is_named_here_is_what_the_reader_of_keras_files_reads(network: Network) -> None:
    named = layer_names(network)
    for node in walk(network):
        if node_parameters(node):
            read = keras_names.module(named[node.name])
            assert read is not None, named[node.name]
            assert read[0] == node.name


@pytest.mark.parametrize("depth", PUBLISHED)
def test_no_two_layers_have_one_name(depth: int) -> None:
    for network in (published(depth), pre_activation(depth)):
        names = layer_names(network)
        assert len(set(names.values())) == len(names)


def test_the_text_has_a_line_for_each_layer_and_the_sums_keras_prints() -> None:
    text = summary_text(keras_applications(50))
    assert "Total params:            25,636,712" in text
    assert "Trainable params:        25,583,592" in text
    assert "Non-trainable params:        53,120" in text
    assert "Depth 50 = 1 convolution + 3 × 16 in the blocks + 1 fully connected layer" in text
    lines = [line for line in text.splitlines() if "(None, " in line]
    assert len(lines) == len(walk(keras_applications(50)))
    projection = next(line for line in lines if line.startswith("conv2_block1_0_conv"))
    assert re.split(r"\s{2,}", projection) == [
        "conv2_block1_0_conv (Conv2D 1×1)",
        "(None, 56, 56, 256)",
        "16,640",
        "51,380,224",
        "pool1_pool",
    ]
    straight = next(line for line in lines if line.startswith("conv2_block1_1_bn "))
    assert straight.endswith(" 0"), "what reads the line above it need not say so"


def test_other_networks_than_the_published_have_a_table() -> None:
    narrow = Network(published(18).block, (1, 2), classes=7, widths=(8, 12), input_side=65)
    rows = {row.layer: row for row in summary(narrow)}
    assert shape_words(rows["fc"].shape) == "(None, 7)"
    assert rows["layer2.1.relu_1"].shape == (9, 9, 12)
    assert sum(row.type == "Add" for row in rows.values()) == sum(node.op is Op.ADD for node in walk(narrow)) == 3


def all_arrays(network: Network) -> dict[str, tuple[int, ...]]:
    """Every array of a network by the names of its own naming scheme."""
    named = layer_names(network)
    arrays: dict[str, tuple[int, ...]] = {}
    for node in walk(network):
        arrays |= array_names(node, named[node.name], naming_scheme(network))
    return arrays


def without_counters(state: dict[str, object]) -> dict[str, tuple[int, ...]]:
    """A module's arrays, batch counters left out."""
    return {
        name: tuple(value.shape)  # type: ignore[attr-defined]
        for name, value in state.items()
        if not name.endswith("num_batches_tracked")
    }
