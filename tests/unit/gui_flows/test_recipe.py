"""A recipe in the window: saved, taken over as a whole or not at all, taken back; the command line of what is set."""

import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from resnet_gui.cli.arguments import parse
from resnet_gui.cli.classify import make_spec
from resnet_gui.engine.modes import Average, Precision
from resnet_gui.engine.record import Phase, Progress
from resnet_gui.gui.app.render import views
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import Given
from resnet_gui.gui.drop import flow as drop
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.recipe import flow as recipe
from resnet_gui.gui.run import flow as folder
from resnet_gui.network.description import StemPool, StrideIn
from resnet_gui.network.variants import published
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.run_pictures import RunEnded, RunPictures
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.recipe import Recipe
from resnet_gui.runs.recipe_file import RecipeError, read_recipe, write_recipe
from resnet_gui.runs.spec import NetworkChoice
from tests.unit.gui_flows.fakes import answer, fail, make_context

HASH, OTHER_HASH = "a" * 64, "b" * 64


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """As it stands after the start, the built-in network loaded."""
    made = make_context(tmp_path)
    network.load_first(made)
    load(made)
    return made


@pytest.fixture
def wanted(tmp_path: Path) -> Recipe:
    (tmp_path / "net.pth").write_bytes(b"x")
    choice = NetworkChoice(str(tmp_path / "net.pth"), None, "half", "unpadded", "1x1", HASH, OTHER_HASH)
    return Recipe(
        choice, "ResNet-1000 · net", crops=10, average=Average.LOGITS, precision=Precision.FAST, recursive=False,
        accept_truncated=True, max_megapixels=12, top=3, excel=True, absolute=True, sure_from=0.9, check_from=0.1,
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path, wanted: Recipe) -> str:
    write_recipe(wanted, tmp_path / "my.toml")
    return str(tmp_path / "my.toml")


def facts(choice: NetworkChoice) -> NetworkInfo:
    plan = replace(published(50), stem_pool=StemPool.UNPADDED, stride_in=StrideIn.FIRST_1X1)
    return NetworkInfo(
        choice, "ResNet-50 · test", "ResNet-50", 50, "v1", 1000, 1, "caffe", 256, 224, "CPU", "b", "fp32", (),
        HASH, OTHER_HASH, plan,
    )  # fmt: skip


def load(context: Context) -> None:
    """The newest LoadNetwork is done."""
    asked = context.engine.last(LoadNetwork)
    answer(context, LoadNetwork, facts(asked.choice))


def refuse(context: Context) -> None:
    fail(context, LoadNetwork, "It cannot be loaded.")


def hover(context: Context) -> tuple[str, bool]:
    """What the overlay says, and whether a drop would do anything."""
    return context.state.hover.sentence, context.state.hover.allowed


def said(context: Context) -> str:
    assert context.notices.current is not None
    return context.notices.current.text


# ---------------------------------------------------------------- taking over


def test_a_recipe_restores_all_and_says_so(context: Context, wanted: Recipe, path: str) -> None:
    recipe.take(context, path)
    asked = context.engine.last(LoadNetwork)
    assert (asked.choice, asked.precision) == (wanted.choice, Precision.FAST)
    load(context)
    assert recipe.set_now(context.state) == replace(wanted, title="ResNet-50 · test")
    assert said(context) == "The recipe my.toml is in use: ResNet-50, ten crops, fast."
    assert context.state.settings.recent[0] == path
    assert views(context).list.limits == (wanted.sure_from, wanted.check_from)


def test_undo_brings_everything_back_and_repeats_the_run(context: Context, path: str) -> None:
    before = context.state.settings
    folder.start(context, ("/p/a.jpg",), singles=True)
    first = context.engine.last(RunPictures).spec
    recipe.take(context, path)
    load(context)
    assert context.engine.last(RunPictures).spec.crops == 10
    context.notices.act()
    assert context.engine.last(LoadNetwork).choice == NetworkChoice()
    load(context)
    assert context.engine.last(RunPictures).spec == first
    assert replace(context.state.settings, recent=(), weight_files={}, own_files={}) == replace(before, recent=())
    assert said(context).startswith("Back to what was set before the recipe: ResNet-50, one crop")
    assert context.notices.current is not None
    assert context.notices.current.action == ""


def test_another_network_takes_away_what_was_said_of_the_recipe(context: Context, path: str) -> None:
    """It came to the front again behind every later message, when it was no longer true."""
    recipe.take(context, path)
    load(context)
    context.notices.act()
    load(context)
    network.choose_file(context, "/w/other.pth")
    load(context)
    assert context.notices.current is None


