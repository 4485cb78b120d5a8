"""Tables: asked where to, written by the engine's process, told when they are on disk."""

import os

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.notices import Notice
from resnet_gui.operations.export import ExportTable
from resnet_gui.option import values_for
from resnet_gui.results.formats import FORMATS, TableOptions
from resnet_gui.results.path_text import shown_path

KINDS = tuple(one.kind for one in FORMATS)


def ask(context: Context) -> None:
    """Where should the table go?  The dialog itself warns before something is overwritten."""
    run = context.state.run
    if run is None or not run.store:
        return
    folder = context.state.settings.last_folders.get("export", "")
    suggested = os.path.join(folder, f"{file_stem(run.title)}{FORMATS[0].suffix}")
    context.platform.ask_target("Export the table", suggested, KINDS, lambda target: write(context, target))


def file_stem(title: str) -> str:
    """A title as a file's name that every system takes, without an ending."""
    return "".join("-" if letter in '<>:"/\\|?*' or ord(letter) < 32 else letter for letter in title)


def write(context: Context, target: str) -> None:
    """Write what is done so far to `target`; its ending chooses the format."""
    run, settings = context.state.run, context.state.settings
    if run is None or not run.store or not target:
        return
    stem, ending = os.path.splitext(target)  # noqa: PTH122
    kind = next((one.name for one in FORMATS if one.suffix == ending.lower()), None)
    if kind is None:
        *first, last = (one.suffix for one in FORMATS)
        known = f"{', '.join(first)} or {last}"
        context.notices.error(
            f"Tables can be written as {known}, not as '{ending or shown_path(os.path.basename(stem))}'."
        )
        return
    context.state.settings = settings.with_folder("export", os.path.dirname(target))
    context.engine.ask(
        ExportTable(run.store, target, kind, TableOptions(**values_for(TableOptions, settings))),
        done=lambda rows: _on_written(context, target, rows),
        failed=lambda failed: context.notices.error(failed.sentence, topic="export"),
    )


def _on_written(context: Context, target: str, number: int) -> None:
    rows = f"{number:,} {'row' if number == 1 else 'rows'}"
    text = f"{rows} written to {shown_path(target)}."
    context.notices.tell(Notice(text, False, "Show folder", lambda: context.platform.reveal(target), topic="export"))
