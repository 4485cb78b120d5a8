"""How the weight file in use is read: what was assumed, and the choices a person has.  Pure functions."""

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
    choices = tuple(Choice(row.value or _AS_FILE, row.text, row.tip) for row in rows)
    return ReadingField(field, rows[0].under, choices, getattr(network.choice, field) or _AS_FILE)
