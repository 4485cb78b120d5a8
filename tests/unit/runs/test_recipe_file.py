"""A recipe as a file: whatever is written is read back; whatever is odd is refused in one sentence that says what."""

import hashlib
import os
import sys
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_gui.engine.modes import Average, Precision
from resnet_gui.engine.record import KEPT_CLASSES
from resnet_gui.runs.recipe import KEYS, Recipe, summary
from resnet_gui.runs.recipe_file import RecipeError, read_recipe, recipe_text, write_recipe
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.weights.published.catalogue import Entry, find
from resnet_gui.weights.published.installed import path_of

HASH = "0123456789abcdef" * 4
ALL = Recipe(
    choice=NetworkChoice("resnet50.tv_in1k", None, "half", "unpadded", "1x1", HASH, HASH[::-1]),
    title='ResNet-50 · "ImageNet" \\ été',
    crops=10,
    average=Average.LOGITS,
    precision=Precision.FAST,
    recursive=False,
    accept_truncated=True,
    max_megapixels=12,
    top=3,
    excel=True,
    absolute=True,
    sure_from=0.9,
    check_from=0.25,
)
"""Nothing has its usual value."""


def published(name: str) -> Entry:
    entry = find(name)
    assert entry is not None
    return entry


def written(folder: Path, text: str, name: str = "my.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def refusal(path: Path) -> str:
    with pytest.raises(RecipeError) as refused:
        read_recipe(path)
    said = str(refused.value)
    assert path.name in said  # which file
    assert said.endswith(".")
    assert said.isprintable()  # one line, and nothing that a terminal would obey
    return said


def test_everything_that_was_set_is_read_back(tmp_path: Path) -> None:
    usual = Recipe()
    assert all(getattr(ALL, name) != getattr(usual, name) for name in (one.name for one in fields(ALL)))
    write_recipe(ALL, tmp_path / "my.toml")
    assert read_recipe(tmp_path / "my.toml") == ALL
    write_recipe(usual, tmp_path / "my.toml")
    assert read_recipe(tmp_path / "my.toml") == usual


def test_the_file_is_toml_for_any_reader_and_explains_itself(tmp_path: Path) -> None:
    text = recipe_text(ALL, tmp_path)
    assert tomllib.loads(text)["answers"] == {"crops": 10, "average": "logits", "precision": "fast"}
    assert tomllib.loads(text)["network"]["sha256"] == HASH
    assert "--recipe" in text
    assert len(text) < 2500


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=150))
def test_any_title_makes_a_readable_file(title: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("recipe") / "my.toml"
    write_recipe(replace(ALL, title=title), path)
    assert replace(read_recipe(path), title="") == replace(ALL, title="")


def test_a_recipe_written_by_hand_may_leave_out_what_is_usual(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeffrecipe = 1\r\n[answers]\r\ncrops = 10\r\n[window]\r\nsure_from = 1\r\n")
    assert read_recipe(path) == Recipe(crops=10, sure_from=1.0)


# ---------------------------------------------------------------- files


def test_files_near_the_recipe_are_written_as_seen_from_it_and_travel_with_it(tmp_path: Path) -> None:
    here = tmp_path / "project" / "recipes"
    for folder in (here, here.parent / "weights"):
        folder.mkdir(parents=True)
    (here.parent / "weights" / "net é.pth").write_bytes(b"w")
    (here / "names.txt").write_text("a")
    choice = NetworkChoice(str(here.parent / "weights" / "net é.pth"), str(here / "names.txt"))
    write_recipe(Recipe(choice), here / "my.toml")
    table = tomllib.loads((here / "my.toml").read_text(encoding="utf-8"))
    assert (table["network"]["file"], table["classes"]["file"]) == ("../weights/net é.pth", "names.txt")
    assert read_recipe(here / "my.toml").choice == choice
    (tmp_path / "project").rename(tmp_path / "moved")
    moved = tmp_path / "moved"
    assert read_recipe(moved / "recipes" / "my.toml").choice == NetworkChoice(
        str(moved / "weights" / "net é.pth"), str(moved / "recipes" / "names.txt")
    )


def test_files_far_away_are_written_whole(tmp_path: Path) -> None:
    far = tmp_path / "far" / "net.pth"
    far.parent.mkdir()
    far.write_bytes(b"w")
    here = tmp_path / "a" / "b"
    here.mkdir(parents=True)
    write_recipe(Recipe(NetworkChoice(str(far))), here / "my.toml")
    assert tomllib.loads((here / "my.toml").read_text())["network"]["file"] == far.as_posix()
    assert read_recipe(here / "my.toml").choice.network == str(far)


@pytest.mark.parametrize("stated", ["/elsewhere/x/net.pth", r"C:\\Users\\me\\net.pth", "../gone/net.pth"])
def test_weights_that_lie_beside_the_recipe_are_found_whatever_system_wrote_it(tmp_path: Path, stated: str) -> None:
    (tmp_path / "net.pth").write_bytes(b"w")
    path = written(tmp_path, f'recipe = 1\n[network]\nfile = "{stated}"\n')
    assert read_recipe(path).choice.network == str(tmp_path / "net.pth")


@pytest.mark.skipif(sys.platform == "win32", reason="names that Windows does not have")
def test_any_name_that_is_text_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / 'it\'s "a" \\ #[x]\n\x1b\x7f = é\u2028.pth'
    path.write_bytes(b"w")
    write_recipe(Recipe(NetworkChoice(str(path))), tmp_path / "my.toml")
    assert read_recipe(tmp_path / "my.toml").choice.network == str(path)


def test_of_two_files_that_could_be_meant_the_hash_decides(tmp_path: Path) -> None:
    (tmp_path / "net.pth").write_bytes(b"right")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "net.pth").write_bytes(b"wrong")
    right = hashlib.sha256(b"right").hexdigest()
    text = 'recipe = 1\n[network]\nfile = "old/net.pth"\n'
    assert read_recipe(written(tmp_path, text)).choice.network == str(tmp_path / "old" / "net.pth")
    assert read_recipe(written(tmp_path, f'{text}sha256 = "{right.upper()}"\n')).choice == NetworkChoice(
        str(tmp_path / "net.pth"), sha256=right
    )


def test_missing_weights_are_asked_for_by_name_hash_and_place(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, f'recipe = 1\n[network]\nfile = "w/net.pth"\nsha256 = "{HASH}"\n'))
    assert "'net.pth'" in said
    assert HASH[:8] in said
    assert str(tmp_path / "w") in said
    assert "beside" in said
    assert "names.csv" in refusal(written(tmp_path, 'recipe = 1\n[classes]\nfile = "names.csv"\n'))


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text")
def test_a_name_that_is_no_text_is_refused_when_written(tmp_path: Path) -> None:
    path = os.fsdecode(bytes(tmp_path) + b"/caf\xe9.pth")
    with pytest.raises(RecipeError, match=r"caf\\xe9.pth"):
        write_recipe(Recipe(NetworkChoice(path)), tmp_path / "my.toml")
    assert list(tmp_path.iterdir()) == []


