"""What the network pane draws, beside the papers' tables and the modules of torchvision, timm and Keras."""

import pytest

from resnet_gui.gui.network_map.make_view import plan_view
from resnet_gui.gui.network_map.view import BlockView, Part, PlanView, StageView, giga_macs, short_count
from resnet_gui.network.description import Network, StrideIn
from resnet_gui.network.variants import early_keras, keras_applications, keras_v2, pre_activation, published


def every_block(plan: PlanView) -> list[BlockView]:
    """From stem to head."""
    return [block for stage in plan.stages for run in stage.runs for block in run.blocks]


def stage(plan: PlanView, number: int) -> StageView:
    """Stage 1…4."""
    return next(one for one in plan.stages if one.key == f"stage {number}")


def kinds(view: StageView) -> list[tuple[str, int]]:
    """(kind, how many alike) of each card."""
    return [(run.blocks[0].kind, len(run.blocks)) for run in view.runs]


def pieces(block: BlockView) -> str:
    """ "1×1,64 BN ReLU": the path as it is drawn."""
    return " ".join(f"{g.top},{g.bottom}" if g.bottom else g.top for g in block.path)


@pytest.mark.parametrize(("depth", "counts"), [(34, (3, 4, 6, 3)), (50, (3, 4, 6, 3)), (152, (3, 8, 36, 3))])
def test_stages_are_the_rows_of_the_papers_table_1(depth: int, counts: tuple[int, ...]) -> None:
    plan = plan_view(published(depth))
    wide = 1 if depth < 50 else 4
    assert [one.output for one in plan.stages] == [
        "56×56×64",
        f"56×56×{64 * wide}",
        f"28×28×{128 * wide}",
        f"14×14×{256 * wide}",
        f"7×7×{512 * wide}",
        "1000",
    ]
    assert tuple(stage(plan, number).count for number in (1, 2, 3, 4)) == counts
    for number in (2, 3, 4):
        assert kinds(stage(plan, number)) == [("Conv block", 1), ("Identity block", counts[number - 1] - 1)]
    assert [one.names.partition(" ")[0] for one in plan.stages[1:5]] == ["conv2_x", "conv3_x", "conv4_x", "conv5_x"]


def test_the_first_stage_projects_only_where_channels_change() -> None:
    assert kinds(stage(plan_view(published(18)), 1)) == [("Identity block", 2)]
    assert kinds(stage(plan_view(published(50)), 1)) == [("Conv block", 1), ("Identity block", 2)]


def test_a_bottleneck_is_drawn_as_in_the_papers_figure_5() -> None:
    block = plan_view(published(50)).block("layer1.1")
    assert block is not None
    assert pieces(block) == "1×1,64 BN ReLU 3×3,64 BN ReLU 1×1,256 BN"
    assert [glyph.top for glyph in block.after] == ["ReLU"]
    assert (block.residual, block.shortcut, block.fork) == (True, (), 0)


def test_pre_activation_is_drawn_as_in_the_second_papers_figure_4e() -> None:
    """Normalisation and ReLU before each convolution, nothing behind the addition; a projection reads their result."""
    plan = plan_view(pre_activation(50))
    identity, conv = plan.block("layer2.1"), plan.block("layer2.0")
    assert identity is not None
    assert conv is not None
    assert pieces(identity) == "BN ReLU 1×1,128 BN ReLU 3×3,128 BN ReLU 1×1,512"
    assert identity.after == conv.after == ()
    assert (identity.fork, identity.shortcut) == (0, ())
    assert conv.fork == 2
    assert [(glyph.top, glyph.bottom, glyph.stride) for glyph in conv.shortcut] == [("1×1", "512", 2)]
    assert [glyph.top for glyph in every_block(plan)[0].path] == ["7×7", "3×3"]
    assert [glyph.top for glyph in every_block(plan)[-1].path] == ["BN", "ReLU", "mean", "fc"]


@pytest.mark.parametrize(
    ("network", "strided"),
    [
        (published(50), "3×3"),
        (published(50, stride_in=StrideIn.FIRST_1X1), "1×1"),
        (keras_applications(50), "1×1"),
        (pre_activation(50), "3×3"),
    ],
)
def test_the_stride_is_marked_where_it_is(network: Network, strided: str) -> None:
    """v1 in the first 1×1, v1.5 in the 3×3 (REFERENCE, section 1)."""
    block = plan_view(network).block("layer3.0")
    assert block is not None
    assert [glyph.top for glyph in block.path if glyph.stride == 2] == [strided]
    assert [glyph.stride for glyph in block.shortcut if glyph.part is Part.CONV] == [2]
    assert "halves height and width" in block.sentence


