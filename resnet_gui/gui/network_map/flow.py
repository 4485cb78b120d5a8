"""The network pane: opened over the pictures, closed again, and kept on the network that is loaded."""

from dataclasses import replace

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.network_map.make_view import plan_view
from resnet_gui.network.description import Network
from resnet_gui.network.summary import summary_text


def described(context: Context) -> Network | None:
    """The network that is loaded, as the engine has described it."""
    facts = context.state.network.facts
    return None if facts is None else facts.network


def toggle(context: Context) -> None:
    """Open it, or go back to the pictures."""
    if context.state.settings.network_shown:
        close(context)
    else:
        _remember(context, True)
        show(context)


def close(context: Context) -> bool:
    """Back to the pictures.  Whether it was open."""
    if not context.state.settings.network_shown:
        return False
    _remember(context, False)
    show(context)
    return True


def show(context: Context) -> None:
    """Put it on the screen as it is to be now; a network is drawn only where it is seen."""
    shown = context.state.settings.network_shown
    if shown:
        network = described(context)
        context.screen.show_plan(None if network is None else plan_view(network))
    context.screen.show_network_pane(shown)
    context.screen.show_actions()


def copy_table(context: Context) -> None:
    """The layer table as text on the clipboard: what `resnet-gui network` prints."""
    network = described(context)
    if network is not None:
        context.desk.copy_text(summary_text(network))
        context.notices.news(f"The layer table of {network.name} is on the clipboard.", topic="network table")


def _remember(context: Context, shown: bool) -> None:
    context.state.settings = replace(context.state.settings, network_shown=shown)
