"""What identifying a weight file yields: its network, its arrays by our names, and what had to be assumed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from resnet_gui.network.description import Network

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Identified:
    """A file's arrays, understood.

    arrays: by the names of `walk.parameter_shapes`, kernels as [out, in, height, width].
    recipe: a name in `RECIPES`.
    assumed: sentences about what was assumed, by what it is about ("stem_pool", "stride_in", "preprocess", …).
    """

    network: Network
    arrays: Arrays
    recipe: str
    assumed: Mapping[str, str] = field(default_factory=dict)
