"""A recipe on the command line: it sets everything, and only what is really given overrules it, aloud."""

from pathlib import Path

import pytest

from resnet_gui.cli.arguments import parse
from resnet_gui.cli.classify import make_spec
from resnet_gui.cli.recipe import option_values, take_recipe
from resnet_gui.engine.modes import Average, Precision
from resnet_gui.runs.recipe import Recipe
from resnet_gui.runs.recipe_file import RecipeError, write_recipe
from resnet_gui.runs.spec import NetworkChoice, RunSpec

HASH, OTHER_HASH = "a" * 64, "b" * 64


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    """Nothing has its usual value."""
    for name in ("net.pth", "names.txt"):
        (tmp_path / name).write_bytes(b"x")
    choice = NetworkChoice(
        str(tmp_path / "net.pth"), str(tmp_path / "names.txt"), "half", "unpadded", "1x1", HASH, OTHER_HASH
    )
    return Recipe(
        choice, "t", crops=10, average=Average.LOGITS, precision=Precision.FAST, recursive=False, accept_truncated=True,
        max_megapixels=12, top=3, excel=True, absolute=True, sure_from=0.9, check_from=0.1,
    )  # fmt: skip


@pytest.fixture
def path(recipe: Recipe, tmp_path: Path) -> str:
    write_recipe(recipe, tmp_path / "my.toml")
    return str(tmp_path / "my.toml")


def test_a_recipe_sets_everything_and_says_nothing(
    path: str, recipe: Recipe, capsys: pytest.CaptureFixture[str]
) -> None:
    options = parse(["classify", "a", "--recipe", path, "--threads", "2"])
    take_recipe(options)
    assert make_spec(options) == RunSpec(
        ("a",), recipe.choice, crops=10, average=Average.LOGITS, precision=Precision.FAST, threads=2, recursive=False,
        accept_truncated=True, max_megapixels=12,
    )  # fmt: skip
    assert (options.top, options.excel, options.absolute) == (3, True, True)
    assert capsys.readouterr().err == ""


def test_only_options_really_given_overrule_it_even_with_their_usual_value(
    path: str, recipe: Recipe, capsys: pytest.CaptureFixture[str]
) -> None:
    options = parse(["classify", "a", "--crops", "1", "--recipe", path, "--top=5", "--precision", "fast"])
    take_recipe(options)
    spec = make_spec(options)
    assert (spec.crops, options.top, spec.precision, spec.average) == (1, 5, Precision.FAST, Average.LOGITS)
    assert spec.choice == recipe.choice
    assert capsys.readouterr().err == (
        "resnet-gui: overruling the recipe: --crops 1 (it says 10), --top 5 (it says 3).\n"
    )


def test_another_network_starts_anew(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = parse(["classify", "a", "--network", "other.h5", "--recipe", path, "--stem-pool", "padded"])
    take_recipe(options)
    assert make_spec(options).choice == NetworkChoice("other.h5", stem_pool="padded")
    assert options.crops == 10
    assert "--network other.h5 (and nothing of what it says of its own network)" in capsys.readouterr().err


def test_other_names_take_the_place_of_the_recipes_and_of_their_hash(path: str, recipe: Recipe) -> None:
    options = parse(["classify", "a", "--classes", "mine.csv", "--recipe", path])
    take_recipe(options)
    choice = make_spec(options).choice
    assert (choice.classes, choice.classes_sha256, choice.sha256) == ("mine.csv", None, HASH)
    assert choice.preprocess == "half"


def test_without_a_recipe_nothing_is_given_but_what_is_given() -> None:
    assert parse(["classify", "a"]).given == frozenset()
    assert parse(["classify", "a", "--excel", "b", "--crops", "1", "--", "--top"]).given == {"excel", "crops"}


def test_every_value_of_a_recipe_is_an_option_or_a_hash() -> None:
    options = parse(["classify", "a"])
    assert option_values(Recipe()).keys() <= vars(options).keys()
    unasked = {name: value for name, value in option_values(Recipe()).items() if getattr(options, name) != value}
    assert unasked == {}, "a recipe's usual values are those of the command line"


def test_a_recipe_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"none\.toml"):
        take_recipe(parse(["classify", "a", "--recipe", str(tmp_path / "none.toml")]))
