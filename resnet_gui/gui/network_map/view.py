"""What the network pane shows, as data: made by `flows.network_plan`, drawn by panel and widgets.  No Qt in here."""

from dataclasses import dataclass
from enum import StrEnum

_WIDE = "\u00a0\u00a0"
"""Between an array's name and its shape; no line breaks there."""


class Part(StrEnum):
    """What one piece of the drawing stands for."""

    CONV = "convolution"
    NORM = "batch normalisation"
    RELU = "ReLU"
    POOL = "pool"
    PAD = "padding"
    LINEAR = "fully connected"
    ADD = "addition"


@dataclass(frozen=True, slots=True)
class Glyph:
    """One piece of a block's drawing.

    top, bottom: its two lines of letters ("3×3" and "64"); one line where `bottom` is empty.
    stride: more than 1 where it makes the picture smaller.
    """

    part: Part
    top: str
    bottom: str = ""
    stride: int = 1


@dataclass(frozen=True, slots=True)
class LayerView:
    """One layer of a block.

    name: as where the network comes from.  what: "1×1 convolution, 64 channels"; how: "stride 2, padding 1" or empty.
    shape: of its output, "56×56×64".  arrays: (name in the file, shape) of each.  aside: it stands on the shortcut.
    """

    part: Part
    name: str
    what: str
    how: str
    shape: str
    parameters: int
    statistics: int
    macs: int
    arrays: tuple[tuple[str, str], ...]
    aside: bool = False


@dataclass(frozen=True, slots=True)
class BlockView:
    """A residual block, or what stands before and after all of them.

    key: "layer3.0", "stem", "head".  kind: "Identity block"; sentence: what that means, for the details.
    path: what the tensor goes through, in order; after: behind the addition.  residual: whether there is a shortcut.
    shortcut: what stands on it, nothing for the identity.  fork: how many pieces of `path` come before it leaves.
    entering, output: shapes, height × width × channels.
    """

    key: str
    title: str
    kind: str
    sentence: str
    path: tuple[Glyph, ...]
    entering: str
    output: str
    parameters: int
    macs: int
    layers: tuple[LayerView, ...]
    residual: bool = False
    shortcut: tuple[Glyph, ...] = ()
    fork: int = 0
    after: tuple[Glyph, ...] = ()

    @property
    def statistics(self) -> int:
        """Running means and variances, which training only measures."""
        return sum(layer.statistics for layer in self.layers)


@dataclass(frozen=True, slots=True)
class RunOfBlocks:
    """Equal blocks one after another, drawn as one until a person wants to see all."""

    blocks: tuple[BlockView, ...]


@dataclass(frozen=True, slots=True)
class StageView:
    """One row of the drawing.

    key: "stage 2", "stem", "head".  names: what the paper and the file call it, "conv3_x · layer2".
    count: how many blocks, 0 for stem and head.  …_share: part of the whole network's, 0…1.
    """

    key: str
    title: str
    names: str
    output: str
    count: int
    parameters: int
    macs: int
    parameters_share: float
    macs_share: float
    runs: tuple[RunOfBlocks, ...]

    @property
    def foldable(self) -> bool:
        """Whether some of its blocks are alike."""
        return any(len(run.blocks) > 1 for run in self.runs)


@dataclass(frozen=True, slots=True)
class PlanView:
    """The whole network.

    facts: (label, value) lines of the sums.  depth: how it is counted, in words.
    names: whose names layers and arrays have.
    """

    title: str
    form: str
    depth: str
    facts: tuple[tuple[str, str], ...]
    stages: tuple[StageView, ...]
    names: str

    def block(self, key: str) -> BlockView | None:
        """The block of that key."""
        every = (block for stage in self.stages for run in stage.runs for block in run.blocks)
        return next((block for block in every if block.key == key), None)


def short_count(number: int) -> str:
    """ "9,408", "75.0 k", "25.6 M"; at most four figures."""
    if number < 10_000:
        return f"{number:,}"
    if number < 999_500:
        return f"{number / 1e3:.3g} k" if number >= 100_000 else f"{number / 1e3:.1f} k"
    return f"{number / 1e6:.2f} M" if number < 9_995_000 else f"{number / 1e6:.1f} M"


def giga_macs(number: int) -> str:
    """ "0.231 GMACs"; one unit everywhere, so that blocks can be compared."""
    return f"{number / 1e9:.3f} GMACs"


# ---------------------------------------------------------------- words


def layer_title(layer: LayerView) -> str:
    """What it does, and whether on the shortcut."""
    return f"Shortcut: {layer.what}" if layer.aside else layer.what


def layer_words(layer: LayerView) -> str:
    """The lines under a layer's title: window and output, costs, arrays."""
    lines = [f"{layer.how} → {layer.shape}" if layer.how else f"→ {layer.shape}"]
    if layer.parameters:
        costs = [f"{layer.parameters:,} parameters"]
        if layer.statistics:
            costs.append(f"{layer.statistics:,} statistics")
        if layer.macs:
            costs.append(f"{layer.macs:,} MACs")
        lines.append(" · ".join(costs))
    lines.append(arrays_words(layer) if layer.arrays else layer.name)
    return "\n".join(lines)


def arrays_words(layer: LayerView) -> str:
    """ "layer1.0.bn1.weight, .bias, .running_mean, .running_var  64": equal shapes are told once."""
    told, last = "", ""
    for name, shape in layer.arrays:
        short = name if not told else f", {name.removeprefix(layer.name)}"
        if shape == last:
            told = told.removesuffix(f"{_WIDE}{shape}")
        told += f"{short}{_WIDE}{shape}"
        last = shape
    return told


def block_text(block: BlockView) -> str:
    """All that is told of a block, as text to copy."""
    counted = f"{block.parameters:,} parameters, {block.statistics:,} running statistics, {block.macs:,} MACs"
    lines = [f"{block.title}: {block.kind}. {block.sentence}", f"{block.entering} → {block.output}; {counted}"]
    for layer in block.layers:
        lines += ["", layer_title(layer), *(f"  {line}" for line in layer_words(layer).splitlines())]
    return "\n".join(lines).replace("\u00a0", " ")
