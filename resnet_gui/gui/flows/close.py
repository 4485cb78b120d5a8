"""The end: choices are remembered, and nothing is asked, since nothing is lost: every row is safe on disk."""

from dataclasses import replace

from resnet_gui.gui.context import Context
from resnet_gui.gui.flows import folder
from resnet_gui.settings import SettingsError, save


def closing(context: Context, geometry: str, split: str) -> str:
    """Stop the run and remember the choices; the sentence that says why they could not be remembered, or empty.

    geometry, split: what Qt says of the window's place and its parts, as base64.
    """
    folder.cancel(context)
    context.state.settings = replace(context.state.settings, geometry=geometry, split=split)
    try:
        save(context.state.settings, context.folders.config)
    except SettingsError as error:
        return str(error)
    return ""
