"""`resnet-gui runs`: list, show, export and delete the runs that are kept in the data folder."""

import argparse
import json
import shutil
import sys

from resnet_gui.cli.tables import tables_asked, write_tables
from resnet_gui.cli.terminal_table import print_table, printable
from resnet_gui.errors import UsageError
from resnet_gui.folders import folders
from resnet_gui.results.runs_index import RunSummary, delete_run, list_runs

_LONGEST_PATHS = 60


def manage_runs(options: argparse.Namespace) -> int:
    """One of the four acts.  Raises KnownError."""
    match options.act:
        case "list":
            _print_list(list_runs(folders().runs))
        case "show":
            _print_run(_find(options.run))
        case "export":
            run = _find(options.run)
            orders = tables_asked(options)
            if orders:
                write_tables(orders, str(run.path), options)
            else:
                print_table(run.path, options.top)
        case "delete":
            for run in [_find(name) for name in options.run]:
                delete_run(run.path)
                print(f"deleted {run.name}", file=sys.stderr)
    return 0


def _find(name: str) -> RunSummary:
    """The run of that name, or the only one whose name begins so."""
    runs = list_runs(folders().runs)
    found = [run for run in runs if run.name == name] or [run for run in runs if run.name.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"'{name}' is the beginning of {len(found)} runs: {', '.join(run.name for run in found)}.")
    raise UsageError(f"There is no run '{name}'; 'resnet-gui runs list' shows those that are kept.")


def _state(run: RunSummary) -> str:
    if run.state is None:
        return "unreadable"
    if run.active:
        return "running"
    return "cut off" if run.interrupted else run.state.phase


def _print_list(runs: list[RunSummary]) -> None:
    if not runs:
        print("No runs are kept.", file=sys.stderr)
        return
    rows = [("run", "started (UTC)", "state", "done", "pictures of")]
    for run in runs:
        state = run.state
        started = "" if state is None else state.started[:19].replace("T", " ")
        done = "" if state is None else f"{state.done:,} of {state.found:,}"
        rows.append((run.name, started, _state(run), done, _paths(run)))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for row in rows:
        print("  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4])).rstrip())


def _paths(run: RunSummary) -> str:
    paths = [printable(str(path)) for path in run.facts.get("paths", ())]
    text = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    room = max(_LONGEST_PATHS, shutil.get_terminal_size().columns - 70)
    return text if len(text) <= room else "…" + text[-room + 1 :]


def _print_run(run: RunSummary) -> None:
    """Where the run stands, what its pictures came to, and everything that makes its numbers."""
    print(f"run       {run.name}")
    print(f"state     {_state(run)}")
    if run.problem:
        print(f"problem   {run.problem}")
    if run.state is not None:
        print(f"started   {run.state.started}")
        print(f"ended     {run.state.ended or '-'}")
        print(f"done      {run.state.done:,} of {run.state.found:,}; {run.state.ignored:,} other files passed by")
        for status, number in sorted(run.statuses.items()):
            print(f"  {status.value:<12}{number:>9,}")
        for folder in run.state.denied:
            print(f"not read  {printable(folder)}")
    print(f"database  {run.path}, {run.size / 1e6:.1f} MB")
    print(json.dumps(run.facts, indent=2))
