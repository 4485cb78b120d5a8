"""When the packaged program is built again: what it hangs on has changed, or nobody knows."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.scripts import load_script

changed = load_script("packaging/changed.py")
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "path",
    ["pyproject.toml", "packaging/hooks/hook-openvino.py", "resnet_gui/__main__.py", "resnet_gui/service/spawn.py"],
)
def test_what_goes_into_the_package_asks_for_a_build(path: str) -> None:
    assert changed.of_the_package(["README.md", path]) == [path]


def test_the_programs_own_logic_and_its_pages_do_not() -> None:
    assert changed.of_the_package(["README.md", "docs/packaging.md", "resnet_gui/images/geometry.py"]) == []


def test_every_input_that_is_named_is_there() -> None:
    assert [path for path in changed.INPUTS if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("commit", [[], ["no-such-commit"]])
def test_what_is_not_known_is_built(commit: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "packaging" / "changed.py", *commit], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "not known" in done.stdout
