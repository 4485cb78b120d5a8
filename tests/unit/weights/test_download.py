"""Fetching from a real HTTP server: whole, cut, resumed, slow, stopped, full; what is left behind each time."""

import errno
import itertools
import threading
from pathlib import Path
from typing import Any

import pytest

from resnet_gui.errors import DownloadError, StoppedError
from resnet_gui.weights.published import download as module
from resnet_gui.weights.published import fetch, part_file
from resnet_gui.weights.published.catalogue import Entry
from resnet_gui.weights.published.download import download
from resnet_gui.weights.published.installed import Proof, part_of, part_size, path_of, record_of
from resnet_gui.weights.published.transfer import TransferPhase, TransferProgress
from tests.helpers.file_server import Behaviour, wait_for
from tests.unit.weights.downloads import CONTENT, SHA256, left


def test_a_file_is_fetched_verified_named_and_recorded(tmp_path: Path, entry: Entry) -> None:
    heard: list[TransferProgress] = []
    path = download(entry, tmp_path / "w", report=heard.append)
    assert path == tmp_path / "w" / "some.pth"
    assert path.read_bytes() == CONTENT
    assert left(tmp_path / "w") == {"some.pth", "some.pth.json"}
    record = record_of(entry, tmp_path / "w")
    assert record is not None
    assert (record.sha256, record.size, record.proof, record.origin) == (
        SHA256,
        len(CONTENT),
        Proof.SHA256,
        entry.urls[0],
    )
    assert heard[0].phase is TransferPhase.CONNECTING
    assert heard[-1] == TransferProgress(TransferPhase.DONE, len(CONTENT), len(CONTENT))
    assert [p.done for p in heard] == sorted(p.done for p in heard)


def test_without_a_folder_it_goes_to_the_programs_own(own_home: Path, entry: Entry) -> None:
    assert download(entry) == own_home / "data" / "weights" / "some.pth"


