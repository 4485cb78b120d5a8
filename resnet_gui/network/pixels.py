"""What the builders must know of a recipe: how 8-bit pixels become the network's input.

`images.recipe.Recipe` fits this protocol.  It stands above this package, so it is named here by its shape only.
"""

from typing import Protocol

BGR = "bgr"
"""The word for blue, green, red; everything else is red, green, blue."""


class PixelRecipe(Protocol):
    """The input is `(pixel / divide - mean) / std`, pixel in 0…255, on squares of `crop` × `crop` pixels.

    channels: "rgb" or "bgr", the order the network expects; mean and std are in that order.
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
