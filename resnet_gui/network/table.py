"""The layer table: every layer with its output, its parameters and its multiply-accumulates."""

from dataclasses import dataclass
from math import prod

from resnet_gui.network.description import Network
from resnet_gui.network.walk import Node, Op, Shape, node_parameters, walk


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer of the table.

    name: as in `walk`.
    kind: in words, "convolution 3×3, stride 2".
    shape: of its output for one picture: channels, height, width.
    parameters: how many numbers training learns.
    statistics: how many running means and variances it has, which training only measures.
    macs: multiply-accumulates for one picture.
    """

    name: str
    kind: str
    shape: Shape
    parameters: int
    statistics: int
    macs: int


@dataclass(frozen=True, slots=True)
class LayerTable:
    """All layers of a network in order, and their sums."""

    rows: tuple[LayerRow, ...]

    @property
    def parameters(self) -> int:
        """Trainable parameters, as torchvision and timm count: 25,557,032 for ResNet-50."""
        return sum(row.parameters for row in self.rows)

    @property
    def parameters_with_statistics(self) -> int:
        """Parameters and running statistics, as Keras counts: 25,636,712 for its ResNet50."""
        return self.parameters + sum(row.statistics for row in self.rows)

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one picture; 4.089e9 for ResNet-50 at 224×224."""
        return sum(row.macs for row in self.rows)


def layer_table(network: Network) -> LayerTable:
    """The table of a network at its `input_side`."""
    return LayerTable(tuple(_row(node) for node in walk(network) if node.op is not Op.INPUT))


def _row(node: Node) -> LayerRow:
    counts = {part: prod(shape) for part, shape in node_parameters(node).items()}
    learned = counts.get("weight", 0) + counts.get("bias", 0)
    measured = counts.get("running_mean", 0) + counts.get("running_var", 0)
    return LayerRow(node.name, _kind(node), node.shape, learned, measured, macs_of(node))


def _kind(node: Node) -> str:
    if node.kernel == 1 and node.op is not Op.CONVOLUTION:
        return node.op.value
    stride = f", stride {node.stride}" if node.stride != 1 else ""
    return f"{node.op} {node.kernel}×{node.kernel}{stride}"


def macs_of(node: Node) -> int:
    """Multiply-accumulates of a node for one picture, as the paper and torchvision count.

    That is convolutions and fully connected layers, without their biases.  Batch
    normalisation is free where it is folded into its convolution; ReLU, pools and additions multiply nothing.
    """
    if node.op not in (Op.CONVOLUTION, Op.LINEAR):
        return 0
    _, height, width = node.shape
    return height * width * node.out_channels * node.in_channels * node.kernel**2
