"""The benchmarks open the network and decode as the program does; here only that they still can."""

import shutil
import sys
from pathlib import Path

from resnet_gui.assets import resources
from resnet_gui.engine.threads import usable_threads
from tests.benchmarks.parts_line import parse
from tests.benchmarks.process import run_to_end
from tests.helpers.program import environment


def test_the_parts_are_measured(tmp_path: Path) -> None:
    """Ten crops, as they travel as fewer squares than there are answers."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    shutil.copy(resources() / "samples" / "grace_hopper.jpg", folder)
    command = [sys.executable, "-m", "tests.benchmarks.parts", str(folder), "--seconds", "0.2", "--crops", "10"]
    parts = parse(run_to_end([*command, "--device", "cpu"], environment(tmp_path / "home"), limit_s=120).out)
    assert (parts.precision, parts.shared, parts.cores) == ("fp32", True, usable_threads())
    assert 0 < parts.limit < parts.network_rate
