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
    Action(
        "network.names.file",
        "Automatic",
        "",
        Menu.NETWORK,
        ALWAYS,
        lambda context: network.choose_names(context, None),
        "The weight file's own names, or ImageNet's where there are 1,000 classes",
        on=network.names_of_file,
        under="Class names",
    ),
    Action(
        "network.names.open",
        "From a file…",
        "",
        Menu.NETWORK,
        ALWAYS,
        network.open_names,
        "A name on each line, CSV or JSON; as many as the network has classes",
        on=lambda context: not network.names_of_file(context),
        under="Class names",
    ),
)
