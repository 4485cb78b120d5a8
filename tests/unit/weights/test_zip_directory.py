"""Zip archives that lie about their parts: overlapping, compressed, doubled, elsewhere, without end."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from resnet_gui.errors import WeightsError
from resnet_gui.weights.readers.torch_pickle import read
from tests.helpers.watched_reading import read_watched, require_proc
from tests.unit.weights.files import Storage, pickled, tensor, zip_layout

CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"
NUMBERS = np.arange(6, dtype=np.float32)
STATE = pickled({key: tensor(Storage(key, 6), (6,), (1,)) for key in ("0", "1")})
GOOD = zip_layout(STATE, {"0": NUMBERS.tobytes(), "1": (NUMBERS + 10).tobytes()})


def saved(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.pth"
    path.write_bytes(content)
    return path


def patched(at: int, form: str, *values: int) -> bytes:
    """The good file with numbers overwritten."""
    content = bytearray(GOOD)
    struct.pack_into(form, content, at, *values)
    return bytes(content)


def central(name: str) -> int:
    """Where the directory's entry of a part begins."""
    return GOOD.rindex(CENTRAL, 0, GOOD.rindex(name.encode()))


def local(name: str) -> int:
    """Where a part's own header begins."""
    return GOOD.rindex(LOCAL, 0, GOOD.index(name.encode()))


