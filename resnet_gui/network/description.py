"""What a ResNet is, as data: everything the builders, the layer table and the weight check need to know.

Sources: He et al. 2015, "Deep Residual Learning for Image Recognition", table 1 (stages and widths);
He et al. 2016, "Identity Mappings in Deep Residual Networks" (pre-activation: "v2"); torchvision's resnet.py (stride in
the 3×3: "v1.5"); keras-applications' resnet50.py (biases, epsilon 1e-3) and resnet_common.py (Keras' v2); timm's
resnetv2.py.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Protocol


class Family(StrEnum):
    """The order of operations inside a block."""

    V1 = "v1"
    """Convolution, normalisation, ReLU; a ReLU after the addition (He 2015; v1.5 too)."""
    V2 = "v2"
    """Pre-activation: normalisation, ReLU, convolution; nothing after the addition (He 2016, figure 4e)."""


class BlockKind(StrEnum):
    """The two residual blocks of the paper."""

    BASIC = "basic"
    BOTTLENECK = "bottleneck"

    @property
    def expansion(self) -> int:
        """Output channels of a block divided by its width."""
        return 4 if self is BlockKind.BOTTLENECK else 1


class StrideIn(StrEnum):
    """Which convolution of a stage's first bottleneck carries the stride."""

    FIRST_1X1 = "1x1"
    """v1: He 2015, Caffe, Keras."""
    THE_3X3 = "3x3"
    """v1.5: torchvision, timm."""


class StrideBlock(StrEnum):
    """Which block halves the side between two stages."""

    FIRST = "first"
    """The first of the later stage: the papers, torchvision, timm, Keras' v1."""
    LAST = "last"
    """The last of the earlier stage: Keras' v2."""


class StemPool(StrEnum):
    """The padding of the 3×3/2 max-pool of the stem."""

    PADDED = "padded"
    """One pixel that never wins: 112 → 56 (torchvision, timm; Keras' v1, where zeros never win either)."""
    ZERO_PADDED = "zero-padded"
    """One pixel of zeros, which wins over negative numbers: 112 → 56 (Keras' v2, whose stem has no ReLU)."""
    UNPADDED = "unpadded"
    """None: 112 → 55 (keras-applications before 1.0.6, the second article)."""


MOST_BLOCKS = 1000
"""A longer network is refused: descriptions come from files of any origin.  The paper's longest, 1202, has 600."""


@dataclass(frozen=True, slots=True)
class Network:
    """The description of one residual network.  Raises ValueError where the values describe none.

    block: basic or bottleneck.
    stages: blocks of each stage.
    stride_in: which convolution of a bottleneck has the stride; means nothing for basic blocks.
    epsilon: added to each batch normalisation's variance, between 0 and 1.
    conv_bias: whether convolutions have biases; in v2 only those that no normalisation follows at once (as Keras).
    stem_pool: the padding of the stem's max-pool.
    classes: outputs of the classifier, at least 1.
    widths: channels inside the blocks of each stage, before expansion.
    input_side: side of the square input, in pixels.
    family: the order of operations inside a block.
    stride_block: which block halves the side between two stages.
    """

    block: BlockKind
    stages: tuple[int, ...]
    stride_in: StrideIn = StrideIn.THE_3X3
    epsilon: float = 1e-5
    conv_bias: bool = False
    stem_pool: StemPool = StemPool.PADDED
    classes: int = 1000
    widths: tuple[int, ...] = (64, 128, 256, 512)
    input_side: int = 224
    family: Family = Family.V1
    stride_block: StrideBlock = StrideBlock.FIRST

    def __post_init__(self) -> None:
        if not self.stages or len(self.stages) != len(self.widths):
            raise ValueError(f"{len(self.stages)} stages with {len(self.widths)} widths")
        if min(*self.stages, *self.widths, self.classes, self.input_side) < 1:
            raise ValueError("stages, widths, classes and input_side must be positive")
        if sum(self.stages) > MOST_BLOCKS:
            raise ValueError(f"{sum(self.stages)} blocks are more than {MOST_BLOCKS}")
        if not 0 < self.epsilon < 1:
            raise ValueError(f"epsilon {self.epsilon} is not between 0 and 1")

    @property
    def depth(self) -> int:
        """Weighted layers as the paper counts them: 18, 34, 50, 101, 152 for the published networks."""
        per_block = 3 if self.block is BlockKind.BOTTLENECK else 2
        return per_block * sum(self.stages) + 2

    @property
    def name(self) -> str:
        """The name a person reads: "ResNet-50", "ResNet-50 v2"."""
        return f"ResNet-{self.depth}" if self.family is Family.V1 else f"ResNet-{self.depth} {self.family}"

    @property
    def features(self) -> int:
        """Channels of the last feature map, and so of the classifier's input."""
        return self.widths[-1] * self.block.expansion

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `from_dict` reads them back."""
        return asdict(self)

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "Network":
        """Raises ValueError, KeyError or TypeError on values that describe no network."""
        try:
            return Network(
                block=BlockKind(values["block"]),
                stages=tuple(int(n) for n in values["stages"]),
                stride_in=StrideIn(values["stride_in"]),
                epsilon=float(values["epsilon"]),
                conv_bias=bool(values["conv_bias"]),
                stem_pool=StemPool(values["stem_pool"]),
                classes=int(values["classes"]),
                widths=tuple(int(n) for n in values["widths"]),
                input_side=int(values["input_side"]),
                family=Family(values.get("family", Family.V1)),  # absent in files from before there was v2
                stride_block=StrideBlock(values.get("stride_block", StrideBlock.FIRST)),
            )
        except OverflowError as error:  # int() of JSON's Infinity
            raise ValueError("a number of the description is infinite") from error


BGR = "bgr"
"""The word for blue, green, red; everything else is red, green, blue."""


class PixelRecipe(Protocol):
    """How 8-bit pixels become the network's input; `images.preprocessing.Preprocessing` is one.

    It stands above this package, so it is named here by its shape only.  The network's input is
    `(pixel / divide - mean) / std`, pixel in 0…255.

    crop: side of the square the network sees, in pixels.
    channels: "rgb" or "bgr", the order the network expects.
    divide: what 8-bit values are divided by first.
    mean, std: one number a channel, in the order of `channels`.
    """

    @property
    def crop(self) -> int: ...

    @property
    def channels(self) -> str: ...

    @property
    def divide(self) -> float: ...

    @property
    def mean(self) -> tuple[float, float, float]: ...

    @property
    def std(self) -> tuple[float, float, float]: ...
