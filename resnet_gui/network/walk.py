"""The one walk over a network: from its description to every operation in order, with names and shapes.

The torch modules, the OpenVINO graph, the layer table, the initial weights and the check of a weight file all
come from here, so they cannot disagree about a stride or a name.  Names are torchvision's: those of its modules
("layer1.0.conv1"), and for what has no module of its own those of torchvision.models.feature_extraction
("layer1.0.relu_1", "layer1.0.add").  A pre-activation network has the same names in its own order; its last
normalisation is "bn", its last ReLU "relu".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from resnet_gui.network.description import BlockKind, Family, Network, StemPool, StrideBlock, StrideIn

Shape = tuple[int, int, int]
"""Channels, height, width of one picture's tensor."""

STEM_WIDTH = 64
"""Channels after the stem, the same in every network of the paper's table 1."""


class Op(StrEnum):
    """What a node does; the value is the word a person reads."""

    INPUT = "input"
    CONVOLUTION = "convolution"
    BATCH_NORM = "batch normalisation"
    RELU = "ReLU"
    ZERO_PAD = "zero padding"
    MAX_POOL = "max-pool"
    ADD = "addition"
    AVERAGE_POOL = "global average pool"
    LINEAR = "fully connected"


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of a network.

    name: torchvision's: "layer1.0.conv1".
    op: what it does.
    inputs: names of the nodes whose outputs it reads.
    in_channels, out_channels: of its input and its output.
    shape: of its output for one picture: channels, height, width.
    kernel, stride, padding: in pixels, the same in both directions; 1, 1, 0 where they mean nothing.
    bias: whether a convolution or fully connected layer has one.
    """

    name: str
    op: Op
    inputs: tuple[str, ...]
    in_channels: int
    out_channels: int
    shape: Shape
    kernel: int = 1
    stride: int = 1
    padding: int = 0
    bias: bool = False


@dataclass(frozen=True, slots=True)
class Convolution:
    """The size of a convolution, without name or input; `padding` keeps the side, so that only `stride` changes it.

    kernel: side of the square kernel, in pixels.
    in_channels, out_channels: of its input and its output.
    stride: in pixels, the same in both directions.
    """

    kernel: int
    in_channels: int
    out_channels: int
    stride: int

    @property
    def padding(self) -> int:
        """Pixels of zeros on each side."""
        return self.kernel // 2


@dataclass(frozen=True, slots=True)
class Block:
    """One residual block.

    name: "layer1.0" is the first block of the first stage.
    stage: from 1 on.
    convolutions: those of its main path, in order.
    projection: the 1×1 convolution of its shortcut, None where it needs none.
    pool_stride: of the 1×1 max-pool on a shortcut that halves the side without a projection (Keras' v2); else 1.
    """

    name: str
    stage: int
    convolutions: tuple[Convolution, ...]
    projection: Convolution | None
    pool_stride: int = 1


def blocks(network: Network) -> Iterator[Block]:
    """The residual blocks in order.

    Between two stages the side is halved, by the first block of the later one, or in Keras' v2 by the last of the
    earlier one.  Where the channels change, or with them the side, the shortcut is a projection (option B of the paper,
    section 4.1); where only the side changes and the stride is in the last block, it is a 1×1 max-pool.
    """
    channels = STEM_WIDTH
    for stage, (count, width) in enumerate(zip(network.stages, network.widths, strict=True), start=1):
        out = width * network.block.expansion
        for index in range(count):
            stride = 2 if _halves(network, stage, index) else 1
            pooled = stride != 1 and channels == out and network.stride_block is StrideBlock.LAST
            projected = channels != out or (stride != 1 and not pooled)
            yield Block(
                name=f"layer{stage}.{index}",
                stage=stage,
                convolutions=_convolutions(network, channels, width, stride),
                projection=Convolution(1, channels, out, stride) if projected else None,
                pool_stride=stride if pooled else 1,
            )
            channels = out


def _halves(network: Network, stage: int, index: int) -> bool:
    """Whether a block halves the side: between stages, once."""
    if network.stride_block is StrideBlock.FIRST:
        return stage > 1 and index == 0
    return stage < len(network.stages) and index == network.stages[stage - 1] - 1


def _convolutions(network: Network, channels: int, width: int, stride: int) -> tuple[Convolution, ...]:
    """The convolutions of one block (figure 5 of the paper), the stride where this network puts it."""
    if network.block is BlockKind.BASIC:
        return Convolution(3, channels, width, stride), Convolution(3, width, width, 1)
    in_first = network.stride_in is StrideIn.FIRST_1X1
    return (
        Convolution(1, channels, width, stride if in_first else 1),
        Convolution(3, width, width, 1 if in_first else stride),
        Convolution(1, width, width * network.block.expansion, 1),
    )


def walk(network: Network) -> tuple[Node, ...]:
    """Every node, each after those it reads; the first is "input", the last is "fc".

    Raises ValueError where `input_side` is too small for the stem.
    """
    builder = _NodeBuilder(network)
    tip = builder.stem()
    for block in blocks(network):
        tip = builder.block(block, tip)
    builder.head(tip)
    return tuple(builder.nodes)


def last_feature_map(network: Network) -> Node:
    """The node whose output the global average pool reads: [features, h, w], 2048 × 7 × 7 for ResNet-50 at 224."""
    nodes = {node.name: node for node in walk(network)}
    return nodes[nodes["avgpool"].inputs[0]]


def parameter_shapes(network: Network) -> dict[str, tuple[int, ...]]:
    """Shapes of all arrays by torchvision's parameter names, running statistics among them.

    "….bias" of convolutions only where `conv_bias`; torchvision's counters `num_batches_tracked` are left out, as
    no answer depends on them.  Kernels are [out, in, height, width], the fully connected weight [out, in].
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for node in walk(network):
        shapes |= {f"{node.name}.{part}": shape for part, shape in node_parameters(node).items()}
    return shapes


def node_parameters(node: Node) -> dict[str, tuple[int, ...]]:
    """Shapes of one node's own arrays: "weight", "bias", "running_mean", "running_var"."""
    vector = (node.out_channels,)
    bias = {"bias": vector} if node.bias else {}
    match node.op:
        case Op.CONVOLUTION:
            return {"weight": (node.out_channels, node.in_channels, node.kernel, node.kernel), **bias}
        case Op.BATCH_NORM:
            return {"weight": vector, "bias": vector, "running_mean": vector, "running_var": vector}
        case Op.LINEAR:
            return {"weight": (node.out_channels, node.in_channels), **bias}
        case _:
            return {}


class _NodeBuilder:
    """Makes the nodes of a network in order.  Each method adds some and returns the last of them.

    nodes: those made so far, the input first.
    """

    def __init__(self, network: Network) -> None:
        side = network.input_side
        self.network = network
        self.nodes = [Node("input", Op.INPUT, (), 3, 3, (3, side, side))]

    def stem(self) -> Node:
        """7×7/2 convolution to 64 channels and 3×3/2 max-pool: 224 → 112 → 56, or 55 where the pool has no padding.

        v2 leaves normalisation and ReLU to the first block.
        """
        tip = self._convolved("conv1", Convolution(7, 3, STEM_WIDTH, 2), self.nodes[0])
        if self.network.family is Family.V1:
            tip = self._activated("bn1", "relu", tip)
        padding = 1 if self.network.stem_pool is StemPool.PADDED else 0
        if self.network.stem_pool is StemPool.ZERO_PADDED:
            channels, side, _ = tip.shape
            shape = (channels, side + 2, side + 2)
            tip = self._append(Node("pad", Op.ZERO_PAD, (tip.name,), channels, channels, shape, padding=1))
        return self._add("maxpool", Op.MAX_POOL, tip, kernel=3, stride=2, padding=padding)

    def block(self, block: Block, source: Node) -> Node:
        """One residual block in the order of its family."""
        return self._v1_block(block, source) if self.network.family is Family.V1 else self._v2_block(block, source)

    def _v1_block(self, block: Block, source: Node) -> Node:
        """ReLU(F(x) + shortcut(x)): F is convolutions, each with batch normalisation, ReLU between them."""
        tip = source
        for index, convolution in enumerate(block.convolutions):
            if index:
                tip = self._plain(_relu_name(block.name, index - 1), Op.RELU, tip)
            conv = self._convolved(f"{block.name}.conv{index + 1}", convolution, tip)
            tip = self._plain(f"{block.name}.bn{index + 1}", Op.BATCH_NORM, conv)
        shortcut = self._shortcut(block, source)
        if block.projection:
            shortcut = self._plain(f"{block.name}.downsample.1", Op.BATCH_NORM, shortcut)
        total = self._plain(f"{block.name}.add", Op.ADD, tip, shortcut)
        return self._plain(_relu_name(block.name, len(block.convolutions) - 1), Op.RELU, total)

    def _v2_block(self, block: Block, source: Node) -> Node:
        """F(x) + shortcut(x): F is normalisation, ReLU, convolution, again and again.

        A projection reads what the first ReLU of F makes (the paper's appendix; timm, Keras); any other shortcut
        is x itself, untouched but for a pool.
        """
        tip = shortcut = source
        last = len(block.convolutions) - 1
        for index, convolution in enumerate(block.convolutions):
            tip = self._activated(f"{block.name}.bn{index + 1}", _relu_name(block.name, index), tip)
            if index == 0:
                shortcut = self._shortcut(block, tip if block.projection else source)
            tip = self._convolved(f"{block.name}.conv{index + 1}", convolution, tip, normalised_next=index < last)
        return self._plain(f"{block.name}.add", Op.ADD, tip, shortcut)

    def _shortcut(self, block: Block, source: Node) -> Node:
        """The source itself, or its projection, or a pool that takes every other pixel of it."""
        if block.projection:
            return self._convolved(f"{block.name}.downsample.0", block.projection, source)
        if block.pool_stride != 1:
            return self._add(f"{block.name}.pool", Op.MAX_POOL, source, kernel=1, stride=block.pool_stride, padding=0)
        return source

    def head(self, source: Node) -> Node:
        """Mean over the picture, then one weight for each feature and class; v2 normalises and cuts off before."""
        if self.network.family is Family.V2:
            source = self._activated("bn", "relu", source)
        features = source.out_channels
        pooled = self._append(Node("avgpool", Op.AVERAGE_POOL, (source.name,), features, features, (features, 1, 1)))
        classes = self.network.classes
        return self._append(Node("fc", Op.LINEAR, (pooled.name,), features, classes, (classes, 1, 1), bias=True))

    def _activated(self, norm_name: str, relu_name: str, source: Node) -> Node:
        """Batch normalisation and ReLU."""
        return self._plain(relu_name, Op.RELU, self._plain(norm_name, Op.BATCH_NORM, source))

    def _convolved(self, name: str, what: Convolution, source: Node, *, normalised_next: bool = False) -> Node:
        """A convolution, with its bias where this network has one there."""
        return self._add(
            name,
            Op.CONVOLUTION,
            source,
            channels=what.out_channels,
            kernel=what.kernel,
            stride=what.stride,
            padding=what.padding,
            bias=self.network.conv_bias and not (self.network.family is Family.V2 and normalised_next),
        )

    def _plain(self, name: str, op: Op, *sources: Node) -> Node:
        """A node that leaves the shape as it is."""
        channels = sources[0].out_channels
        inputs = tuple(source.name for source in sources)
        return self._append(Node(name, op, inputs, channels, channels, sources[0].shape))

    def _add(
        self,
        name: str,
        op: Op,
        source: Node,
        *,
        kernel: int,
        stride: int,
        padding: int,
        channels: int | None = None,
        bias: bool = False,
    ) -> Node:
        """A node that slides a window over its input."""
        out = source.out_channels if channels is None else channels
        side = (source.shape[1] + 2 * padding - kernel) // stride + 1
        if side < 1:
            raise ValueError(f"an input of {self.network.input_side} pixels is too small for {name}")
        shape = (out, side, side)
        return self._append(
            Node(name, op, (source.name,), source.out_channels, out, shape, kernel, stride, padding, bias)
        )

    def _append(self, node: Node) -> Node:
        self.nodes.append(node)
        return node


def _relu_name(block: str, index: int) -> str:
    """A block has one ReLU module, used after each convolution; its later uses are numbered."""
    return f"{block}.relu_{index}" if index else f"{block}.relu"
