"""The picture in the middle: chosen, read, shown with its answer and its crop lens; every step may be overtaken.

Latest wins: an answer carries its picture's number or its token, and one that no longer fits is dropped.
"""

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.state import Classes, Page, PictureNow, RunNow
from resnet_gui.operations.pictures import PictureReady, ShowPicture
from resnet_gui.results.query import Row, RunReader
from resnet_gui.service.conversation import Request


def show_path(context: Context, path: str) -> None:
    """Show a picture before its run knows it: what was dropped is on the screen at once."""
    _change(context, PictureNow(path, waiting=True))
    _ask_for_pixels(context)


def choose_row(context: Context, row: int) -> None:
    """The person, or a flow, has made this row of the list current (−1: none)."""
    number = context.table.id_at(row) if row >= 0 else None
    if number is None or context.state.chosen == number:
        return
    context.state.chosen, context.state.list.current = number, row
    read_row(context, number)


def read_row(context: Context, number: int) -> None:
    """Fetch the row of picture `number` from the run, then show it."""
    reader, run = context.table.reader(), context.state.run
    if reader is None or run is None:
        return
    context.background.run(
        lambda: _fetch(reader, number),
        done=lambda found: _on_row(context, run, *found),
        slot="picture row",
    )


def read_again(context: Context) -> None:
    """Rows of the run have changed: the current picture may have got its answer."""
    picture, chosen = context.state.picture, context.state.chosen
    shown = picture is not None and picture.id == chosen and picture.row is not None and picture.row.status is not None
    if chosen is not None and not shown:
        read_row(context, chosen)


def show_current(context: Context) -> None:
    """The page with the picture has come up: show what is current on it."""
    picture, chosen = context.state.picture, context.state.chosen
    if chosen is not None:
        read_row(context, chosen)
    elif picture is None and context.table.number():
        choose_row(context, 0)


def forget(context: Context) -> None:
    """Nothing is current any more."""
    _forget_request(context.state.picture)
    context.state.picture = context.state.chosen = None
    context.state.list.current = -1


def step(context: Context, by: int) -> None:
    """The picture before or after the current one."""
    chosen = context.state.chosen
    row = -1 if chosen is None else context.table.row_of(chosen)
    wanted = min(max(row + by, 0), context.table.number() - 1)
    if wanted >= 0 and wanted != row:
        choose_row(context, wanted)


def step_crop(context: Context, by: int) -> None:
    """Let the next or the former of the ten windows stand out; before the first and after the last comes none."""
    picture, run = context.state.picture, context.state.run
    if picture is None or run is None:
        return
    select_crop(context, (picture.crop + by) % (run.spec.crops + 1))


def select_crop(context: Context, number: int) -> None:
    """Let one crop stand out in the picture and in the answer; 0 for none."""
    if context.state.picture is not None:
        context.state.picture.crop = number


def hover_crop(context: Context, number: int) -> None:
    """The pointer is over a crop, in the picture or in the answer: seen in both, chosen in none; 0 for none."""
    if context.state.picture is not None:
        context.state.picture.hovered = number


# ---------------------------------------------------------------- inside


def _fetch(reader: RunReader, number: int) -> tuple[Row, Classes]:
    return reader.row(number), reader.classes()


def _on_row(context: Context, run: RunNow, row: Row, classes: Classes) -> None:
    if context.state.run is not run:
        return
    before = context.state.picture
    if before is not None and before.path == row.path:
        before.id, before.row, before.classes = row.id, row, classes
    else:
        _change(context, PictureNow(row.path, row.id, row, classes))
    picture = context.state.picture
    assert picture is not None
    if context.state.page is Page.SINGLE and picture.size is None and picture.request is None and not picture.error:
        _ask_for_pixels(context)


def _change(context: Context, picture: PictureNow) -> None:
    before = context.state.picture
    if before is not None and before.path == picture.path:
        picture.image, picture.size = before.image, before.size
        picture.request, picture.error = before.request, before.error
    else:
        _forget_request(before)
    context.state.picture = picture


def _ask_for_pixels(context: Context) -> None:
    picture = context.state.picture
    assert picture is not None
    request: Request = context.engine.ask(
        ShowPicture(picture.path),
        done=lambda ready: _on_ready(context, request, ready),
        failed=lambda failed: _on_error(context, request, failed.sentence),
        slot="picture",
    )
    picture.request = request


def _forget_request(picture: PictureNow | None) -> None:
    """Its pixels are no longer wanted."""
    if picture is not None and picture.request is not None:
        picture.request.forget()


def _on_ready(context: Context, request: Request, ready: PictureReady) -> None:
    """The engine has laid down the pixels."""
    context.background.run(
        lambda: context.platform.read_picture(ready),
        done=lambda image: _on_pixels(context, request, ready, image),
        failed=lambda error: _on_error(context, request, str(error)),
        slot="picture pixels",
    )


def _on_pixels(context: Context, request: Request, ready: PictureReady, image: object) -> None:
    picture = context.state.picture
    if picture is None or picture.request is not request:
        return
    picture.request, picture.error, picture.image = None, "", image
    picture.size = ready.full_width, ready.full_height
    if context.state.chosen is not None:
        read_row(context, context.state.chosen)


def _on_error(context: Context, request: Request, sentence: str) -> None:
    picture = context.state.picture
    if picture is None or picture.request is not request:
        return
    picture.request, picture.error = None, sentence
