"""Class names: ImageNet's, all different, and those of a person's file."""

import csv
import json
from pathlib import Path

import pytest

from resnet_gui.errors import ClassNamesError
from resnet_gui.weights.classes import imagenet_classes, numbered_classes, read_class_names
from tests.helpers.shared import shared

FIRST_THREE = [("n01440764", "tench"), ("n01443537", "goldfish"), ("n01484850", "great white shark")]


def names(path: Path, count: int = 3) -> list[tuple[str, str]]:
    return [(name.wnid, name.name) for name in read_class_names(path, count)]


def saved(tmp_path: Path, name: str, text: str | bytes) -> Path:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path / name


def test_imagenet_has_a_thousand_different_names_in_order() -> None:
    classes = imagenet_classes()
    assert [c.index for c in classes] == list(range(1000))
    assert len({c.name.casefold() for c in classes}) == len({c.wnid for c in classes}) == 1000
    assert classes[134].name == "crane (bird)"
    assert classes[517].name == "crane (machine)"
    assert {classes[n].name for n in (264, 474)} == {"Cardigan (dog)", "cardigan (garment)"}


def test_imagenets_ids_are_those_of_the_reference_and_names_differ_only_for_twins() -> None:
    with (shared() / "photos/imagenet_classes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["wnid"] for row in rows] == [c.wnid for c in imagenet_classes()]
    changed = [c.name for row, c in zip(rows, imagenet_classes(), strict=True) if row["name"] != c.name]
    assert len(changed) == 10
    assert all(name.endswith(")") for name in changed)


def test_torchvision_has_the_same_order() -> None:
    meta = pytest.importorskip("torchvision.models._meta")
    theirs = [name.partition(" (")[0].casefold() for name in meta._IMAGENET_CATEGORIES]
    ours = [c.name.partition(" (")[0].casefold() for c in imagenet_classes()]
    assert sum(a == b for a, b in zip(theirs, ours, strict=True)) >= 998


def test_classes_without_names_are_numbered() -> None:
    assert [c.name for c in numbered_classes(18)][17] == "class 17"


FILES = {
    "lines.txt": "tench\ngoldfish\ngreat white shark\n",
    "bom.txt": "\ufefftench\r\ngoldfish\r\ngreat white shark",
    "synsets.txt": "n01440764 tench\nn01443537 goldfish\nn01484850 great white shark\n",
    "header.csv": "wnid,name,index\nn01443537,goldfish,1\nn01440764,tench,0\nn01484850,great white shark,2\n",
    "no_header.csv": "0,n01440764,tench\n1,n01443537,goldfish\n2,n01484850,great white shark\n",
    "ids.csv": "n01440764,tench\nn01443537,goldfish\nn01484850,great white shark\n",
    "numbers.csv": "2,great white shark\n0,tench\n1,goldfish\n",
    "excel.csv": "index;name\n0;tench\n1;goldfish\n2;great white shark\n",
    "names.csv": '"tench"\n"goldfish"\n"great white shark"\n',
    "list.json": json.dumps([name for _, name in FIRST_THREE]),
    "pairs.json": json.dumps(FIRST_THREE),
    "numbered.json": json.dumps({"1": "goldfish", "0": "tench", "2": "great white shark"}),
    "keras.json": json.dumps({str(n): list(pair) for n, pair in enumerate(FIRST_THREE)}),
    "inverted.json": json.dumps({"goldfish": 1, "tench": 0, "great white shark": 2}),
    "config.json": json.dumps({"id2label": {"0": "tench", "1": "goldfish", "2": "great white shark"}}),
}
WITH_IDS = {"synsets.txt", "header.csv", "no_header.csv", "ids.csv", "pairs.json", "keras.json"}


@pytest.mark.parametrize("name", FILES)
def test_every_form_of_file_is_read(tmp_path: Path, name: str) -> None:
    expected = FIRST_THREE if name in WITH_IDS else [("", text) for _, text in FIRST_THREE]
    assert names(saved(tmp_path, name, FILES[name])) == expected


@pytest.mark.parametrize("name", ["lines.txt", "header.csv", "list.json"])
def test_a_wrong_count_is_refused_with_both_numbers(tmp_path: Path, name: str) -> None:
    with pytest.raises(ClassNamesError, match=r"holds 3 class names, but the network has 1,000 classes"):
        names(saved(tmp_path, name, FILES[name]), 1000)


def test_imagenets_ids_alone_become_names(tmp_path: Path) -> None:
    ids = [wnid for wnid, _ in FIRST_THREE]
    assert names(saved(tmp_path, "a.txt", "\n".join(ids))) == FIRST_THREE
    folders = {wnid: number for number, wnid in enumerate(ids)}  # torchvision's ImageFolder.class_to_idx
    assert names(saved(tmp_path, "a.json", json.dumps(folders))) == FIRST_THREE
    other = [*ids[:2], "n99999999"]
    assert names(saved(tmp_path, "a.txt", "\n".join(other))) == [("", wnid) for wnid in other]
    assert names(saved(tmp_path, "a.txt", "tench\nn01443537\nshark"))[1] == ("", "n01443537")


def test_names_that_occur_twice_are_told_apart(tmp_path: Path) -> None:
    assert [name for _, name in names(saved(tmp_path, "a.txt", "crane\nheron\ncrane\n"))] == [
        "crane (0)",
        "heron",
        "crane (2)",
    ]
    pairs = [["n02012849", "crane"], ["n03126707", "crane"]]
    assert [name for _, name in names(saved(tmp_path, "a.json", json.dumps(pairs)), 2)] == [
        "crane (n02012849)",
        "crane (n03126707)",
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"caf\xe9\nb\nc\n"),
        ("a.txt", b"a\n\nc\n"),
        ("a.json", b"{"),
        ("a.json", b"3"),
        ("a.json", b"[1, 2, 3]"),
        ("a.json", b'{"0": "a", "2": "b", "3": "c"}'),
        ("a.json", b'{"a": "b"}'),
        ("a.json", b"[" * 100_000),
        ("a.csv", b"name,index\na,0\nb\nc,2\n"),
        ("a.csv", b"name,index\na,0\nb,one\nc,2\n"),
        ("a.csv", b""),
    ],
)
def test_files_that_are_none_are_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(ClassNamesError, match=rf"{name}'"):
        names(saved(tmp_path, name, content))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClassNamesError, match="cannot be read"):
        names(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("names.csv", "dog,1\ncat,0\nbird,2\n"),
        ("names.txt", "1: dog\n0: cat\n2: bird\n"),
        ("names.txt", "1 dog\n0 cat\n2 bird\n"),
        ("names.txt", '["cat", "dog", "bird"]'),
    ],
)
def test_numbers_beside_names_are_not_taken_for_names(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)
    assert [one.name for one in read_class_names(tmp_path / file, 3)] == ["cat", "dog", "bird"]


def test_numbers_that_are_not_the_classes_stay_in_the_names(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("10 euro\n20 euro\n50 euro\n")
    assert [one.name for one in read_class_names(tmp_path / "names.txt", 3)] == ["10 euro", "20 euro", "50 euro"]


def test_a_dictionary_as_python_prints_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("{0: 'cat',\n 1: 'dog',\n 2: 'bird'}\n")
    with pytest.raises(ClassNamesError, match="cannot be read"):
        read_class_names(tmp_path / "names.txt", 3)
