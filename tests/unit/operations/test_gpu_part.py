"""Whether the GPU part is missed: the engine's answer on machines that are made up."""

import importlib.util
import re
from pathlib import Path

import pytest

from resnet_gui.engine.nvidia import Card, NvidiaDriver
from resnet_gui.operations.gpu_part import CUDA_NEEDED, GpuPartKnown, gpu_part_of
from tests.unit.engine.test_devices import PASCAL, TURING, Made


def _driver(*cards: Card, version: int = 13020) -> NvidiaDriver:
    return NvidiaDriver(version, cards)


@pytest.mark.parametrize(
    ("machine", "known"),
    [
        (Made(torch=False), GpuPartKnown(False)),
        (Made(_driver(), torch=False), GpuPartKnown(False)),
        (Made(_driver(PASCAL), torch=False), GpuPartKnown(False)),
        (Made(_driver(PASCAL, TURING), torch=False), GpuPartKnown(False, TURING.name, "13.2")),
        (Made(_driver(TURING, version=12040), torch=False), GpuPartKnown(False, TURING.name, "12.4", "13.0")),
        (Made(_driver(TURING)), GpuPartKnown(True, TURING.name, "13.2")),
        (Made(_driver(TURING), torch=False, mac=True), GpuPartKnown(False)),
    ],
    ids=["no driver", "no card", "card too old", "second card", "driver too old", "installed", "Mac"],
)
def test_what_the_engine_finds(machine: Made, known: GpuPartKnown) -> None:
    assert gpu_part_of(machine) == known


def test_the_driver_asked_for_is_that_of_the_torch_that_the_extra_brings() -> None:
    """torch/version.py says it without torch being imported."""
    try:
        found = importlib.util.find_spec("torch")
    except ModuleNotFoundError:
        found = None
    if found is None or found.origin is None:
        pytest.skip("torch is not installed")
    version = Path(found.origin).with_name("version.py").read_text(encoding="utf-8")
    told = re.search(r"^cuda[^=]*= '(\d+)\.", version, re.MULTILINE)
    if told is None:
        pytest.skip("this torch is a CPU build")
    assert f"{told[1]}.0" == CUDA_NEEDED
