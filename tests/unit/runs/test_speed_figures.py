"""Figures of speed, kept and read again; and which pictures they are measured with."""

from itertools import pairwise
from pathlib import Path

import pytest

from resnet_gui.engine.modes import Precision
from resnet_gui.runs.speed_figures import Speeds, WordSpeed, keep_speeds, kept_path, read_speeds
from resnet_gui.runs.speed_pictures import spread

SPEEDS = Speeds(
    (
        WordSpeed(Precision.EXACT, "fp32", 38.25, 104, 104),
        WordSpeed(Precision.FAST, "bf16", 71.5, 104, 103),
        WordSpeed(Precision.TURBO, same_as=Precision.FAST),
    ),
    104,
    False,
    "2026-11-21T16:00:00+00:00",
)


def test_figures_are_kept(tmp_path: Path) -> None:
    path = kept_path(tmp_path, "key")
    assert read_speeds(path) is None
    keep_speeds(SPEEDS, path)
    assert read_speeds(path) == SPEEDS
    assert [file.name for file in path.parent.iterdir()] == ["key.json"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"exact"', '"exactly"'),
        ("38.25", "NaN"),
        ('"agreed": 103', '"agreed": 105'),
        ('"fast",\n   "computed_in"', '"exact",\n   "computed_in"'),
        ('"same_as": "fast"', '"same_as": "turbo"'),
        ('"words"', '"word"'),
        ("{", "["),
        ("\n", " " * 100_000),
    ],
)
def test_a_damaged_file_is_ignored(tmp_path: Path, caplog: pytest.LogCaptureFixture, old: str, new: str) -> None:
    path = kept_path(tmp_path, "key")
    keep_speeds(SPEEDS, path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert read_speeds(path) is None
    assert "are not used" in caplog.text


def test_a_spread_takes_from_all() -> None:
    assert sorted(spread(range(10), 5)) == [0, 2, 4, 6, 8]
    assert sorted(spread(range(3), 5)) == [0, 1, 2]
    assert spread((), 5) == ()
    assert len(set(spread(range(1001), 256))) == 256


@pytest.mark.parametrize("few", [8, 20, 40, 100])
def test_whatever_a_slow_machine_gets_through_is_a_spread_too(few: int) -> None:
    """No gap between neighbours is more than four times as long as it would be with all gaps equal."""
    first = sorted(spread(range(1000), 256)[:few])
    gaps = [after - before for before, after in pairwise([0, *first, 1000])]
    assert max(gaps) <= 4 * 1000 / few
