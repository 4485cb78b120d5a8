"""What the cards to read show, as data: the device and why, the keys, what program this is.  No Qt in here."""

from dataclasses import dataclass
from functools import lru_cache

from resnet_gui import __version__
from resnet_gui.gui.app.action_table import ACTIONS
from resnet_gui.gui.core.actions import Menu
from resnet_gui.gui.core.state import State

_LIBRARIES = ("openvino", "torch", "pillow", "numpy", "PySide6-Essentials")
Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CardView:
    """A card to read.

    title: of its window.
    parts: (heading, lines of two columns), one below the other.
    lead: sentences above them; the first is the name of the program.
    keys: whether the left column holds keys, as Qt writes them, several divided by spaces.
    """

    title: str
    parts: tuple[tuple[str, Lines], ...]
    lead: tuple[str, ...] = ()
    keys: bool = False


def device_card(state: State) -> CardView:
    """Which device, why, what computes in what."""
    facts = state.network.facts
    rows = [("Device", state.device or "not known yet")]
    if facts is not None:
        rows += [("Computed by", facts.backend), ("Precision", facts.precision), ("Network", facts.title)]
        rows += [("Assumed", sentence) for sentence in facts.assumed]
    return CardView("Device", (("", tuple(rows)), ("Versions", versions())))


def about_card(state: State) -> CardView:
    """What program this is."""
    lead = (
        "ResNet GUI",
        "See what a ResNet sees, in one picture or in a hundred thousand.",
        "Nothing you open leaves this computer, and nothing is fetched without being asked for.",
    )
    return CardView("About resnet-gui", (("", ()), ("Versions", versions())), lead)


def keys_card(state: State) -> CardView:
    """All keys, by menu."""
    parts = []
    for menu in Menu:
        rows = tuple(
            (" ".join(filter(None, (row.key, row.also))), row.text.rstrip("…"))
            for row in ACTIONS
            if row.section.menu is menu and row.key
        )
        if rows:
            parts.append((menu.replace("&", ""), rows))
    return CardView("Keys", tuple(parts), keys=True)


@lru_cache(maxsize=1)
def versions() -> Lines:
    """Libraries that make the numbers; read from their metadata, so that none is loaded."""
    from importlib import metadata  # with its parser of e-mails 20 ms, which the window need not wait for

    found = [("resnet-gui", __version__)]
    for name in _LIBRARIES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue
    return tuple(found)
