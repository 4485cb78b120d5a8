import os
import sqlite3
from pathlib import Path

import pytest

from resnet_gui.errors import StoreError
from resnet_gui.results import schema
from resnet_gui.results.query import RunReader
from resnet_gui.results.store import open_store

from .making import HEADER, done_store, new_store


def test_garbage_is_kept_aside_and_the_next_start_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "run.sqlite"
    path.write_bytes(b"this is no database at all" * 1000)
    with pytest.raises(StoreError, match=r"is damaged; it was kept as run\.sqlite\.damaged; run again to start over"):
        open_store(path, HEADER)
    assert (tmp_path / "run.sqlite.damaged").read_bytes().startswith(b"this is no database")
    open_store(path, HEADER).close()


def test_a_second_damaged_store_does_not_replace_the_first_one_kept(tmp_path: Path) -> None:
    path = tmp_path / "run.sqlite"
    for content in (b"first" * 500, b"second" * 500):
        path.write_bytes(content)
        with pytest.raises(StoreError, match="is damaged"):
            open_store(path, HEADER)
    assert (tmp_path / "run.sqlite.damaged").read_bytes().startswith(b"first")
    assert (tmp_path / "run.sqlite.damaged.2").read_bytes().startswith(b"second")


def test_pages_overwritten_in_the_middle_are_damage_for_writers_and_readers(tmp_path: Path) -> None:
    path = done_store(tmp_path, [(f"{n:05}.jpg", [(0, 0.5)]) for n in range(2000)])
    content = bytearray(path.read_bytes())
    content[4096:-4096] = os.urandom(len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged; the next run"), RunReader(path) as reader:
        list(reader.iterate_sorted())
    with pytest.raises(StoreError, match="it was kept as"):
        open_store(path, HEADER)


def test_a_file_cut_short_is_damage(tmp_path: Path) -> None:
    path = done_store(tmp_path, [(f"{n:05}.jpg", [(0, 0.5)]) for n in range(2000)])
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(StoreError, match="it was kept as"):
        open_store(path, HEADER)


def test_a_flipped_bit_inside_a_probability_is_noticed(tmp_path: Path) -> None:
    path = done_store(tmp_path, [("a.jpg", [(0, 0.5)])])
    with sqlite3.connect(path) as base:
        top = bytearray(base.execute("SELECT top FROM file").fetchone()[0])
        top[5] ^= 1
        base.execute("UPDATE file SET top = ?", (bytes(top),))
    base.close()
    with pytest.raises(StoreError, match="is damaged"), RunReader(path) as reader:
        reader.row(1)


def test_a_store_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    new_store(tmp_path).close()
    path = tmp_path / "run.sqlite"
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA user_version = 99")
    base.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"written by a newer resnet-gui; update this one"):
        open_store(path, HEADER)
    with pytest.raises(StoreError, match="written by a newer resnet-gui"):
        RunReader(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "run.sqlite"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE bookmarks (url TEXT)")
    base.close()
    with pytest.raises(StoreError, match="a database of another program"):
        open_store(path, HEADER)
    with pytest.raises(StoreError, match="a database of another program"):
        RunReader(path)


def test_reading_needs_a_run(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no run"):
        RunReader(tmp_path / "none.sqlite")
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(StoreError, match="run the same pictures again"):
        RunReader(tmp_path / "empty.sqlite")


def test_a_store_where_no_folder_can_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(tmp_path / "file" / "run.sqlite", HEADER)


def test_a_database_locked_by_another_program_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnet_gui.results.connect._PATIENCE_S", 0.1)
    new_store(tmp_path).close()
    other = sqlite3.connect(tmp_path / "run.sqlite", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is locked by another program; close that program"):
            new_store(tmp_path)
    finally:
        other.close()
    new_store(tmp_path).close()


def test_upgrades_run_each_missing_step_once_and_a_failing_step_leaves_nothing_behind(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "some.sqlite", isolation_level=None)
    try:
        first, second = ("CREATE TABLE a (x INTEGER) STRICT",), ("ALTER TABLE a ADD COLUMN y INTEGER",)
        schema.upgrade(base, [first])
        with pytest.raises(sqlite3.OperationalError):
            schema.upgrade(base, [first, (*second, "no statement")])
        assert schema.version_of(base) == 1
        schema.upgrade(base, [first, second])
        schema.upgrade(base, [first, second])
        assert schema.version_of(base) == 2
        assert [row[1] for row in base.execute("PRAGMA table_info(a)")] == ["x", "y"]
    finally:
        base.close()
