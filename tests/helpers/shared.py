"""The reference data, `../shared` beside the checkout; tests that need it skip where it is absent, and say so."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def shared() -> Path:
    """The folder `../shared`; skips the calling test where there is none."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is absent")
    return folder