def end_64(count: int, length: int, begin: int, place: int | None = None) -> bytes:
    """The good file with the longer records of zip64 before its end, which says that everything is in there."""
    end = GOOD.index(END)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, begin)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end if place is None else place, 1)
    short = struct.pack("<4s4H2LH", END, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return GOOD[:end] + record + locator + short


BEGIN = GOOD.index(CENTRAL)
LENGTH = GOOD.index(END) - BEGIN
FIRST, SECOND = "weights/data/0", "weights/data/1"


def test_the_good_file_and_its_zip64_form_are_read(tmp_path: Path) -> None:
    for content in (GOOD, end_64(5, LENGTH, BEGIN)):
        arrays = read(saved(tmp_path, content)).arrays
        assert np.array_equal(arrays["0"], NUMBERS)
        assert np.array_equal(arrays["1"], NUMBERS + 10)


def test_a_comment_at_the_end_is_no_matter(tmp_path: Path) -> None:
    content = GOOD[:-2] + struct.pack("<H", 5) + b"PK\x05\x06!"
    with pytest.raises(WeightsError):  # what looks like a directory's end within the comment is taken for one
        read(saved(tmp_path, content))
    content = GOOD[:-2] + struct.pack("<H", 5) + b"hello"
    assert len(read(saved(tmp_path, content)).arrays) == 2


def doubled() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("w/data.pkl", STATE)
        archive.writestr("w/data/0", NUMBERS.tobytes())
        archive.writestr("w/data/1", NUMBERS.tobytes())
        archive.filelist.append(archive.filelist[0])  # writestr would warn of it
    return target.getvalue()


LIES = {
    "two parts at one place": patched(central(SECOND) + 42, "<L", local(FIRST)),
    "a part that holds the head of the next": patched(central(FIRST) + 20, "<LL", 60, 60),
    "a part longer than the file": patched(central(SECOND) + 20, "<LL", 1 << 31, 1 << 31),
    "a part behind the end": patched(central(SECOND) + 42, "<L", 1 << 31),
    "a part in the directory": patched(central("weights/version") + 42, "<L", BEGIN),
    "a part where no part is": patched(central(SECOND) + 42, "<L", local(SECOND) + 1),
    "a part of another name": patched(local(SECOND) + 30, "<B", ord("W")),
    "a part with a longer name of its own": patched(local(SECOND) + 26, "<H", 60_000),
    "a part with a field that reaches over the end": patched(local(SECOND) + 28, "<H", 60_000),
    "a deflated part": patched(central(FIRST) + 10, "<H", 8),
    "an encrypted part": patched(central(FIRST) + 8, "<H", 1),
    "a part that grows": patched(central(FIRST) + 24, "<L", 1 << 30),
    "a part of 64 bits that says no more": patched(central(FIRST) + 20, "<LL", 0xFFFFFFFF, 0xFFFFFFFF),
    "more parts than there are": patched(GOOD.index(END) + 8, "<HH", 6, 6),
    "fewer parts than there are": patched(GOOD.index(END) + 8, "<HH", 4, 4),
    "no parts": patched(GOOD.index(END) + 8, "<HH", 0, 0),
    "a longer directory": patched(GOOD.index(END) + 12, "<L", LENGTH + 1),
    "a directory elsewhere": patched(GOOD.index(END) + 16, "<L", BEGIN - 1),
    "a name that reaches over the directory": patched(central(SECOND) + 28, "<H", 60_000),
    "a field that reaches over the directory": patched(central(SECOND) + 30, "<H", 60_000),
    "bytes before the first part that nobody counted": b"PK\x03\x04" + GOOD,
    "zip64: more parts than numbers": end_64(1 << 62, LENGTH, BEGIN),
    "zip64: a directory larger than memory": end_64(5, 1 << 62, BEGIN),
    "zip64: a directory beyond the end": end_64(5, LENGTH, 1 << 62),
    "zip64: its place is beyond the end": end_64(5, LENGTH, BEGIN, 1 << 62),
    "zip64: its place is another": end_64(5, LENGTH, BEGIN, 0),
    "a file that is nothing but an end": b"PK\x03\x04" + GOOD[GOOD.index(END) :],
    "two parts of one name": doubled(),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_about_parts_are_refused(tmp_path: Path, lie: str) -> None:
    with pytest.raises(WeightsError, match=r"file\.pth' cannot be used: "):
        read(saved(tmp_path, LIES[lie]))


def test_parts_that_share_bytes_are_refused_as_such(tmp_path: Path) -> None:
    """The second part begins within the first: each alone lies within the file and has its own name."""
    path = saved(tmp_path, LIES["a part that holds the head of the next"])
    with pytest.raises(WeightsError, match="'weights/data/1' lies within another"):
        read(path)


def test_a_storage_of_terabytes_in_zip64_is_refused(tmp_path: Path) -> None:
    """The directory, in 64 bits, agrees with the pickle about a storage that the file does not hold."""
    huge = 1 << 40
    state = pickled({"a": tensor(Storage("0", huge), (huge,), (1,))})
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("w/data.pkl", state)
        archive.writestr("w/data/0", b"\0" * 24)
        archive.filelist[1].file_size = archive.filelist[1].compress_size = 4 * huge
    with pytest.raises(WeightsError, match="cut short"):
        read(saved(tmp_path, target.getvalue()))


def deflated_pickle() -> bytes:
    """Zeros, deflated to a thousandth, in place of the pickle."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("w/data.pkl", "w", force_zip64=True) as part,
    ):
        for _ in range(64):
            part.write(bytes(1 << 20))
    return target.getvalue()


def endless_directory(entries: int, small: bool = False) -> bytes:
    """Nothing but entries of a directory; Python's zipfile would make an object of each.

    small: the short record at the end tells of one entry only, and zipfile believes the long one.
    """
    entry = struct.pack("<4s4B4HL2L5H2L", CENTRAL, 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0)
    parts = b"".join(entry + struct.pack("<L", number) for number in range(entries))
    begin = 4
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, len(parts), begin)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, begin + len(parts), 1)
    numbers = (1, 1, 50, begin) if small else (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    short = struct.pack("<4s4H2LH", END, 0, 0, *numbers, 0)
    return LOCAL + parts + record + locator + short


def test_archive_bombs_are_refused_in_little_memory(tmp_path: Path) -> None:
    require_proc()
    bombs = {"pickle": deflated_pickle(), "directory": endless_directory(300_000)}
    bombs |= {"two directories": endless_directory(300_000, small=True)}
    for name, content in bombs.items():
        (tmp_path / f"{name}.pth").write_bytes(content)
    for outcome in read_watched(tmp_path):
        assert "cannot be used: " in outcome.message
        assert outcome.events == []
        assert outcome.seconds < 5
        assert outcome.peak_mb < 40
