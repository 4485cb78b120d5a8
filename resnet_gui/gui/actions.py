"""Every act of a person, as rows of a table: menus, keys, tool tips and docs/shortcuts.md are made from it."""

from collections.abc import Callable
from dataclasses import replace

from resnet_gui.gui import conditions
from resnet_gui.gui.action_rows import Action, Menu
from resnet_gui.gui.conditions import ALWAYS
from resnet_gui.gui.context import Context, Page
from resnet_gui.gui.flows import answers, drop, export, folder, network, picture, speed
from resnet_gui.gui.flows.standing import shown_path
from resnet_gui.gui.gpu_rows import GPU_ROWS
from resnet_gui.gui.pane_rows import PANE_ROWS, TABLE_ROWS
from resnet_gui.gui.readings import READINGS, Reading
from resnet_gui.gui.setups import SETUPS
from resnet_gui.gui.weight_rows import WEIGHT_ROWS
from resnet_gui.results.query import Sort

# ---------------------------------------------------------------- acts too small for a flow of their own


def _copy_result(context: Context) -> None:
    now, reader = context.state.picture, context.table.reader()
    if now is None or now.row is None or reader is None:
        return
    row = now.row
    context.background.run(
        reader.classes, done=lambda classes: context.desk.copy_text(answers.result_text(row, classes))
    )


def _copy_path(context: Context) -> None:
    if context.state.picture is not None:
        context.desk.copy_text(shown_path(context.state.picture.path))


def _reveal(context: Context) -> None:
    if context.state.picture is not None:
        context.desk.reveal(context.state.picture.path)


def _toggle_lens(context: Context) -> None:
    set_lens(context, not context.state.settings.lens)


def set_lens(context: Context, on: bool) -> None:
    """Switch the crop lens and remember it."""
    context.state.settings = replace(context.state.settings, lens=on)
    context.screen.show_lens_on(on)
    context.screen.show_actions()


def _toggle_list(context: Context) -> None:
    context.state.settings = replace(context.state.settings, list_shown=not context.state.settings.list_shown)
    _show_sides(context)


def _toggle_answer(context: Context) -> None:
    context.state.settings = replace(context.state.settings, answer_shown=not context.state.settings.answer_shown)
    _show_sides(context)


def _show_sides(context: Context) -> None:
    context.screen.show_sides(context.state.settings.list_shown, context.state.settings.answer_shown)
    context.screen.show_actions()


def _sort_by(sort: Sort) -> tuple[Callable[[Context], None], Callable[[Context], bool]]:
    """What an action that sorts does, and whether it is the one in force."""
    return lambda context: folder.arrange(context, sort=sort), lambda context: context.state.sort is sort


def _sort_action(name: str, text: str, sort: Sort, line: bool = False) -> Action:
    do, on = _sort_by(sort)
    return Action(f"view.sort.{name}", text, "", Menu.VIEW, conditions.OPENED, do, on=on, line=line)


def _reading_action(row: Reading) -> Action:
    return Action(
        f"network.{row.id}",
        row.text,
        "",
        Menu.NETWORK,
        conditions.STRIDE if row.field == "stride_in" and row.value is not None else ALWAYS,
        lambda context: network.choose_reading(context, row.field, row.value),
        row.tip,
        on=lambda context: getattr(context.state.network.choice, row.field) == row.value,
        under=row.under,
    )


# ---------------------------------------------------------------- the table

