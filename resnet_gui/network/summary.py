"""The layer table as text, laid out as Keras' model.summary() and with the multiply-accumulates beside it."""

from dataclasses import dataclass
from math import prod

from resnet_gui.network.description import BlockKind, Network
from resnet_gui.network.names import NamingScheme, layer_names, naming_scheme
from resnet_gui.network.table import macs_of
from resnet_gui.network.variants import form
from resnet_gui.network.walk import Node, Op, node_parameters, walk

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
class SummaryRow:
    """One line of the table.

    layer: its name where the network comes from.
    type: Keras' class.
    window: "7×7/2", empty where there is none.
    shape: of the output as Keras writes it: (height, width, channels) or (features,).
    trainable: how many numbers training learns.
    non_trainable: how many it only measures.
    macs: multiply-accumulates for one picture.
    inputs: the layers it reads.
    """

    layer: str
    type: str
    window: str
    shape: tuple[int, ...]
    trainable: int
    non_trainable: int
    macs: int
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """All lines of the table, and their sums as Keras counts (running statistics are parameters that are not trained).

    rows: a line a node, the input first.
    names: whose names the layers have.
    """

    rows: tuple[SummaryRow, ...]
    names: NamingScheme

    @property
    def trainable(self) -> int:
        """As torchvision and timm count their parameters."""
        return sum(row.trainable for row in self.rows)

    @property
    def non_trainable(self) -> int:
        """Running means and variances."""
        return sum(row.non_trainable for row in self.rows)

    @property
    def total(self) -> int:
        """As Keras' count_params."""
        return self.trainable + self.non_trainable

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one picture."""
        return sum(row.macs for row in self.rows)


def summary(network: Network) -> Summary:
    """The table of a network at its `input_side`.

    Keras' own lists the padding before a convolution or pool as a layer of its own; here it is part of what it pads.
    """
    names = layer_names(network)
    return Summary(tuple(_row(node, names) for node in walk(network)), naming_scheme(network))


def summary_text(network: Network) -> str:
    """The table, its sums, and how the depth is counted."""
    table = summary(network)
    cells = [_HEADINGS]
    before = ""
    for row in table.rows:
        kind = f"{row.layer} ({' '.join(filter(None, (row.type, row.window)))})"
        connected = "" if row.inputs in ((), (before,)) else ", ".join(row.inputs)
        numbers = f"{row.trainable + row.non_trainable:,}", f"{row.macs:,}"
        cells.append((kind, shape_words(row.shape), *numbers, connected))
        before = row.layer
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADINGS))]
    lines = [_aligned(line, widths) for line in cells]
    return "\n".join((_title(network, table), "", lines[0], "─" * sum((*widths[:4], 6)), *lines[1:], "", *_sums(table)))


def shape_words(shape: tuple[int, ...]) -> str:
    """ "(None, 56, 56, 64)": the first is the number of pictures."""
    return f"({', '.join(('None', *map(str, shape)))})"


def depth_words(network: Network) -> str:
    """How the depth is counted: "50 = 1 convolution + 3 × 16 in the blocks + 1 fully connected"."""
    each = 3 if network.block is BlockKind.BOTTLENECK else 2
    return f"{network.depth} = 1 convolution + {each} × {sum(network.stages)} in the blocks + 1 fully connected layer"


def _title(network: Network, table: Summary) -> str:
    side = network.input_side
    return (
        f"{network.name}, {form(network)}; {network.classes:,} classes; input {side}×{side}\n"
        f"Depth {depth_words(network)}; projections are not counted\n"
        f"Layers as {table.names} names them"
    )


def _sums(table: Summary) -> list[str]:
    return [
        f"Total params:         {table.total:>13,}   (as Keras counts)",
        f"Trainable params:     {table.trainable:>13,}   (as torchvision and timm count)",
        f"Non-trainable params: {table.non_trainable:>13,}   (running means and variances)",
        f"MACs:                 {table.macs:>13,}   ({table.macs / 1e9:.3f} GMACs for one picture)",
    ]


def _aligned(line: tuple[str, ...], widths: list[int]) -> str:
    left = (line[column].ljust(widths[column]) for column in (0, 1))
    right = (line[column].rjust(widths[column]) for column in (2, 3))
    return "  ".join((*left, *right, line[4])).rstrip()


def _row(node: Node, names: dict[str, str]) -> SummaryRow:
    counts = {part: prod(shape) for part, shape in node_parameters(node).items()}
    measured = counts.get("running_mean", 0) + counts.get("running_var", 0)
    channels, height, width = node.shape
    flat = node.op in (Op.AVERAGE_POOL, Op.LINEAR)
    return SummaryRow(
        layer=names[node.name],
        type=KERAS_TYPES[node.op],
        window=_window(node),
        shape=(channels,) if flat else (height, width, channels),
        trainable=sum(counts.values()) - measured,
        non_trainable=measured,
        macs=macs_of(node),
        inputs=tuple(names[name] for name in node.inputs),
    )


def _window(node: Node) -> str:
    """As the paper's figure 3 writes it: "7×7/2"."""
    if node.op not in (Op.CONVOLUTION, Op.MAX_POOL):
        return ""
    return f"{node.kernel}×{node.kernel}" + (f"/{node.stride}" if node.stride != 1 else "")
