"""Rows of the action table about the catalogue's weights."""

from resnet_gui.gui.action_rows import Action, Menu
from resnet_gui.gui.conditions import ALWAYS, Condition
from resnet_gui.gui.flows import network

READ = Condition("The built-in network needs no choice", lambda context: not network.ours(context))

WEIGHT_ROWS: tuple[Action, ...] = (
    Action(
        "network.weights",
        "Weights…",
        "W",
        Menu.NETWORK,
        ALWAYS,
        network.open_weights,
        "Published networks of torchvision, timm and Keras: get them, check them, use them",
    ),
    Action(
        "network.reading",
        "How this file is read…",
        "",
        Menu.NETWORK,
        READ,
        network.open_reading,
        "What had to be assumed about the weight file, and what to choose instead",
    ),
)
