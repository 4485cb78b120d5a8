"""What holds for every test: a home folder of its own, no thread left over, Qt and torch blocked on demand."""

import importlib.abc
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")
"""Before torch is imported: its threads wait by spinning, and two lanes of tests share the cores (tests/run)."""
BLOCKED = ("PySide6", "shiboken6", "torch", "torchvision")
_PATIENCE_S = 2.0


class Blocker(importlib.abc.MetaPathFinder):
    """Stands before all finders and refuses what a small installation does not have."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named '{fullname}' (blocked for this test run)", name=fullname)
        return None


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """--without-qt-and-torch: as on a machine where neither is installed; give it with `-p no:pytest-qt`."""
    parser.addoption("--without-qt-and-torch", action="store_true", help="make PySide6 and torch unimportable")
    if not pluginmanager.hasplugin("pytest-qt"):
        for name in ("qt_api", "qt_log_level_fail"):  # in pyproject.toml; --strict-config refuses what nobody knows
            parser.addini(name, "an option of pytest-qt, which is not loaded")


def pytest_configure(config: pytest.Config) -> None:
    """Block before any test module is imported."""
    if config.getoption("--without-qt-and-torch"):
        loaded = sorted(name for name in sys.modules if name.partition(".")[0] in BLOCKED)
        if loaded:
            raise pytest.UsageError(f"already imported: {', '.join(loaded[:5])}; run with '-p no:pytest-qt'")
        sys.meta_path.insert(0, Blocker())


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """RESNET_GUI_HOME is a new folder in each test."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("RESNET_GUI_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fails a test that leaves a thread running; daemon threads count as well."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _PATIENCE_S
    while left := [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]:
        if time.monotonic() > deadline:
            pytest.fail(f"threads left running: {', '.join(sorted(thread.name for thread in left))}")
        time.sleep(0.01)
