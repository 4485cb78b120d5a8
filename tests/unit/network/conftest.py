"""One OpenVINO core for all tests of this folder, as in the program, and one witness for all tests of a case."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from resnet_gui.network.description import StrideIn
from resnet_gui.network.openvino_library import openvino

if TYPE_CHECKING:
    from tests.unit.network.peers import Witness

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


CASES = [
    pytest.param((depth, stride_in), id=f"{depth}-{stride_in.value}", marks=[pytest.mark.slow] if depth > 50 else [])
    for depth in (18, 34, 50, 101, 152)
    for stride_in in (StrideIn.THE_3X3, StrideIn.FIRST_1X1)
    if depth >= 50 or stride_in is StrideIn.THE_3X3
]


@pytest.fixture(scope="session", params=CASES)
def torchvision_witness(request: pytest.FixtureRequest) -> Witness:
    """torchvision's network.  pytest runs all tests of a case one after another, so that one is kept at a time."""
    pytest.importorskip("torchvision")
    from tests.unit.network import peers

    return peers.torchvision_witness(*request.param)