def test_a_run_is_repeated_once_also_where_only_the_crops_differ(context: Context, tmp_path: Path) -> None:
    folder.start(context, ("/p/a.jpg",), singles=True)
    write_recipe(Recipe(crops=10), tmp_path / "crops.toml")
    recipe.take(context, str(tmp_path / "crops.toml"))
    load(context)
    assert context.engine.count(RunPictures) == 2
    assert context.engine.last(RunPictures).spec.crops == 10
    recipe.take(context, str(tmp_path / "crops.toml"))
    load(context)
    assert context.engine.count(RunPictures) == 2  # nothing has changed: nothing is computed again


def test_a_recipe_whose_network_fails_changes_nothing(context: Context, path: str) -> None:
    before = recipe.set_now(context.state)
    folder.start(context, ("/p/a.jpg",), singles=True)
    recipe.take(context, path, ("/p/b.jpg",), singles=True)
    refuse(context)
    assert said(context) == "It cannot be loaded."
    load(context)
    assert recipe.set_now(context.state) == before
    assert context.engine.count(RunPictures) == 1
    assert context.engine.last(RunPictures).spec.paths == ("/p/a.jpg",)


def test_of_two_recipes_in_a_row_undo_goes_back_to_before_the_first(
    context: Context, path: str, tmp_path: Path
) -> None:
    before = recipe.set_now(context.state)
    write_recipe(Recipe(top=9), tmp_path / "top.toml")
    recipe.take(context, path, ("/p/b.jpg",), singles=True)
    recipe.take(context, str(tmp_path / "top.toml"))
    load(context)
    assert context.engine.last(RunPictures).spec.paths == ("/p/b.jpg",)  # dropped with the first, not forgotten
    assert (context.state.settings.top, context.state.settings.crops) == (9, 1)
    context.notices.act()
    load(context)
    assert recipe.set_now(context.state) == before


def test_another_network_chosen_meanwhile_stays_chosen_and_the_pictures_are_not_lost(
    context: Context, path: str
) -> None:
    recipe.take(context, path, ("/p/b.jpg",), singles=True)
    network.choose_built_in(context)
    load(context)
    assert context.engine.last(RunPictures).spec.choice == NetworkChoice()
    assert context.engine.last(RunPictures).spec.paths == ("/p/b.jpg",)
    assert context.state.recipe is None


def test_one_that_cannot_be_read_changes_nothing(context: Context, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text("recipe = 1\n[answers]\ncrop = 10\n")
    sent = len(context.engine.sent)
    with pytest.raises(RecipeError, match="'crops' meant"):  # the window tells it: `Program.tell_fault`
        recipe.take(context, str(tmp_path / "my.toml"))
    assert len(context.engine.sent) == sent


# ---------------------------------------------------------------- dropping


def test_the_drag_says_what_the_recipe_is(context: Context, path: str, tmp_path: Path) -> None:
    drop.hover(context, Given(paths=(path,)))
    assert hover(context) == (
        "Use this recipe (ResNet-1000, ten crops, fast)",
        True,
    )
    (tmp_path / "a.jpg").write_bytes(b"x")
    drop.hover(context, Given(paths=(path, str(tmp_path / "a.jpg"))))
    assert hover(context) == (
        "Use this recipe (ResNet-1000, ten crops, fast) and classify 1 picture",
        True,
    )


def test_what_hovers_asks_no_other_computer(context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(os.path, "isfile", lambda asked: bool(looked.append(os.fspath(asked))))
    (tmp_path / "my.toml").write_text('recipe = 1\n[network]\nfile = "//stranger/share/net.pth"\n')
    drop.hover(context, Given(paths=(str(tmp_path / "my.toml"),)))
    assert hover(context) == ("Use this recipe (net.pth, one crop)", True)
    assert looked == []


def test_a_recipe_dropped_with_pictures_comes_first(context: Context, path: str, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    drop.drop(context, Given(paths=(str(tmp_path / "a.jpg"), path)))
    assert context.engine.count(RunPictures) == 0
    load(context)
    spec = context.engine.last(RunPictures).spec
    assert (spec.paths, spec.crops, spec.precision) == ((str(tmp_path / "a.jpg"),), 10, Precision.FAST)
    assert context.engine.count(RunPictures) == 1


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("my.toml", "other.toml"), "one recipe at a time"),
        (("my.toml", "net.pth"), "a recipe names its own"),
        (("other.toml",), "no recipe of resnet-gui"),
    ],
)
def test_what_cannot_be_done_is_said_before_and_after(
    context: Context, path: str, tmp_path: Path, names: tuple[str, ...], words: str
) -> None:
    (tmp_path / "other.toml").write_text("[tool]\n")
    given = Given(paths=tuple(str(tmp_path / name) for name in names))
    sent = len(context.engine.sent)
    drop.hover(context, given)
    sentence, allowed = hover(context)
    assert words in sentence
    assert not allowed
    drop.drop(context, given)
    assert words in said(context)
    assert len(context.engine.sent) == sent


# ---------------------------------------------------------------- saving


