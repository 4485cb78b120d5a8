"""Whole Keras models: what they say of themselves is believed, and what this program could not compute is refused."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from resnet_gui.errors import WeightsError
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.network.description import Network, StemPool, StrideIn
from resnet_gui.network.variants import keras_v2
from resnet_gui.weights.library import load_weights
from tests.unit.weights.files import TINY_KERAS, keras_layers, random_arrays, same, write_keras
from tests.unit.weights.keras_models import (
    Config,
    Script,
    article,
    modules,
    variables,
    write_keras_zip,
    write_weights_h5,
)

ARTICLE = replace(TINY_KERAS, stem_pool=StemPool.UNPADDED)
"""The second article's network, made small; its feature map is 28×28 at the end, having two stages only."""
SIDE = {"pool_size": 28}


def save_h5(folder: Path, network: Network, config: Config) -> str:
    layers = keras_layers(random_arrays(network), "keras2")
    return str(write_keras(folder / "a.h5", layers, whole=True, config=config))


def save_keras(folder: Path, network: Network, config: Config, **more: Any) -> str:
    return str(write_keras_zip(folder / "a.keras", variables(random_arrays(network), network), config, **more))


@pytest.mark.parametrize("stem_pool", [StemPool.PADDED, StemPool.UNPADDED])
@pytest.mark.parametrize("stride_in", StrideIn)
@pytest.mark.parametrize("keras", [1, 2, 3])
def test_a_whole_model_tells_everything_but_the_preprocessing(
    tmp_path: Path, keras: int, stride_in: StrideIn, stem_pool: StemPool
) -> None:
    network = replace(TINY_KERAS, stride_in=stride_in, stem_pool=stem_pool, epsilon=2e-4)
    config = article(network, keras=keras, **SIDE).config(keras)
    paths = [save_h5(tmp_path, network, config)]
    if keras > 1:  # Keras 1 knew .h5 only
        paths.append(save_keras(tmp_path, network, config))
    for path in paths:
        weights = load_weights(path)
        assert weights.network == network
        assert same(weights.arrays, random_arrays(network))
        assert weights.preprocessing == PRESETS["caffe"]
        assert len(weights.assumed) == 1


def test_layers_are_told_by_their_place_whatever_they_are_called(tmp_path: Path) -> None:
    config = article(ARTICLE, named=False, **SIDE).config()
    weights = load_weights(save_keras(tmp_path, ARTICLE, config))
    assert weights.network == ARTICLE
    assert same(weights.arrays, random_arrays(ARTICLE))


def test_channels_first_is_the_same_network(tmp_path: Path) -> None:
    config = article(ARTICLE, data_format="channels_first", **SIDE).config()
    assert load_weights(save_keras(tmp_path, ARTICLE, config)).network == ARTICLE


def test_a_model_within_a_model_is_taken_apart(tmp_path: Path) -> None:
    """As transfer learning makes them: the network without its end, and a new end around it."""
    inner = article(ARTICLE, **SIDE)
    inner.layers = inner.layers[:-3]
    outer = Script()
    tip = outer("InputLayer", "input_2", batch_shape=[None, 224, 224, 3])
    tip = outer("RandomFlip", "random_flip", tip)
    tip = outer("Functional", "resnet50", tip)
    tip = outer("GlobalAveragePooling2D", "pool", tip)
    tip = outer("Dropout", "dropout", tip, rate=0.5)
    outer("Dense", "flowers", tip, units=11, activation="softmax")
    config = outer.config()
    config["config"]["layers"][2]["config"] = inner.config(name="resnet50")["config"]
    arrays = random_arrays(ARTICLE)
    groups = variables(arrays, ARTICLE)
    nested = {f"functional/layers/{name}" if name != "dense" else name: part for name, part in groups.items()}
    weights = load_weights(str(write_keras_zip(tmp_path / "a.keras", nested, config)))
    assert weights.network == ARTICLE
    assert same(weights.arrays, arrays)

    layers = keras_layers(arrays, "keras2")
    inside = {name: array for layer, parts in layers.items() if layer != "fc1000" for name, array in parts.items()}
    head = {"flowers/kernel:0": arrays["fc.weight"].T, "flowers/bias:0": arrays["fc.bias"]}
    path = write_keras(tmp_path / "a.h5", {"resnet50": inside, "flowers": head}, whole=True, config=config)
    assert same(load_weights(str(path)).arrays, arrays)


