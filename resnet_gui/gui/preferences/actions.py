"""The row of the action table about preferences."""

from resnet_gui.gui.core.actions import ALWAYS, Action, Section

ACTIONS: tuple[Action, ...] = (
    Action(
        "edit.preferences",
        "Preferences…",
        "Ctrl+,",
        Section.PREFERENCES,
        ALWAYS,
        lambda context: context.state.open_dialog("preferences"),
    ),
)
