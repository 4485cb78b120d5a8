"""What a row of the action table is, and the menus there are; the rows themselves are in `actions`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from resnet_gui.gui.conditions import Condition
from resnet_gui.gui.context import Context


class Menu(StrEnum):
    """The menus, in the order of the bar."""

    FILE = "&File"
    EDIT = "&Edit"
    VIEW = "&View"
    RUN = "&Run"
    NETWORK = "&Network"
    HELP = "&Help"


@dataclass(frozen=True, slots=True)
class Action:
    """One row.

    key: as Qt writes it ("Ctrl+O"), empty for none; also: a second one, which no menu shows: the tip names it.
    when: what must hold.  tip: one line more than the text says.
    on: for actions that are a state, whether it is on now.  item: also in the context menu of a picture.
    line: a dividing line stands before it in its menu.  under: the submenu it stands in, empty for none.
    """

    id: str
    text: str
    key: str
    menu: Menu
    when: Condition
    do: Callable[[Context], None]
    tip: str = ""
    on: Callable[[Context], bool] | None = None
    item: bool = False
    line: bool = False
    under: str = ""
    also: str = ""
