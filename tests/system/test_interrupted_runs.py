"""A run that is killed, interrupted or started twice loses nothing and doubles nothing."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.helpers.pictures import write_pictures
from tests.helpers.program import COMMAND, environment, run, table, without_ms

pytestmark = pytest.mark.slow
PICTURES = 120


def start(arguments: list[str | Path], home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *map(os.fspath, arguments)],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def done_rows(home: Path) -> dict[str, bytes]:
    """Rows that count as done, read from the store while its writer may be at work."""
    stores = list((home / "data" / "runs").glob("*.sqlite"))
    if not stores:
        return {}
    with sqlite3.connect(f"file:{stores[0]}?mode=ro", uri=True) as base:
        try:
            return dict(base.execute("SELECT shown, top FROM file WHERE status IS NOT NULL"))
        except sqlite3.OperationalError:  # the tables are not there yet
            return {}
        finally:
            base.rollback()


def wait_for_rows(home: Path, least: int, process: subprocess.Popen[bytes]) -> dict[str, bytes]:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if len(rows := done_rows(home)) >= least:
            return rows
        time.sleep(0.02)
    raise AssertionError(f"{len(done_rows(home))} rows; exit status {process.poll()}")


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
def test_a_batch_that_was_cut_off_twice_goes_on_where_it_was(tmp_path: Path, kind: signal.Signals) -> None:
    folder = tmp_path / "pictures"
    write_pictures(folder, PICTURES)
    home, target = tmp_path / "home", tmp_path / "table.csv"
    arguments: list[str | Path] = ["classify", folder, "--csv", target]
    kept: dict[str, bytes] = {}
    for least in (PICTURES // 5, PICTURES // 2):
        process = start(arguments, home)
        counted = wait_for_rows(home, least, process)
        process.send_signal(kind)
        process.wait(30)
        assert process.stderr is not None
        process.stderr.close()
        assert process.returncode == (-9 if kind == signal.SIGKILL else 130)
        after = done_rows(home)
        assert {name: after[name] for name in counted} == counted  # what was counted as done is there, unchanged
        assert {name: after[name] for name in kept} == kept
        kept = after
        assert len(kept) < PICTURES
        assert not target.exists()
    finished = run(arguments, home)
    assert finished.status == 0, finished.err
    rows = table(target)
    assert len(rows) == len({row["path"] for row in rows}) == PICTURES
    assert {row["status"] for row in rows} == {"ok"}

    fresh_home, fresh = tmp_path / "fresh home", tmp_path / "fresh.csv"
    whole = run(["classify", folder, "--csv", fresh], fresh_home)
    assert whole.status == 0, whole.err
    assert without_ms(rows) == without_ms(table(fresh))
    shutil.rmtree(folder)


def test_the_same_command_again_asks_the_network_nothing(tmp_path: Path) -> None:
    folder, target = tmp_path / "pictures", tmp_path / "table.csv"
    write_pictures(folder, 8)
    assert run(["classify", folder, "--csv", target], tmp_path).status == 0
    first = table(target)
    assert run(["classify", folder, "--csv", target, "--top", "3"], tmp_path).status == 0
    second = table(target)
    assert [row["ms"] for row in second] == [row["ms"] for row in first]  # not measured anew: nothing ran
    assert "label4" not in second[0]
    assert [row["p1"] for row in second] == [row["p1"] for row in first]


def test_two_programs_on_one_run_do_not_spoil_each_other(tmp_path: Path) -> None:
    folder, target = tmp_path / "pictures", tmp_path / "table.csv"
    write_pictures(folder, 80)
    process = start(["classify", folder, "--csv", target], tmp_path)
    wait_for_rows(tmp_path, 5, process)
    process.send_signal(signal.SIGSTOP)  # so that it cannot end before the second has begun
    try:
        second = run(["classify", folder, "--csv", tmp_path / "other.csv"], tmp_path)
    finally:
        process.send_signal(signal.SIGCONT)
    assert second.status == 1
    assert "another" in second.err
    assert process.wait(120) == 0
    assert process.stderr is not None
    process.stderr.close()
    assert len(table(target)) == 80