def test_published_weights_stand_under_their_name_wherever_the_program_keeps_them(tmp_path: Path) -> None:
    entry = published("resnet50.tv_in1k")
    recipe = Recipe(NetworkChoice(str(path_of(entry))))
    write_recipe(recipe, tmp_path / "my.toml")
    assert tomllib.loads((tmp_path / "my.toml").read_text())["network"] == {"name": "resnet50.tv_in1k"}
    assert read_recipe(tmp_path / "my.toml").choice.network == "resnet50.tv_in1k"


def test_missing_weights_that_are_published_are_taken_from_the_programs_folder_or_how_to_get_them_is_said(
    tmp_path: Path,
) -> None:
    entry = published("resnet50.tv_in1k")
    text = f'recipe = 1\n[network]\nfile = "mine.pth"\nsha256 = "{entry.sha256:0<64}"\n'
    assert "resnet-gui weights download resnet50.tv_in1k" in refusal(written(tmp_path, text))
    path_of(entry).parent.mkdir(parents=True)
    with path_of(entry).open("wb") as file:
        file.truncate(entry.size)
    assert read_recipe(tmp_path / "my.toml").choice.network == "resnet50.tv_in1k"


# ---------------------------------------------------------------- odd and hostile files


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no recipe of resnet-gui"),
        ("[tool]\nname = 1", "no recipe of resnet-gui"),
        ("recipe = true", "no recipe"),
        ('recipe = "1"', "no recipe"),
        ("recipe = 0", "no recipe"),
        ("recipe = 2\n[new]\nx = 1", "newer version"),
        ("recipe = 1\n[answers]\ncrop = 10", "is 'crops' meant?"),
        ("recipe = 1\n[answer]\ncrops = 10", "is 'answers' meant?"),
        ("recipe = 1\ncrops = 10", "crops"),
        ("recipe = 1\nanswers = 10", "[answers]"),
        ("recipe = 1\n[[answers]]\ncrops = 10", "[answers]"),
        ("recipe = 1\n[answers]\ncrops = 5", "one of 1, 10"),
        ("recipe = 1\n[answers]\ncrops = true", "one of 1, 10"),
        ("recipe = 1\n[answers]\ncrops = 10.0", "one of 1, 10"),
        ('recipe = 1\n[answers]\ncrops = "10"', "one of 1, 10"),
        ('recipe = 1\n[answers]\nprecision = "Exact"', "one of exact, fast, turbo"),
        ('recipe = 1\n[network]\npreprocess = "caffe2"', "one of torch"),
        ('recipe = 1\n[network]\nstem_pool = ["padded"]', "one of padded"),
        ('recipe = 1\n[network]\nsha256 = "abc"', "64 hexadecimal"),
        ('recipe = 1\n[network]\nname = "../net.pth"', "under 'file'"),
        ("recipe = 1\n[network]\nname = 1", "under 'file'"),
        ('recipe = 1\n[network]\nname = "resnet51"', "weights list"),
        ('recipe = 1\n[network]\nname = "built-in"\nfile = "x"', "both"),
        ("recipe = 1\n[network]\nfile = 3", "as text"),
        ('recipe = 1\n[network]\nfile = ""', "as text"),
        ('recipe = 1\n[network]\nfile = "a\\u0000b"', "as text"),
        ('recipe = 1\n[network]\nfile = "' + "x" * 5000 + '"', "as text"),
        ('recipe = 1\n[network]\nfile = "gone\\u001b[2J/\\n"', "needs the weights"),
        ('recipe = 1\n[answers]\n"a\\u001b[2Jb\\n" = 1', r"a\x1b[2Jb\n under"),
        ('recipe = 1\n["\\u202eevil"]\nx = 1', r"[\u202eevil]"),
        ("recipe = 1\n[network]\ntitle = 1", "must be text"),
        ("recipe = 1\n[table]\ntop = 0", "from 1 to 50"),
        ("recipe = 1\n[table]\ntop = 1_000_000_000_000_000_000_000", "from 1 to 50"),
        ('recipe = 1\n[table]\nexcel = "yes"', "true or false"),
        ("recipe = 1\n[pictures]\nmax_megapixels = 1e3", "whole number"),
        ("recipe = 1\n[window]\nsure_from = nan", "number from 0 to 1"),
        ("recipe = 1\n[window]\nsure_from = true", "number from 0 to 1"),
        ("recipe = 1\n[window]\nsure_from = 0.3", "check_from"),
        ("recipe = 1\nrecipe = 1", "TOML"),
        ("recipe = 1\n[answers\ncrops = 1", "line 2"),
        ("recipe = " + "1" * 5000, "TOML"),
        ("a = " + "[" * 60_000, "TOML"),
        ("recipe = 1\n" + "#" * (1 << 18), "longer"),
    ],
)
def test_what_is_odd_is_refused_and_named(tmp_path: Path, text: str, words: str) -> None:
    assert words in refusal(written(tmp_path, text))


