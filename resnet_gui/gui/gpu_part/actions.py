"""The row of the action table about the GPU part."""

from resnet_gui.gui.core.actions import Action, Condition, Section
from resnet_gui.gui.gpu_part import flow as gpu_part

MISSING = Condition(
    "No NVIDIA card was found here that the program does not use already",
    lambda state: gpu_part.is_missing(state.gpu),
)


ACTIONS: tuple[Action, ...] = (
    Action(
        "network.gpu",
        "Get the GPU part…",
        "",
        Section.DEVICE,
        MISSING,
        gpu_part.open_dialog,
        "What to install so that the NVIDIA card in this computer computes",
    ),
)
