import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resnet_gui.images.status import Status
from resnet_gui.results.in_flight import InFlight, notes_path
from resnet_gui.results.query import RunReader
from resnet_gui.results.store import Counts, Store

from .making import found, new_store, ok, scanned

WRITER = """
import sys
from pathlib import Path
from tests.unit.results.making import new_store, ok, scanned
from resnet_gui.results.in_flight import InFlight

store = new_store(Path(sys.argv[1]))
jobs = scanned(store, *(f"{n:04}.jpg" for n in range(3000)))
with InFlight(store.path, slots=2) as notes:
    print("begun", flush=True)
    for job in jobs.values():
        notes.note(job.id % 2, job.id)
        store.put(ok(job))
        print(store.counts().done, flush=True)
        if store.counts().done == 0:
            store.flush()
"""


def killed_in_the_middle(folder: Path) -> int:
    """Run WRITER until some rows are done, kill -9; what it last said it had done."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    done = 0
    for line in writer.stdout:
        if line.strip().isdecimal():
            done = int(line)
            if done >= 400:
                break
    writer.kill()
    rest = writer.stdout.read().split()
    writer.stdout.close()
    assert writer.wait() == -signal.SIGKILL
    return max([done, *map(int, rest[:-1])])


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_after_kill_9_no_row_that_counted_is_lost_and_none_is_there_twice(tmp_path: Path) -> None:
    counted = killed_in_the_middle(tmp_path)
    assert counted >= 400
    with RunReader(tmp_path / "run.sqlite") as reader:  # a reader may come before the next writer
        assert counted <= reader.state().done < 3000
    with InFlight(tmp_path / "run.sqlite", slots=2) as notes:
        assert 1 <= len(notes.read_left_over()) <= 2
    store = new_store(tmp_path)
    try:
        done = store.counts().done
        assert counted <= done < 3000
        left = scanned(store, *(f"{n:04}.jpg" for n in range(3000)))
        assert len(left) == 3000 - done
        for job in left.values():
            store.put(ok(job))
        store.flush()
        assert store.counts() == Counts(3000, 3000, 0, {Status.OK: 3000})
        with RunReader(store.path) as reader:
            names = [row.shown for row in reader.iterate_sorted()]
        assert names == [f"{n:04}.jpg" for n in range(3000)]
    finally:
        store.close()


def test_notes_are_gone_after_a_clean_end(tmp_path: Path) -> None:
    store = tmp_path / "run.sqlite"
    with InFlight(store, slots=4) as notes:
        notes.note(3, 77)
        notes.close()
        notes.note(0, 5)  # a decoder that hung and was given up comes back
    assert not notes_path(store).exists()


def left_behind(store: Path, jobs: dict[int, int]) -> None:
    """What a process that died leaves: a file with these jobs noted in these slots."""
    notes = InFlight(store, slots=8)
    notes.read_left_over()
    for slot, job in jobs.items():
        notes.note(slot, job)
    content = notes_path(store).read_bytes()
    notes.close()
    notes_path(store).write_bytes(content)


def test_what_was_being_decoded_when_the_process_died_is_told_once(tmp_path: Path) -> None:
    store = tmp_path / "run.sqlite"
    left_behind(store, {0: 12, 5: 2**40, 7: 3})
    first = InFlight(store, slots=2)  # fewer decoders than before
    assert first.read_left_over() == [3, 12, 2**40]
    assert first.read_left_over() == []
    first.note(1, 9)
    second = InFlight(store, slots=2)
    assert second.read_left_over() == [9]
    first.close()
    second.close()


def test_a_note_may_be_cleared_and_slots_are_separate(tmp_path: Path) -> None:
    store = tmp_path / "run.sqlite"
    notes = InFlight(store, slots=3)
    notes.note(0, 1)
    notes.note(1, 2)
    notes.clear(0)
    again = InFlight(store, slots=3)
    assert again.read_left_over() == [2]
    with pytest.raises(IndexError, match="slot 3 of 3"):
        notes.note(3, 1)
    again.close()
    notes.close()


def died_with(store: Store, *names: str) -> list[str]:
    """The process dies while decoding these files and is started again; what is to be tried alone now."""
    ids = [number for number, name in _numbers(store) if name in names]
    return [job.path.removeprefix("/pictures/") for job in store.take_suspects(ids)]


def _numbers(store: Store) -> list[tuple[int, str]]:
    with RunReader(store.path) as reader:
        return [(row.id, row.shown) for row in reader.rows(reader.ids())]


def test_the_file_that_takes_the_program_down_is_found_and_the_others_are_done(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        jobs = scanned(store, "a", "bad", "c", "d")
        assert died_with(store, "a", "bad", "c") == ["a", "bad", "c"]
        store.put(ok(jobs["a"]))  # alone, and well; then "bad", alone, takes the process down
        store.flush()
        assert died_with(store, "bad") == ["c"]
        assert store.counts() == Counts(4, 2, 1, {Status.OK: 1, Status.CRASHED: 1})
        with RunReader(store.path) as reader:
            row = reader.row(jobs["bad"].id)
        assert row.status is Status.CRASHED
        assert "twice" in row.message
        assert list(scanned(store, "a", "bad", "c", "d")) == ["c", "d"]  # not tried again until asked
        store.forget()
        assert list(scanned(store, "a", "bad", "c", "d")) == ["a", "bad", "c", "d"]
        assert died_with(store, "bad") == ["bad"]
    finally:
        store.close()


def test_one_death_proves_nothing(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        scanned(store, "only")
        assert died_with(store, "only") == ["only"]
        assert died_with(store, "only") == []
        assert store.counts().by_status == {Status.CRASHED: 1}
    finally:
        store.close()


def test_a_file_that_was_never_alone_is_never_blamed(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        scanned(store, "a", "b")
        for _ in range(5):
            assert died_with(store, "a", "b") == ["a", "b"]
    finally:
        store.close()


def test_done_files_and_unknown_numbers_are_no_suspects(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        jobs = scanned(store, "a", "b")
        store.put(ok(jobs["a"]))
        assert store.take_suspects([jobs["a"].id, 999]) == []
    finally:
        store.close()


def test_a_changed_file_is_a_new_one(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    try:
        scanned(store, "a")
        assert died_with(store, "a") == ["a"]
        store.begin_scan()
        store.add_files(found("a", size=99))
        store.end_scan()
        assert died_with(store, "a") == ["a"]
    finally:
        store.close()


def test_notes_wait_for_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand take 20 ms; two small writes each, and nothing is forced to the disk."""
    synced: list[int] = []
    for name in {"fsync", "fdatasync", "sync"} & set(dir(os)):
        monkeypatch.setattr(os, name, lambda *given: synced.append(1))
    opened: list[int] = []
    really = os.open
    monkeypatch.setattr(os, "open", lambda path, flags, *given: opened.append(flags) or really(path, flags, *given))
    with InFlight(tmp_path / "run.sqlite", slots=1) as notes:
        began = time.thread_time()
        for job in range(1, 1001):
            notes.note(0, job)
            notes.clear(0)
        assert time.thread_time() - began < 2.0
    assert synced == []
    assert len(opened) == 1
    assert not opened[0] & (getattr(os, "O_SYNC", 0) | getattr(os, "O_DSYNC", 0))
