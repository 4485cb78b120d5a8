"""The second article's weight file with its real numbers, in both layouts; made by ../shared's tool when missing."""

import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from filelock import FileLock

from tests.helpers.shared import shared

NAME = "resnet50_weights_tf_dim_ordering_tf_kernels.h5"
CACHE = Path.home() / ".cache" / "resnet-gui-dev"


def keras_file(layout: Literal["keras1", "keras2"]) -> Path:
    """The float32 file, 102 MB.  Skips the calling test where it cannot be had, and says why."""
    tool = shared() / "tools" / "real_weights.py"
    path = CACHE / layout / NAME
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / "lock"):  # two lanes of tests may want it at once
        if not path.exists():
            command = [sys.executable, str(tool), "--layout", layout, "--out", str(CACHE)]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
            except (OSError, subprocess.TimeoutExpired) as error:
                pytest.skip(f"the real weights cannot be made: {error}")
            if done.returncode:
                pytest.skip(f"the real weights cannot be made: {done.stderr.strip()[-300:]}")
    return path
