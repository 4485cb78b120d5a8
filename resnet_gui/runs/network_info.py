"""What is told of a loaded network, to the window and in reports."""

from dataclasses import dataclass

from resnet_gui.network.description import Network
from resnet_gui.runs.spec import NetworkChoice


@dataclass(frozen=True, slots=True)
class NetworkInfo:
    """What the window shows of a loaded network.

    device: why this device ("CPU, because no NVIDIA driver was found").  backend: Backend.description.
    recipe: name of the recipe; resize: short side after resizing or None when squashed; crop: side of the square.
    assumed: sentences about what the file could not tell.
    network: its description, for the drawing; None where an engine knows of none.
    sha256: of the weights' file; classes_sha256: of the class names in use (`runs.pins`); 64 hex digits each.
    """

    choice: NetworkChoice
    title: str
    name: str
    depth: int
    form: str
    classes: int
    parameters: int
    preprocessing: str
    resize: int | None
    crop: int
    device: str
    backend: str
    precision: str
    assumed: tuple[str, ...]
    sha256: str = ""
    classes_sha256: str = ""
    network: Network | None = None
