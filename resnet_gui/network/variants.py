"""The published networks as a table: depth 18 to 152, where the stride sits, and the two Keras forms.

Sources: He et al. 2015 (arXiv 1512.03385), table 1; torchvision.models.resnet; keras-applications' resnet50.py
(the network of the second article); keras.applications.resnet since Keras 2.2.5.
"""

from dataclasses import replace

from resnet_gui.network.description import BlockKind, Network, StemPool, StrideIn

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
        known = ", ".join(str(known) for known in PUBLISHED)
        raise ValueError(f"there is no published ResNet of depth {depth}; the depths are {known}")
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


def _keras(depth: int, classes: int, stem_pool: StemPool, epsilon: float) -> Network:
    if depth not in KERAS_DEPTHS:
        known = ", ".join(str(known) for known in KERAS_DEPTHS)
        raise ValueError(f"Keras publishes no ResNet of depth {depth}; its depths are {known}")
    paper = published(depth, classes=classes, stride_in=StrideIn.FIRST_1X1)
    return replace(paper, conv_bias=True, epsilon=epsilon, stem_pool=stem_pool)


def form(network: Network) -> str:
    """Which form of the network this is, in words for a person: "v1.5, as torchvision".

    Says what sets it apart from the form's usual shape: "Keras form, stem pool unpadded".
    """
    usual_stride = StrideIn.THE_3X3
    if network.conv_bias:
        words, usual_stride = "Keras form", StrideIn.FIRST_1X1
    elif network.block is BlockKind.BASIC:
        words = "v1, as the paper and torchvision"
    elif network.stride_in is StrideIn.FIRST_1X1:
        words, usual_stride = "v1, as the paper", StrideIn.FIRST_1X1
    else:
        words = "v1.5, as torchvision"
    if network.block is BlockKind.BOTTLENECK and network.stride_in is not usual_stride:
        words += ", stride in the 3×3"
    if network.stem_pool is StemPool.UNPADDED:
        words += ", stem pool unpadded"
    return words
