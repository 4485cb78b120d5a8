"""What a model that was pickled whole says of itself beside its arrays: where it strides, and its epsilon."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from resnet_gui.network.description import BlockKind, Network, StrideIn
from resnet_gui.weights.readers.raw import CONV_STRIDES, EPSILON, FileError


def as_told(network: Network, metadata: Mapping[str, str], ours: Callable[[str], str]) -> tuple[Network, bool]:
    """The network with what the model says, and whether it says anything.

    ours: from a name in the file to one of `walk.parameter_shapes`.  Raises FileError where the model's convolutions
    stride as in no network that this program knows.
    """
    if CONV_STRIDES not in metadata:
        return network, False
    strides = {ours(name): stride for name, stride in json.loads(metadata[CONV_STRIDES]).items()}
    told = replace(network, stride_in=_stride_in(network, strides))
    try:
        return replace(told, epsilon=float(metadata.get(EPSILON, network.epsilon))), True
    except ValueError as error:
        raise FileError(f"its normalisations cannot be: {error}") from error


def _stride_in(network: Network, strides: Mapping[str, int]) -> StrideIn:
    # Of basic blocks both are the same; the description's default comes first.
    places: list[StrideIn] = [network.stride_in, *StrideIn]
    for place in places:
        if all(strides.get(name, stride) == stride for name, stride in _strides(network, place)):
            return place
    raise FileError(
        "its convolutions stride elsewhere than those of the ResNets this program knows (dilated, as for segmentation?)"
    )


def _strides(network: Network, place: StrideIn) -> Iterator[tuple[str, int]]:
    """The stride of each kernel by name.  Source: He et al. 2015, table 1 (stride 2 into conv3_1, conv4_1, conv5_1)."""
    yield "conv1.weight", 2
    bottleneck = network.block is BlockKind.BOTTLENECK
    striding = 2 if bottleneck and place is StrideIn.THE_3X3 else 1
    for stage, blocks in enumerate(network.stages, 1):
        for block in range(blocks):
            first = 2 if stage > 1 and block == 0 else 1
            module = f"layer{stage}.{block}"
            yield f"{module}.downsample.0.weight", first
            for conv in range(1, 4 if bottleneck else 3):
                yield f"{module}.conv{conv}.weight", first if conv == striding else 1
