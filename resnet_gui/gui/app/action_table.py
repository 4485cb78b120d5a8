"""Every act of a person: the rows of all rooms, joined; menus, keys, tips and docs/shortcuts.md are made from it."""

from dataclasses import dataclass

from resnet_gui.gui.app import actions as app
from resnet_gui.gui.core.actions import Action, Menu, Section
from resnet_gui.gui.core.state import State
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


@dataclass(frozen=True, slots=True)
class ActionState:
    """How a row of the table stands.

    enabled: whether it can be used now.
    tip: what it does, or why it cannot be used.
    on: for actions that are a state, whether it is on; else False.
    """

    enabled: bool
    tip: str
    on: bool


def action_states(state: State) -> tuple[ActionState, ...]:
    """How each row stands, in the order of `ACTIONS`."""
    return tuple(_state_of(row, state) for row in ACTIONS)


def _state_of(row: Action, state: State) -> ActionState:
    enabled = row.when.holds(state)
    tip = (row.tip or row.text.rstrip("…")) if enabled else row.when.sentence
    return ActionState(enabled, tip, row.on is not None and row.on(state))


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
