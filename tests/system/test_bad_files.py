"""The 110 hard files of ../shared/badfiles, through the real program: a row each, and no harm to their neighbours."""

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.helpers.program import COMMAND, environment, run, table, without_ms
from tests.helpers.shared import shared

pytestmark = [pytest.mark.shared, pytest.mark.slow]


def expected_statuses() -> dict[str, set[str]]:
    with (shared() / "badfiles/expected.csv").open(newline="", encoding="utf-8") as file:
        return {row["file"]: set(row["allowed"].split("|")) for row in csv.DictReader(file)}


def test_every_bad_file_has_a_row_with_an_allowed_status_in_bounded_memory_and_processor_time(tmp_path: Path) -> None:
    statuses = expected_statuses()
    folder = shared() / "badfiles"
    target = tmp_path / "table.csv"
    process = subprocess.Popen(
        [*COMMAND, "classify", *(folder / name for name in statuses), "--csv", target],
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    _, status, usage = os.wait4(process.pid, 0)
    assert process.stderr is not None
    assert process.stdout is not None
    errors = process.stderr.read().decode()
    process.stderr.close()
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, errors
    rows = table(target)
    assert len(rows) == len(statuses)
    wrong = []
    for name, allowed in statuses.items():
        matching = [row for row in rows if row["path"].endswith(name) or name.endswith(row["path"].removeprefix("./"))]
        wrong += [(name, row["status"], row["message"]) for row in matching[:1] if row["status"] not in allowed]
        assert matching, name
    assert wrong == []
    assert usage.ru_utime + usage.ru_stime < 40  # five seconds here, the start and the network included
    # Includes the peak of this process, from which the program was forked: an upper bound.
    assert usage.ru_maxrss < 1_500_000, f"{usage.ru_maxrss} kB"
    print(f"peak memory {usage.ru_maxrss / 1e6:.2f} GB, slowest {max(float(row['ms']) for row in rows):.0f} ms")


def test_good_rows_are_the_same_with_and_without_bad_neighbours(tmp_path: Path) -> None:
    good, mixed = tmp_path / "good", tmp_path / "mixed"
    for folder in (good, mixed):
        folder.mkdir()
        for picture in sorted((shared() / "photos/demo").iterdir()):
            if picture.suffix != ".json":
                shutil.copy2(picture, folder)
    for name in expected_statuses():
        source = shared() / "badfiles" / name
        if source.exists():
            shutil.copy2(source, mixed / name)
    rows = {}
    for folder in (good, mixed):
        target = tmp_path / f"{folder.name}.csv"
        done = run(["classify", folder, "--csv", target], tmp_path)
        assert done.status == 0, done.err
        rows[folder] = {row["path"]: row for row in without_ms(table(target))}
    assert len(rows[mixed]) > len(rows[good]) == 14
    for path, row in rows[good].items():
        assert rows[mixed][path] == row


def test_the_eight_turned_jpegs_get_one_answer(tmp_path: Path) -> None:
    """Each was compressed after it was turned, so upright their pixels differ by up to 10 of 255 levels."""
    target = tmp_path / "table.csv"
    files = [shared() / f"badfiles/orientation_{n}.jpg" for n in range(1, 9)]
    done = run(["classify", *files, "--csv", target], tmp_path)
    assert done.status == 0, done.err
    rows = table(target)
    assert len(rows) == 8
    assert {tuple(row[name] for name in ("label1", "label2", "label3", "width", "height")) for row in rows} == {
        (rows[0]["label1"], rows[0]["label2"], rows[0]["label3"], "240", "160")
    }
    assert max(abs(float(row["p1"]) - float(rows[0]["p1"])) for row in rows) < 0.06
