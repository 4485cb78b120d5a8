"""Fixtures for the tests of what is seen: the theme on the one QApplication, and the text of twice the size."""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from resnet_gui.gui.style.theme import apply_theme


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> Iterator[QApplication]:
    """Light at the beginning of every test; the font is put back after it."""
    apply_theme(qapp, "light")
    font = qapp.font()
    yield qapp
    qapp.setFont(font)
    apply_theme(qapp, "light")


@pytest.fixture
def large_text(themed: QApplication) -> None:
    """Letters of twice the size, for what is made after it."""
    font = themed.font()
    font.setPixelSize(font.pixelSize() * 2)
    themed.setFont(font)
