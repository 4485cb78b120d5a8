"""`resnet-gui weights` within this process, on a catalogue of two small files."""

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from resnet_gui.__main__ import main
from resnet_gui.cli import weights as module
from resnet_gui.cli.progress_line import ProgressLine
from resnet_gui.network.variants import published
from resnet_gui.operations import weights as operations
from resnet_gui.runs.words import transfer_sentence
from resnet_gui.weights.own_file import write_safetensors
from resnet_gui.weights.published import catalogue as catalogue_module
from resnet_gui.weights.published import installed as installed_module
from resnet_gui.weights.published.catalogue import Entry, Source
from resnet_gui.weights.published.installed import path_of
from resnet_gui.weights.published.transfer import TransferPhase, TransferProgress

CONTENT = b"weights" * 1000
ENTRY = Entry(
    name="some.weights",
    title="Some",
    source=Source("Somebody", "https://page.invalid", "MIT", "A notice."),
    network=published(18),
    preprocessing="torch",
    urls=("https://weights.invalid/some.pth",),
    file_name="some.pth",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    top1=70.0,
    top5=90.0,
)
BARE = replace(ENTRY, name="bare.weights", file_name="bare.pth", sha256="", size=5000, size_about=True, top1=None)


@pytest.fixture(autouse=True)
def small_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (catalogue_module, installed_module, module):
        monkeypatch.setattr(place, "catalogue", lambda: (ENTRY, BARE))
    for place in (module, operations):
        monkeypatch.setattr(place, "find", {ENTRY.name: ENTRY, BARE.name: BARE}.get)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    (tmp_path / "given.pth").write_bytes(CONTENT)
    return tmp_path / "given.pth"


Said = pytest.CaptureFixture[str]


def test_from_a_file_to_installed_and_back(given: Path, capsys: Said) -> None:
    assert main(["weights", "add", str(given)]) == 0
    assert capsys.readouterr().out == f"some.weights  {path_of(ENTRY)}\n"
    assert main(["weights", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["some.weights", "Some", "70.0", "90.0", "0", "torch", "yes"],
        ["bare.weights", "Some", "–", "90.0", "0", "torch"],
    ]
    assert main(["weights", "download", "some.weights"]) == 0  # it is there: no connection
    assert capsys.readouterr().out == f"{path_of(ENTRY)}\n"
    assert main(["weights", "verify"]) == 0
    assert capsys.readouterr().out.startswith("ok       some.weights is whole")
    assert main(["weights", "info", "some.weights"]) == 0
    told = capsys.readouterr().out
    for words in ("MIT", "A notice.", ENTRY.sha256, ENTRY.urls[0], "top-1 70.000 %", f"from {given}"):
        assert words in told
    assert main(["weights", "remove", "some.weights"]) == 0
    assert capsys.readouterr() == ("", "removed some.weights, 0 MB\n")
    assert not path_of(ENTRY).exists()
    assert main(["weights", "remove", "some.weights"]) == 1


def test_damage_is_status_1(given: Path, capsys: Said) -> None:
    main(["weights", "add", str(given)])
    path_of(ENTRY).write_bytes(b"?" + CONTENT[1:])
    capsys.readouterr()
    assert main(["weights", "verify", "some.weights"]) == 1
    assert capsys.readouterr().out.startswith("damaged  ")
    path_of(ENTRY).write_bytes(CONTENT[:-1])
    main(["weights", "list"])
    assert capsys.readouterr().out.splitlines()[1].endswith("damaged")


def test_a_part_of_a_download_is_listed(capsys: Said) -> None:
    part = path_of(ENTRY).with_name("some.pth.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[: len(CONTENT) // 2])
    assert main(["weights", "list"]) == 0
    assert "50% of it" in capsys.readouterr().out


def test_what_the_catalogue_does_not_know_is_said(capsys: Said) -> None:
    main(["weights", "info", "bare.weights"])
    told = capsys.readouterr().out
    assert "the one the publisher's server sends with the file is compared" in told
    assert "about 5,000 bytes" in told
    assert "accuracy    not known" in told


def test_json_says_the_same(capsys: Said) -> None:
    main(["weights", "list", "--json"])
    first, second = json.loads(capsys.readouterr().out)
    assert (first["name"], first["sha256"], first["installed"]) == (ENTRY.name, ENTRY.sha256, False)
    assert second["top1"] is None
    main(["weights", "info", "some.weights", "--json"])
    assert json.loads(capsys.readouterr().out) == first


def test_a_file_given_by_hand_goes_with_one_name(given: Path, capsys: Said) -> None:
    assert main(["weights", "download", "some.weights", "bare.weights", "--file", str(given)]) == 2
    assert "one NAME" in capsys.readouterr().err
    assert main(["weights", "download", "some.weights", "--file", str(given)]) == 0
    assert capsys.readouterr().out == f"{path_of(ENTRY)}\n"


def test_info_tells_of_a_file_what_was_assumed(tmp_path: Path, capsys: Said) -> None:
    from tests.unit.weights.files import TINY_BOTTLENECK, random_arrays

    write_safetensors(tmp_path / "a.safetensors", random_arrays(TINY_BOTTLENECK), {})
    assert main(["weights", "info", str(tmp_path / "a.safetensors")]) == 0
    assert capsys.readouterr().out.count("assumed") >= 2
    target = tmp_path / "out.safetensors"
    assert main(["weights", "convert", str(tmp_path / "a.safetensors"), str(target), "--stride-in", "1x1"]) == 0
    said = capsys.readouterr()
    assert said.out == f"{target}\n"
    assert said.err.startswith("Assumed: ")
    assert main(["weights", "info", str(target), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["description"]["stride_in"] == "1x1"
    assert told["assumed"]


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (TransferProgress(TransferPhase.DOWNLOADING, 12_300_000, 102_500_000, 4_100_000.0),
         "12.3 of 102.5 MB · 4.1 MB/s · 22 s left"),
        (TransferProgress(TransferPhase.CONNECTING, 0, 46_830_571), "connecting · 0.0 of 46.8 MB"),
        (TransferProgress(TransferPhase.WAITING, 5, None), "another program is downloading it · 0.0 MB"),
        (TransferProgress(TransferPhase.DONE, 46_830_571, 46_830_571), "46.8 MB"),
    ],
)  # fmt: skip
def test_the_words_of_a_download(progress: TransferProgress, words: str) -> None:
    assert transfer_sentence(progress) == words


def test_the_line_of_a_download_is_for_terminals_only() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, expected in ((Terminal(), "\rsome: checking · 0.0 of 0.0 MB\n"), (io.StringIO(), "")):
        line = ProgressLine(stream)
        line.show(f"some: {transfer_sentence(TransferProgress(TransferPhase.CHECKING, 0, 1))}")
        line.end()
        line.end()
        assert stream.getvalue() == expected
