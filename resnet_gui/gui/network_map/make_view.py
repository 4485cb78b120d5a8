"""From a network's description to what the network pane draws.  Pure functions over the one walk.

Words: conv block and identity block as the second article and Keras have them; conv2_x … conv5_x are the rows of the
first paper's table 1; pre-activation is figure 4e of the second paper.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

from resnet_gui.gui.network_map.view import (
    BlockView,
    Glyph,
    LayerView,
    Part,
    PlanView,
    RunOfBlocks,
    StageView,
    giga_macs,
)
from resnet_gui.network.description import BlockKind, Family, Network
from resnet_gui.network.names import NamingScheme, array_names, layer_names, naming_scheme
from resnet_gui.network.table import LayerRow, LayerTable, depth_words, layer_table
from resnet_gui.network.variants import form
from resnet_gui.network.walk import Block, Node, Op, blocks, walk

_PARTS = {
    Op.CONVOLUTION: Part.CONV,
    Op.BATCH_NORM: Part.NORM,
    Op.RELU: Part.RELU,
    Op.ZERO_PAD: Part.PAD,
    Op.MAX_POOL: Part.POOL,
    Op.AVERAGE_POOL: Part.POOL,
    Op.LINEAR: Part.LINEAR,
    Op.ADD: Part.ADD,
}
_KIND = {BlockKind.BASIC: "basic", BlockKind.BOTTLENECK: "bottleneck"}


@lru_cache(maxsize=2)
def plan_view(network: Network) -> PlanView:
    """Everything the pane shows.  Raises ValueError where `input_side` is too small for the network."""
    plan = _Plan(network)
    table = plan.table
    side = network.input_side
    return PlanView(
        title=network.name,
        form=form(network),
        depth=depth_words(network),
        facts=(
            ("Input", f"{side}×{side}×3"),
            ("Classes", f"{network.classes:,}"),
            ("Blocks", f"{sum(network.stages)}: {' + '.join(map(str, network.stages))}, {_block_words(network)}"),
            ("Parameters", f"{table.parameters:,}"),
            ("As Keras counts", f"{table.parameters_with_statistics:,}, with running means and variances"),
            ("MACs", f"{table.macs:,} ({giga_macs(table.macs)}) for one picture"),
            ("Names", f"Layers and arrays as {plan.whose} calls them"),
        ),
        stages=(plan.stem(), *plan.stages(), plan.head()),
        names=plan.whose,
    )


def folded(blocks_of_stage: Iterable[BlockView]) -> tuple[RunOfBlocks, ...]:
    """Equal blocks that follow each other, together."""
    return tuple(RunOfBlocks(tuple(alike)) for _, alike in groupby(blocks_of_stage, key=_likeness))


def shape_words(node: Node) -> str:
    """ "56×56×256": height, width, channels; a vector is "2048"."""
    channels, height, width = node.shape
    return f"{height}×{width}×{channels}" if (height, width) != (1, 1) else f"{channels}"


class _Plan:
    """The walk of one network, and the views of its parts."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.nodes = walk(network)
        self.by_name = {node.name: node for node in self.nodes}
        self.table: LayerTable = layer_table(network)
        self.inside: dict[str, list[Node]] = {}
        for node in self.nodes:
            self.inside.setdefault(node.name.rpartition(".")[0].removesuffix(".downsample"), []).append(node)
        self.rows = {row.name: row for row in self.table.rows}
        self.names = layer_names(network)
        self.whose = naming_scheme(network)

    def stem(self) -> StageView:
        first = next(node.name for node in self.nodes if node.name.startswith("layer"))
        nodes = self.nodes[1 : self.nodes.index(self.by_name[first])]
        pad = "without padding" if nodes[-1].padding == 0 and nodes[-2].op is not Op.ZERO_PAD else "with padding"
        sentence = (
            f"A 7×7 convolution with stride 2 and a 3×3 max-pool with stride 2, {pad}: "
            f"{shape_words(self.nodes[0])} becomes {shape_words(nodes[-1])} before the first block."
        )
        return self._stage("stem", "Stem", "conv1, pool", [self._line("stem", "Stem", "Stem", sentence, nodes)])

    def head(self) -> StageView:
        last = max(place for place, node in enumerate(self.nodes) if node.op is Op.ADD)
        start = last + (2 if self.network.family is Family.V1 else 1)  # v1: the last block's ReLU
        pre = "Normalisation and ReLU that the last block leaves to it, then the" if start == last + 1 else "The"
        sentence = (
            f"{pre} mean over each of the {self.network.features:,} feature maps, "
            f"and one weight for each feature and class: {self.network.classes:,} logits."
        )
        view = self._line("head", "Head", "Classifier", sentence, self.nodes[start:])
        return self._stage("head", "Head", "average pool, fc", [view])

    def stages(self) -> tuple[StageView, ...]:
        made: dict[int, list[BlockView]] = {}
        for block in blocks(self.network):
            views = made.setdefault(block.stage, [])
            views.append(self._block(block, len(views)))
        return tuple(
            self._stage(
                f"stage {stage}", f"Stage {stage}", f"conv{stage + 1}_x · {self._group(stage)}", views, len(views)
            )
            for stage, views in made.items()
        )

    def _group(self, stage: int) -> str:
        """What the file calls a stage."""
        match self.whose:
            case NamingScheme.TIMM:
                return f"stages.{stage - 1}"
            case NamingScheme.KERAS:
                return f"conv{stage + 1}"
            case NamingScheme.EARLY_KERAS:
                return f"res{stage + 1}"
            case _:
                return f"layer{stage}"

    def _stage(self, key: str, title: str, names: str, views: Sequence[BlockView], count: int = 0) -> StageView:
        parameters, macs = (sum(getattr(view, word) for view in views) for word in ("parameters", "macs"))
        return StageView(
            key=key,
            title=title,
            names=names,
            output=views[-1].output,
            count=count,
            parameters=parameters,
            macs=macs,
            parameters_share=parameters / self.table.parameters,
            macs_share=macs / self.table.macs,
            runs=folded(views),
        )

    def _block(self, block: Block, index: int) -> BlockView:
        inside = self.inside[block.name]
        aside = [node for node in inside if ".downsample." in node.name or node.name == f"{block.name}.pool"]
        main = [node for node in inside if node not in aside]
        place = next(number for number, node in enumerate(main) if node.op is Op.ADD)
        shortcut_from = (aside[0].inputs[0],) if aside else tuple(set(main[place].inputs) - {main[place - 1].name})
        before = [node.name for node in main]
        fork = before.index(shortcut_from[0]) + 1 if shortcut_from[0] in before else 0
        title = f"Stage {block.stage}, block {index + 1} of {self.network.stages[block.stage - 1]}"
        return replace(
            self._line(block.name, title, *_kind_words(self.network, block), inside, aside),
            path=_glyphs(main[:place]),
            output=shape_words(main[-1]),
            residual=True,
            shortcut=_glyphs(aside),
            fork=fork,
            after=_glyphs(main[place + 1 :]),
        )

    def _line(
        self, key: str, title: str, kind: str, sentence: str, nodes: Sequence[Node], aside: Sequence[Node] = ()
    ) -> BlockView:
        """Operations one after another, as if without a shortcut; aside: those of them that stand on it."""
        return BlockView(
            key=key,
            title=title,
            kind=kind,
            sentence=sentence,
            path=_glyphs(nodes),
            entering=shape_words(self.by_name[nodes[0].inputs[0]]),
            output=shape_words(nodes[-1]),
            parameters=sum(self.rows[node.name].parameters for node in nodes),
            macs=sum(self.rows[node.name].macs for node in nodes),
            layers=tuple(self._layer(node, node in aside) for node in nodes),
        )

    def _layer(self, node: Node, aside: bool) -> LayerView:
        row: LayerRow = self.rows[node.name]
        name = self.names[node.name]
        arrays = array_names(node, name, self.whose)
        return LayerView(
            part=_PARTS[node.op],
            name=name,
            what=_what(node),
            how=_how(node),
            shape=shape_words(node),
            parameters=row.parameters,
            statistics=row.statistics,
            macs=row.macs,
            arrays=tuple((array, "×".join(map(str, shape))) for array, shape in arrays.items()),
            aside=aside,
        )


