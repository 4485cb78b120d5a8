"""Every act of a person: the rows of all rooms, joined; menus, keys, tips and docs/shortcuts.md are made from it."""

from resnet_gui.gui.app import actions as app
from resnet_gui.gui.core.actions import Action, Menu, Section
from resnet_gui.gui.drop import actions as drop
from resnet_gui.gui.gpu_part import actions as gpu_part
from resnet_gui.gui.network import actions as network
from resnet_gui.gui.network_map import actions as network_map
from resnet_gui.gui.picture import actions as picture
from resnet_gui.gui.preferences import actions as preferences
from resnet_gui.gui.recipe import actions as recipe
from resnet_gui.gui.run import actions as run
from resnet_gui.gui.speed import actions as speed

_ROOMS = (drop, picture, run, recipe, preferences, network, network_map, speed, gpu_part, app)
_ORDER = tuple(Section)
ACTIONS: tuple[Action, ...] = tuple(
    sorted((row for room in _ROOMS for row in room.ACTIONS), key=lambda row: _ORDER.index(row.section))
)
"""In the order of the menus; within a section, in the order of the rooms and of their rows."""


def shortcuts_page() -> str:
    """docs/shortcuts.md."""
    lines = [
        "# Keys",
        "",
        "Made from `actions.py` of each room of `resnet_gui/gui/`; a test fails when it is stale.",
        "",
    ]
    for menu in Menu:
        rows = [action for action in ACTIONS if action.section.menu is menu and action.key]
        if rows:
            lines += [f"## {menu.replace('&', '')}", "", "| key | what it does | |", "|---|---|---|"]
            lines += [f"| `{row.key}` | {row.text.rstrip('…')} | {row.tip} |" for row in rows]
            lines.append("")
    return "\n".join(lines)
