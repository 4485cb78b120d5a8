"""The numbers of ../shared/photos/demo/expected.json, through the real program.

They were computed by an independent program and checked against Keras 3.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.program import run, table
from tests.helpers.real_weights import keras_file
from tests.helpers.shared import shared

pytestmark = [pytest.mark.shared, pytest.mark.slow]

CUTS = {
    "single": ["--crops", "1"],
    "ten": ["--crops", "10"],
    "ten_logits": ["--crops", "10", "--average", "logits"],
    "squash_nearest": ["--preprocess", "article"],
}
POOLS = {"keras": "padded", "article": "unpadded"}


def expected() -> dict[str, Any]:
    pictures: dict[str, Any] = json.loads((shared() / "photos/demo/expected.json").read_text())["pictures"]
    return pictures


def classify_demo(home: Path, *options: str) -> dict[str, dict[str, str]]:
    target = home / "table.csv"
    folder = shared() / "photos/demo"
    done = run(["classify", folder, "--csv", target, "--top", "5", *options], home)
    assert done.status == 0, done.err
    return {row["path"]: row for row in table(target)}


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("cut", CUTS)
def test_the_article_weights_give_the_reference_probabilities(tmp_path: Path, cut: str, pool: str) -> None:
    """From the older of the two layouts; tests/gui/test_reference.py asks the window about the newer."""
    rows = classify_demo(tmp_path, "--network", str(keras_file("keras1")), "--stem-pool", POOLS[pool], *CUTS[cut])
    worst = 0.0
    for name, answers in expected().items():
        row = rows[name]
        assert row["status"] == "ok"
        assert (int(row["width"]), int(row["height"])) == tuple(answers["size"])
        wanted = answers[pool][cut]
        said = {int(row[f"index{k}"]): float(row[f"p{k}"]) for k in range(1, 6)}
        for score in wanted:
            if score["probability"] > 1e-4:  # below, classes may change places within the tolerance
                worst = max(worst, abs(said[score["index"]] - score["probability"]))
        assert int(row["index1"]) == wanted[0]["index"], name
        assert row["id1"] == wanted[0]["wnid"]
        if cut.startswith("ten"):
            votes = [index for index, _ in answers[pool]["ten_each_top1"]]
            assert row["agree"] == f"{votes.count(wanted[0]['index'])}/10"
    assert worst < 1e-4
    print(f"largest difference {worst:.1e}")


def test_the_built_in_network_has_the_same_winners_within_half_a_percent(tmp_path: Path) -> None:
    for cut in ("single", "ten"):
        rows = classify_demo(tmp_path, *CUTS[cut])
        for name, answers in expected().items():
            best = answers["keras"][cut][0]
            assert int(rows[name]["index1"]) == best["index"], name
            assert abs(float(rows[name]["p1"]) - best["probability"]) < 5e-3, name


def test_the_built_in_network_names_179_and_198_of_the_199_labelled_photographs(tmp_path: Path) -> None:
    folder = shared() / "photos/val"
    target = tmp_path / "table.csv"
    done = run(["classify", folder, "--csv", target], tmp_path)
    assert done.status == 0, done.err
    labels = {row["file"]: row["wnid"] for row in table(folder / "labels.csv")}
    rows = table(target)
    assert len(rows) == len(labels) == 199
    top1 = sum(labels[row["path"]] == row["id1"] for row in rows)
    top5 = sum(labels[row["path"]] in [row[f"id{k}"] for k in range(1, 6)] for row in rows)
    assert (top1, top5) == (179, 198)
