"""The benchmarks of starts watch the program through its private parts: one real start shows that they still fit."""

import os
from pathlib import Path

import pytest

pytest.importorskip("PySide6")

from tests.benchmarks.screens import installed
from tests.benchmarks.start import PICTURE, probe


def test_a_window_opened_with_a_picture_is_painted_before_it_answers(tmp_path: Path) -> None:
    environment = installed(str(tmp_path / "home"), str(tmp_path / "bytecode"), {"QT_QPA_PLATFORM": "offscreen"})
    if "PYTHONDONTWRITEBYTECODE" in os.environ:  # a test need not compile everything anew for a folder of its own
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        del environment["PYTHONPYCACHEPREFIX"]
    figures = probe("answer", PICTURE, environment)
    assert 0 < figures["visible"] < figures["answered"]
    assert figures["worst_ms"] >= figures["p99_ms"] >= 0
