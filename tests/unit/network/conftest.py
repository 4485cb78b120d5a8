"""One OpenVINO core for all tests of this folder, as in the program."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from resnet_gui.network.openvino_library import openvino

Ask = Callable[[Any, NDArray[np.uint8]], dict[str, NDArray[np.float32]]]


@pytest.fixture(scope="session")
def library() -> ModuleType:
    """The module `openvino`."""
    return openvino()


@pytest.fixture(scope="session")
def ask(library: ModuleType) -> Ask:
    """Compile a graph for the CPU in float32 and ask it once: outputs by their names."""
    core = library.Core()

    def run(graph: Any, crops: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        compiled = core.compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": "1"})
        answers = compiled({"crops": crops})
        return {next(iter(output.names)): np.array(answers[output]) for output in compiled.outputs}

    return run
