"""Rows of the action table about opening pictures, folders and what is on the clipboard."""

from resnet_gui.gui.core.actions import ALWAYS, Action, Section
from resnet_gui.gui.drop import flow as drop

ACTIONS: tuple[Action, ...] = (
    Action("file.pictures", "Open pictures…", "Ctrl+O", Section.OPEN, ALWAYS, drop.open_pictures),
    Action(
        "file.folder",
        "Open folder…",
        "Ctrl+L",
        Section.OPEN,
        ALWAYS,
        drop.open_folder,
        "All pictures in it, and in the folders inside",
    ),
    Action(
        "edit.paste",
        "Paste picture or path",
        "Ctrl+V",
        Section.PASTE,
        ALWAYS,
        drop.paste,
        "Classify what is on the clipboard",
    ),
)