def test_keras_v2_strides_in_the_last_block_and_pools_its_shortcut() -> None:
    plan = plan_view(keras_v2(50))
    assert kinds(stage(plan, 3)) == [("Conv block", 1), ("Identity block", 4), ("Pooled identity block", 1)]
    assert kinds(stage(plan, 4)) == [("Conv block", 1), ("Identity block", 2)]
    last = plan.block("layer3.5")
    assert last is not None
    assert (last.entering, last.output) == ("14×14×1024", "7×7×1024")
    assert [(glyph.part, glyph.stride) for glyph in last.shortcut] == [(Part.POOL, 2)]
    assert last.fork == 0, "what is pooled is what enters, not what is normalised"


def test_the_articles_stem_gives_55() -> None:
    stem = plan_view(early_keras()).stages[0]
    assert stem.output == "55×55×64"
    assert "without padding" in stem.runs[0].blocks[0].sentence


@pytest.mark.parametrize("depth", [18, 50, 152])
def test_costs_add_up_to_torchvisions(depth: int) -> None:
    parameters = {18: 11_689_512, 50: 25_557_032, 152: 60_192_808}[depth]
    gmacs = {18: 1.814, 50: 4.089, 152: 11.514}[depth]
    plan = plan_view(published(depth))
    for parts in (plan.stages, every_block(plan), [layer for block in every_block(plan) for layer in block.layers]):
        assert sum(part.parameters for part in parts) == parameters  # type: ignore[attr-defined]
        assert round(sum(part.macs for part in parts) / 1e9, 3) == gmacs  # type: ignore[attr-defined]
    assert sum(one.parameters_share for one in plan.stages) == pytest.approx(1)
    assert sum(one.macs_share for one in plan.stages) == pytest.approx(1)


def test_each_block_has_the_parameters_and_names_of_torchvisions_module() -> None:
    pytest.importorskip("torch")
    torchvision = pytest.importorskip("torchvision")
    module = torchvision.models.resnet50(weights=None, num_classes=7)
    for block in every_block(plan_view(published(50, classes=7)))[1:-1]:
        theirs = module.get_submodule(block.key)
        assert block.parameters == sum(parameter.numel() for parameter in theirs.parameters())
        told = {name: shape for layer in block.layers for name, shape in layer.arrays}
        assert told == {
            f"{block.key}.{name}": "×".join(map(str, value.shape))
            for name, value in theirs.state_dict().items()
            if not name.endswith("num_batches_tracked")
        }


def test_each_block_has_the_parameters_of_timms_module() -> None:
    pytest.importorskip("torch")
    timm = pytest.importorskip("timm")
    module = timm.create_model("resnetv2_18")
    blocks = [block for each in module.stages for block in each.blocks]
    ours = every_block(plan_view(pre_activation(18)))[1:-1]
    assert [block.parameters for block in ours] == [
        sum(parameter.numel() for parameter in block.parameters()) for block in blocks
    ]


def test_layers_stand_in_the_order_they_are_computed() -> None:
    block = plan_view(published(18)).block("layer2.0")
    assert block is not None
    assert [(layer.what, layer.how, layer.shape, layer.aside) for layer in block.layers] == [
        ("3×3 convolution, 64 → 128 channels", "stride 2, padding 1, no bias", "28×28×128", False),
        ("Batch normalisation", "", "28×28×128", False),
        ("ReLU", "", "28×28×128", False),
        ("3×3 convolution, 128 → 128 channels", "stride 1, padding 1, no bias", "28×28×128", False),
        ("Batch normalisation", "", "28×28×128", False),
        ("1×1 convolution, 64 → 128 channels", "stride 2, padding 0, no bias", "28×28×128", True),
        ("Batch normalisation", "", "28×28×128", True),
        ("Addition of the shortcut", "", "28×28×128", False),
        ("ReLU", "", "28×28×128", False),
    ]


def test_own_classes_and_the_depth_are_told() -> None:
    plan = plan_view(published(34, classes=7))
    assert ("Classes", "7") in plan.facts
    assert plan.stages[-1].output == "7"
    assert plan.depth == "34 = 1 convolution + 2 × 16 in the blocks + 1 fully connected layer"


def test_one_block_a_stage_and_odd_sizes_can_be_drawn() -> None:
    plan = plan_view(Network(published(18).block, (1, 3), classes=2, widths=(8, 16), input_side=65))
    assert kinds(stage(plan, 1)) == [("Conv block", 1)]
    assert kinds(stage(plan, 2)) == [("Conv block", 1), ("Identity block", 2)]
    assert plan.stages[-1].output == "2"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (9_408, "9,408"),
        (10_000, "10.0 k"),
        (99_949, "99.9 k"),
        (378_880, "379 k"),
        (999_499, "999 k"),
        (999_500, "1.00 M"),
        (1_512_448, "1.51 M"),
        (25_557_032, "25.6 M"),
    ],
)
def test_counts_are_told_in_few_figures(number: int, words: str) -> None:
    assert short_count(number) == words


def test_macs_have_one_unit() -> None:
    assert giga_macs(2_048_000) == "0.002 GMACs"
    assert giga_macs(4_089_184_256) == "4.089 GMACs"
