"""The one walk: order, names and shapes."""

import itertools
import subprocess
import sys
from dataclasses import replace

import pytest

from resnet_gui.network.description import Network, StemPool, StrideIn
from resnet_gui.network.variants import early_keras, keras_applications, keras_v2, pre_activation, published
from resnet_gui.network.walk import Op, last_feature_map, parameter_shapes, walk


@pytest.mark.parametrize("network", [published(18), published(152), early_keras()], ids=lambda n: n.name)
def test_every_node_comes_after_those_it_reads(network: Network) -> None:
    seen: set[str] = set()
    for node in walk(network):
        assert set(node.inputs) <= seen
        assert node.name not in seen
        seen.add(node.name)
    assert (walk(network)[0].name, walk(network)[-1].name) == ("input", "fc")


def test_sides_are_those_of_the_paper() -> None:
    shapes = {node.name: node.shape for node in walk(published(50))}
    assert shapes["conv1"] == (64, 112, 112)
    assert shapes["maxpool"] == (64, 56, 56)
    assert shapes["layer1.2.add"] == (256, 56, 56)
    assert shapes["layer2.3.add"] == (512, 28, 28)
    assert shapes["layer3.5.add"] == (1024, 14, 14)
    assert shapes["layer4.2.add"] == (2048, 7, 7)
    assert shapes["fc"] == (1000, 1, 1)


def test_an_unpadded_stem_pool_gives_55() -> None:
    article = {node.name: node.shape for node in walk(early_keras())}
    today = {node.name: node.shape for node in walk(keras_applications())}
    assert (article["maxpool"], today["maxpool"]) == ((64, 55, 55), (64, 56, 56))
    # 55 is odd: (55 - 1) // 2 + 1 = 28, so that from the second stage on both are alike again.
    assert article["layer1.2.add"] == (256, 55, 55)
    assert article["layer2.0.add"] == today["layer2.0.add"] == (512, 28, 28)


@pytest.mark.parametrize(("stride_in", "carrier"), [(StrideIn.FIRST_1X1, "conv1"), (StrideIn.THE_3X3, "conv2")])
def test_the_stride_sits_where_the_description_says(stride_in: StrideIn, carrier: str) -> None:
    strided = {node.name for node in walk(published(50, stride_in=stride_in)) if node.stride == 2}
    stages = ("layer2.0", "layer3.0", "layer4.0")
    expected = {f"{stage}.{name}" for stage in stages for name in (carrier, "downsample.0")}
    assert strided == expected | {"conv1", "maxpool"}


def test_the_last_feature_map_is_what_the_mean_reads() -> None:
    assert last_feature_map(published(50)).shape == (2048, 7, 7)
    assert last_feature_map(published(18)).name == "layer4.1.relu_1"
    assert last_feature_map(published(18)).op is Op.RELU


def test_a_first_stage_of_basic_blocks_needs_no_projection() -> None:
    assert not any(name.startswith("layer1.0.downsample") for name in parameter_shapes(published(34)))
    assert "layer1.0.downsample.0.weight" in parameter_shapes(published(50))


def test_convolutions_have_biases_only_where_the_description_says() -> None:
    assert parameter_shapes(early_keras())["conv1.bias"] == (64,)
    assert parameter_shapes(early_keras())["layer2.0.downsample.0.bias"] == (512,)
    assert "conv1.bias" not in parameter_shapes(published(50))


def test_an_input_too_small_for_the_stem_is_refused() -> None:
    with pytest.raises(ValueError, match="too small for maxpool"):
        walk(replace(published(18), stem_pool=StemPool.UNPADDED, input_side=2))


def test_describing_a_network_loads_no_heavy_library() -> None:
    code = (
        "import sys, resnet_gui.network.table as table, resnet_gui.network.variants as variants\n"
        "table.layer_table(variants.published(50))\n"
        "print([name for name in ('numpy', 'openvino', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pre_activation_is_normalisation_relu_convolution() -> None:
    """He et al. 2016, figure 4(e), and their appendix: the projection reads the first pre-activation."""
    nodes = {node.name: node for node in walk(pre_activation(50))}
    chain = ["conv3", "relu_2", "bn3", "conv2", "relu_1", "bn2", "conv1", "relu", "bn1"]
    for later, earlier in itertools.pairwise(chain):
        assert nodes[f"layer2.1.{later}"].inputs == (f"layer2.1.{earlier}",)
    assert nodes["layer2.1.add"].inputs == ("layer2.1.conv3", "layer2.0.add")  # the shortcut is untouched
    assert nodes["layer2.0.downsample.0"].inputs == ("layer2.0.relu",)
    assert "layer2.0.downsample.1" not in nodes
    assert (nodes["bn"].inputs, nodes["relu"].inputs, nodes["avgpool"].inputs) == (
        ("layer4.2.add",),
        ("bn",),
        ("relu",),
    )
    assert nodes["maxpool"].inputs == ("conv1",)


def test_an_18_of_v2_begins_with_an_untouched_shortcut() -> None:
    nodes = {node.name: node for node in walk(pre_activation(18))}
    assert nodes["layer1.0.add"].inputs == ("layer1.0.conv2", "maxpool")
    assert nodes["layer2.0.add"].inputs == ("layer2.0.conv2", "layer2.0.downsample.0")


def test_keras_v2_strides_in_the_last_block_of_a_stage() -> None:
    """keras.applications.resnet.stack2: `stride1` in the last block, and none in the last stage."""
    nodes = {node.name: node for node in walk(keras_v2())}
    strided = {name for name, node in nodes.items() if node.stride == 2}
    blocks = ("layer1.2", "layer2.3", "layer3.5")
    assert strided == {f"{block}.{part}" for block in blocks for part in ("conv2", "pool")} | {"conv1", "maxpool"}
    assert nodes["layer1.2.add"].shape == (256, 28, 28)
    assert nodes["layer4.2.add"].shape == (2048, 7, 7)
    assert (nodes["pad"].shape, nodes["maxpool"].shape) == ((64, 114, 114), (64, 56, 56))
    biased = {name for name, node in nodes.items() if node.bias and name.startswith("layer1")}
    assert biased == {"layer1.0.conv3", "layer1.1.conv3", "layer1.2.conv3", "layer1.0.downsample.0"}
    assert nodes["conv1"].bias
