"""Recipes: saved from what is set, taken over as a whole or not at all, taken back; and the same as a command line."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from resnet_gui.gui.core.choice import file_kinds
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.notices import Notice
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import RecipeNow, State
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.run import export
from resnet_gui.gui.run import flow as folder
from resnet_gui.option import values_for
from resnet_gui.results.path_text import shown_path
from resnet_gui.runs.command_line import TableWanted, command_parts, is_too_long, shell_line, shell_text
from resnet_gui.runs.recipe import Recipe, summary
from resnet_gui.runs.recipe_file import SUFFIX, read_recipe, write_recipe
from resnet_gui.service.conversation import Request

KINDS = file_kinds("Recipes", (SUFFIX,))
PLACE = "PICTURES"
"""Stands in the command line where nothing is open."""


@dataclass(frozen=True, slots=True)
class CommandView:
    """The command line of what is set.

    line: for the platform's shell; text: the same over several lines, to be read; notes: to know before it is given.
    """

    line: str
    text: str
    notes: tuple[str, ...]


# ---------------------------------------------------------------- what is set


def set_now(state: State) -> Recipe:
    """What is set, as it was asked for."""
    title = "" if state.network.facts is None else state.network.facts.title
    return Recipe(state.network.choice, title, **values_for(Recipe, state.settings))


def in_force(state: State) -> Recipe | None:
    """What is set, with the hashes and all that the file says or that was assumed; None until the network is loaded."""
    facts = state.network.facts
    if facts is None or facts.choice != state.network.choice:
        return None
    choice = replace(
        facts.choice,
        preprocess=facts.preprocessing,
        sha256=facts.sha256 or None,
        classes_sha256=facts.classes_sha256 or None,
    )
    if facts.network is not None:
        choice = replace(choice, stem_pool=facts.network.stem_pool.value, stride_in=facts.network.stride_in.value)
    return replace(set_now(state), choice=choice)


# ---------------------------------------------------------------- saving


def ask_target(context: Context) -> None:
    """Where should the recipe be saved?  The dialog itself warns before something is overwritten."""
    recipe = in_force(context.state)
    if recipe is None:
        return
    name = export.file_stem(summary(recipe)) + SUFFIX
    suggested = os.path.join(context.state.settings.last_folders.get("recipes", ""), name)
    context.platform.ask_target("Save the recipe", suggested, KINDS[:1], lambda target: save(context, recipe, target))


def save(context: Context, recipe: Recipe, target: str) -> None:
    """Write the recipe, and tell."""
    if os.path.splitext(target)[1].lower() != SUFFIX:  # noqa: PTH122
        name = shown_path(os.path.basename(target))
        context.notices.error(f"The name of a recipe ends in {SUFFIX}; save it as '{name}{SUFFIX}'.", topic="recipe")
        return
    context.state.settings = context.state.settings.with_folder("recipes", os.path.dirname(target))
    context.background.run(lambda: write_recipe(recipe, Path(target)), done=lambda _: _on_saved(context, target))


def _on_saved(context: Context, target: str) -> None:
    text = f"Recipe saved as {shown_path(target)}."
    context.notices.tell(Notice(text, False, "Show folder", lambda: context.platform.reveal(target), topic="recipe"))


# ---------------------------------------------------------------- taking over


def ask(context: Context) -> None:
    """Which recipe?"""
    start = context.state.settings.last_folders.get("recipes", "")
    context.platform.ask_files("Open recipe", start, KINDS, lambda paths: _on_asked(context, paths))


def _on_asked(context: Context, paths: Sequence[str]) -> None:
    if paths:
        context.state.settings = context.state.settings.with_folder("recipes", os.path.dirname(paths[0]))
        take(context, paths[0])


def take(context: Context, path: str, paths: tuple[str, ...] = (), singles: bool = False) -> None:
    """Use a recipe; then, when its network is loaded, classify the pictures that were dropped with it.

    One that cannot be read changes nothing, and nor does one whose network cannot be loaded.
    """
    context.background.run(
        lambda: read_recipe(Path(path)),
        done=lambda recipe: _on_read(context, path, recipe, paths, singles),
        slot="recipe",
    )


def _on_read(context: Context, path: str, recipe: Recipe, paths: tuple[str, ...], singles: bool) -> None:
    context.state.settings = context.state.settings.with_recent((path,))
    waiting = context.state.recipe
    if waiting is not None and not paths:
        paths, singles = waiting.paths, waiting.singles
    said = f"The recipe {shown_path(os.path.basename(path))} is in use"
    _use(context, recipe, RecipeNow(_before(context.state), said, True, paths, singles))


def _before(state: State) -> Recipe:
    """What to go back to: of two recipes in a row, the second may come before the first is in use."""
    return set_now(state) if state.recipe is None else state.recipe.before


def _use(context: Context, recipe: Recipe, now: RecipeNow) -> None:
    state = context.state
    _set(state, recipe)
    network.choose(context, recipe.choice)
    state.recipe = replace(now, loading=state.network.loading)
    state.network.then = lambda request, loaded: _on_network(context, request, loaded)


def _set(state: State, recipe: Recipe) -> None:
    state.settings = replace(state.settings, **values_for(Settings, recipe))


def _on_network(context: Context, request: Request, loaded: bool) -> None:
    """A network is there: the recipe is in use, and the pictures are looked at with it.

    Where the recipe's own cannot be loaded, everything goes back to what it was; the network flow tells why.
    """
    state, now = context.state, context.state.recipe
    if now is None:
        return
    own = request is now.loading  # else the person has chosen another network meanwhile
    if loaded or own:
        state.recipe = None
    if not loaded:
        if own:
            _set(state, now.before)
        return
    if own:
        undo = (lambda: _take_back(context, now.before)) if now.undo else None
        said = f"{now.said}: {summary(set_now(state))}."  # what the network is, not what the recipe calls it
        context.notices.tell(Notice(said, False, "Undo" if now.undo else "", undo, topic="recipe"))
    if now.paths:
        folder.start(context, now.paths, now.singles)
    elif state.run is not None and state.run.spec != folder.spec_of(context, state.run.spec.paths):
        folder.again(context)


def _take_back(context: Context, before: Recipe) -> None:
    now = RecipeNow(set_now(context.state), "Back to what was set before the recipe", undo=False)
    _use(context, before, now)


# ---------------------------------------------------------------- the command line of what is set


def command_view(context: Context) -> CommandView:
    """The command line that gives the same table, and what to know before it is given."""
    state = context.state
    paths = (PLACE,) if state.run is None else state.run.spec.paths
    title = "table" if state.run is None else export.file_stem(state.run.title).lstrip("-")
    table = TableWanted(f"{title}.csv", **values_for(TableWanted, state.settings))
    parts = command_parts(folder.spec_of(context, paths), table)
    line = shell_line([word for part in parts for word in part], sys.platform)
    return CommandView(line, shell_text(parts, sys.platform), tuple(_notes(context, line)))


def copy_command(context: Context) -> None:
    """Put the command line on the clipboard."""
    context.platform.copy_text(command_view(context).line)
    context.notices.info("The command line of the present settings is on the clipboard.", topic="command")


def _notes(context: Context, line: str) -> list[str]:
    state = context.state
    paths = () if state.run is None else state.run.spec.paths
    notes = []
    if not paths:
        notes.append(f"Put your pictures or folders in the place of {PLACE}.")
    if any(not os.path.isabs(path) for path in paths):  # noqa: PTH117
        notes.append(f"Give it in the folder {shown_path(os.getcwd())}: the pictures are named from there.")  # noqa: PTH109
    if any(path.startswith(str(context.session)) for path in paths):
        notes.append("A pasted picture is gone when this window is closed.")
    if is_too_long(line, sys.platform):
        notes.append("It is longer than a shell takes: name the pictures' folder instead.")
    if sys.platform == "win32":
        notes.append("It is written for the command prompt (cmd), not for PowerShell.")
    notes.append(
        "Not in it: the hashes of weights and class names, and the limits of sure and check. A saved recipe holds them "
        "too, and the command line takes it as well."
    )
    return notes
