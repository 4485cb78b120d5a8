"""Rows of the action table about the network: which one, and how its file is read."""

from resnet_gui.gui.core.actions import ALWAYS, Action, Condition, Section
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.network.reading import NO_STRIDE, READINGS, Reading, has_stride_choice

READ = Condition("The built-in network needs no choice", lambda state: not network.is_built_in(state))


LOADED = Condition(
    "The network is not loaded yet",
    lambda state: state.network.facts is not None and state.network.facts.choice == state.network.choice,
)


STRIDE = Condition(
    NO_STRIDE,
    lambda state: has_stride_choice(state.network),
)


def _reading_action(row: Reading) -> Action:
    return Action(
        f"network.{row.id}",
        row.text,
        "",
        Section.READING,
        STRIDE if row.field == "stride_in" and row.value is not None else ALWAYS,
        lambda context: network.choose_reading(context, row.field, row.value),
        row.tip,
        on=lambda state: getattr(state.network.choice, row.field) == row.value,
        under=row.under,
    )


ACTIONS: tuple[Action, ...] = (
    Action(
        "network.built_in",
        "Built-in network",
        "",
        Section.NETWORK,
        ALWAYS,
        network.choose_built_in,
        on=network.is_built_in,
    ),
    Action(
        "network.open",
        "Open weight file…",
        "Ctrl+Shift+O",
        Section.NETWORK,
        ALWAYS,
        network.open_file,
        "A ResNet of torchvision, timm or Keras; dropping it on the window does the same",
    ),
    Action(
        "network.weights",
        "Weights…",
        "W",
        Section.NETWORK,
        ALWAYS,
        network.open_weights,
        "Published networks of torchvision, timm and Keras: get them, check them, use them",
    ),
    Action(
        "network.reading",
        "How this file is read…",
        "",
        Section.NETWORK,
        READ,
        network.open_reading,
        "What had to be assumed about the weight file, and what to choose instead",
    ),
    Action(
        "network.names.file",
        "Automatic",
        "",
        Section.NETWORK,
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
        Section.NETWORK,
        ALWAYS,
        network.open_names,
        "A name on each line, CSV or JSON; as many as the network has classes",
        on=lambda state: not network.names_of_file(state),
        under="Class names",
    ),
    Action(
        "network.crops",
        "One crop or ten",
        "T",
        Section.COMPUTE,
        ALWAYS,
        network.toggle_crops,
        "Ten crops are surer, and ten times the work",
    ),
    *map(_reading_action, READINGS),
    Action(
        "network.device",
        "Device…",
        "",
        Section.DEVICE,
        ALWAYS,
        lambda context: context.state.open_dialog("device"),
        "Which device computes, and why",
    ),
)
