"""Rows of the action table about the network pane."""

from resnet_gui.gui.core.actions import ALWAYS, Action, Condition, Section
from resnet_gui.gui.network_map import flow as network_pane

LOADED = Condition("No network is loaded yet", lambda state: network_pane.described(state) is not None)


ACTIONS: tuple[Action, ...] = (
    Action(
        "view.network",
        "Network",
        "N",
        Section.PANELS,
        ALWAYS,
        network_pane.toggle,
        "Its stages and blocks, with sizes, parameters and MACs; Esc leads back to the pictures",
        on=lambda state: state.settings.network_shown,
    ),
    Action(
        "network.copy_table",
        "Copy layer table",
        "",
        Section.NETWORK,
        LOADED,
        network_pane.copy_table,
        "As text, as Keras' model.summary() and `resnet-gui network` give it",
    ),
)
