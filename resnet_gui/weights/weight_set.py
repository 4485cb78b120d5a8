"""A weight file as the program holds it: arrays, what network they are, how its pictures are prepared, its names.

No call of the program takes weights and preprocessing as two arguments: a weight brings its recipe.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resnet_gui.images.recipe import Recipe
from resnet_gui.network.description import Network


@dataclass(frozen=True, slots=True)
class ClassName:
    """One class.  name: unique among its network's names ("crane (bird)"); wnid: WordNet id, or empty."""

    index: int
    name: str
    wnid: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class WeightSet:
    """Everything needed to run one network.

    arrays: float32, C-contiguous, by torchvision's parameter names ("conv1.weight" as O,I,H,W; "bn1.running_var";
    "layer1.0.downsample.0.weight"; "fc.weight" as classes, features), with "….bias" of convolutions where the
    network has them.
    sha256: of the file's bytes, 64 hex digits.
    title: what a person calls it ("ResNet-50 · ImageNet · built in").
    source: the path it was read from.
    assumed: sentences about what the file could not tell and was assumed.
    """

    network: Network
    arrays: Mapping[str, NDArray[np.float32]]
    recipe: Recipe
    classes: tuple[ClassName, ...]
    sha256: str
    title: str
    source: str
    assumed: tuple[str, ...] = ()
