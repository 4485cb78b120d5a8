"""What fast and turbo promise beside exact, on photographs that never served to calibrate: ../shared/photos/val."""

import csv
from pathlib import Path

import pytest

from tests.helpers.program import run, table
from tests.helpers.shared import shared

pytestmark = [pytest.mark.shared, pytest.mark.slow]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict[str, str]]]:
    """By precision and path, the rows of the built-in network."""
    home = tmp_path_factory.mktemp("home")
    found = {}
    for precision in ("exact", "fast", "turbo"):
        target = home / f"{precision}.csv"
        done = run(["classify", shared() / "photos/val", "--precision", precision, "--csv", target], home)
        assert done.status == 0, done.err
        found[precision] = {row["path"]: row for row in table(target) if row["status"] == "ok"}
    return found


def truth() -> dict[str, int]:
    """Class index by path."""
    with (shared() / "photos/val/labels.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: int(row["index"]) for row in csv.DictReader(file)}


@pytest.mark.parametrize(("precision", "least"), [("fast", 0.995), ("turbo", 0.99)])
def test_winners_agree_with_exact(rows: dict[str, dict[str, dict[str, str]]], precision: str, least: float) -> None:
    exact, other = rows["exact"], rows[precision]
    assert len(exact) == len(other) == 199
    agreed = sum(other[path]["index1"] == row["index1"] for path, row in exact.items())
    print(f"{precision}: {agreed} of {len(exact)} winners are exact's")
    assert agreed >= least * len(exact)


@pytest.mark.parametrize("precision", ["fast", "turbo"])
def test_accuracy_is_exacts_within_half_a_per_cent(rows: dict[str, dict[str, dict[str, str]]], precision: str) -> None:
    labels = truth()
    right = {
        word: sum(int(row["index1"]) == labels[path] for path, row in rows[word].items())
        for word in ("exact", precision)
    }
    print(f"top-1 of 199: {right}")
    assert right["exact"] == 179  # REFERENCE.md
    assert abs(right[precision] - right["exact"]) <= 0.005 * 199


def test_turbo_is_really_int8_and_differs(rows: dict[str, dict[str, dict[str, str]]], tmp_path: Path) -> None:
    """Figures of int8 cannot all be those of fp32: a turbo that computes exactly would pass the tests above."""
    differing = sum(row["p1"] != rows["turbo"][path]["p1"] for path, row in rows["exact"].items())
    assert differing > 100
