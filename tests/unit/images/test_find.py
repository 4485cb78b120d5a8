"""Which files of a folder are listed, in which order, under which name."""

import itertools
import os
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from resnet_gui.images import find as find_module
from resnet_gui.images.find import GONE, Count, FoundFile, ScanCounts, count, find


def tree(top: Path, *names: str) -> None:
    for name in names:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def listed(paths: Sequence[Path | str], **options: bool) -> tuple[list[str], ScanCounts]:
    counts = ScanCounts()
    found = list(find([str(path) for path in paths], counts=counts, **options))
    assert all(Path(file.path).is_absolute() for file in found)
    return [file.shown for file in found], counts


def test_pictures_of_any_case_sorted_files_before_folders(tmp_path: Path) -> None:
    tree(tmp_path, "b.JPG", "a.jpeg", "c.txt", "d/z.PnG", "d/e/f.HEIC", "A.webp", "notes.pdf", "x.svg")
    shown, counts = listed([tmp_path])
    assert shown == ["A.webp", "a.jpeg", "b.JPG", "x.svg", "d/z.PnG", "d/e/f.HEIC"]
    assert counts.ignored == 2
    assert listed([tmp_path], recursive=False)[0] == ["A.webp", "a.jpeg", "b.JPG", "x.svg"]


def test_size_and_time_are_the_files(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"12345")
    os.utime(path, ns=(1, 1_700_000_000_123_456_789))
    assert list(find([str(tmp_path)], counts=ScanCounts())) == [
        FoundFile(str(path), "a.png", 5, 1_700_000_000_123_456_789)
    ]


def test_hidden_entries_are_ignored_in_folders_but_not_by_name(tmp_path: Path) -> None:
    tree(tmp_path, "._IMG_0042.JPG", ".hidden/a.jpg", "a.jpg")
    shown, counts = listed([tmp_path])
    assert shown == ["a.jpg"]
    assert counts.ignored == 2
    named = str(tmp_path / "._IMG_0042.JPG")
    assert listed([named])[0] == [named]


def test_files_without_an_extension_are_looked_at(tmp_path: Path) -> None:
    tree(tmp_path, "README", "Mr. Smith's notes")
    Image.new("RGB", (3, 2)).save(tmp_path / "picture", "PNG")
    Image.new("RGB", (3, 2)).save(tmp_path / "Mr. Smith's cat", "JPEG")
    shown, counts = listed([tmp_path])
    assert shown == ["Mr. Smith's cat", "picture"]
    assert counts.ignored == 2


def test_a_single_file_is_listed_whatever_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a.txt")
    monkeypatch.chdir(tmp_path)
    found = list(find(["a.txt", "gone.jpg", "a.txt"], counts=ScanCounts()))
    assert found[0].shown == "a.txt"
    assert found[1] == FoundFile(str(tmp_path / "gone.jpg"), "gone.jpg", GONE, 0)
    assert len(found) == 2


def test_a_file_given_by_itself_and_in_its_folder_is_listed_once(tmp_path: Path) -> None:
    tree(tmp_path, "a.jpg", "b.jpg", "in/c.jpg")
    shown, _ = listed([tmp_path / "b.jpg", tmp_path, tmp_path / "in"])
    assert shown == [str(tmp_path / "b.jpg"), f"{tmp_path.name}/a.jpg", "in/c.jpg"]


def test_several_folders_are_told_apart(tmp_path: Path) -> None:
    tree(tmp_path, "one/a.jpg", "two/a.jpg", "deep/one/a.jpg")
    assert listed([tmp_path / "one", tmp_path / "two"])[0] == ["one/a.jpg", "two/a.jpg"]
    same = [tmp_path / "one", tmp_path / "deep" / "one"]
    assert listed(same)[0] == [f"{folder}/a.jpg" for folder in same]


