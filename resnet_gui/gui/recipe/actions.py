"""Rows of the action table about all that is set, taken together: recipes and the command line."""

from resnet_gui.gui.core.actions import ALWAYS, Action, Section
from resnet_gui.gui.network.actions import LOADED
from resnet_gui.gui.recipe import flow as recipe

ACTIONS: tuple[Action, ...] = (
    Action(
        "file.recipe",
        "Open recipe…",
        "Ctrl+R",
        Section.RECIPE,
        ALWAYS,
        recipe.ask,
        "Network, crops and all else that answers depend on; dropping it on the window does the same",
    ),
    Action(
        "file.save_recipe",
        "Save recipe…",
        "Ctrl+Shift+S",
        Section.RECIPE,
        LOADED,
        recipe.ask_target,
        "All that answers depend on, but the pictures and the machine, as a small text file",
    ),
    Action(
        "file.command",
        "Command line…",
        "Ctrl+K",
        Section.RECIPE,
        ALWAYS,
        lambda context: context.state.open_dialog("command"),
        "What to type in a terminal for the same table",
    ),
    Action(
        "file.copy_command",
        "Copy command line",
        "Ctrl+Shift+K",
        Section.RECIPE,
        ALWAYS,
        recipe.copy_command,
    ),
)
