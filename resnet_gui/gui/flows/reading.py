"""How the weight file in use is read: what was assumed, and the choices a person has.  Pure functions."""

from resnet_gui.gui.conditions import STRIDE, has_stride_choice
from resnet_gui.gui.context import NetworkNow
from resnet_gui.gui.flows.standing import network_title
from resnet_gui.gui.readings import READINGS
from resnet_gui.gui.views import Choice, ReadingField, ReadingView

_AS_FILE = ""
"""Key of leaving it to the file."""


def reading_view(network: NetworkNow) -> ReadingView:
    """Each thing that can be overruled, with what is in force."""
    assumed = () if network.facts is None else tuple(network.facts.assumed)
    fields = dict.fromkeys(row.field for row in READINGS)
    return ReadingView(network_title(network), assumed, tuple(_field(field, network) for field in fields))


def _field(field: str, network: NetworkNow) -> ReadingField:
    rows = [row for row in READINGS if row.field == field]
    now = getattr(network.choice, field) or _AS_FILE
    force = "" if now else _in_force(field, network)
    choices = tuple(
        Choice(row.value or _AS_FILE, f"{row.text} ({force})" if force and row.value is None else row.text, row.tip)
        for row in rows
    )
    why_not = STRIDE.sentence if field == "stride_in" and not has_stride_choice(network) else ""
    return ReadingField(field, rows[0].under, choices, now, why_not)


def _in_force(field: str, network: NetworkNow) -> str:
    """What the file was found to say, or was assumed to; empty while that is not known."""
    facts = network.facts
    if facts is None or facts.choice != network.choice:
        return ""
    if field == "preprocess":
        return facts.recipe
    return "" if facts.network is None else str(getattr(facts.network, field))
