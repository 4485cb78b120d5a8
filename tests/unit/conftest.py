"""Which unit tests a small installation is asked for, too."""

from pathlib import Path

import pytest

SMALL = (
    "cli",
    "operations",
    "service",
    "runs",
    "gui_flows",
    "engine/test_backends.py",
    "engine/test_devices.py",
    "test_small_installation.py",
)
"""Folders and files: what asks whether PySide6 or torch is there, and what a command goes through without them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them."""
    small = [Path(__file__).parent / name for name in SMALL]
    for item in items:
        if any(path in (item.path, *item.path.parents) for path in small):
            item.add_marker("small")
