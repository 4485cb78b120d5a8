"""The catalogue's weight files: fetched one after the other, added, checked, removed, used; told wherever one looks.

The work is the engine's process'; its end, its dying included, comes back to what is given with the question.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from resnet_gui.errors import Wording
from resnet_gui.folders import Folders
from resnet_gui.gui.core.choice import file_kinds
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.notices import Notice
from resnet_gui.gui.core.state import Fetching
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.weights.view import Act, is_open
from resnet_gui.operations.operation import Operation
from resnet_gui.operations.weights import AdoptWeights, DownloadWeights, RemoveWeights, VerifyWeights
from resnet_gui.runs.naming import choice_title
from resnet_gui.service.messages import Failed, Why
from resnet_gui.weights.published.catalogue import catalogue, find
from resnet_gui.weights.published.installed import FileState, is_installed, part_size
from resnet_gui.weights.published.transfer import TransferPhase, TransferProgress
from resnet_gui.weights.suffixes import WEIGHT_SUFFIXES

Answer = TypeVar("Answer")
_SCAN = "weights"
"""Slot of the scans: a newer one makes an older one pointless."""


@dataclass(frozen=True, slots=True)
class FolderScan:
    """What the folder holds, by the names in the catalogue."""

    here: frozenset[str]
    parts: dict[str, int]
    proxy: str


def scan_folder(context: Context) -> None:
    """See what is in the folder: at the start, when the dialog opens, and whenever something was done."""
    folders, opened = context.folders, is_open(context.state)
    context.background.run(
        lambda: scan(folders, with_proxy=opened), done=lambda found: _on_scanned(context, found), slot=_SCAN
    )


def scan(folders: Folders, with_proxy: bool) -> FolderScan:
    """For another thread: a size is asked for each file, nothing is read."""
    parts = {entry.name: part_size(entry, folders.weights) for entry in catalogue()}
    return FolderScan(
        here=frozenset(entry.name for entry in catalogue() if is_installed(entry, folders.weights)),
        parts={name: size for name, size in parts.items() if size},
        proxy=proxy_in_use() if with_proxy else "",
    )


def proxy_in_use() -> str:
    """The proxy that the system or the environment names for https, without a password in it; empty for none."""
    from urllib.parse import urlsplit  # with urllib.request below, 20 ms that only this dialog is worth
    from urllib.request import getproxies

    proxies = getproxies()
    proxy = proxies.get("https") or proxies.get("all") or ""
    parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    return parts.netloc.rpartition("@")[2]


# ---------------------------------------------------------------- acts


def close_message(context: Context) -> None:
    """The person has read what came of a file that was added."""
    context.state.weights.said.pop("", None)


def act(context: Context, name: str, what: Act) -> None:
    """A button of the dialog was pressed for an entry."""
    acts: dict[Act, Callable[[Context, str], None]] = {
        Act.DOWNLOAD: download,
        Act.STOP: stop,
        Act.USE: use,
        Act.ADOPT: ask_file,
        Act.VERIFY: verify,
        Act.REMOVE: remove,
        Act.COPY: copy_address,
    }
    acts[what](context, name)


def download(context: Context, name: str) -> None:
    """Fetch it, or go on with what is there, when its turn comes."""
    now = context.state.weights
    if name in now.queue or (now.download is not None and now.download.name == name):
        return
    now.said.pop(name, None)
    now.queue.append(name)
    _next(context)


def stop(context: Context, name: str) -> None:
    """Take it out of the queue, or stop what is under way with it; what has come is kept."""
    now = context.state.weights
    if name in now.queue:
        now.queue.remove(name)
    for one in (now.download, *now.others):
        if one is not None and one.request is not None and one.name == name and not one.stopping:
            one.stopping = True
            one.request.cancel()


def use(context: Context, name: str) -> None:
    """Classify with it from now on; the dialog stays."""
    network.choose_file(context, name)


def ask_file(context: Context, name: str) -> None:
    """The person has the file: where?"""
    entry = find(name)
    title = "The weight file" if entry is None else f"The file of {entry.title}: {entry.published_name}"
    kinds = file_kinds("Networks", WEIGHT_SUFFIXES)
    start = context.state.settings.last_folders.get("weights", "")
    context.platform.ask_files(title, start, kinds, lambda paths: _on_asked(context, name, paths))


def adopt(context: Context, paths: Sequence[str], name: str = "") -> None:
    """Add files that the person has.  name: which entry the one file is meant to be; empty: its hash tells."""
    context.state.weights.said.pop("", None)
    for path in paths:
        _begin(
            context,
            Fetching(name, TransferProgress(TransferPhase.CHECKING)),
            AdoptWeights(path, name),
            lambda one, found: _on_here(context, one, found),
        )


def verify(context: Context, name: str) -> None:
    """Compare every byte with the published hash."""
    checked = Fetching(name, TransferProgress(TransferPhase.CHECKING))
    _begin(context, checked, VerifyWeights(name), lambda one, found: _on_verified(context, one, *found))


def remove(context: Context, name: str) -> None:
    """Delete the file; asked before, by the dialog."""
    removed = Fetching(name, TransferProgress(TransferPhase.DONE))
    _begin(context, removed, RemoveWeights(name), lambda one, _: _on_removed(context, one))


def copy_address(context: Context, name: str) -> None:
    """For a web browser, or another computer."""
    entry = find(name)
    if entry is not None:
        context.platform.copy_text(entry.urls[0])


def open_folder(context: Context) -> None:
    """Where the files are."""
    context.platform.reveal(str(context.folders.weights))


# ---------------------------------------------------------------- what comes of it


def _on_progress(context: Context, one: Fetching, progress: TransferProgress) -> None:
    one.progress = progress


def _on_here(context: Context, one: Fetching, name: str) -> None:
    """A file was fetched or added.  name: what it is in the catalogue."""
    now, title = context.state.weights, choice_title(name)
    now.here = now.here | {name}
    now.said.pop(name, None)
    if not one.name:
        now.said[""] = (f"It is the file of {title}, and was added.", False)
    use_it = Notice(f"{title} is here.", False, "Use it", lambda: use(context, name), f"weights {name}")
    context.notices.tell(use_it)
    _ended(context, one)


def _on_verified(context: Context, one: Fetching, verdict: FileState, sentence: Wording) -> None:
    said = "Every byte is as published." if verdict is FileState.OK else sentence.window
    context.state.weights.said[one.name] = (said, verdict is FileState.DAMAGED)
    _ended(context, one)


def _on_removed(context: Context, one: Fetching) -> None:
    now = context.state.weights
    now.here = now.here - {one.name}
    now.said.pop(one.name, None)
    _ended(context, one)


def _on_failed(context: Context, one: Fetching, failed: Failed) -> None:
    """It was stopped, or something went wrong."""
    if failed.why is not Why.CANCELLED:
        context.state.weights.said[one.name] = (failed.sentence, True)
        if not is_open(context.state):
            see = partial(network.open_weights, context, one.name)
            context.notices.tell(Notice(failed.sentence, True, "Weights…", see, f"weights {one.name}"))
    _ended(context, one)


# ---------------------------------------------------------------- inside


def _on_scanned(context: Context, found: FolderScan) -> None:
    now = context.state.weights
    now.here, now.parts = found.here, found.parts
    now.proxy = found.proxy or now.proxy


def _on_asked(context: Context, name: str, paths: list[str]) -> None:
    if paths:
        settings = context.state.settings
        context.state.settings = settings.with_folder("weights", os.path.dirname(paths[0]))
        adopt(context, paths, name if len(paths) == 1 else "")


def _next(context: Context) -> None:
    """Begin the next download, when none is at work."""
    now = context.state.weights
    if now.download is None and now.queue:
        now.download = one = Fetching(now.queue.pop(0), TransferProgress(TransferPhase.CONNECTING))
        _ask(context, one, DownloadWeights(one.name), lambda one, _: _on_here(context, one, one.name))


def _begin(
    context: Context,
    one: Fetching,
    operation: Operation[Answer, TransferProgress],
    done: Callable[[Fetching, Answer], None],
) -> None:
    now = context.state.weights
    now.said.pop(one.name, None)
    now.others.append(one)
    _ask(context, one, operation, done)


def _ask(
    context: Context,
    one: Fetching,
    operation: Operation[Answer, TransferProgress],
    done: Callable[[Fetching, Answer], None],
) -> None:
    one.request = context.engine.ask(
        operation,
        done=lambda answer: done(one, answer),
        told=lambda progress: _on_progress(context, one, progress),
        failed=lambda failed: _on_failed(context, one, failed),
    )


def _ended(context: Context, one: Fetching) -> None:
    now = context.state.weights
    if one is now.download:
        now.download = None
    else:
        now.others = [other for other in now.others if other is not one]
    _next(context)
    scan_folder(context)
