"""What the tests of downloads fetch, and what lies in a folder afterwards."""

import hashlib
import random
from pathlib import Path

CONTENT = random.Random(7).randbytes(3_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT).hexdigest()


def left(folder: Path) -> set[str]:
    """What lies in the folder, the lock aside."""
    return {path.name for path in folder.iterdir() if not path.name.endswith(".lock")} if folder.exists() else set()
