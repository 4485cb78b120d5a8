"""Rows of the action table about the window as a whole: quit, full screen, help."""

from resnet_gui.gui.core.actions import ALWAYS, Action, Section

ACTIONS: tuple[Action, ...] = (
    Action("file.quit", "Quit", "Ctrl+Q", Section.CLOSE, ALWAYS, lambda context: context.window.close()),
    Action(
        "view.full", "Full screen", "F11", Section.PANELS, ALWAYS, lambda context: context.window.toggle_full_screen()
    ),
    Action("help.keys", "Keys", "F1", Section.HELP, ALWAYS, lambda context: context.state.open_dialog("keys")),
    Action(
        "help.data",
        "Open data folder",
        "",
        Section.HELP,
        ALWAYS,
        lambda context: context.platform.reveal(str(context.folders.data)),
        "Runs, settings and logs",
    ),
    Action("help.about", "About", "", Section.HELP, ALWAYS, lambda context: context.state.open_dialog("about")),
)
