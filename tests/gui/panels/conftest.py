"""The theme for every test in this folder."""

from pathlib import Path

import pytest

from tests.gui.themed import large_text, themed

__all__ = ["large_text", "themed"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform knows no window manager and says so at each size hint: that is no fault of ours."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))
