"""What a drop or a paste is: pictures, folders, mixtures, networks, recipes, a browser's drag; said before, done after.

Whatever asks the disk runs in the background: a network drive may take its time.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from resnet_gui.gui.core.choice import file_kinds
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.state import Given
from resnet_gui.gui.drop.view import still_there
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.recipe import flow as recipe
from resnet_gui.gui.run import flow as folder
from resnet_gui.images.find import Count, count
from resnet_gui.images.sniff import PICTURE_EXTENSIONS
from resnet_gui.results.path_text import shown_path
from resnet_gui.runs.recipe import summary
from resnet_gui.runs.recipe_file import SUFFIX, RecipeError, peek
from resnet_gui.runs.words import run_title
from resnet_gui.weights.suffixes import WEIGHT_SUFFIXES

COUNT_S = 1.5
"""Longest time spent on counting a drop while it hovers."""
ON_THE_WEB = (
    "That is only an address on the web, and resnet-gui opens no connection. Copy the picture itself and paste it, or "
    "save it first."
)
NOTHING = "There is nothing in it that can be classified: drop pictures, folders, a network's weight file or a recipe."


@dataclass(frozen=True, slots=True)
class Sorted:
    """A drop, looked up on disk.

    refused: files that are no pictures by their names.  recipe: in a few words what the recipe sets, if there is one;
    unfit: why it cannot be used.
    """

    folders: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    recipes: tuple[str, ...] = ()
    recipe: str = ""
    unfit: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """What a run would take, folders first as the list shows them."""
        return (*self.folders, *self.pictures)


def sort_paths(paths: Sequence[str]) -> Sorted:
    """Look at what each path is.  A file without an extension may be a picture; else its name speaks."""
    folders, pictures, weights, refused, recipes = [], [], [], [], []
    for path in dict.fromkeys(paths):
        ending = os.path.splitext(path)[1].lower()  # noqa: PTH122
        if os.path.isdir(path):  # noqa: PTH112  (raises nothing, unlike Path.is_dir)
            folders.append(path)
        elif path.lower().endswith(WEIGHT_SUFFIXES):
            weights.append(path)
        elif ending == SUFFIX:
            recipes.append(path)
        elif not ending or ending[1:] in PICTURE_EXTENSIONS:
            pictures.append(path)
        else:
            refused.append(path)
    words, unfit = _peek(recipes[0]) if len(recipes) == 1 else ("", "")
    return Sorted(tuple(folders), tuple(pictures), tuple(weights), tuple(refused), tuple(recipes), words, unfit)


def _peek(path: str) -> tuple[str, str]:
    """The recipe in a few words, or why it cannot be used.

    What hovers must open no connection: the files it names may be on another computer, and are not looked for.
    """
    try:
        return summary(peek(Path(path))), ""
    except RecipeError as error:
        return "", str(error)


def sentence(drop: Sorted, counted: Count | None) -> tuple[str, bool]:
    """What will happen, and whether anything will."""
    parts = []
    if len(drop.weights) > 1:
        return "Drop one network at a time", False
    if len(drop.recipes) > 1:
        return "Drop one recipe at a time", False
    if drop.recipes and drop.weights:
        return "Drop a recipe or a network: a recipe names its own", False
    if drop.unfit:
        return drop.unfit, False
    if drop.recipes:
        parts.append(f"Use this recipe ({drop.recipe})")
    if drop.weights:
        parts.append("Use this network")
    if drop.folders:
        parts.append(_folder_words(drop, counted))
    elif drop.pictures:
        number = len(drop.pictures)
        parts.append(f"Classify {number:,} {'picture' if number == 1 else 'pictures'}")
    if parts:
        return " and ".join((parts[0], *(part[0].lower() + part[1:] for part in parts[1:]))), True
    if drop.refused:
        return f"{run_title(drop.refused[:1])} is neither a picture nor a network", False
    return NOTHING, False


def _folder_words(drop: Sorted, counted: Count | None) -> str:
    where = f"{len(drop.folders):,} folders" if len(drop.folders) > 1 else "this folder"
    if counted is None:
        return f"Label all pictures in {where}"
    if counted.folders > 1:
        where = f"{counted.folders:,} folders"
    if counted.complete and counted.files == 0:
        return f"Look for pictures in {where}"
    more = "" if counted.complete else "more than "
    return f"Label {more}{counted.files:,} {'file' if counted.files == 1 else 'files'} in {where}"


# ---------------------------------------------------------------- acts


def hover(context: Context, given: Given) -> None:
    """Something is dragged over the window: say what will happen, better and better."""
    hover = context.state.hover
    hover.number += 1
    number = hover.number
    if given.bitmap is not None and not given.paths:
        hover.sentence, hover.allowed = "Classify 1 picture", True
    elif not given.paths:
        hover.sentence, hover.allowed = (ON_THE_WEB if given.remote else NOTHING), False
    else:
        hover.sentence, hover.allowed = "Classify this", True
        context.background.run(
            lambda: sort_paths(given.paths),
            done=lambda drop: _on_sorted(context, number, drop),
            slot="drop",
        )


def leave(context: Context) -> None:
    """The drag has left the window, or has ended."""
    hover = context.state.hover
    hover.number += 1
    hover.sentence, hover.allowed = "", True


def drop(context: Context, given: Given) -> None:
    """Take what was dropped, pasted, opened or named on the command line."""
    leave(context)
    if given.paths:
        open_paths(context, given.paths)
    elif given.bitmap is not None:
        target = context.session / f"Pasted picture {next(context.numbers)}.png"
        context.background.run(
            lambda: context.platform.save_bitmap(given.bitmap, target),
            done=lambda _: folder.start(context, (str(target),), singles=True),
        )
    else:
        context.notices.error(ON_THE_WEB if given.remote else NOTHING, topic="drop")


def look_for_recent(context: Context) -> None:
    """At the start: which of the recent paths are still there."""
    recent, state = context.state.settings.recent, context.state

    def found(there: tuple[str, ...]) -> None:
        state.recent = there

    context.background.run(lambda: still_there(recent), done=found, slot="recent")


def open_paths(context: Context, paths: Sequence[str]) -> None:
    """Use the network among these paths, classify the pictures."""
    context.background.run(lambda: sort_paths(paths), done=lambda drop: _take(context, drop), slot="open")


def open_one(context: Context, path: str) -> None:
    """A recent path or a sample of the empty card."""
    open_paths(context, (path,))


def open_pictures(context: Context) -> None:
    """Ask for pictures."""
    kinds = file_kinds("Pictures", sorted(f".{ending}" for ending in PICTURE_EXTENSIONS))
    start = context.state.settings.last_folders.get("pictures", "")
    context.platform.ask_files("Open pictures", start, kinds, lambda paths: _on_asked(context, "pictures", paths))


def open_folder(context: Context) -> None:
    """Ask for a folder."""
    start = context.state.settings.last_folders.get("folder", "")
    context.platform.ask_folder("Open folder", start, lambda path: _on_asked(context, "folder", [path] if path else []))


def paste(context: Context) -> None:
    """Pictures, files or paths from the clipboard."""
    given = context.platform.clipboard()
    if given.empty:
        context.notices.info("There is neither a picture nor a path on the clipboard.", topic="drop")
        return
    drop(context, given)


# ---------------------------------------------------------------- inside


def _on_sorted(context: Context, number: int, drop: Sorted) -> None:
    hover = context.state.hover
    if number != hover.number:
        return
    hover.sentence, hover.allowed = sentence(drop, None)
    if drop.folders:
        context.background.run(
            lambda: count(drop.paths, COUNT_S),
            done=lambda counted: _on_counted(context, number, drop, counted),
            slot="drop",
        )


def _on_counted(context: Context, number: int, drop: Sorted, counted: Count) -> None:
    hover = context.state.hover
    if number == hover.number:
        hover.sentence, hover.allowed = sentence(drop, counted)


def _take(context: Context, drop: Sorted) -> None:
    said, allowed = sentence(drop, None)
    if not allowed:
        context.notices.error(f"{said.rstrip('.')}.", topic="drop")
        return
    context.notices.withdraw("drop")
    if drop.recipes:
        recipe.take(context, drop.recipes[0], drop.paths, singles=not drop.folders)
    if drop.weights:
        network.choose_file(context, drop.weights[0])
    if drop.paths and not drop.recipes:
        folder.start(context, drop.paths, singles=not drop.folders)
    if drop.refused:
        names = ", ".join(shown_path(os.path.basename(path)) for path in drop.refused[:3])
        more = f" and {len(drop.refused) - 3:,} more" if len(drop.refused) > 3 else ""
        context.notices.info(f"Left out, being no pictures by name: {names}{more}.", topic="drop")


def _on_asked(context: Context, purpose: str, paths: list[str]) -> None:
    if not paths:
        return
    last = paths[0] if purpose == "folder" else os.path.dirname(paths[0])
    context.state.settings = context.state.settings.with_folder(purpose, last)
    open_paths(context, paths)
