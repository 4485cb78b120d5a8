"""How the program starts itself: through Python in a checkout, as itself where it is frozen."""

import os
import sys
from pathlib import Path

import pytest

from resnet_gui.service import spawn


def test_a_frozen_program_starts_itself_as_if_a_person_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no "-m" in it: PyInstaller's executable takes its arguments as the program's."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/resnet-gui/resnet-gui")
    assert spawn.program_command("--version") == ["/opt/resnet-gui/resnet-gui", "--version"]
    assert spawn.environment() == {**os.environ, "PYINSTALLER_RESET_ENVIRONMENT": "1"}


def test_a_checkout_starts_this_very_package_from_any_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    first, *others = spawn.environment()["PYTHONPATH"].split(os.pathsep)
    assert Path(first, "resnet_gui", "service", "spawn.py").samefile(spawn.__file__)
    assert others == ["/elsewhere"]
    assert spawn.program_command("--version")[1:] == ["-P", "-m", "resnet_gui", "--version"]
