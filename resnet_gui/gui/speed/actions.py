"""Rows of the action table about the speeds on this machine."""

from resnet_gui.gui.core.actions import ALWAYS, Action, Condition, Section
from resnet_gui.gui.speed import flow as speed
from resnet_gui.gui.speed.view import why_not_measurable

MEASURABLE = Condition(
    "Not while a run is going on or a network is being loaded",
    lambda state: not why_not_measurable(state),
)


ACTIONS: tuple[Action, ...] = (
    Action(
        "network.speeds",
        "Speeds on this machine…",
        "P",
        Section.COMPUTE,
        ALWAYS,
        speed.open_picker,
        "Pictures per second of Exact, Fast and Turbo here, and how often they agree",
    ),
    Action(
        "network.measure",
        "Measure speeds",
        "",
        Section.COMPUTE,
        MEASURABLE,
        speed.measure,
        "With the pictures listed, or the sample pictures; takes some ten seconds",
    ),
)
