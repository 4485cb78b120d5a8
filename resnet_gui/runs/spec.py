"""What a person asked for, as data: which pictures, which network, how."""

from dataclasses import dataclass

from resnet_gui.runs.options import AnswerOptions, NetworkOptions, PictureOptions, StartOptions


@dataclass(frozen=True, slots=True)
class NetworkChoice(NetworkOptions):
    """Which weights to use: `NetworkOptions`, and which bytes are meant.

    sha256, classes_sha256: what the weights and the class names must be (64 hex digits, as `NetworkInfo` tells them),
    as a recipe file asks; None takes any.
    """

    sha256: str | None = None
    classes_sha256: str | None = None


@dataclass(frozen=True)
class RunSpec(PictureOptions, StartOptions, AnswerOptions):
    """One run: pictures, a network, and the options of `runs.options`.

    paths: files and folders in the order given, as given: tables show single files so.
    """

    paths: tuple[str, ...]
    choice: NetworkChoice = NetworkChoice()
