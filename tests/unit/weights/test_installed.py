"""The folder of installed weights: files taken over, checked, removed; what is said where something is wrong."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from resnet_gui.errors import StoppedError, WeightsError
from resnet_gui.network.variants import published
from resnet_gui.weights.published import catalogue as catalogue_module
from resnet_gui.weights.published import installed as module
from resnet_gui.weights.published.catalogue import Entry, Source
from resnet_gui.weights.published.installed import (
    FileState,
    Proof,
    adopt,
    fetch_elsewhere,
    is_installed,
    not_installed,
    part_of,
    part_size,
    path_of,
    record_of,
    remove,
    verify,
)
from resnet_gui.weights.published.transfer import TransferPhase, TransferProgress

CONTENT = b"\x89HDF\r\n\x1a\n" + b"weights" * 100_000
SHA256, MD5 = hashlib.sha256(CONTENT).hexdigest(), hashlib.md5(CONTENT).hexdigest()


def entry(name: str, **change: object) -> Entry:
    made = Entry(
        name=name,
        title=name,
        source=Source("Somebody", "", "MIT", ""),
        network=published(18),
        preprocessing="torch",
        urls=(f"https://weights.invalid/{name}.pth",),
        file_name=f"{name}.pth",
        size=len(CONTENT),
    )
    return replace(made, **change)  # type: ignore[arg-type]


WHOLE = entry("whole", sha256=SHA256)
BY_MD5 = entry("by-md5", md5=MD5)
BEGINNING = entry("beginning", sha256=SHA256[:8])
BARE = entry("bare", size=len(CONTENT) + 100, size_about=True)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of one entry with a whole hash and one without any."""
    use(monkeypatch, WHOLE, BARE)


