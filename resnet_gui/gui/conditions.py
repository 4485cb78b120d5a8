"""When an action can be used, by name, each with the sentence shown while it cannot."""

from collections.abc import Callable
from dataclasses import dataclass

from resnet_gui.gui.context import Context, NetworkNow, Page
from resnet_gui.gui.flows.speed_rows import why_not_measurable
from resnet_gui.network.description import BlockKind


@dataclass(frozen=True, slots=True)
class Condition:
    """sentence: why the action is off, shown in its tool tip while it is."""

    sentence: str
    holds: Callable[[Context], bool]


ALWAYS = Condition("", lambda context: True)
LOADED = Condition(
    "The network is not loaded yet",
    lambda context: (
        context.state.network.facts is not None and context.state.network.facts.choice == context.state.network.choice
    ),
)


def has_stride_choice(network: NetworkNow) -> bool:
    """Whether the stride of a stage can be in one convolution or the other; so while the network is not known."""
    facts = network.facts
    return facts is None or facts.network is None or facts.network.block is BlockKind.BOTTLENECK


STRIDE = Condition(
    "Basic blocks have no 1×1 convolution to put the stride in",
    lambda context: has_stride_choice(context.state.network),
)
MEASURABLE = Condition(
    "Not while a run is going on or a network is being loaded",
    lambda context: not why_not_measurable(context.state),
)
OPENED = Condition("Nothing is open", lambda context: context.state.run is not None)
RUNNING = Condition("Nothing is running", lambda context: context.state.run is not None and context.state.run.under_way)
CAN_PAUSE = Condition(
    "Nothing is running, and nothing was left unfinished",
    lambda context: (
        context.state.run is not None
        and (context.state.run.under_way or context.state.run.progress.done < context.state.run.progress.found)
    ),
)
EXPORTABLE = Condition(
    "Nothing is labelled yet",
    lambda context: (
        context.state.run is not None and bool(context.state.run.store) and context.state.run.progress.done > 0
    ),
)
PICTURE = Condition(
    "No picture is chosen", lambda context: context.state.run is not None and context.state.picture is not None
)
ANSWERED = Condition(
    "No picture with an answer is chosen",
    lambda context: context.state.picture is not None and context.state.picture.row is not None,
)
PICTURE_SHOWN = Condition(
    "No picture is shown",
    lambda context: (
        context.state.page is Page.SINGLE
        and context.state.picture is not None
        and context.state.picture.size is not None
    ),
)
TEN_CROPS = Condition(
    "There is only one crop: choose 10 crops first",
    lambda context: PICTURE_SHOWN.holds(context) and context.state.run is not None and context.state.run.spec.crops > 1,
)
LISTED = Condition("Nothing is listed", lambda context: context.table.number() > 0)
SKIPPED = Condition(
    "Nothing was skipped",
    lambda context: (
        context.state.run is not None and (context.state.run.progress.skipped > 0 or context.state.only_skipped)
    ),
)
