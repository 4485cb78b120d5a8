"""What the fuzz scripts can be asked for on the command line."""

import argparse
import tempfile
from pathlib import Path


def options(about: str, *, inputs: int, folder: str) -> argparse.Namespace:
    """inputs, first: how many inputs, and the number of the first.  keep: folder for what was found; made here.

    worker: set by a script that calls itself.
    """
    parser = argparse.ArgumentParser(description=about.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=inputs)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / folder)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.keep.mkdir(parents=True, exist_ok=True)
    return asked
