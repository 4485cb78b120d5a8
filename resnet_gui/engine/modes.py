"""The two choices that change what an answer means: precision, and how ten crops become one."""

from enum import StrEnum


class Precision(StrEnum):
    """DESIGN's three words."""

    EXACT = "exact"
    FAST = "fast"
    TURBO = "turbo"


class Average(StrEnum):
    """How the answers of ten crops become one."""

    SOFTMAX = "softmax"
    """Mean of the ten probability vectors (the default)."""
    LOGITS = "logits"
    """Softmax of the mean logits."""
