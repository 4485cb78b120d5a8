"""A weight file as the program holds it: arrays, their network, its preprocessing, the names of its classes.

No call of the program takes weights and preprocessing as two arguments: a weight brings its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.images.preprocessing import Preprocessing
from resnet_gui.network.description import Network

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class ClassName:
    """One class of a network.

    index: its position among the logits, from 0 on.
    name: unique among the network's names: "crane (bird)".
    wnid: WordNet id, "n02012849", or empty.
    """

    index: int
    name: str
    wnid: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class WeightSet:
    """Everything needed to run one network.

    network: its description.
    arrays: float32, C-contiguous, by torchvision's parameter names ("conv1.weight" as [out, in, height, width];
        "bn1.running_var"; "layer1.0.downsample.0.weight"; "fc.weight" as [classes, features]), with "….bias" of
        convolutions where the network has them.
    preprocessing: how its pictures are prepared.
    classes: in the order of its logits.
    sha256: of the file's bytes, 64 hex digits.
    title: what a person calls it: "ResNet-50 · ImageNet · built in".
    source: the path it was read from.
    assumed: sentences about what the file does not say and was assumed.
    """

    network: Network
    arrays: Mapping[str, NDArray[np.float32]]
    preprocessing: Preprocessing
    classes: tuple[ClassName, ...]
    sha256: str
    title: str
    source: str
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class IdentifiedWeights:
    """The arrays of a file under this program's names, and the network they belong to.

    network: its description.
    arrays: by the names of `walk.parameter_shapes`, kernels as [out, in, height, width].
    preprocessing: a name in `PRESETS`.
    assumed: sentences about what was assumed, by their subject ("stem_pool", "stride_in", "preprocess", …).
    """

    network: Network
    arrays: Arrays
    preprocessing: str
    assumed: Mapping[str, str] = field(default_factory=dict)