def test_gaps_in_the_count_and_the_older_word_for_layers_are_read(tmp_path: Path) -> None:
    """TF-Keras 2.12 counts each layer with weights twice."""
    groups = {}
    for name, arrays in variables(random_arrays(ARTICLE), ARTICLE).items():
        base, _, number = name.rpartition("_")
        groups[f"{base}_{2 * int(number)}" if number.isdigit() else name] = arrays
    config = article(ARTICLE, keras=2, **SIDE).config(2)
    path = write_keras_zip(tmp_path / "a.keras", groups, config, under="_layer_checkpoint_dependencies")
    assert same(load_weights(str(path)).arrays, random_arrays(ARTICLE))


@pytest.mark.parametrize(
    ("before", "preprocessing"),
    [
        ([("Rescaling", {"scale": 1 / 127.5, "offset": -1})], "tf"),
        (
            [
                ("Rescaling", {"scale": 1 / 255}),
                ("Normalization", {"mean": [0.485, 0.456, 0.406], "variance": [0.229**2, 0.224**2, 0.225**2]}),
            ],
            "torch",
        ),
    ],
)
def test_a_preparation_inside_the_model_is_honoured_where_it_is_a_known_one(
    tmp_path: Path, before: Any, preprocessing: str
) -> None:
    config = article(ARTICLE, before=before, **SIDE).config()
    weights = load_weights(save_keras(tmp_path, ARTICLE, config))
    assert weights.preprocessing == PRESETS[preprocessing]
    assert weights.network == ARTICLE
    assert f"'{preprocessing}'" in " ".join(weights.assumed)


def test_an_end_without_softmax_and_another_size_are_said(tmp_path: Path) -> None:
    script = article(ARTICLE, activation="linear", side=160, **SIDE)
    script.layers = [
        ("GlobalAveragePooling2D", *layer[1:]) if layer[0] == "AveragePooling2D" else layer for layer in script.layers
    ]
    said = " ".join(load_weights(save_keras(tmp_path, ARTICLE, script.config())).assumed)
    assert "logits" in said
    assert "160×160" in said


@pytest.mark.parametrize("kind", ["Softmax", "Activation"])
def test_a_softmax_may_be_a_layer_of_its_own(tmp_path: Path, kind: str) -> None:
    script = article(ARTICLE, activation="linear", **SIDE)
    script(kind, "probabilities", "fc1000", activation="softmax")
    weights = load_weights(save_keras(tmp_path, ARTICLE, script.config()))
    assert "logits" not in " ".join(weights.assumed)


def change_layer(script: Script, name: str, **settings: Any) -> None:
    for _, layer, config, _ in script.layers:
        if layer == name:
            config.update(settings)


def insert(script: Script, kind: str, behind: str, **settings: Any) -> None:
    """Put a layer behind another."""
    at = next(number for number, layer in enumerate(script.layers) if layer[1] == behind)
    script.layers = [
        (layer[0], layer[1], layer[2], tuple("new" if name == behind else name for name in layer[3]))
        for layer in script.layers
    ]
    script.layers.insert(at + 1, (kind, "new", {"name": "new", **settings}, (behind,)))


def move_input(script: Script, name: str, *inputs: str) -> None:
    script.layers = [(*layer[:3], inputs) if layer[1] == name else layer for layer in script.layers]


