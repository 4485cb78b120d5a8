"""A recipe on the command line, as real processes: the table that its options give, twice; and what is refused."""

import hashlib
import shutil
from pathlib import Path

import pytest

from resnet_gui.assets import resources
from resnet_gui.weights.library import built_in_path
from tests.helpers.program import run, table, without_ms

SAMPLES = resources() / "samples"
RECIPE = """# Written by hand.
recipe = 1
[network]
file = "weights/mine.safetensors"
sha256 = "{sha256}"
preprocess = "half"
[classes]
file = "names.txt"
[answers]
crops = 10
average = "logits"
[table]
top = 2
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a recipe, its weights and its names."""
    (tmp_path / "weights").mkdir()
    shutil.copyfile(built_in_path(), tmp_path / "weights" / "mine.safetensors")
    (tmp_path / "names.txt").write_text("\n".join(f"my thing {number}" for number in range(1000)))
    sha256 = hashlib.sha256(built_in_path().read_bytes()).hexdigest()
    (tmp_path / "my.toml").write_text(RECIPE.format(sha256=sha256))
    return tmp_path


@pytest.mark.slow
def test_a_recipe_gives_what_its_options_give_wherever_it_is_given_from(project: Path) -> None:
    home, elsewhere, pictures = project / "home", project / "elsewhere", project / "pictures"
    elsewhere.mkdir()
    pictures.mkdir()
    shutil.copy(SAMPLES / "coffee.png", pictures)
    options = [
        "--network", "weights/mine.safetensors", "--preprocess", "half", "--classes", "names.txt", "--crops", "10",
        "--average", "logits", "--top", "2",
    ]  # fmt: skip
    with_options = run(["classify", pictures, *options, "--csv", project / "options.csv"], home / "a", cwd=project)
    with_recipe = run(
        ["classify", pictures, "--recipe", project / "my.toml", "--csv", project / "recipe.csv"],
        home / "b",
        cwd=elsewhere,
    )
    assert (with_options.status, with_recipe.status) == (0, 0)
    assert with_recipe.err == with_options.err == ""
    rows = table(project / "recipe.csv")
    assert without_ms(rows) == without_ms(table(project / "options.csv"))
    assert rows[0]["label2"].startswith("my thing ")
    assert "label3" not in rows[0]
    assert rows[0]["agree"].endswith("/10")
    again = run(
        ["classify", pictures, "--recipe", "my.toml", "--csv", "again.csv", "--crops", "10"], home / "b", cwd=project
    )
    assert (again.status, again.err) == (0, "")  # to say what the recipe says overrules nothing
    assert (project / "again.csv").read_bytes() == (project / "recipe.csv").read_bytes()  # the same run: ms as well


def test_what_overrules_the_recipe_is_said(project: Path) -> None:
    arguments = ["classify", SAMPLES / "coffee.png", "--recipe", "my.toml", "--crops", "1", "--csv", "-"]
    done = run(arguments, project / "home", cwd=project)
    assert done.status == 0
    assert done.err == "resnet-gui: overruling the recipe: --crops 1 (it says 10).\n"
    assert done.out.splitlines()[1].split(",")[7] == ""  # agree: one crop


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('preprocess = "half"', 'preprocess = "half"\npreprocessing = "x"', "preprocessing under [network]"),
        ('sha256 = "', 'sha256 = "00000000" #', "64 hexadecimal"),
        ("mine.safetensors", "other.safetensors", "other.safetensors"),
        ("recipe = 1", "recipe = 7", "newer version"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_status_1(project: Path, old: str, new: str, words: str) -> None:
    recipe = project / "my.toml"
    recipe.write_text(recipe.read_text().replace(old, new))
    done = run(["classify", SAMPLES, "--recipe", recipe], project / "home")
    assert (done.status, done.out) == (1, "")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_other_weights_than_the_recipes_are_refused_with_both_hashes(project: Path) -> None:
    weights = project / "weights" / "mine.safetensors"
    before = hashlib.sha256(weights.read_bytes()).hexdigest()
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\0" if weights.read_bytes()[-1] else b"\1")
    now = hashlib.sha256(weights.read_bytes()).hexdigest()
    done = run(["classify", SAMPLES, "--recipe", project / "my.toml"], project / "home")
    assert (done.status, done.out) == (1, "")
    assert all(word in done.err for word in ("mine.safetensors", before[:8], now[:8], "delete the line 'sha256'"))
    assert done.err.count("\n") == 1


def test_a_published_network_that_is_not_here_is_asked_for_by_its_command(project: Path) -> None:
    (project / "my.toml").write_text('recipe = 1\n[network]\nname = "resnet101.tv_in1k"\n')
    done = run(["classify", SAMPLES, "--recipe", project / "my.toml"], project / "home")
    assert done.status == 1
    assert "resnet-gui weights download resnet101.tv_in1k" in done.err
