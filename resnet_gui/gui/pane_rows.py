"""Rows of the action table about the network pane."""

from resnet_gui.gui.action_rows import Action, Menu
from resnet_gui.gui.conditions import ALWAYS, Condition
from resnet_gui.gui.flows import network_pane

LOADED = Condition("No network is loaded yet", lambda context: network_pane.described(context) is not None)

PANE_ROWS: tuple[Action, ...] = (
    Action(
        "view.network",
        "Network",
        "N",
        Menu.VIEW,
        ALWAYS,
        network_pane.toggle,
        "Its stages and blocks, with sizes, parameters and MACs; Esc leads back to the pictures",
        on=lambda context: context.state.settings.network_shown,
    ),
)
"""Stand in the menu View."""

TABLE_ROWS: tuple[Action, ...] = (
    Action(
        "network.copy_table",
        "Copy layer table",
        "",
        Menu.NETWORK,
        LOADED,
        network_pane.copy_table,
        "As text, as Keras' model.summary() and `resnet-gui network` give it",
    ),
)
"""Stand in the menu Network, after what chooses the network."""