SPOILT: dict[str, tuple[Callable[[Script], object], str]] = {
    "sigmoid": (lambda s: change_layer(s, "fc1000", activation="sigmoid"), "ends with 'sigmoid'"),
    "rescaling of no recipe": (lambda s: insert(s, "Rescaling", "input_1", scale=1 / 255), "prepares pictures itself"),
    "lambda": (lambda s: insert(s, "Lambda", "input_1", function="code"), "code of its own, which is never run"),
    "resizing": (lambda s: insert(s, "Resizing", "input_1", height=224, width=224), "resizing of pictures"),
    "unknown layer": (lambda s: insert(s, "LayerNormalization", "pool"), "'LayerNormalization'"),
    "another ReLU": (lambda s: insert(s, "ReLU", "pool", max_value=6.0), "no plain ReLU"),
    "a ReLU too many": (lambda s: insert(s, "ReLU", "pool"), "it has a ReLU"),
    "a convolution that activates": (lambda s: change_layer(s, "res2a_branch2a", activation="relu"), "activation of"),
    "dilated": (lambda s: change_layer(s, "res2a_branch2b", dilation_rate=[2, 2]), "dilated"),
    "grouped": (lambda s: change_layer(s, "res2a_branch2b", groups=2), "ResNeXt"),
    "a stride elsewhere": (lambda s: change_layer(s, "res2a_branch2c", strides=[2, 2]), "no ResNet-11"),
    "strides that differ": (lambda s: change_layer(s, "res2a_branch2a", strides=[1, 2]), "sides differently"),
    "a 3×3 without padding": (lambda s: change_layer(s, "res2a_branch2b", padding="valid"), "no ResNet-11"),
    "two epsilons": (lambda s: change_layer(s, "bn2a_branch2a", epsilon=0.5), "several epsilons"),
    "another axis": (lambda s: change_layer(s, "bn2a_branch2a", axis=1), "another axis"),
    "a pool over a part": (lambda s: change_layer(s, "avg_pool", pool_size=[5, 5]), "no ResNet-11"),
    "two dense layers": (
        lambda s: s("Dense", "more", "fc1000", units=3, activation="softmax"),
        "more than a ResNet-11|not what its fully connected layer says",
    ),
    "a shortcut from elsewhere": (
        lambda s: move_input(s, "add_2", "bn2b_branch2c", "pool"),
        "branches that do not meet",
    ),
    "a layer that is not there": (lambda s: move_input(s, "pool", "nothing"), "'nothing', which is not there"),
    "a circle": (lambda s: move_input(s, "conv1", "avg_pool"), "no residual blocks"),
    "a softmax over pictures": (
        lambda s: (change_layer(s, "fc1000", activation="linear"), s("Softmax", "end", "fc1000", axis=0)),
        "other than the classes",
    ),
    "pictures normalised each": (lambda s: change_layer(s, "bn2a_branch2a", mode=1), "each picture by itself"),
    "a ReLU of two": (lambda s: move_input(s, "activation_1", "bn_conv1", "conv1"), "reads 2 others"),
    "a ring of blocks": (lambda s: move_input(s, "add_1", "bn2a_branch2c", "bn2a_branch1", "add_2"), "do not meet"),
    "another sum": (lambda s: insert(s, "Multiply", "pool"), "squeeze-and-excitation"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_changes_the_numbers_is_refused_with_the_reason(tmp_path: Path, what: str) -> None:
    spoil, words = SPOILT[what]
    script = article(ARTICLE, **SIDE)
    spoil(script)
    with pytest.raises(WeightsError, match=rf"a\.keras' cannot be used: .*({words})"):
        load_weights(save_keras(tmp_path, ARTICLE, script.config()))


def test_lopsided_padding_is_refused_with_the_reason(tmp_path: Path) -> None:
    """Keras' "same" at stride 2 pads 0 before and 1 behind; torch and OpenVINO as used here pad both alike."""
    network = replace(ARTICLE, stride_in=StrideIn.THE_3X3)
    for more in ({"lopsided": True}, {"pool_same": True}):
        config = article(network, **more, **SIDE).config()
        with pytest.raises(WeightsError, match="pads one side more than the other"):
            load_weights(save_keras(tmp_path, network, config))


def test_a_layer_used_twice_and_a_second_output_are_refused(tmp_path: Path) -> None:
    config = article(ARTICLE, **SIDE).config()
    twice = json.loads(json.dumps(config))
    twice["config"]["layers"][3]["inbound_nodes"] *= 2
    with pytest.raises(WeightsError, match="used in 2 places"):
        load_weights(save_keras(tmp_path, ARTICLE, twice))
    config["config"]["output_layers"] = [["pool", 0, 0], ["fc1000", 0, 0]]
    with pytest.raises(WeightsError, match="2 outputs"):
        load_weights(save_keras(tmp_path, ARTICLE, config))


def test_arrays_that_a_model_does_without_are_what_keras_takes_for_them(tmp_path: Path) -> None:
    """scale=False is a gamma of 1, center=False a beta of 0, a single convolution without bias has one of 0."""
    script = article(ARTICLE, **SIDE)
    change_layer(script, "bn2a_branch2a", scale=False)
    change_layer(script, "bn2b_branch2a", center=False)
    change_layer(script, "res2a_branch2c", use_bias=False)
    arrays = random_arrays(ARTICLE)
    groups = variables(arrays, ARTICLE)
    groups["batch_normalization_1"].pop(0)
    groups["batch_normalization_5"].pop(1)
    groups["conv2d_3"].pop(1)
    weights = load_weights(str(write_keras_zip(tmp_path / "a.keras", groups, script.config())))
    expected = dict(arrays)
    expected["layer1.0.bn1.weight"] = np.ones(4, np.float32)
    expected["layer1.1.bn1.bias"] = np.zeros(4, np.float32)
    expected["layer1.0.conv3.bias"] = np.zeros(16, np.float32)
    assert same(weights.arrays, expected)


@pytest.mark.parametrize(("word", "role", "value"), [("gamma", "weight", 1), ("beta", "bias", 0)])
def test_what_no_normalisation_of_weights_alone_has_is_what_keras_takes_for_it(
    tmp_path: Path, word: str, role: str, value: int
) -> None:
    arrays = random_arrays(TINY_KERAS)
    layers = keras_layers(arrays, "keras2")
    less = {layer: {name: a for name, a in parts.items() if word not in name} for layer, parts in layers.items()}
    norms = [name.removesuffix("running_mean") for name in arrays if name.endswith("running_mean")]
    expected = arrays | {f"{norm}{role}": np.full_like(arrays[f"{norm}{role}"], value) for norm in norms}
    assert same(load_weights(str(write_keras(tmp_path / "a.h5", less))).arrays, expected)
    less["bn_conv1"] = layers["bn_conv1"]  # one has it: then the file is not whole
    with pytest.raises(WeightsError, match="it lacks"):
        load_weights(str(write_keras(tmp_path / "a.h5", less)))


def test_a_model_without_biases_has_none(tmp_path: Path) -> None:
    network = replace(ARTICLE, conv_bias=False)
    config = article(network, use_bias=False, **SIDE).config()
    assert load_weights(save_keras(tmp_path, network, config)).network == network


def named_groups(names: dict[str, str]) -> Config:
    return {"groups": variables(random_arrays(ARTICLE), ARTICLE), "names": names}


def test_weights_alone_are_told_by_the_names_that_keras_3_adds(tmp_path: Path) -> None:
    groups = variables(random_arrays(ARTICLE), ARTICLE)
    layers = article(ARTICLE, **SIDE).layers
    names = [layer[1] for kind in ("Conv2D", "BatchNormalization", "Dense") for layer in layers if layer[0] == kind]
    order = [group for base in ("conv2d", "batch_n", "dense") for group in groups if group.startswith(base)]
    write_weights_h5(tmp_path / "a.weights.h5", groups, dict(zip(order, names, strict=True)))
    weights = load_weights(str(tmp_path / "a.weights.h5"))
    assert weights.network == replace(ARTICLE, stem_pool=StemPool.PADDED)
    assert same(weights.arrays, random_arrays(ARTICLE))
    assert any("max-pool" in sentence for sentence in weights.assumed)
    assert any("a plain ResNet was assumed" in sentence for sentence in weights.assumed)


def reordered(network: Network) -> list[tuple[str, str]]:
    """keras.applications' order: the projection before the last convolution of its block."""
    order = modules(network)
    for at, (conv, _) in enumerate(order):
        if "downsample" in conv:
            order[at - 1], order[at] = order[at], order[at - 1]
    return order


@pytest.mark.parametrize(("projection_first", "epsilon"), [(True, 1.001e-5), (False, 1e-3)])
def test_weights_without_names_are_told_by_their_order(tmp_path: Path, projection_first: bool, epsilon: float) -> None:
    """Made with 64 channels in the first stage, where projection and last convolution have one shape."""
    network = replace(ARTICLE, widths=(64, 6), stem_pool=StemPool.PADDED, epsilon=epsilon)
    arrays = random_arrays(network)
    order = reordered(network) if projection_first else None
    write_weights_h5(tmp_path / "a.weights.h5", variables(arrays, network, order))
    weights = load_weights(str(tmp_path / "a.weights.h5"))
    assert weights.network == network
    assert same(weights.arrays, arrays)
    assert any("by their order" in sentence for sentence in weights.assumed)


def test_an_order_that_is_none_is_refused(tmp_path: Path) -> None:
    groups = variables(random_arrays(ARTICLE), ARTICLE)
    del groups["conv2d_3"]
    write_weights_h5(tmp_path / "a.weights.h5", groups)
    with pytest.raises(WeightsError, match="their order is not that of a ResNet"):
        load_weights(str(tmp_path / "a.weights.h5"))


def v2_layers(network: Network) -> dict[str, dict[str, Any]]:
    """Keras' names of v2, written down here on their own: a normalisation is called after what stands before it."""
    words = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
    layers: dict[str, dict[str, Any]] = {}
    for name, array in random_arrays(network).items():
        module, _, role = name.rpartition(".")
        norm = f"{module}.running_mean" in random_arrays(network)
        layer = {"conv1": "conv1_conv", "bn": "post_bn", "fc": "predictions"}.get(module, "")
        if not layer:
            stage, block, part, *_ = module.removeprefix("layer").split(".")
            numbered = {"bn1": "preact_bn", "bn2": "1_bn", "bn3": "2_bn", "downsample": "0_conv"}
            layer = f"conv{int(stage) + 1}_block{int(block) + 1}_{numbered.get(part, part[-1] + '_conv')}"
        word = words[role] if norm else {"weight": "kernel", "bias": "bias"}[role]
        axes = {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}[array.ndim]
        layers.setdefault(layer, {})[f"{layer}/{word}:0"] = array.transpose(axes)
    return layers


def test_the_names_of_v2_are_understood(tmp_path: Path) -> None:
    network = replace(keras_v2(50), stages=(2, 1), widths=(4, 6), classes=11)
    weights = load_weights(str(write_keras(tmp_path / "a.h5", v2_layers(network))))
    assert weights.network == network
    assert same(weights.arrays, random_arrays(network))
    assert weights.preprocessing == PRESETS["tf"]


def test_weights_in_bfloat16_are_read(tmp_path: Path) -> None:
    """Keras 3 writes them as opaque pairs of bytes with the word beside them."""
    groups = variables(random_arrays(ARTICLE), ARTICLE)
    with h5py.File(tmp_path / "model.h5", "w") as file:
        for group, arrays in groups.items():
            for number, array in enumerate(arrays):
                upper = (np.ascontiguousarray(array).view(np.uint32) >> 16).astype("<u2").view("V2")
                place = file.create_dataset(f"layers/{group}/vars/{number}", data=upper.reshape(array.shape))
                place.attrs["dtype"] = "bfloat16"
    config = article(ARTICLE, **SIDE).config()
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.write(tmp_path / "model.h5", "model.weights.h5")
    expected = {
        name: (array.view(np.uint32) >> 16 << 16).view(np.float32) for name, array in random_arrays(ARTICLE).items()
    }
    assert same(load_weights(str(tmp_path / "a.keras")).arrays, expected)