ACTIONS: tuple[Action, ...] = (
    Action("file.pictures", "Open pictures…", "Ctrl+O", Menu.FILE, ALWAYS, drop.open_pictures),
    Action(
        "file.folder",
        "Open folder…",
        "Ctrl+L",
        Menu.FILE,
        ALWAYS,
        drop.open_folder,
        "All pictures in it, and in the folders inside",
    ),
    Action(
        "file.export",
        "Export table…",
        "Ctrl+S",
        Menu.FILE,
        conditions.EXPORTABLE,
        export.ask,
        "CSV, JSON Lines or Excel, of what is done so far; also Ctrl+E",
        line=True,
        also="Ctrl+E",
    ),
    *SETUPS,
    Action(
        "file.close",
        "Close",
        "Ctrl+W",
        Menu.FILE,
        conditions.OPENED,
        folder.close,
        "Back to the start; what is done is kept",
        line=True,
    ),
    Action("file.quit", "Quit", "Ctrl+Q", Menu.FILE, ALWAYS, lambda context: context.screen.close()),
    Action(
        "edit.copy",
        "Copy result",
        "Ctrl+C",
        Menu.EDIT,
        conditions.ANSWERED,
        _copy_result,
        "Names, probabilities, WordNet ids and indices, divided by tabs",
        item=True,
    ),
    Action("edit.copy_path", "Copy path", "Ctrl+Shift+C", Menu.EDIT, conditions.PICTURE, _copy_path, item=True),
    Action("edit.reveal", "Show in file manager", "", Menu.EDIT, conditions.PICTURE, _reveal, item=True),
    Action(
        "edit.paste",
        "Paste picture or path",
        "Ctrl+V",
        Menu.EDIT,
        ALWAYS,
        drop.paste,
        "Classify what is on the clipboard",
        line=True,
    ),
    Action(
        "edit.preferences",
        "Preferences…",
        "Ctrl+,",
        Menu.EDIT,
        ALWAYS,
        lambda context: context.desk.open_dialog("preferences"),
        line=True,
    ),
    Action(
        "view.grid",
        "Grid",
        "G",
        Menu.VIEW,
        conditions.OPENED,
        lambda context: folder.to_page(context, Page.GRID),
        on=lambda context: context.state.page is Page.GRID,
    ),
    Action(
        "view.single",
        "Single picture",
        "E",
        Menu.VIEW,
        conditions.LISTED,
        lambda context: folder.to_page(context, Page.SINGLE),
        "Also Enter in the list",
        on=lambda context: context.state.page is Page.SINGLE,
        item=True,
    ),
    Action(
        "view.back", "Back", "Esc", Menu.VIEW, ALWAYS, folder.back, "From the crop to all, from the picture to grid"
    ),
    Action(
        "view.previous",
        "Previous picture",
        "Left",
        Menu.VIEW,
        conditions.LISTED,
        lambda context: picture.step(context, -1),
        line=True,
    ),
    Action(
        "view.next", "Next picture", "Right", Menu.VIEW, conditions.LISTED, lambda context: picture.step(context, 1)
    ),
    Action(
        "view.lens",
        "Crop lens",
        "L",
        Menu.VIEW,
        ALWAYS,
        _toggle_lens,
        "Show what the network saw, and dim the rest",
        on=lambda context: context.state.settings.lens,
        line=True,
    ),
    Action(
        "view.crop_before",
        "Previous crop",
        "[",
        Menu.VIEW,
        conditions.TEN_CROPS,
        lambda context: picture.step_crop(context, -1),
    ),
    Action(
        "view.crop_after",
        "Next crop",
        "]",
        Menu.VIEW,
        conditions.TEN_CROPS,
        lambda context: picture.step_crop(context, 1),
    ),
    Action(
        "view.zoom",
        "100 % or fit",
        "Z",
        Menu.VIEW,
        conditions.PICTURE_SHOWN,
        lambda context: context.screen.toggle_zoom(),
        line=True,
    ),
    Action("view.fit", "Fit", "Ctrl+0", Menu.VIEW, conditions.PICTURE_SHOWN, lambda context: context.screen.fit()),
    Action(
        "view.larger",
        "Larger cards",
        "Ctrl++",
        Menu.VIEW,
        conditions.LISTED,
        lambda context: context.screen.resize_tiles(1),
    ),
    Action(
        "view.smaller",
        "Smaller cards",
        "Ctrl+-",
        Menu.VIEW,
        conditions.LISTED,
        lambda context: context.screen.resize_tiles(-1),
    ),
    _sort_action("folder", "In the folder's order", Sort.FOLDER, line=True),
    _sort_action("least", "Least sure first", Sort.LEAST_SURE),
    _sort_action("most", "Most sure first", Sort.MOST_SURE),
    _sort_action("label", "By label", Sort.LABEL),
    Action(
        "view.skipped",
        "Only the skipped",
        "",
        Menu.VIEW,
        conditions.SKIPPED,
        folder.show_skipped,
        "What could not be classified, and why",
        on=lambda context: context.state.only_skipped,
    ),
    Action(
        "view.list",
        "List",
        "",
        Menu.VIEW,
        ALWAYS,
        _toggle_list,
        "The list beside the picture",
        on=lambda context: context.state.settings.list_shown,
        line=True,
    ),
    Action(
        "view.answer",
        "Answer",
        "",
        Menu.VIEW,
        ALWAYS,
        _toggle_answer,
        "The panel at the right",
        on=lambda context: context.state.settings.answer_shown,
    ),
    *PANE_ROWS,
    Action("view.full", "Full screen", "F11", Menu.VIEW, ALWAYS, lambda context: context.screen.toggle_full_screen()),
    Action(
        "run.pause",
        "Pause or go on",
        "Space",
        Menu.RUN,
        conditions.CAN_PAUSE,
        folder.pause,
        "Also goes on with a run that was cancelled",
    ),
    Action("run.cancel", "Cancel", "", Menu.RUN, conditions.RUNNING, folder.cancel, "Stop; what is done is kept"),
    Action(
        "run.again",
        "Look for changes",
        "F5",
        Menu.RUN,
        conditions.OPENED,
        folder.again,
        "Find new and changed files; nothing else is computed again",
        line=True,
    ),
    Action(
        "run.fresh",
        "Start over",
        "",
        Menu.RUN,
        conditions.OPENED,
        lambda context: folder.again(context, fresh=True),
        "Forget this run's results and compute them all again",
    ),
    Action("network.built_in", "Built-in network", "", Menu.NETWORK, ALWAYS, network.choose_built_in, on=network.ours),
    Action(
        "network.open",
        "Open weight file…",
        "Ctrl+Shift+O",
        Menu.NETWORK,
        ALWAYS,
        network.open_file,
        "A ResNet of torchvision, timm or Keras; dropping it on the window does the same",
    ),
    *WEIGHT_ROWS,
    *TABLE_ROWS,
    Action(
        "network.crops",
        "One crop or ten",
        "T",
        Menu.NETWORK,
        ALWAYS,
        network.toggle_crops,
        "Ten crops are surer, and ten times the work",
        line=True,
    ),
    Action(
        "network.speeds",
        "Speeds on this machine…",
        "P",
        Menu.NETWORK,
        ALWAYS,
        speed.open_picker,
        "Pictures per second of Exact, Fast and Turbo here, and how often they agree",
    ),
    Action(
        "network.measure",
        "Measure speeds",
        "",
        Menu.NETWORK,
        conditions.MEASURABLE,
        speed.measure,
        "With the pictures listed, or the sample pictures; takes some ten seconds",
    ),
    *map(_reading_action, READINGS),
    Action(
        "network.device",
        "Device…",
        "",
        Menu.NETWORK,
        ALWAYS,
        lambda context: context.desk.open_dialog("device"),
        "Which device computes, and why",
    ),
    *GPU_ROWS,
    Action("help.keys", "Keys", "F1", Menu.HELP, ALWAYS, lambda context: context.desk.open_dialog("keys")),
    Action(
        "help.data",
        "Open data folder",
        "",
        Menu.HELP,
        ALWAYS,
        lambda context: context.desk.reveal(str(context.folders.data)),
        "Runs, settings and logs",
    ),
    Action("help.about", "About", "", Menu.HELP, ALWAYS, lambda context: context.desk.open_dialog("about")),
)


def shortcuts_page() -> str:
    """docs/shortcuts.md."""
    lines = [
        "# Keys",
        "",
        "Made from the table in `resnet_gui/gui/actions.py`; a test fails when it is stale.",
        "",
    ]
    for menu in Menu:
        rows = [action for action in ACTIONS if action.menu is menu and action.key]
        if rows:
            lines += [f"## {menu.replace('&', '')}", "", "| key | what it does | |", "|---|---|---|"]
            lines += [f"| `{row.key}` | {row.text.rstrip('…')} | {row.tip} |" for row in rows]
            lines.append("")
    return "\n".join(lines)
