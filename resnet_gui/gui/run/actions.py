"""Rows of the action table about the run and the list of its pictures."""

from collections.abc import Callable
from dataclasses import replace

from resnet_gui.gui.core.actions import ALWAYS, Action, Condition, Section
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.state import Page, State
from resnet_gui.gui.picture.actions import LISTED
from resnet_gui.gui.run import export
from resnet_gui.gui.run import flow as folder
from resnet_gui.results.query import Sort

OPENED = Condition("Nothing is open", lambda state: state.run is not None)


RUNNING = Condition("Nothing is running", lambda state: state.run is not None and state.run.under_way)


CAN_PAUSE = Condition(
    "Nothing is running, and nothing was left unfinished",
    lambda state: state.run is not None and (state.run.under_way or state.run.progress.done < state.run.progress.found),
)


SKIPPED = Condition(
    "Nothing was skipped",
    lambda state: state.run is not None and (state.run.progress.skipped > 0 or state.list.only_skipped),
)
EXPORTABLE = Condition(
    "Nothing is labelled yet",
    lambda state: state.run is not None and bool(state.run.store) and state.run.progress.done > 0,
)


SORTS = (
    ("folder", "In the folder's order", Sort.FOLDER),
    ("least", "Least sure first", Sort.LEAST_SURE),
    ("most", "Most sure first", Sort.MOST_SURE),
    ("label", "By label", Sort.LABEL),
)


def _toggle_list(context: Context) -> None:
    context.state.settings = replace(context.state.settings, list_shown=not context.state.settings.list_shown)


def _toggle_answer(context: Context) -> None:
    context.state.settings = replace(context.state.settings, answer_shown=not context.state.settings.answer_shown)


def _sort_by(sort: Sort) -> tuple[Callable[[Context], None], str, Callable[[State], bool]]:
    """What an action that sorts does, its tip, and whether it is the one in force."""
    return lambda context: folder.arrange(context, sort=sort), "", lambda state: state.list.sort is sort


ACTIONS: tuple[Action, ...] = (
    Action(
        "file.export",
        "Export table…",
        "Ctrl+S",
        Section.TABLE,
        EXPORTABLE,
        export.ask,
        "CSV, JSON Lines or Excel, of what is done so far; also Ctrl+E",
        also="Ctrl+E",
    ),
    Action(
        "file.close",
        "Close",
        "Ctrl+W",
        Section.CLOSE,
        OPENED,
        folder.close,
        "Back to the start; what is done is kept",
    ),
    Action(
        "view.grid",
        "Grid",
        "G",
        Section.PAGE,
        OPENED,
        lambda context: folder.to_page(context, Page.GRID),
        on=lambda state: state.page is Page.GRID,
    ),
    Action(
        "view.single",
        "Single picture",
        "E",
        Section.PAGE,
        LISTED,
        lambda context: folder.to_page(context, Page.SINGLE),
        "Also Enter in the list",
        on=lambda state: state.page is Page.SINGLE,
        item=True,
    ),
    Action(
        "view.back", "Back", "Esc", Section.PAGE, ALWAYS, folder.back, "From the crop to all, from the picture to grid"
    ),
    Action(
        "view.larger",
        "Larger cards",
        "Ctrl++",
        Section.ZOOM,
        LISTED,
        lambda context: context.window.resize_tiles(1),
    ),
    Action(
        "view.smaller",
        "Smaller cards",
        "Ctrl+-",
        Section.ZOOM,
        LISTED,
        lambda context: context.window.resize_tiles(-1),
    ),
    *(Action(f"view.sort.{name}", text, "", Section.SORT, OPENED, *_sort_by(sort)) for name, text, sort in SORTS),
    Action(
        "view.skipped",
        "Only the skipped",
        "",
        Section.SORT,
        SKIPPED,
        folder.show_skipped,
        "What could not be classified, and why",
        on=lambda state: state.list.only_skipped,
    ),
    Action(
        "view.list",
        "List",
        "",
        Section.PANELS,
        ALWAYS,
        _toggle_list,
        "The list beside the picture",
        on=lambda state: state.settings.list_shown,
    ),
    Action(
        "view.answer",
        "Answer",
        "",
        Section.PANELS,
        ALWAYS,
        _toggle_answer,
        "The panel at the right",
        on=lambda state: state.settings.answer_shown,
    ),
    Action(
        "run.pause",
        "Pause or go on",
        "Space",
        Section.STEER,
        CAN_PAUSE,
        folder.pause,
        "Also goes on with a run that was cancelled",
    ),
    Action("run.cancel", "Cancel", "", Section.STEER, RUNNING, folder.cancel, "Stop; what is done is kept"),
    Action(
        "run.again",
        "Look for changes",
        "F5",
        Section.AGAIN,
        OPENED,
        folder.again,
        "Find new and changed files; nothing else is computed again",
    ),
    Action(
        "run.fresh",
        "Start over",
        "",
        Section.AGAIN,
        OPENED,
        lambda context: folder.again(context, fresh=True),
        "Forget this run's results and compute them all again",
    ),
)
