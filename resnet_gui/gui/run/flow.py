"""Runs: begun, paused, gone on with, cancelled, repeated with other choices.  One picture is a run as well."""

import os
import time
from collections.abc import Sequence
from dataclasses import replace

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Phase, Progress
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.state import Page, RunNow
from resnet_gui.gui.network_map import flow as network_pane
from resnet_gui.gui.picture import flow as picture
from resnet_gui.gui.picture.view import class_of
from resnet_gui.operations.run_pictures import RunEnded, RunPictures, RunProgress, RunStarted
from resnet_gui.operations.speeds import FindSpeeds, SpeedsKnown
from resnet_gui.option import values_for
from resnet_gui.results.query import RunReader, Sort
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.runs.words import run_title
from resnet_gui.service.messages import Failed, Why

FEW = 20
"""Up to so many single files are looked at one by one; more of them, and folders, as cards."""
_FREQUENT_SHOWN = 5
_FREQUENT_EVERY_S = 0.5


def start(context: Context, paths: Sequence[str], singles: bool) -> None:
    """Classify these paths.  singles: whether all of them are files, as a look at the disk has told."""
    state = context.state
    if not paths:
        return
    state.settings = state.settings.with_recent(tuple(path for path in paths[:3] if not _is_ours(context, path)))
    state.list.only_skipped, state.list.sort = False, Sort.FOLDER
    network_pane.close(context)
    page = Page.SINGLE if singles and len(paths) <= FEW else Page.GRID
    picture.forget(context)
    _begin(context, tuple(paths), page)
    if page is Page.SINGLE:
        picture.show_path(context, os.path.abspath(paths[0]))  # noqa: PTH100  (Path.resolve would follow links)


def again(context: Context, fresh: bool = False) -> None:
    """The same paths once more, with the choices of now; what the run's database knows is not computed again.

    fresh: forget what is known.
    """
    state = context.state
    if state.run is None:
        return
    now = state.picture
    row = 0 if state.chosen is None else max(0, context.table.row_of(state.chosen))
    state.chosen = None
    _begin(context, state.run.spec.paths, state.page, fresh, row)
    if now is not None:
        now.id = now.row = None
        now.crop, now.waiting = 0, False


def pause(context: Context) -> None:
    """Pause, or go on: after a pause, and after a cancel or a failure."""
    run = context.state.run
    if run is None:
        return
    if not run.under_way:
        again(context)
        return
    run.paused = not run.paused
    if run.request is not None:
        (run.request.pause if run.paused else run.request.resume)()


def cancel(context: Context) -> None:
    """Stop; what is done is kept."""
    run = context.state.run
    if run is not None and run.under_way:
        if run.request is not None:
            run.request.cancel()
        run.progress = replace(run.progress, phase=Phase.STOPPING)


def close(context: Context) -> None:
    """Back to the empty card; a run under way is cancelled."""
    cancel(context)
    if context.state.run is not None and context.state.run.request is not None:
        context.state.run.request.forget()
    context.state.run = None
    picture.forget(context)
    to_page(context, Page.EMPTY)


def to_page(context: Context, page: Page) -> None:
    """Show the cards, the single picture, or the empty card."""
    context.state.page = page
    network_pane.close(context)
    if page is Page.SINGLE:
        picture.show_current(context)


def back(context: Context) -> None:
    """One step back: out of the full screen, from the network, from a crop to all, from the picture to the cards."""
    state = context.state
    if context.window.leave_full_screen() or network_pane.close(context):
        return
    if state.picture is not None and state.picture.crop:
        picture.select_crop(context, 0)
    elif state.list.only_skipped:
        arrange(context, only_skipped=False)
    elif state.page is Page.SINGLE and state.run is not None and context.table.number() > 1:
        to_page(context, Page.GRID)


def arrange(context: Context, only_skipped: bool | None = None, sort: Sort | None = None) -> None:
    """Which pictures are listed, and in which order; None leaves that as it is."""
    now = context.state.list
    now.only_skipped = now.only_skipped if only_skipped is None else only_skipped
    now.sort = now.sort if sort is None else sort


def show_skipped(context: Context) -> None:
    """List only what could not be classified, or all again."""
    arrange(context, only_skipped=not context.state.list.only_skipped)
    if context.state.page is Page.SINGLE and context.state.list.only_skipped:
        to_page(context, Page.GRID)


# ---------------------------------------------------------------- what the engine and the list say


def _on_told(context: Context, run: RunNow, update: RunStarted | RunProgress) -> None:
    if isinstance(update, RunStarted):
        _on_started(context, run, update)
    elif run.under_way:
        _on_progress(context, run, update)


def _on_started(context: Context, run: RunNow, started: RunStarted) -> None:
    """The run's database can be read.  Comes again after the engine was started again."""
    run.facts = started.facts
    context.state.device = started.facts.device
    run.store = started.store


