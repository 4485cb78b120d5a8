"""What a row of the action table is, and the menus and sections it can stand in.

The rows themselves are in the rooms: `ACTIONS` of each `actions.py`; `app.action_table` joins them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.state import State


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold before an action can be used.

    sentence: why the action is off, shown in its tool tip while it is.
    holds: whether it can be used as the window stands.
    """

    sentence: str
    holds: Callable[[State], bool]


class Menu(StrEnum):
    """The menus, in the order of the bar."""

    FILE = "&File"
    EDIT = "&Edit"
    VIEW = "&View"
    RUN = "&Run"
    NETWORK = "&Network"
    HELP = "&Help"


class Section(Enum):
    """The parts of the menus, in the order in which they stand there.

    menu: the menu it is a part of.
    place: which part of it; makes the values differ.
    line: whether a dividing line stands before it.
    """

    OPEN = (Menu.FILE, 1, False)
    TABLE = (Menu.FILE, 2, True)
    RECIPE = (Menu.FILE, 3, True)
    CLOSE = (Menu.FILE, 4, True)
    COPY = (Menu.EDIT, 1, False)
    PASTE = (Menu.EDIT, 2, True)
    PREFERENCES = (Menu.EDIT, 3, True)
    PAGE = (Menu.VIEW, 1, False)
    STEP = (Menu.VIEW, 2, True)
    LENS = (Menu.VIEW, 3, True)
    ZOOM = (Menu.VIEW, 4, True)
    SORT = (Menu.VIEW, 5, True)
    PANELS = (Menu.VIEW, 6, True)
    STEER = (Menu.RUN, 1, False)
    AGAIN = (Menu.RUN, 2, True)
    NETWORK = (Menu.NETWORK, 1, False)
    COMPUTE = (Menu.NETWORK, 2, True)
    READING = (Menu.NETWORK, 3, False)
    DEVICE = (Menu.NETWORK, 4, False)
    HELP = (Menu.HELP, 1, False)

    def __init__(self, menu: Menu, place: int, line: bool) -> None:
        self.menu = menu
        self.line = line


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the action table.

    id: its name, for tests and for buttons that use its QAction.
    text: what the menu says.
    key: as Qt writes it ("Ctrl+O"), empty for none.
    section: where it stands in the menus.
    when: what must hold, else it is greyed out.
    do: the act.
    tip: one line more than the text says.
    on: for actions that are a state, whether it is on now.
    item: also in the context menu of a picture.
    under: the submenu it stands in, empty for none.
    also: a second key, which no menu shows: the tip names it.
    """

    id: str
    text: str
    key: str
    section: Section
    when: Condition
    do: Callable[[Context], object]
    tip: str = ""
    on: Callable[[State], bool] | None = None
    item: bool = False
    under: str = ""
    also: str = ""


ALWAYS = Condition("", lambda state: True)