def test_what_is_there_is_not_fetched_again(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    download(entry, tmp_path)
    download(entry, tmp_path)
    assert len(behaviour.requests) == 1


def test_a_file_put_there_by_hand_is_proven_and_recorded(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    (tmp_path / "some.pth").write_bytes(CONTENT)
    download(entry, tmp_path)
    assert behaviour.requests == []
    assert record_of(entry, tmp_path).sha256 == SHA256  # type: ignore[union-attr]


def test_a_wrong_file_put_there_by_hand_is_replaced(tmp_path: Path, entry: Entry) -> None:
    (tmp_path / "some.pth").write_bytes(bytes(len(CONTENT)))
    assert download(entry, tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("cuts", [[1_000_000], [0, 5, 1_234_567, 0, 0]])
def test_a_cut_connection_goes_on_where_it_ended(
    tmp_path: Path, entry: Entry, behaviour: Behaviour, cuts: list[int]
) -> None:
    behaviour.cuts = list(cuts)
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert behaviour.answers[0] == 200
    assert behaviour.answers[-1] == 206
    assert behaviour.requests[-1][1]["range"] == f"bytes={sum(cuts)}-"
    assert behaviour.requests[-1][1]["if-range"] == '"one"'


def test_a_connection_that_is_cut_again_and_again_is_given_up_and_the_part_kept(
    tmp_path: Path, entry: Entry, behaviour: Behaviour
) -> None:
    behaviour.cuts = [100] * 50
    with pytest.raises(DownloadError, match=r"some\.weights cannot be downloaded: .*cut.*http.*model\.pth"):
        download(entry, tmp_path)
    assert part_of(entry, tmp_path).read_bytes() == CONTENT[:500]
    behaviour.cuts = []
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert behaviour.answers[-1] == 206


@pytest.mark.parametrize("etag", ["", '"one"', 'W/"weak"'])
def test_a_later_program_goes_on_with_the_part(tmp_path: Path, entry: Entry, behaviour: Behaviour, etag: str) -> None:
    behaviour.etag, behaviour.cuts = etag, [2_000_000] + [0] * 10
    with pytest.raises(DownloadError):
        download(entry, tmp_path)
    behaviour.cuts = []
    before = len(behaviour.requests)
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert [request[1].get("range") for request in behaviour.requests[before:]] == ["bytes=2000000-"]
    assert behaviour.requests[-1][1].get("if-range") == ('"one"' if etag == '"one"' else None)
    assert left(tmp_path) == {"some.pth", "some.pth.json"}


def test_a_file_that_changed_on_the_server_is_fetched_from_the_start(
    tmp_path: Path, entry: Entry, behaviour: Behaviour
) -> None:
    behaviour.content, behaviour.cuts = bytes(len(CONTENT)), [2_000_000] + [0] * 10
    with pytest.raises(DownloadError):
        download(entry, tmp_path)
    behaviour.content, behaviour.etag, behaviour.cuts = CONTENT, '"two"', []
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert behaviour.answers[-1] == 200


def test_a_changed_file_without_any_mark_is_found_out_by_its_hash_and_fetched_anew(
    tmp_path: Path, entry: Entry, behaviour: Behaviour
) -> None:
    behaviour.etag = ""
    behaviour.content, behaviour.cuts = bytes(len(CONTENT)), [2_000_000] + [0] * 10
    with pytest.raises(DownloadError):
        download(entry, tmp_path)
    behaviour.content, behaviour.cuts = CONTENT, []
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert behaviour.answers[-2:] == [206, 200]


def test_a_server_without_ranges_is_asked_for_the_whole(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    behaviour.ranges, behaviour.cuts = False, [1_500_000]
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert behaviour.answers == [200, 200]


def test_a_server_that_sends_another_part_is_not_believed(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    behaviour.from_start, behaviour.cuts = True, [1_500_000]
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert behaviour.answers == [200, 206, 200]


def test_a_part_from_another_address_is_not_gone_on_with(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    (tmp_path / "some.pth.part").write_bytes(CONTENT[:1000])
    (tmp_path / "some.pth.part.json").write_text('{"url": "https://elsewhere.invalid/", "etag": "\\"one\\""}')
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert "range" not in behaviour.requests[0][1]


@pytest.mark.parametrize("chunked", [True, False])
def test_a_cut_is_noticed_where_no_length_was_told(
    tmp_path: Path, entry: Entry, behaviour: Behaviour, chunked: bool
) -> None:
    behaviour.length, behaviour.chunked, behaviour.cuts = False, chunked, [1_500_000]
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert behaviour.answers == [200, 206]


def test_a_whole_part_lacks_only_its_name(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    (tmp_path / "some.pth.part").write_bytes(CONTENT)
    assert download(entry, tmp_path).read_bytes() == CONTENT
    assert behaviour.requests == []


def test_a_part_that_is_too_long_is_thrown_away(tmp_path: Path, entry: Entry) -> None:
    url = entry.urls[0]
    (tmp_path / "some.pth.part").write_bytes(CONTENT + b"more")
    (tmp_path / "some.pth.part.json").write_text(f'{{"url": "{url}"}}')
    assert download(entry, tmp_path).read_bytes() == CONTENT


def test_a_part_outlives_a_stop_before_it_is_hashed(tmp_path: Path, entry: Entry) -> None:
    part = tmp_path / "some.pth.part"
    part.write_bytes(CONTENT[:1000])
    with pytest.raises(StoppedError, match="what came is kept"):
        download(entry, tmp_path, stop=lambda: True)
    assert part.read_bytes() == CONTENT[:1000]


@pytest.mark.parametrize("how", ["slow", "silent"])
def test_stopping_a_slow_server_does_not_wait_for_it_and_keeps_the_part(
    tmp_path: Path, entry: Entry, behaviour: Behaviour, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither for its silence to be too long, nor for it to hang up; both would take longer than a test may."""
    monkeypatch.setattr(fetch, "SILENCE_S", 1000.0)
    behaviour.slow_s, behaviour.silent = 0.25, how == "silent"
    enough = {
        "slow": lambda: part_of(entry, tmp_path).exists() and part_size(entry, tmp_path) >= 1000,
        "silent": lambda: len(behaviour.requests) > 0,
    }
    with pytest.raises(StoppedError, match="what came is kept"):
        download(entry, tmp_path, stop=enough[how])
    assert len(behaviour.requests) == 1
    behaviour.ended.set()
    if how == "slow":
        kept = part_of(entry, tmp_path).read_bytes()
        assert 1000 <= len(kept) < len(CONTENT)
        assert CONTENT.startswith(kept)
        behaviour.slow_s = 0.0
        assert download(entry, tmp_path).read_bytes() == CONTENT
        assert behaviour.answers[-1] == 206


def test_stopping_ends_the_connection_at_once(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    behaviour.slow_s = 60.0  # the first bytes come, and then nothing
    with pytest.raises(StoppedError):
        download(entry, tmp_path, stop=lambda: part_of(entry, tmp_path).exists() and part_size(entry, tmp_path) > 0)
    assert "weights-fetch" not in [thread.name for thread in threading.enumerate()]


def test_a_full_disk_keeps_what_fits_and_says_so(tmp_path: Path, entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk:
        """The part's file on a disk with room for 1,000,000 bytes."""

        def __init__(self, file: Any) -> None:
            self._file, self._room = file, 1_000_000

        def write(self, data: Any) -> int:
            if not self._room:
                raise OSError(errno.ENOSPC, "No space left on device")
            written: int = self._file.write(data[: self._room])
            self._room -= written
            return written

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

    make = part_file.PartFile.__init__

    def on_full_disk(self: part_file.PartFile, path: Path) -> None:
        make(self, path)
        self._file = FullDisk(self._file)  # type: ignore[assignment]

    monkeypatch.setattr(part_file.PartFile, "__init__", on_full_disk)
    with pytest.raises(DownloadError, match=r"The disk is full: .*some\.pth\.part.*goes on from where"):
        download(entry, tmp_path)
    assert part_of(entry, tmp_path).stat().st_size == 1_000_000
    assert not path_of(entry, tmp_path).exists()
    monkeypatch.undo()
    assert download(entry, tmp_path).read_bytes() == CONTENT


def test_too_little_room_is_told_before_anything_comes(
    tmp_path: Path, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 5_000_000}))
    with pytest.raises(DownloadError, match=r"There is no room .* 3 MB are needed, 5 MB are free"):
        download(entry, tmp_path)
    assert left(tmp_path) == set()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, entry: Entry) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match=r"cannot be kept: '.*file.*' cannot be written"):
        download(entry, tmp_path / "file" / "weights")


def test_a_drive_without_locks_is_told_as_one(tmp_path: Path, entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_keywords: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(module.FileLock, "acquire", refuse)
    with pytest.raises(DownloadError, match="has no file locks; move the data folder"):
        download(entry, tmp_path)


def test_who_comes_second_waits_and_finds_the_file(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    behaviour.slow_s = 0.001
    heard: list[TransferPhase] = []
    first = threading.Thread(target=download, args=(entry, tmp_path))
    first.start()
    wait_for(lambda: behaviour.requests)
    path = download(entry, tmp_path, report=lambda progress: heard.append(progress.phase))
    first.join()
    assert path.read_bytes() == CONTENT
    assert heard[0] is TransferPhase.WAITING
    assert set(heard) == {TransferPhase.WAITING, TransferPhase.DONE}
    assert len(behaviour.requests) == 1


def test_who_waits_for_another_program_can_stop(tmp_path: Path, entry: Entry, behaviour: Behaviour) -> None:
    behaviour.slow_s = 0.2
    leave = threading.Event()

    def fetch_slowly() -> None:
        with pytest.raises(StoppedError):
            download(entry, tmp_path, stop=leave.is_set)

    first = threading.Thread(target=fetch_slowly)
    first.start()
    wait_for(lambda: behaviour.requests)
    asked = itertools.count()
    with pytest.raises(StoppedError):
        download(entry, tmp_path, stop=lambda: next(asked) >= 2)
    leave.set()
    first.join()