def _on_progress(context: Context, run: RunNow, told: RunProgress) -> None:
    before, now = run.progress, told.progress
    if now.phase is Phase.LOADING and before.found:
        return  # the engine was started again: the figures of before still hold
    changed, run.version = told.version != run.version, told.version
    stopping = before.phase is Phase.STOPPING and not now.phase.ended
    run.progress = replace(now, phase=Phase.STOPPING) if stopping else now
    if now.found != before.found:
        context.state.list.grown += 1
    if changed:
        context.state.list.changed += 1
        picture.read_again(context)
        _count_frequent(context, run)


def _on_done(context: Context, run: RunNow, ended: RunEnded) -> None:
    """Done or cancelled."""
    run.progress = ended.progress
    _on_end(context, run)
    if ended.progress.found == 0 and ended.progress.phase is Phase.DONE:
        context.notices.info("There are no pictures in what was given.", topic="run")
    if ended.progress.phase is Phase.DONE and run.spec.precision is Precision.TURBO:
        find_speeds(context, run.spec.choice, run.spec.device)  # int8 may have been shown its ranges just now


def _on_failed(context: Context, run: RunNow, failed: Failed) -> None:
    """Cancelled before it began, given up since the engine died over it, or something went wrong."""
    cancelled = failed.why is Why.CANCELLED
    run.progress = replace(run.progress, phase=Phase.CANCELLED if cancelled else Phase.FAILED)
    run.sentence = "" if cancelled else failed.sentence
    _on_end(context, run)
    if failed.why is Why.ERROR:  # that the engine was lost has a notice of its own
        context.notices.error(failed.sentence or "The run stopped; what is done is kept.", topic="run")


def _on_end(context: Context, run: RunNow) -> None:
    """Everything once more, as it is on disk."""
    run.paused = False
    context.state.list.grown += 1
    picture.read_again(context)
    _count_frequent(context, run, last=True)


def find_speeds(context: Context, choice: NetworkChoice, device: str) -> None:
    """Ask what is known of a network's speeds."""
    context.engine.ask(FindSpeeds(choice, device), done=lambda known: on_speeds(context, known), slot="speeds")


def on_speeds(context: Context, known: SpeedsKnown) -> None:
    """Measured just now, or on an earlier day."""
    context.state.speed.known = known


def on_listed(context: Context) -> None:
    """The list has been made anew: one of its rows becomes current if none is."""
    run, chosen, now = context.state.run, context.state.chosen, context.state.list
    now.listed += 1
    now.number = context.table.number()
    if run is None or now.number == 0:
        return
    if not run.under_way and not run.frequent:
        _count_frequent(context, run, last=True)  # it ended before its database was open here
    if chosen is not None:
        now.current = context.table.row_of(chosen)
    elif run.resume_row < now.number:
        picture.choose_row(context, run.resume_row)


# ---------------------------------------------------------------- inside


def _begin(context: Context, paths: tuple[str, ...], page: Page, fresh: bool = False, resume_row: int = 0) -> None:
    state = context.state
    run = RunNow(spec_of(context, paths, fresh), run_title(paths), resume_row=resume_row)
    state.run = run
    state.list.number, state.list.current = 0, -1
    context.notices.withdraw("run")
    run.request = context.engine.ask(
        RunPictures(run.spec),
        done=lambda ended: _on_done(context, run, ended),
        told=lambda update: _on_told(context, run, update),
        failed=lambda failed: _on_failed(context, run, failed),
        slot="run",
    )
    run.progress = Progress(Phase.LOADING)
    state.page = page


def spec_of(context: Context, paths: tuple[str, ...], fresh: bool = False) -> RunSpec:
    """The run of these paths with the choices of now."""
    state = context.state
    return RunSpec(paths, state.network.choice, fresh=fresh, **values_for(RunSpec, state.settings))


def _is_ours(context: Context, path: str) -> bool:
    """A pasted picture, gone with the window: not worth remembering."""
    return path.startswith(str(context.session))


def _count_frequent(context: Context, run: RunNow, last: bool = False) -> None:
    """What was found most, twice a second at most: it is a count over all rows."""
    now = time.monotonic()
    reader = context.table.reader()
    if reader is None or (now - run.counted < _FREQUENT_EVERY_S and not last):
        return
    run.counted = now
    context.background.run(
        lambda: _frequent(reader), done=lambda found: _on_frequent(context, run, found), slot="frequent"
    )


def _frequent(reader: RunReader) -> tuple[tuple[str, int], ...]:
    classes = reader.classes()
    return tuple((class_of(label, classes)[1], count) for label, count in reader.most_frequent(_FREQUENT_SHOWN))


def _on_frequent(context: Context, run: RunNow, found: tuple[tuple[str, int], ...]) -> None:
    if context.state.run is run:
        run.frequent = found
