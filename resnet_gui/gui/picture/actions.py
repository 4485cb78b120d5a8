"""Rows of the action table about the picture in the middle: copy, step, lens, zoom."""

from dataclasses import replace

from resnet_gui.gui.core.actions import ALWAYS, Action, Condition, Section
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.state import Page
from resnet_gui.gui.picture import flow as picture
from resnet_gui.gui.picture.view import result_text
from resnet_gui.results.path_text import shown_path

LISTED = Condition("Nothing is listed", lambda state: state.list.number > 0)


PICTURE = Condition("No picture is chosen", lambda state: state.run is not None and state.picture is not None)


ANSWERED = Condition(
    "No picture with an answer is chosen",
    lambda state: state.picture is not None and state.picture.row is not None,
)


PICTURE_SHOWN = Condition(
    "No picture is shown",
    lambda state: state.page is Page.SINGLE and state.picture is not None and state.picture.size is not None,
)


TEN_CROPS = Condition(
    "There is only one crop: choose 10 crops first",
    lambda state: PICTURE_SHOWN.holds(state) and state.run is not None and state.run.spec.crops > 1,
)


def _copy_result(context: Context) -> None:
    now, reader = context.state.picture, context.table.reader()
    if now is None or now.row is None or reader is None:
        return
    row = now.row
    context.background.run(reader.classes, done=lambda classes: context.platform.copy_text(result_text(row, classes)))


def _copy_path(context: Context) -> None:
    if context.state.picture is not None:
        context.platform.copy_text(shown_path(context.state.picture.path))


def _reveal(context: Context) -> None:
    if context.state.picture is not None:
        context.platform.reveal(context.state.picture.path)


def _toggle_lens(context: Context) -> None:
    context.state.settings = replace(context.state.settings, lens=not context.state.settings.lens)


ACTIONS: tuple[Action, ...] = (
    Action(
        "edit.copy",
        "Copy result",
        "Ctrl+C",
        Section.COPY,
        ANSWERED,
        _copy_result,
        "Names, probabilities, WordNet ids and indices, divided by tabs",
        item=True,
    ),
    Action("edit.copy_path", "Copy path", "Ctrl+Shift+C", Section.COPY, PICTURE, _copy_path, item=True),
    Action("edit.reveal", "Show in file manager", "", Section.COPY, PICTURE, _reveal, item=True),
    Action(
        "view.previous",
        "Previous picture",
        "Left",
        Section.STEP,
        LISTED,
        lambda context: picture.step(context, -1),
    ),
    Action("view.next", "Next picture", "Right", Section.STEP, LISTED, lambda context: picture.step(context, 1)),
    Action(
        "view.lens",
        "Crop lens",
        "L",
        Section.LENS,
        ALWAYS,
        _toggle_lens,
        "Show what the network saw, and dim the rest",
        on=lambda state: state.settings.lens,
    ),
    Action(
        "view.crop_before",
        "Previous crop",
        "[",
        Section.LENS,
        TEN_CROPS,
        lambda context: picture.step_crop(context, -1),
    ),
    Action(
        "view.crop_after",
        "Next crop",
        "]",
        Section.LENS,
        TEN_CROPS,
        lambda context: picture.step_crop(context, 1),
    ),
    Action(
        "view.zoom",
        "100 % or fit",
        "Z",
        Section.ZOOM,
        PICTURE_SHOWN,
        lambda context: context.window.toggle_zoom(),
    ),
    Action("view.fit", "Fit", "Ctrl+0", Section.ZOOM, PICTURE_SHOWN, lambda context: context.window.fit()),
)