# ---------------------------------------------------------------- words


def _block_words(network: Network) -> str:
    words = _KIND[network.block]
    return f"pre-activation {words}" if network.family is Family.V2 else words


def _kind_words(network: Network, block: Block) -> tuple[str, str]:
    """The kind of a block, and what that means."""
    halves = any(convolution.stride != 1 for convolution in block.convolutions)
    what = f"A {_block_words(network)} block"
    if halves:
        what += " that halves height and width"
    if block.projection:
        return "Conv block", f"{what}. Its shortcut is a 1×1 convolution (projection), since the shape changes."
    if block.pool_stride != 1:
        sentence = f"{what}. Its shortcut takes every other pixel (a 1×1 max-pool); the channels stay the same."
        return "Pooled identity block", sentence
    return "Identity block", f"{what}. Its shortcut is the identity: what enters is added unchanged."


def _glyphs(nodes: Iterable[Node]) -> tuple[Glyph, ...]:
    return tuple(_glyph(node) for node in nodes)


def _glyph(node: Node) -> Glyph:
    match node.op:
        case Op.CONVOLUTION:
            return Glyph(Part.CONV, f"{node.kernel}×{node.kernel}", f"{node.out_channels}", node.stride)
        case Op.MAX_POOL:
            return Glyph(Part.POOL, f"{node.kernel}×{node.kernel}", "max", node.stride)
        case Op.AVERAGE_POOL:
            return Glyph(Part.POOL, "mean", f"{node.out_channels}")
        case Op.LINEAR:
            return Glyph(Part.LINEAR, "fc", f"{node.out_channels}")
        case Op.BATCH_NORM:
            return Glyph(Part.NORM, "BN")
        case Op.RELU:
            return Glyph(Part.RELU, "ReLU")
        case _:
            return Glyph(_PARTS[node.op], "pad")


def _what(node: Node) -> str:
    match node.op:
        case Op.CONVOLUTION:
            return f"{node.kernel}×{node.kernel} convolution, {node.in_channels} → {node.out_channels} channels"
        case Op.MAX_POOL:
            return f"{node.kernel}×{node.kernel} max-pool"
        case Op.LINEAR:
            return f"Fully connected, {node.in_channels:,} → {node.out_channels:,}"
        case Op.ZERO_PAD:
            return "Zero padding"
        case Op.ADD:
            return "Addition of the shortcut"
        case _:
            return node.op.value[:1].upper() + node.op.value[1:]


def _how(node: Node) -> str:
    parts = []
    if node.op in (Op.CONVOLUTION, Op.MAX_POOL):
        parts.append(f"stride {node.stride}")
    if node.op in (Op.CONVOLUTION, Op.MAX_POOL, Op.ZERO_PAD):
        parts.append(f"padding {node.padding}")
    if node.op is Op.CONVOLUTION:
        parts.append("bias" if node.bias else "no bias")
    return ", ".join(parts)


def _likeness(block: BlockView) -> tuple[object, ...]:
    """What two blocks must have in common to be drawn as one."""
    return block.kind, block.path, block.shortcut, block.fork, block.after, block.entering, block.output
