"""Scratch folders: what a killed process left goes after a day, what a living one holds stays."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resnet_gui.folders import make_private_file, make_private_folder, make_scratch

TWO_DAYS_S = 2 * 24 * 3600


def _aged(folder: Path) -> Path:
    long_ago = time.time() - TWO_DAYS_S
    os.utime(folder, (long_ago, long_ago))
    return folder


def test_what_a_killed_process_left_goes_after_a_day_and_not_before(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    old = tmp_path / f"scratch-{ended.pid}-old"
    new = tmp_path / f"scratch-{ended.pid}-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "pixels").write_bytes(b"0")
    _aged(old)
    made = make_scratch(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([made, new])


@pytest.mark.skipif(os.name == "nt", reason="there, open files cannot be removed")
def test_the_folder_of_a_window_that_is_open_for_days_stays(tmp_path: Path) -> None:
    mine = _aged(make_scratch(tmp_path))
    make_scratch(tmp_path)
    assert mine.is_dir()


def test_other_things_in_the_folder_are_nobodys_scratch(tmp_path: Path) -> None:
    kept = tmp_path / "compiled"
    kept.mkdir()
    _aged(kept)
    make_scratch(tmp_path)
    assert kept.is_dir()


def test_a_folder_that_cannot_be_made_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        make_scratch(tmp_path / "file" / "cache")


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_what_the_program_makes_is_this_users_alone(tmp_path: Path) -> None:
    """Runs and logs tell what somebody looks at; a folder that was there is whoever made it's."""
    tmp_path.chmod(0o755)
    folder = make_private_folder(tmp_path / "data" / "runs")
    assert [one.stat().st_mode & 0o777 for one in (tmp_path, folder.parent, folder)] == [0o755, 0o700, 0o700]
    file = folder / "a"
    file.touch(mode=0o644)
    make_private_file(file)
    make_private_file(folder / "b")
    assert [one.stat().st_mode & 0o777 for one in (file, folder / "b")] == [0o600, 0o600]