def test_all_unknown_keys_are_named_at_once(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, "recipe = 1\n[table]\ntopp = 1\n[zoo]\nx = 1\n[answers]\nfoo = 1\n"))
    assert all(word in said for word in ("topp under [table]", "[zoo]", "foo under [answers]", "Correct or delete"))


def test_what_is_no_text_or_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_bytes(b"recipe = 1 # \xff")
    assert "UTF-8" in refusal(tmp_path / "my.toml")
    assert "No such file" in refusal(tmp_path / "none.toml")
    (tmp_path / "folder.toml").mkdir()
    assert "cannot be read" in refusal(tmp_path / "folder.toml")


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_recipe_is_read_or_refused_and_nothing_else(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("recipe") / "my.toml"
    content = bytearray(recipe_text(ALL, path.parent).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    path.write_bytes(content)
    said: Recipe | str
    try:
        said = read_recipe(path)
    except RecipeError as error:
        said = str(error)
    if isinstance(said, Recipe):
        assert said.crops in (1, 10)
        assert 1 <= said.top <= KEPT_CLASSES
    else:
        assert "my.toml'" in said  # which file is meant


# ---------------------------------------------------------------- small things


def test_every_line_is_explained_or_beside_one_that_is() -> None:
    assert [key.name for key in KEYS if not key.comment] == ["check_from"]


def test_a_recipe_in_a_few_words() -> None:
    assert summary(replace(ALL, title="ResNet-50 · ImageNet · built in")) == "ResNet-50, ten crops, fast"
    assert summary(Recipe(NetworkChoice("/x/net.pth"))) == "net.pth, one crop"
