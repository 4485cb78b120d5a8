"""One of several things a person can choose, as views hand it to the widgets that offer it.  No Qt in here."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """One segment of a segmented button, or one line of a list.

    key: what stands for it in the state.
    text: what it says.
    tip: one line more.
    why_not: the sentence shown while it cannot be chosen, else empty.
    """

    key: str
    text: str
    tip: str = ""
    why_not: str = ""


def file_kinds(title: str, suffixes: Iterable[str]) -> tuple[str, str]:
    """What a file dialog offers: files whose names have these ends ("Networks (*.h5 *.keras)"), or all."""
    return f"{title} ({' '.join('*' + suffix for suffix in suffixes)})", "All files (*)"
