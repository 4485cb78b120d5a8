"""What a person asked for, as data: which pictures, which network, how."""

from dataclasses import dataclass

from resnet_gui.engine.modes import Average, Precision

BUILT_IN = "built-in"
"""The name of the network that is part of the program."""


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """Which weights to use, and what overrules the file's own word.

    network: BUILT_IN or the path of a weight file.  classes: path of a class-names file, or None.
    preprocess: a name in `images.recipe.RECIPES`; stem_pool: "padded" or "unpadded"; stride_in: "1x1" or "3x3";
    None leaves each to the file, or to the stated default where the file cannot tell.
    sha256, classes_sha256: what the weights and the class names must be (64 hex digits, as `NetworkFacts` tells them),
    as a recipe file asks; None takes any.
    """

    network: str = BUILT_IN
    classes: str | None = None
    preprocess: str | None = None
    stem_pool: str | None = None
    stride_in: str | None = None
    sha256: str | None = None
    classes_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class RunSpec:
    """One run.

    paths: files and folders in the order given, as given: tables show single files so.
    device: "auto", "cpu", "gpu", "cuda:N" or "mps".  threads: CPU threads to use, 0 for all that this process may
    use.  batch: crops per call of the device, 0 for the backend's own choice.
    fresh: forget what an earlier run of the same identity has done.
    """

    paths: tuple[str, ...]
    choice: NetworkChoice = NetworkChoice()
    crops: int = 1
    average: Average = Average.SOFTMAX
    precision: Precision = Precision.EXACT
    device: str = "auto"
    threads: int = 0
    batch: int = 0
    recursive: bool = True
    follow_links: bool = False
    accept_truncated: bool = False
    max_megapixels: int = 300
    fresh: bool = False
