"""The network pane: opened over the pictures, closed again, and kept on the network that is loaded."""

from dataclasses import replace

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.state import State
from resnet_gui.network.description import Network
from resnet_gui.network.table import summary_text


def described(state: State) -> Network | None:
    """The network that is loaded, as the engine has described it."""
    facts = state.network.facts
    return None if facts is None else facts.network


def toggle(context: Context) -> None:
    """Open it, or go back to the pictures."""
    _remember(context, not context.state.settings.network_shown)


def close(context: Context) -> bool:
    """Back to the pictures.  Whether it was open."""
    was_open = context.state.settings.network_shown
    _remember(context, False)
    return was_open


def copy_table(context: Context) -> None:
    """The layer table as text on the clipboard: what `resnet-gui network` prints."""
    network = described(context.state)
    if network is not None:
        context.platform.copy_text(summary_text(network))
        context.notices.info(f"The layer table of {network.name} is on the clipboard.", topic="network table")


def _remember(context: Context, shown: bool) -> None:
    context.state.settings = replace(context.state.settings, network_shown=shown)
