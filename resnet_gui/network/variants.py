"""The published networks as a table: depth 18 to 152, v1, v1.5 and v2, and Keras' forms of them.

Sources: He et al. 2015 (arXiv 1512.03385), table 1; He et al. 2016 (arXiv 1603.05027); torchvision.models.resnet;
timm.models.resnetv2; keras-applications' resnet50.py (the network of the second article); keras.applications.resnet
and resnet_v2 since Keras 2.2.5.
"""

from dataclasses import replace

from resnet_gui.network.description import BlockKind, Family, Network, StemPool, StrideBlock, StrideIn

PUBLISHED: dict[int, tuple[BlockKind, tuple[int, ...]]] = {
    18: (BlockKind.BASIC, (2, 2, 2, 2)),
    34: (BlockKind.BASIC, (3, 4, 6, 3)),
    50: (BlockKind.BOTTLENECK, (3, 4, 6, 3)),
    101: (BlockKind.BOTTLENECK, (3, 4, 23, 3)),
    152: (BlockKind.BOTTLENECK, (3, 8, 36, 3)),
}
"""Depth → kind of block, blocks per stage.  A new depth is one line here."""

KERAS_DEPTHS = (50, 101, 152)
"""The depths Keras publishes; the second article uses the first."""

EARLY_KERAS_EPSILON = 1e-3
"""Keras' default, used by its ResNet50 of 2016 to 2018."""
KERAS_APPLICATIONS_EPSILON = 1.001e-5
"""Set by keras.applications.resnet since 2019."""


def published(depth: int, *, classes: int = 1000, stride_in: StrideIn = StrideIn.THE_3X3) -> Network:
    """The network of that depth as torchvision has it (v1.5), or with stride_in FIRST_1X1 as the paper has it (v1).

    Basic blocks (18 and 34) have no 1×1 to put the stride in: there both words mean one network.
    Raises ValueError on a depth the paper does not have.
    """
    if depth not in PUBLISHED:
        raise ValueError(
            f"there is no published ResNet of depth {depth}; the depths are {', '.join(map(str, PUBLISHED))}"
        )
    block, stages = PUBLISHED[depth]
    return Network(block=block, stages=stages, classes=classes, stride_in=stride_in)


def early_keras(depth: int = 50, *, classes: int = 1000, stem_pool: StemPool = StemPool.UNPADDED) -> Network:
    """Keras' ResNet of 2016 to 2018, the second article's: biases, epsilon 1e-3, stride in the first 1×1.

    As the article runs it, the stem pool has no padding: 55×55.  With stem_pool PADDED the same weights see 56×56.
    Raises ValueError on a depth Keras does not have.
    """
    return _keras(depth, classes, stem_pool, EARLY_KERAS_EPSILON)


def keras_applications(depth: int = 50, *, classes: int = 1000) -> Network:
    """keras.applications.ResNet50/101/152 of today: biases, epsilon 1.001e-5, padded stem pool (56×56).

    Raises ValueError on a depth Keras does not have.
    """
    return _keras(depth, classes, StemPool.PADDED, KERAS_APPLICATIONS_EPSILON)


def pre_activation(depth: int, *, classes: int = 1000, stride_in: StrideIn = StrideIn.THE_3X3) -> Network:
    """The pre-activation network (v2) of that depth as timm has it: no biases, stride in the 3×3 of the first block.

    With stride_in FIRST_1X1 as the paper's own program has it (resnet-pre-act.lua).  Raises ValueError on other depths.
    """
    return replace(published(depth, classes=classes, stride_in=stride_in), family=Family.V2)


def keras_v2(depth: int = 50, *, classes: int = 1000) -> Network:
    """keras.applications.ResNet50V2/101V2/152V2: v2, stride in the 3×3 of a stage's last block, some biases.

    The stem's pool is padded with zeros, before any ReLU.  Raises ValueError on a depth Keras does not have.
    """
    keras = _keras(depth, classes, StemPool.ZERO_PADDED, KERAS_APPLICATIONS_EPSILON)
    return replace(keras, family=Family.V2, stride_in=StrideIn.THE_3X3, stride_block=StrideBlock.LAST)


def _keras(depth: int, classes: int, stem_pool: StemPool, epsilon: float) -> Network:
    if depth not in KERAS_DEPTHS:
        depths = ", ".join(map(str, KERAS_DEPTHS))
        raise ValueError(f"Keras publishes no ResNet of depth {depth}; its depths are {depths}")
    paper = published(depth, classes=classes, stride_in=StrideIn.FIRST_1X1)
    return replace(paper, conv_bias=True, epsilon=epsilon, stem_pool=stem_pool)


def form(network: Network) -> str:
    """Which form of the network this is, in words for a person: "v1.5, as torchvision".

    Says what sets it apart from the form's usual shape: "Keras form, stem pool unpadded".
    """
    words, usual_stride, usual_pool = _nearest_form(network)
    if network.block is BlockKind.BOTTLENECK and network.stride_in is not usual_stride:
        words += f", stride in the {'3×3' if network.stride_in is StrideIn.THE_3X3 else 'first 1×1'}"
    if network.stem_pool is StemPool.UNPADDED:
        words += ", stem pool unpadded"
    elif network.family is Family.V2 and network.stem_pool is not usual_pool:
        words += f", stem pool {network.stem_pool}"
    return words


def _nearest_form(network: Network) -> tuple[str, StrideIn, StemPool]:
    """The form a network is nearest to, where that one strides, and how it pads."""
    if network.family is Family.V2:
        if network.stride_block is StrideBlock.LAST:
            return "pre-activation, Keras form", StrideIn.THE_3X3, StemPool.ZERO_PADDED
        return "pre-activation, as timm", StrideIn.THE_3X3, StemPool.PADDED
    if network.conv_bias:
        return "Keras form", StrideIn.FIRST_1X1, StemPool.PADDED
    if network.block is BlockKind.BASIC:
        return "v1, as the paper and torchvision", StrideIn.THE_3X3, StemPool.PADDED
    if network.stride_in is StrideIn.FIRST_1X1:
        return "v1, as the paper", StrideIn.FIRST_1X1, StemPool.PADDED
    return "v1.5, as torchvision", StrideIn.THE_3X3, StemPool.PADDED
