"""The layer table: every layer with its output, its parameters and its multiply-accumulates; and the same as text.

The text is laid out as Keras' model.summary(), with the multiply-accumulates beside it.
"""

from dataclasses import dataclass
from math import prod

from resnet_gui.network.description import BlockKind, Network
from resnet_gui.network.names import layer_names, naming_scheme
from resnet_gui.network.variants import form
from resnet_gui.network.walk import Node, Op, Shape, node_parameters, walk

KERAS_TYPES = {
    Op.INPUT: "InputLayer",
    Op.CONVOLUTION: "Conv2D",
    Op.BATCH_NORM: "BatchNormalization",
    Op.RELU: "Activation",
    Op.ZERO_PAD: "ZeroPadding2D",
    Op.MAX_POOL: "MaxPooling2D",
    Op.ADD: "Add",
    Op.AVERAGE_POOL: "GlobalAveragePooling2D",
    Op.LINEAR: "Dense",
}
"""Keras' class of what each node does."""
_HEADINGS = ("Layer (type)", "Output shape", "Param #", "MACs", "Connected to")


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
    """All layers of a network, and their sums.

    rows: in order, without the input.
    """

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


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One line of the text.

    layer: its name where the network comes from.
    type: Keras' class.
    window: "7×7/2", empty where there is none.
    shape: of the output as Keras writes it: (height, width, channels) or (features,).
    inputs: the layers it reads.
    row: its numbers.
    """

    layer: str
    type: str
    window: str
    shape: tuple[int, ...]
    inputs: tuple[str, ...]
    row: LayerRow


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


def summary(network: Network) -> tuple[SummaryRow, ...]:
    """The lines of a network at its `input_side`, the input first.

    Keras' own lists the padding before a convolution or pool as a layer of its own; here it is part of what it pads.
    """
    names = layer_names(network)
    return tuple(_summary_row(node, names) for node in walk(network))


def summary_text(network: Network) -> str:
    """The table, its sums, and how the depth is counted."""
    cells = [_HEADINGS]
    before = ""
    for row in summary(network):
        kind = f"{row.layer} ({' '.join(filter(None, (row.type, row.window)))})"
        connected = "" if row.inputs in ((), (before,)) else ", ".join(row.inputs)
        numbers = f"{row.row.parameters + row.row.statistics:,}", f"{row.row.macs:,}"
        cells.append((kind, shape_words(row.shape), *numbers, connected))
        before = row.layer
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADINGS))]
    lines = [_aligned(line, widths) for line in cells]
    rule = "─" * sum((*widths[:4], 6))
    return "\n".join((_title(network), "", lines[0], rule, *lines[1:], "", *_sums(layer_table(network))))


def shape_words(shape: tuple[int, ...]) -> str:
    """ "(None, 56, 56, 64)": the first is the number of pictures."""
    return f"({', '.join(('None', *map(str, shape)))})"


def depth_words(network: Network) -> str:
    """How the depth is counted: "50 = 1 convolution + 3 × 16 in the blocks + 1 fully connected"."""
    each = 3 if network.block is BlockKind.BOTTLENECK else 2
    return f"{network.depth} = 1 convolution + {each} × {sum(network.stages)} in the blocks + 1 fully connected layer"


def _title(network: Network) -> str:
    side = network.input_side
    return (
        f"{network.name}, {form(network)}; {network.classes:,} classes; input {side}×{side}\n"
        f"Depth {depth_words(network)}; projections are not counted\n"
        f"Layers as {naming_scheme(network)} names them"
    )


def _sums(table: LayerTable) -> list[str]:
    total, trainable = table.parameters_with_statistics, table.parameters
    return [
        f"Total params:         {total:>13,}   (as Keras counts)",
        f"Trainable params:     {trainable:>13,}   (as torchvision and timm count)",
        f"Non-trainable params: {total - trainable:>13,}   (running means and variances)",
        f"MACs:                 {table.macs:>13,}   ({table.macs / 1e9:.3f} GMACs for one picture)",
    ]


def _aligned(line: tuple[str, ...], widths: list[int]) -> str:
    left = (line[column].ljust(widths[column]) for column in (0, 1))
    right = (line[column].rjust(widths[column]) for column in (2, 3))
    return "  ".join((*left, *right, line[4])).rstrip()


def _summary_row(node: Node, names: dict[str, str]) -> SummaryRow:
    channels, height, width = node.shape
    flat = node.op in (Op.AVERAGE_POOL, Op.LINEAR)
    shape = (channels,) if flat else (height, width, channels)
    inputs = tuple(names[name] for name in node.inputs)
    return SummaryRow(names[node.name], KERAS_TYPES[node.op], _window(node), shape, inputs, _row(node))


def _window(node: Node) -> str:
    """As the paper's figure 3 writes it: "7×7/2"."""
    if node.op not in (Op.CONVOLUTION, Op.MAX_POOL):
        return ""
    return f"{node.kernel}×{node.kernel}" + (f"/{node.stride}" if node.stride != 1 else "")