def test_what_is_saved_is_what_is_in_force_with_hashes_and_without_assumptions(
    context: Context, tmp_path: Path
) -> None:
    context.state.settings = replace(context.state.settings, crops=10, top=7)
    recipe.ask_target(context)
    _, suggested, kinds, done = context.platform.shown["ask_target"]
    assert os.path.basename(suggested) == "ResNet-50, ten crops.toml"
    assert kinds == ("Recipes (*.toml)",)
    done(str(tmp_path / "saved.toml"))
    saved = read_recipe(tmp_path / "saved.toml")
    assert saved.choice == NetworkChoice("built-in", None, "caffe", "unpadded", "1x1", HASH, OTHER_HASH)
    assert (saved.crops, saved.top, saved.title) == (10, 7, "ResNet-50 · test")
    assert "saved.toml" in said(context)


def test_every_setting_that_answers_depend_on_is_saved_and_restored(context: Context, tmp_path: Path) -> None:
    """A field that the recipe forgot would stay as it was."""
    odd = Settings(crops=10, precision=Precision.FAST, average=Average.LOGITS, recursive=False, accept_truncated=True,
                   max_megapixels=7, top=2, excel=True, absolute=True, sure_from=0.7, check_from=0.3)  # fmt: skip
    usual = context.state.settings
    context.state.settings = odd
    made = recipe.in_force(context.state)
    assert made is not None
    recipe.save(context, made, str(tmp_path / "odd.toml"))
    context.state.settings = usual
    recipe.take(context, str(tmp_path / "odd.toml"))
    untouched = {"recent": (), "last_folders": {}, "weight_files": {}}
    assert replace(context.state.settings, **untouched) == replace(odd, **untouched)


def test_nothing_is_saved_before_the_network_is_loaded(tmp_path: Path) -> None:
    fresh = make_context(tmp_path)
    recipe.ask_target(fresh)
    assert "ask_target" not in fresh.platform.shown
    network.load_first(fresh)
    load(fresh)
    network.choose_reading(fresh, "preprocess", "half")  # under way: the facts are those of before
    recipe.ask_target(fresh)
    assert "ask_target" not in fresh.platform.shown


def test_a_name_that_a_drop_would_not_know_is_refused(context: Context, tmp_path: Path) -> None:
    recipe.save(context, Recipe(), str(tmp_path / "recipe.txt"))
    assert "recipe.txt.toml" in said(context)
    assert not (tmp_path / "recipe.txt").exists()


# ---------------------------------------------------------------- the command line


@pytest.mark.skipif(sys.platform == "win32", reason="taken apart as POSIX sh does")
def test_the_command_line_asks_for_the_run_on_the_screen(context: Context, wanted: Recipe, path: str) -> None:
    folder.start(context, ("/p/my pictures", "/p/it's.jpg"), singles=False)
    recipe.take(context, path)
    load(context)
    view = recipe.command_view(context)
    options = parse(shlex.split(view.line)[1:])
    assert context.state.run is not None
    spec = context.state.run.spec
    assert make_spec(options) == replace(spec, choice=replace(spec.choice, sha256=None, classes_sha256=None))
    assert (options.top, options.excel, options.absolute) == (wanted.top, True, True)
    assert options.csv == "my pictures and 1 more.csv"
    assert shlex.split(view.text.replace(" \\\n", " ")) == shlex.split(view.line)
    assert "hashes" in view.notes[-1]


def test_without_pictures_a_word_stands_in_their_place(context: Context) -> None:
    view = recipe.command_view(context)
    assert view.line == "resnet-gui classify PICTURES --csv table.csv"
    assert "PICTURES" in view.notes[0]


def test_what_a_person_must_know_about_the_paths_is_said(context: Context) -> None:
    folder.start(context, ("near.jpg", str(context.session / "Pasted picture 1.png")), singles=True)
    notes = " ".join(recipe.command_view(context).notes)
    assert os.getcwd() in notes  # noqa: PTH109
    assert "pasted" in notes.lower()
    folder.start(context, tuple(f"/p/{number:0200}.jpg" for number in range(900)), singles=True)
    assert "longer than a shell takes" in " ".join(recipe.command_view(context).notes)


def test_a_table_is_never_named_like_an_option(context: Context) -> None:
    folder.start(context, ("/p/-rf.jpg",), singles=True)
    assert parse(shlex.split(recipe.command_view(context).line)[1:]).csv == "rf.jpg.csv"


def test_the_command_line_is_copied_and_that_is_said(context: Context) -> None:
    recipe.copy_command(context)
    assert context.platform.shown["copy_text"] == (recipe.command_view(context).line,)
    assert "clipboard" in said(context)


def test_a_run_that_has_ended_is_repeated_with_the_recipe(context: Context, path: str) -> None:
    folder.start(context, ("/p/a.jpg",), singles=True)
    assert context.state.run is not None
    answer(context, RunPictures, RunEnded(Progress(Phase.DONE, 1, False, 1)))
    recipe.take(context, path)
    load(context)
    assert context.engine.count(RunPictures) == 2
