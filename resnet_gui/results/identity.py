"""The identity of a run: a hash over everything that changes an answer."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def run_identity(facts: Mapping[str, Any]) -> str:
    """SHA-256, 64 hex digits, of the facts as canonical JSON: keys sorted, no spaces, ASCII only.

    Tuples and lists are the same; numbers are written as `repr` writes them, so 1 and 1.0 differ.  Paths may hold
    surrogates.  Raises TypeError or ValueError for what JSON cannot hold (NaN among it): a bug of the caller.
    """
    text = json.dumps(dict(facts), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