def test_names_keep_their_bytes(tmp_path: Path) -> None:
    for name in (b"caf\xe9.jpg", "é.jpg".encode(), "e\u0301.jpg".encode(), b"new\nline.png"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    names = {os.fsencode(file.path).rpartition(b"/")[2] for file in find([str(tmp_path)], counts=ScanCounts())}
    assert names == {b"caf\xe9.jpg", "é.jpg".encode(), "e\u0301.jpg".encode(), b"new\nline.png"}


def test_links_to_files_are_listed_and_to_folders_followed_when_asked(tmp_path: Path) -> None:
    tree(tmp_path, "top/a.jpg", "elsewhere/b.jpg")
    (tmp_path / "top" / "file.jpg").symlink_to(tmp_path / "elsewhere" / "b.jpg")
    (tmp_path / "top" / "dangling.jpg").symlink_to(tmp_path / "nowhere")
    (tmp_path / "top" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "top" / "loop").symlink_to(tmp_path / "top")
    (tmp_path / "top" / "again").symlink_to(tmp_path / "elsewhere")
    shown, _ = listed([tmp_path / "top"])
    assert shown == ["a.jpg", "dangling.jpg", "file.jpg"]
    followed, _ = listed([tmp_path / "top"], follow_links=True)
    assert followed == ["a.jpg", "dangling.jpg", "file.jpg", "again/b.jpg"]
    sizes = {file.shown: file.size for file in find([str(tmp_path / "top")], counts=ScanCounts())}
    assert sizes["dangling.jpg"] == GONE


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "pipe.jpg")
    shown, counts = listed([tmp_path])
    assert shown == []
    assert counts.ignored == 2


def test_a_closed_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "open/a.jpg", "closed/b.jpg")
    real = os.scandir

    def scandir(folder: str) -> object:
        if folder.endswith("closed"):
            raise PermissionError(13, "no")
        return real(folder)

    monkeypatch.setattr(find_module.os, "scandir", scandir)
    shown, counts = listed([tmp_path])
    assert shown == ["open/a.jpg"]
    assert counts.denied == [str(tmp_path / "closed")]


def test_very_deep_folders_are_walked(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(300):
        folder = folder / "d"
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(b"x")
    assert len(listed([tmp_path])[0]) == 1


def test_cancelling_ends_the_scan(tmp_path: Path) -> None:
    tree(tmp_path, *(f"{number}.jpg" for number in range(20)))
    asked = itertools.count()
    found = list(find([str(tmp_path)], counts=ScanCounts(), cancelled=lambda: next(asked) >= 5))
    assert 1 <= len(found) <= 5


def test_count_says_what_a_drop_holds(tmp_path: Path) -> None:
    tree(tmp_path, "a.jpg", "b.txt", "in/c.PNG", "in/deep/d.gif", ".hidden/e.jpg")
    assert count([str(tmp_path)], 5) == Count(3, 3, True)
    assert count([str(tmp_path / "a.jpg"), str(tmp_path / "in")], 5) == Count(3, 2, True)
    assert not count([str(tmp_path)], -1).complete


def test_twenty_thousand_files_take_no_more_than_seconds_of_the_processor(tmp_path: Path) -> None:
    source = tmp_path / "0.jpg"
    source.write_bytes(b"x")
    for number in range(1, 20_000):
        os.link(source, tmp_path / f"{number}.jpg")
    started = time.thread_time()
    assert sum(1 for _ in find([str(tmp_path)], counts=ScanCounts())) == 20_000
    assert time.thread_time() - started < 5


@pytest.mark.parametrize("year", [1600, 2263, 2400])
def test_a_file_of_another_century_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    """A date beyond 1677 … 2262 is no number of nanoseconds that a database could hold."""
    tree(tmp_path, "a.jpg")
    told = Path.stat

    def stat(path: Path, *, follow_symlinks: bool = True) -> SimpleNamespace:
        real = told(path, follow_symlinks=follow_symlinks)
        return SimpleNamespace(
            st_mode=real.st_mode, st_size=1, st_mtime_ns=(year - 1970) * 365 * 86_400 * 10**9, st_dev=0, st_ino=0
        )

    monkeypatch.setattr(Path, "stat", stat)
    (found,) = find([str(tmp_path / "a.jpg")], counts=ScanCounts())
    assert -(2**63) <= found.mtime_ns < 2**63
