"""Actions about all that is set, taken together: rows for recipes and for the command line."""

from resnet_gui.gui import conditions
from resnet_gui.gui.action_rows import Action, Menu
from resnet_gui.gui.conditions import ALWAYS
from resnet_gui.gui.flows import recipe

SETUPS: tuple[Action, ...] = (
    Action(
        "file.recipe",
        "Open recipe…",
        "Ctrl+R",
        Menu.FILE,
        ALWAYS,
        recipe.ask,
        "Network, crops and all else that answers depend on; dropping it on the window does the same",
        line=True,
    ),
    Action(
        "file.save_recipe",
        "Save recipe…",
        "Ctrl+Shift+S",
        Menu.FILE,
        conditions.LOADED,
        recipe.ask_target,
        "All that answers depend on, but the pictures and the machine, as a small text file",
    ),
    Action(
        "file.command",
        "Command line…",
        "Ctrl+K",
        Menu.FILE,
        ALWAYS,
        lambda context: context.desk.open_dialog("command"),
        "What to type in a terminal for the same table",
    ),
    Action(
        "file.copy_command",
        "Copy command line",
        "Ctrl+Shift+K",
        Menu.FILE,
        ALWAYS,
        recipe.copy_command,
    ),
)
