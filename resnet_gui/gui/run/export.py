"""Tables: asked where to, written by the engine's process, told when they are on disk."""

import os

from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.notices import Notice
from resnet_gui.results.path_text import shown_path
from resnet_gui.runs.protocol import ExportDone, ExportTable, Failed

KINDS = {".csv": "csv", ".jsonl": "jsonl", ".xlsx": "xlsx"}
"""Ending of the file → format."""
FILTERS = ("CSV table (*.csv)", "JSON Lines (*.jsonl)", "Excel workbook (*.xlsx)")


def ask(context: Context) -> None:
    """Where should the table go?  The dialog itself warns before something is overwritten."""
    run = context.state.run
    if run is None or not run.store:
        return
    folder = context.state.settings.last_folders.get("export", "")
    suggested = os.path.join(folder, f"{file_stem(run.title)}.csv")
    context.platform.ask_target("Export the table", suggested, FILTERS, lambda target: write(context, target))


def file_stem(title: str) -> str:
    """A title as a file's name that every system takes, without an ending."""
    return "".join("-" if letter in '<>:"/\\|?*' or ord(letter) < 32 else letter for letter in title)


def write(context: Context, target: str) -> None:
    """Write what is done so far to `target`; its ending chooses the format."""
    run, settings = context.state.run, context.state.settings
    if run is None or not run.store or not target:
        return
    stem, ending = os.path.splitext(target)  # noqa: PTH122
    kind = KINDS.get(ending.lower())
    if kind is None:
        context.notices.trouble(
            f"Tables can be written as .csv, .jsonl or .xlsx, not as '{ending or shown_path(os.path.basename(stem))}'."
        )
        return
    token = next(context.tokens)
    context.state.exports[token] = target
    context.state.settings = settings.with_folder("export", os.path.dirname(target))
    context.engine.send(ExportTable(token, run.store, target, kind, settings.top, settings.excel, settings.absolute))


def on_done(context: Context, done: ExportDone) -> None:
    """The table is on disk."""
    target = context.state.exports.pop(done.token, None)
    if target is None:
        return
    rows = f"{done.rows:,} {'row' if done.rows == 1 else 'rows'}"
    text = f"{rows} written to {shown_path(target)}."
    context.notices.tell(Notice(text, False, "Show folder", lambda: context.platform.reveal(target), topic="export"))


def on_failed(context: Context, failed: Failed) -> bool:
    """Whether the failure was about a table."""
    if context.state.exports.pop(failed.token, None) is None:
        return False
    context.notices.trouble(failed.sentence, topic="export")
    return True
