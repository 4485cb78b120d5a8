import logging
import os
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from resnet_gui.engine.record import Job
from resnet_gui.errors import StoreError
from resnet_gui.images.find import GONE
from resnet_gui.images.status import Status
from resnet_gui.results.query import RunReader
from resnet_gui.results.store import Counts, open_store
from resnet_gui.results.writer import COMMIT_EVERY

from .making import HEADER, bad, found, new_store, ok, scanned


def names(path: Path) -> list[str]:
    with RunReader(path) as reader:
        return [row.shown for row in reader.iterate_sorted()]


def test_a_new_store_uses_a_write_ahead_log_and_full_sync_and_strict_tables(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        with sqlite3.connect(f"file:{store.path}?mode=ro", uri=True) as base:
            assert base.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            tables = base.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
        base.close()
        assert dict(tables) == {"run": 1, "class": 1, "file": 1, "sqlite_schema": 0} | {
            name: 0 for name, _ in tables if name.startswith("sqlite_")
        }
        assert store._writer.call(lambda c: c.execute("PRAGMA synchronous").fetchone()) == (2,)
    finally:
        store.close()
    assert not Path(f"{store.path}-wal").exists()


def test_the_file_says_what_it_is_even_to_a_program_that_only_reads_its_first_bytes(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    head = (tmp_path / "run.sqlite").read_bytes()[:100]
    assert head[68:72] == b"RNGU"
    assert int.from_bytes(head[60:64], "big") == 1


def test_a_row_counts_as_done_only_once_it_is_committed(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        jobs = scanned(store, "a.jpg", "b.jpg")
        assert store.counts() == Counts(2, 0, 0, {})
        version = store.committed_version
        store.put(ok(jobs["a.jpg"]))
        store.put(bad(jobs["b.jpg"]))
        store.flush()
        assert store.counts() == Counts(2, 2, 1, {Status.OK: 1, Status.CORRUPT: 1})
        assert store.committed_version == version + 1
        with RunReader(store.path) as reader:
            assert reader.state().done == 2
    finally:
        store.close()


def test_records_are_committed_by_themselves_after_a_moment_or_when_there_are_many(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        jobs = scanned(store, *(f"{n:04}.jpg" for n in range(COMMIT_EVERY + 1)))
        for job in jobs.values():
            store.put(ok(job))
        waiting = threading.Event()
        for _ in range(100):
            if store.counts().done == COMMIT_EVERY + 1:
                break
            waiting.wait(0.05)
        assert store.counts().done == COMMIT_EVERY + 1
    finally:
        store.close()


def test_pending_gives_the_undone_by_number_and_pages(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        jobs = scanned(store, "a", "b", "c", "d")
        store.put(ok(jobs["b"]))
        first = store.pending(0, 2)
        assert [job.path for job in first] == ["/pictures/a", "/pictures/c"]
        assert [job.path for job in store.pending(first[-1].id, 2)] == ["/pictures/d"]
        assert first[0] == Job(jobs["a"].id, "/pictures/a", 10, 5)
    finally:
        store.close()


def test_a_continued_run_keeps_unchanged_results_redoes_changed_files_and_drops_vanished_ones(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    jobs = scanned(store, "changed", "kept", "vanished", "undone")
    for name in ("changed", "kept", "vanished"):
        store.put(ok(jobs[name]))
    store.close()

    store = new_store(tmp_path)
    try:
        assert store.counts().done == 3
        store.begin_scan()
        store.add_files([*found("kept", "new", "undone"), *found("changed", size=11)])
        assert store.counts() == Counts(5, 2, 0, {Status.OK: 2})  # what has vanished is listed until the scan ends
        store.end_scan(ignored=7, denied=["/pictures/locked\udcff"])
        assert store.counts() == Counts(4, 1, 0, {Status.OK: 1})
        waiting = {job.path.removeprefix("/pictures/") for job in store.pending(0, 100)}
        assert waiting == {"changed", "new", "undone"}
        assert names(store.path) == ["kept"]
        with RunReader(store.path) as reader:
            state = reader.state()
        assert (state.ignored, state.denied, state.complete) == (7, ("/pictures/locked\\xff",), False)
    finally:
        store.close()


def test_a_file_that_comes_back_unchanged_is_not_done_again(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        jobs = scanned(store, "a", "b")
        store.put(ok(jobs["a"]))
        assert list(scanned(store, "b")) == ["b"]
        assert store.counts() == Counts(1, 0, 0, {})
        assert list(scanned(store, "a", "b")) == ["b"]
        assert store.counts() == Counts(2, 1, 0, {Status.OK: 1})
    finally:
        store.close()


def test_a_path_found_twice_in_one_scan_is_one_file(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        store.begin_scan()
        store.add_files(found("a", "a"))
        store.add_files(found("a", "b"))
        store.end_scan()
        assert store.counts().found == 2
    finally:
        store.close()


def test_an_interrupted_scan_hides_nothing_that_was_done(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    for job in scanned(store, "a", "b", "c").values():
        store.put(ok(job))
    store.begin_scan()
    store.add_files(found("b"))
    store.close()
    assert names(store.path) == ["a", "b", "c"]
    store = new_store(tmp_path)
    assert store.counts().done == 3
    store.close()


@pytest.mark.parametrize("status", [Status.MISSING, Status.DENIED, Status.IO_ERROR])
def test_trouble_outside_the_file_is_tried_again_by_the_next_scan(tmp_path: Path, status: Status) -> None:
    store = new_store(tmp_path)
    try:
        jobs = scanned(store, "a", "b")
        store.put(bad(jobs["a"], status))
        store.put(bad(jobs["b"], Status.CORRUPT))
        assert list(scanned(store, "a", "b")) == ["a"]
        assert store.counts() == Counts(2, 1, 1, {Status.CORRUPT: 1})
    finally:
        store.close()


def test_a_file_that_is_gone_before_it_is_looked_at_is_a_file_like_others(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        store.begin_scan()
        store.add_files(found("gone", size=GONE, mtime_ns=0))
        store.end_scan()
        assert store.pending(0, 1) == [Job(1, "/pictures/gone", GONE, 0)]
    finally:
        store.close()


def test_the_first_record_of_a_file_stays(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        job = scanned(store, "a")["a"]
        store.put(bad(job))
        store.put(ok(job))
        store.flush()
        assert store.counts() == Counts(1, 1, 1, {Status.CORRUPT: 1})
        with RunReader(store.path) as reader:
            assert reader.row(job.id).prediction is None
    finally:
        store.close()


def test_forget_makes_every_file_undone(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        jobs = scanned(store, "a", "b")
        for job in jobs.values():
            store.put(ok(job))
        store.forget()
        assert store.counts() == Counts(2, 0, 0, {})
        assert store.has_files()
        assert scanned(store, "a", "b") == jobs
    finally:
        store.close()


def test_undecodable_names_pass_through_unharmed(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \xf0\x9f\x90\x98 \\xe9\n.jpg")
    store = new_store(tmp_path)
    try:
        job = scanned(store, name)[name]
        assert job.path == f"/pictures/{name}"
        store.put(bad(job, message=f"cannot read {name}"))
        store.flush()
        with RunReader(store.path) as reader:
            row = reader.row(job.id)
        assert row.path == f"/pictures/{name}"
        assert row.shown == "caf\\xe9 🐘 \\x5cxe9\n.jpg"
        assert row.message == "cannot read caf\\xe9 🐘 \\xe9\n.jpg"
    finally:
        store.close()


def test_a_second_writer_is_refused_with_a_sentence(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        with pytest.raises(StoreError, match=r"is being written by another resnet-gui"):
            new_store(tmp_path)
    finally:
        store.close()
    new_store(tmp_path).close()


def test_a_store_of_another_run_is_refused(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    with pytest.raises(StoreError, match="belongs to another run"):
        open_store(tmp_path / "run.sqlite", replace(HEADER, identity="cd" * 32))


def test_the_facts_are_those_of_the_latest_start(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    latest = replace(HEADER, facts=HEADER.facts | {"crops": 10, "device": "CPU, because …"})
    open_store(tmp_path / "run.sqlite", latest).close()
    with RunReader(tmp_path / "run.sqlite") as reader:
        assert reader.header() == latest


def test_what_computed_the_rows_is_known_until_the_next_start_knows_better(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    again = replace(HEADER, facts={"program": "resnet-gui 2"})
    with closing(open_store(tmp_path / "run.sqlite", HEADER)) as store:
        store.describe(HEADER.facts | {"device": "CPU, because …"})
    open_store(tmp_path / "run.sqlite", again).close()  # it ended before its network was there
    with RunReader(tmp_path / "run.sqlite") as reader:
        assert reader.header().facts == HEADER.facts | {"device": "CPU, because …", "program": "resnet-gui 2"}


def test_after_a_failed_write_nothing_is_counted_and_everybody_is_told(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    jobs = scanned(store, "a", "b")
    # SQLite answers "database or disk is full" when a database may not grow beyond this many pages.
    store._writer.call(lambda c: c.execute("PRAGMA max_page_count = 1").fetchone())
    huge = bad(jobs["a"], message="x" * 1_000_000)
    store.put(huge)
    with pytest.raises(StoreError, match=r"^The disk with .* is full"):
        store.flush()
    assert store.counts().done == 0
    with pytest.raises(StoreError, match="is full"):
        store.put(ok(jobs["b"]))
    store.close()  # has been told: closing is quiet
    store.close()


def test_a_failed_write_nobody_has_heard_of_is_told_when_closing(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    jobs = scanned(store, "a")
    store._writer.call(lambda c: c.execute("PRAGMA max_page_count = 1").fetchone())
    store.put(bad(jobs["a"], message="x" * 1_000_000))
    with pytest.raises(StoreError, match="is full"):
        store.close()
    store.close()
    new_store(tmp_path).close()  # the lock has been given back


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    store.close()
    with pytest.raises(StoreError, match="has been closed"):
        store.flush()


def test_no_thread_is_left(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    new_store(tmp_path).close()
    assert set(threading.enumerate()) == before


def test_many_threads_may_put_at_once(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        jobs = list(scanned(store, *(f"{n}.jpg" for n in range(1000))).values())
        threads = [
            threading.Thread(target=lambda part=jobs[n::8]: [store.put(ok(job)) for job in part]) for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        store.flush()
        assert store.counts() == Counts(1000, 1000, 0, {Status.OK: 1000})
    finally:
        store.close()


def test_a_drive_without_a_write_ahead_log_gets_the_old_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("resnet_gui.results.connect.is_network_path", lambda path: True)
    caplog.set_level(logging.INFO)
    store = new_store(tmp_path)
    try:
        for job in scanned(store, "a", "b").values():
            store.put(ok(job))
        store.flush()
        assert names(store.path) == ["a", "b"]
        assert store._writer.call(lambda c: c.execute("PRAGMA journal_mode").fetchone()) == ("truncate",)
    finally:
        store.close()


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_nobody_else_reads_it(tmp_path: Path) -> None:
    """The files that SQLite lays beside it included."""
    store = new_store(tmp_path)
    try:
        store.begin_scan()
        files = [path for path in tmp_path.iterdir() if path.name.startswith(store.path.name) and path.stat().st_size]
        assert len(files) >= 2
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    finally:
        store.close()


def test_dates_at_the_ends_of_what_it_holds_are_kept(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        store.begin_scan()
        store.add_files([*found("a.jpg", mtime_ns=2**63 - 1), *found("b.jpg", mtime_ns=1 - 2**63)])
        store.end_scan()
        assert [job.mtime_ns for job in store.pending(0, 10)] == [2**63 - 1, 1 - 2**63]
    finally:
        store.close()
