"""Preferences taken over at once: colours, limits, and the run repeated where its answers depend on them."""

from dataclasses import replace

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.settings import Settings, SettingsError, save
from resnet_gui.gui.run import flow as folder
from resnet_gui.option import Effect, rows

_PREFERENCES = tuple(row for row in rows(Settings) if row.preference)
_RUNS_DEPEND_ON = tuple(row.field for row in _PREFERENCES if row.effect is not Effect.NONE)


def apply(context: Context, wanted: Settings) -> None:
    """Use these preferences from now on.

    Of `wanted` the preferences only: while the dialog was open, a second start of the program may have opened files, or
    another network.
    """
    before = context.state.settings
    wanted = replace(before, **{row.field: getattr(wanted, row.field) for row in _PREFERENCES})
    if wanted.check_from > wanted.sure_from:
        wanted = replace(wanted, check_from=wanted.sure_from)
    context.state.settings = wanted
    if any(getattr(wanted, name) != getattr(before, name) for name in _RUNS_DEPEND_ON):
        folder.again(context)


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
