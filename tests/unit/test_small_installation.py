"""A machine without PySide6 and torch: everything but Qt's own parts and torch's own can be imported."""

import subprocess
import sys

from tests.conftest import BLOCKED
from tests.helpers.shared import REPOSITORY

IMPORT_ALL = """
import importlib, pkgutil, sys
from tests.conftest import Blocker
sys.meta_path.insert(0, Blocker())
import resnet_gui
for found in pkgutil.walk_packages(resnet_gui.__path__, "resnet_gui."):
    try:
        importlib.import_module(found.name)
    except ModuleNotFoundError as error:
        print(found.name, error.name)
    else:
        print(found.name)
"""
WITHOUT_QT = ("flow", "view", "actions", "state", "settings")
"""What these modules of the window are called: acts, views and the state are made without Qt."""


def test_every_module_that_is_not_qts_or_torchs_own_is_imported_without_them() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answers = [line.split() for line in done.stdout.splitlines()]
    assert len(answers) > 250
    missing = {module: found[0] for module, *found in answers if found}
    assert {found.partition(".")[0] for found in missing.values()} <= set(BLOCKED)
    assert missing.pop("resnet_gui.network.build_torch") == "torch"
    assert all(module.startswith("resnet_gui.gui.") for module in missing)
    assert [module for module in missing if module.rpartition(".")[2] in WITHOUT_QT] == []
