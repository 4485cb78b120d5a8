"""The row of the action table about the GPU part."""

from resnet_gui.gui.action_rows import Action, Menu
from resnet_gui.gui.conditions import Condition
from resnet_gui.gui.flows import gpu_part

MISSING = Condition(
    "No NVIDIA card was found here that the program does not use already",
    lambda context: gpu_part.is_missing(context.state.gpu),
)

GPU_ROWS: tuple[Action, ...] = (
    Action(
        "network.gpu",
        "Get the GPU part…",
        "",
        Menu.NETWORK,
        MISSING,
        gpu_part.open_dialog,
        "What to install so that the NVIDIA card in this computer computes",
    ),
)
"""Stands in the menu Network, after the device."""
