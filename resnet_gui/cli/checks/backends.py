"""Whether each way of computing is there: exact, fast and turbo on the CPU, and torch where it is installed."""

from typing import TYPE_CHECKING

from resnet_gui.cli.checks.check import is_there, require
from resnet_gui.cli.checks.known_picture import SAMPLE, SAMPLE_WNID, sample_path

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resnet_gui.engine.devices import DeviceChoice
    from resnet_gui.engine.modes import Precision
    from resnet_gui.weights.weight_set import WeightSet


def cpu() -> str:
    """What each of the three words computes in here.

    turbo is opened twice: the second time its compiled network is read from disk, by a part of OpenVINO of its own.
    """
    from resnet_gui.engine.devices import choose_device
    from resnet_gui.engine.modes import Precision

    weights, crops = _network_and_picture()
    device = choose_device("cpu")
    found = [f"{word} in {_ask(weights, crops, device, word)}" for word in Precision]
    again = _ask(weights, crops, device, Precision.TURBO)
    return f"OpenVINO: {', '.join(found)}, again in {again}"


def torch() -> str:
    """The network on the card that would be used, else a test run of torch on the CPU; or that torch is not there."""
    from resnet_gui.engine.devices import choose_device
    from resnet_gui.engine.modes import Precision

    if not is_there("torch"):
        return "torch is not part of this installation; networks run on the CPU"
    from resnet_gui.engine.backends.torch import cuda_version, test_run

    built_for = cuda_version()
    device = choose_device("auto")
    if device.kind == "cuda":
        found = _ask(*_network_and_picture(), device, Precision.EXACT)
        return f"torch for CUDA {built_for}: {device.name} in {found}"
    test_run("cpu")
    return f"torch for {f'CUDA {built_for}' if built_for else 'CPUs'}, tried on the CPU; {device.sentence}"


def _network_and_picture() -> "tuple[WeightSet, NDArray[np.uint8]]":
    """The built-in network, and the known picture as it wants it: uint8 [1, side, side, 3]."""
    from resnet_gui.images.decode import Limits, decode
    from resnet_gui.images.preprocess import make_crops
    from resnet_gui.weights.library import load_weights

    weights = load_weights()
    image = decode(sample_path(), Limits()).image
    require(image is not None, f"{SAMPLE} cannot be read.")
    assert image is not None
    return weights, make_crops(image, weights.preprocessing, 1).squares


def _ask(weights: "WeightSet", crops: "NDArray[np.uint8]", device: "DeviceChoice", word: "Precision") -> str:
    """The numbers computed in; raises CheckError where the answer is wrong."""
    from resnet_gui.engine.open_backend import open_backend

    backend = open_backend(weights, device, word)
    try:
        best = weights.classes[int(backend.logits(crops)[0].argmax())]
        require(best.wnid == SAMPLE_WNID, f"{SAMPLE} was taken for '{best.name}' by {backend.description} ({word}).")
        return backend.precision
    finally:
        backend.close()