def use(monkeypatch: pytest.MonkeyPatch, *entries: Entry) -> None:
    for place in (catalogue_module, module):
        monkeypatch.setattr(place, "catalogue", lambda: entries)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A file that a person has."""
    path = tmp_path / "given" / "beginning.pth"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize(("known", "proof"), [(WHOLE, Proof.SHA256), (BY_MD5, Proof.MD5), (BEGINNING, Proof.BEGINNING)])
def test_a_file_a_person_has_is_told_by_its_hash_and_copied(
    tmp_path: Path, given: Path, known: Entry, proof: Proof, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, known)
    heard: list[TransferProgress] = []
    assert adopt(given, folder=tmp_path / "w", report=heard.append) is known
    assert path_of(known, tmp_path / "w").read_bytes() == CONTENT
    assert given.exists()
    record = record_of(known, tmp_path / "w")
    assert record is not None
    assert (record.proof, record.sha256, record.origin) == (proof, SHA256, str(given))
    assert heard[0].phase is TransferPhase.CHECKING
    assert heard[-1].phase is TransferPhase.COPYING
    assert {path.name for path in (tmp_path / "w").iterdir()} == {known.file_name, f"{known.file_name}.json"}
    assert verify(known, tmp_path / "w")[0] is FileState.OK


@pytest.mark.usefixtures("only")
def test_what_to_do_in_the_window_is_nothing_to_type(tmp_path: Path, given: Path) -> None:
    path_of(WHOLE, tmp_path).write_bytes(b"too short")
    given.write_bytes(CONTENT + b"more")
    with pytest.raises(WeightsError) as refused:
        adopt(given, folder=tmp_path)
    assert refused.value.in_window.endswith("It can be used all the same: Network › Open weight file.")
    absent, damaged = not_installed(WHOLE, tmp_path / "none"), not_installed(WHOLE, tmp_path)
    for sentence in (absent, damaged, fetch_elsewhere(WHOLE), verify(WHOLE, tmp_path)[1]):
        assert "resnet-gui weights" in sentence.terminal
        assert "resnet-gui weights" not in sentence.window
        assert sentence.window[0] == sentence.terminal[0]
    assert f"{WHOLE.urls[0]} on another computer and add the file here (or save it as" in absent.window
    with pytest.raises(WeightsError) as missing:
        verify(WHOLE, tmp_path / "none")
    assert (str(missing.value), missing.value.in_window) == (absent.terminal, absent.window)


@pytest.mark.usefixtures("only")
def test_a_file_of_no_entry_is_refused(tmp_path: Path, given: Path) -> None:
    given.write_bytes(CONTENT + b"more")
    with pytest.raises(WeightsError, match=r"is no file of the catalogue \(SHA-256 [0-9a-f]{64}\).*classify --network"):
        adopt(given, folder=tmp_path / "w")
    assert not (tmp_path / "w").exists()


@pytest.mark.usefixtures("only")
def test_a_file_that_is_not_what_it_is_meant_to_be_is_refused(tmp_path: Path, given: Path) -> None:
    with pytest.raises(WeightsError, match="is not bare but whole"):
        adopt(given, BARE, tmp_path / "w")
    given.write_bytes(bytes(len(CONTENT)))
    with pytest.raises(WeightsError, match=r"is not the file of whole, or is damaged.*fetch https://.* again"):
        adopt(given, WHOLE, tmp_path / "w")
    assert not (tmp_path / "w").exists()


def test_an_entry_without_a_hash_takes_a_persons_word_and_records_it(
    tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, BARE)
    with pytest.raises(WeightsError, match="no file of the catalogue"):
        adopt(given, folder=tmp_path)
    assert adopt(given, BARE, tmp_path) is BARE
    assert record_of(BARE, tmp_path).proof is Proof.WORD  # type: ignore[union-attr]
    assert verify(BARE, tmp_path)[0] is FileState.UNKNOWN
    path_of(BARE, tmp_path).write_bytes(CONTENT[:-1] + b"?")
    verdict, sentence = verify(BARE, tmp_path)
    assert verdict is FileState.DAMAGED
    assert f"expected was {SHA256}" in sentence.terminal
    given.write_bytes(b"small")
    with pytest.raises(WeightsError, match="is not the file of bare"):
        adopt(given, BARE, tmp_path)


@pytest.mark.usefixtures("only")
def test_a_file_already_in_its_place_is_only_recorded(tmp_path: Path) -> None:
    path_of(WHOLE, tmp_path).write_bytes(CONTENT)
    assert record_of(WHOLE, tmp_path) is None
    assert adopt(path_of(WHOLE, tmp_path), folder=tmp_path) is WHOLE
    assert record_of(WHOLE, tmp_path) is not None
    assert path_of(WHOLE, tmp_path).read_bytes() == CONTENT


@pytest.mark.usefixtures("only")
def test_stopping_keeps_nothing(tmp_path: Path, given: Path) -> None:
    calls = iter([False, True])
    with pytest.raises(StoppedError, match="copying"):
        adopt(given, folder=tmp_path / "w", stop=lambda: next(calls))
    assert list((tmp_path / "w").iterdir()) == []
    with pytest.raises(StoppedError, match="check"):
        adopt(given, folder=tmp_path / "w", stop=lambda: True)


@pytest.mark.usefixtures("only")
def test_a_file_that_changes_while_it_is_copied_is_not_kept(tmp_path: Path, given: Path) -> None:
    def change(progress: TransferProgress) -> None:
        if progress.phase is TransferPhase.COPYING:
            given.write_bytes(CONTENT[::-1])

    with pytest.raises(WeightsError, match="changed while it was copied; nothing was kept"):
        adopt(given, folder=tmp_path / "w", report=change)
    assert list((tmp_path / "w").iterdir()) == []


@pytest.mark.usefixtures("only")
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"'.*none\.pth' cannot be read or written: No such file"):
        adopt(tmp_path / "none.pth", folder=tmp_path)


@pytest.mark.parametrize("known", [WHOLE, BY_MD5, BEGINNING])
def test_a_check_finds_damage_with_and_without_a_record(tmp_path: Path, known: Entry) -> None:
    path_of(known, tmp_path).write_bytes(CONTENT)
    assert verify(known, tmp_path)[0] is FileState.OK
    path_of(known, tmp_path).write_bytes(b"?" + CONTENT[1:])
    verdict, sentence = verify(known, tmp_path)
    assert verdict is FileState.DAMAGED
    assert "weights remove" in sentence.terminal
    assert sentence.window.endswith(" Remove it and download it again.")


def test_the_recorded_hash_is_compared_where_the_published_one_is_cut_short(
    tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, BEGINNING)
    adopt(given, folder=tmp_path)
    record = record_of(BEGINNING, tmp_path)
    assert record is not None
    module.write_record(path_of(BEGINNING, tmp_path), replace(record, sha256=SHA256[:8] + "0" * 56))
    assert verify(BEGINNING, tmp_path)[0] is FileState.DAMAGED


def test_a_renamed_file_is_told_by_a_persons_word_and_the_first_digits(
    tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, BEGINNING)
    renamed = given.rename(given.with_name("net.pth"))
    with pytest.raises(WeightsError, match="no file of the catalogue"):
        adopt(renamed, folder=tmp_path)
    assert adopt(renamed, BEGINNING, tmp_path) is BEGINNING
    assert record_of(BEGINNING, tmp_path).proof is Proof.BEGINNING  # type: ignore[union-attr]
    renamed.write_bytes(bytes(len(CONTENT)))
    with pytest.raises(WeightsError, match="is not the file of beginning"):
        adopt(renamed, BEGINNING, tmp_path)


def test_without_any_hash_nothing_is_claimed(tmp_path: Path) -> None:
    path_of(BARE, tmp_path).write_bytes(CONTENT)
    assert verify(BARE, tmp_path)[0] is FileState.UNKNOWN


@pytest.mark.usefixtures("only")
def test_what_is_there_and_what_is_not(tmp_path: Path, given: Path) -> None:
    assert not is_installed(WHOLE, tmp_path)
    assert part_size(WHOLE, tmp_path) == 0
    with pytest.raises(WeightsError, match="'resnet-gui weights download whole'"):
        verify(WHOLE, tmp_path)
    part_of(WHOLE, tmp_path).write_bytes(b"12345")
    assert part_size(WHOLE, tmp_path) == 5
    path_of(WHOLE, tmp_path).write_bytes(b"too short")
    assert not is_installed(WHOLE, tmp_path)
    assert "has not the size" in not_installed(WHOLE, tmp_path).terminal
    adopt(given, folder=tmp_path)
    assert is_installed(WHOLE, tmp_path)
    freed = remove(WHOLE, tmp_path)
    assert freed > len(CONTENT)
    assert list(tmp_path.iterdir()) == [given.parent]
    assert remove(WHOLE, tmp_path) == 0


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"entry": 1}', '{"proof": "rumour"}', "\\xff"])
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    path_of(WHOLE, tmp_path).with_name("whole.pth.json").write_text(text)
    assert record_of(WHOLE, tmp_path) is None
