"""`classify --recipe FILE`: what the recipe says becomes the options' values; options really given overrule it."""

import argparse
import sys
from pathlib import Path
from typing import Any

from resnet_gui.cli.terminal_table import printable
from resnet_gui.option import rows, values_for
from resnet_gui.runs.options import OPTIONS, NetworkOptions
from resnet_gui.runs.recipe import Recipe
from resnet_gui.runs.recipe_file import read_recipe

_HASHES = ("sha256", "classes_sha256")
_OF_THE_NETWORK = {*(row.field for row in rows(NetworkOptions)), *_HASHES} - {"network"}


def take_recipe(options: argparse.Namespace) -> None:
    """Set the options that `options.recipe` says something about, and tell on stderr which ones overrule it.

    --network sets aside all that the recipe says of its own network; --classes sets aside the hash of its names.
    Raises RecipeError.
    """
    said = option_values(read_recipe(Path(options.recipe)))
    overruled = [
        _words(field, getattr(options, field), said[field])
        for field in sorted(options.given & said.keys())
        if said[field] != getattr(options, field)
    ]
    if "network" in options.given:
        said = {field: value for field, value in said.items() if field not in _OF_THE_NETWORK}
    if "classes" in options.given:
        said.pop("classes_sha256", None)
    for field in said.keys() - options.given:
        setattr(options, field, said[field])
    if overruled:
        print(f"resnet-gui: overruling the recipe: {', '.join(overruled)}.", file=sys.stderr)


def option_values(recipe: Recipe) -> dict[str, Any]:
    """The recipe as values of the options' fields, in the options' own types."""
    said = {row.field: getattr(recipe, row.field) for row in rows(Recipe) if row.flag}
    hashes = {name: getattr(recipe.choice, name) for name in _HASHES}
    return {**values_for(NetworkOptions, recipe.choice), **hashes, **said}


def _words(field: str, given: Any, said: Any) -> str:
    """ "--crops 1 (it says 10)"."""
    name = next(row.flag for row in OPTIONS if row.field == field)
    if isinstance(given, bool):
        return name
    if field == "network":
        return f"--network {printable(given)} (and nothing of what it says of its own network)"
    return f"{name} {printable(str(given))}" + ("" if said is None else f" (it says {printable(str(said))})")
