"""What a network is called, and which published one has a hash."""

from pathlib import Path

import pytest

from resnet_gui.runs.naming import entry_with, is_name, name_of
from resnet_gui.weights.published.catalogue import catalogue, find
from resnet_gui.weights.published.installed import Proof, Record, path_of, write_record


def test_a_file_goes_before_a_name_as_where_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert is_name("built-in")
    assert is_name("resnet50.tv_in1k")
    assert not is_name("/w/resnet50.tv_in1k.pth")
    (tmp_path / "resnet50.tv_in1k").write_bytes(b"x")
    assert not is_name("resnet50.tv_in1k")


def test_only_files_in_the_programs_own_folder_have_their_entrys_name(tmp_path: Path) -> None:
    for entry in catalogue():
        assert name_of(str(path_of(entry))) == entry.name
        assert name_of(str(tmp_path / entry.file_name)) == str(tmp_path / entry.file_name)


def test_an_entry_of_which_only_the_md5_is_published_is_known_by_what_was_measured_here() -> None:
    entry = find("resnet50.keras")
    assert entry is not None
    assert entry.sha256 == ""
    measured = "5" * 64
    assert entry_with(measured) is None
    path_of(entry).parent.mkdir(parents=True)
    write_record(path_of(entry), Record(entry.name, measured, entry.size, Proof.MD5, "a test", "2026-01-01T00:00:00Z"))
    assert entry_with(measured) is entry
