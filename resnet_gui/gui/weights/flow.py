"""The catalogue's weight files: fetched one after the other, added, checked, removed, used; told wherever one looks.

The work is the engine's process'; its end, its dying included, comes back as WeightsDone or Failed with our token.
"""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from resnet_gui.folders import Folders
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.notices import Notice
from resnet_gui.gui.core.state import Fetching
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.weights.view import Act, is_open
from resnet_gui.runs.naming import choice_title
from resnet_gui.runs.protocol import (
    AdoptWeights,
    DownloadWeights,
    Failed,
    Outcome,
    RemoveWeights,
    StopWeights,
    VerifyWeights,
    WeightsDone,
    WeightsProgress,
)
from resnet_gui.weights.published.catalogue import catalogue, find
from resnet_gui.weights.published.installed import fetch_elsewhere, is_installed, part_size, path_of
from resnet_gui.weights.published.transfer import TransferPhase, TransferProgress
from resnet_gui.weights.suffixes import WEIGHT_SUFFIXES

_LOOK = "weights"
"""Slot of the looking: a newer look makes an older one pointless."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the folder holds, by the names in the catalogue."""

    here: frozenset[str]
    parts: dict[str, int]
    proxy: str


def look(context: Context) -> None:
    """See what is in the folder: at the start, when the dialog opens, and whenever something was done."""
    folders, opened = context.folders, is_open(context.state)
    context.background.run(
        lambda: look_at(folders, with_proxy=opened), done=lambda found: _on_looked(context, found), slot=_LOOK
    )


def look_at(folders: Folders, with_proxy: bool) -> Looked:
    """For another thread: a size is asked for each file, nothing is read."""
    parts = {entry.name: part_size(entry, folders.weights) for entry in catalogue()}
    return Looked(
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
    if name in now.queue or (now.work is not None and now.work.name == name):
        return
    now.said.pop(name, None)
    now.queue.append(name)
    _next(context)


def stop(context: Context, name: str) -> None:
    """Take it out of the queue, or stop what is under way with it; what has come is kept."""
    now = context.state.weights
    if name in now.queue:
        now.queue.remove(name)
    for one in (now.work, *now.others.values()):
        if one is not None and one.name == name and not one.stopping:
            one.stopping = True
            context.engine.send(StopWeights(one.token))


def use(context: Context, name: str) -> None:
    """Classify with it from now on; the dialog stays."""
    network.choose_file(context, name)


def ask_file(context: Context, name: str) -> None:
    """The person has the file: where?"""
    entry = find(name)
    title = "The weight file" if entry is None else f"The file of {entry.title}: {entry.published_name}"
    kinds = (f"Networks ({' '.join('*' + suffix for suffix in WEIGHT_SUFFIXES)})", "All files (*)")
    start = context.state.settings.last_folders.get("weights", "")
    context.platform.ask_files(title, start, kinds, lambda paths: _on_asked(context, name, paths))


def adopt(context: Context, paths: Sequence[str], name: str = "") -> None:
    """Add files that the person has.  name: which entry the one file is meant to be; empty: its hash tells."""
    context.state.weights.said.pop("", None)
    for path in paths:
        _begin(context, name, TransferPhase.CHECKING, partial(_adoption, path, name))


def _adoption(path: str, name: str, token: int) -> AdoptWeights:
    return AdoptWeights(token, path, name)


def verify(context: Context, name: str) -> None:
    """Compare every byte with the published hash."""
    _begin(context, name, TransferPhase.CHECKING, lambda token: VerifyWeights(token, name))


def remove(context: Context, name: str) -> None:
    """Delete the file; asked before, by the dialog."""
    _begin(context, name, TransferPhase.DONE, lambda token: RemoveWeights(token, name))


def copy_address(context: Context, name: str) -> None:
    """For a web browser, or another computer."""
    entry = find(name)
    if entry is not None:
        context.platform.copy_text(entry.urls[0])


def open_folder(context: Context) -> None:
    """Where the files are."""
    context.platform.reveal(str(context.folders.weights))


# ---------------------------------------------------------------- what the engine says


def on_progress(context: Context, told: WeightsProgress) -> None:
    """How far it is."""
    one = _of_token(context, told.token)
    if one is not None:
        one.progress = told.progress


def on_done(context: Context, done: WeightsDone) -> None:
    """It is over: say what came of it, and look at the folder again."""
    one = _taken(context, done.token)
    if one is None:
        return
    now, title = context.state.weights, choice_title(done.name)
    match done.outcome:
        case Outcome.DOWNLOADED | Outcome.ADOPTED:
            now.here = now.here | {done.name}
            now.said.pop(done.name, None)
            if not one.name:
                now.said[""] = (f"It is the file of {title}, and was added.", False)
            use_it = Notice(
                f"{title} is here.", False, "Use it", lambda: use(context, done.name), f"weights {done.name}"
            )
            context.notices.tell(use_it)
        case Outcome.WHOLE:
            now.said[done.name] = ("Every byte is as published.", False)
        case Outcome.DAMAGED | Outcome.UNKNOWN:
            now.said[done.name] = (in_the_window(done.sentence, done.name), done.outcome is Outcome.DAMAGED)
        case Outcome.REMOVED:
            now.here = now.here - {done.name}
            now.said.pop(done.name, None)
        case Outcome.STOPPED:
            pass
    _ended(context)


def on_failed(context: Context, failed: Failed) -> bool:
    """Whether the failure was about a weight file."""
    one = _taken(context, failed.token)
    if one is None:
        return False
    sentence = in_the_window(failed.sentence, one.name)
    context.state.weights.said[one.name] = (sentence, True)
    if not is_open(context.state):
        see = partial(network.open_weights, context, one.name)
        context.notices.tell(Notice(sentence, True, "Weights…", see, f"weights {one.name}"))
    _ended(context)
    return True


def in_the_window(sentence: str, name: str) -> str:
    """The engine's sentence, with what to do in the window in place of what to type in a terminal."""
    entry = find(name)
    if entry is not None:
        here = f"fetch {entry.urls[0]} on another computer and add the file here (or save it as '{path_of(entry)}')."
        sentence = sentence.replace(fetch_elsewhere(entry), here)
        sentence = sentence.replace(f" (resnet-gui weights remove {entry.name})", "")
    return re.sub(r"resnet-gui classify --network '.*'", "Network › Open weight file", sentence)


# ---------------------------------------------------------------- inside


def _on_looked(context: Context, found: Looked) -> None:
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
    if now.work is None and now.queue:
        now.work = Fetching(next(context.tokens), now.queue.pop(0), TransferProgress(TransferPhase.CONNECTING))
        context.engine.send(DownloadWeights(now.work.token, now.work.name))


def _begin(
    context: Context,
    name: str,
    phase: TransferPhase,
    request: Callable[[int], AdoptWeights | VerifyWeights | RemoveWeights],
) -> None:
    now, token = context.state.weights, next(context.tokens)
    now.said.pop(name, None)
    now.others[token] = Fetching(token, name, TransferProgress(phase))
    context.engine.send(request(token))


def _of_token(context: Context, token: int) -> Fetching | None:
    now = context.state.weights
    return now.work if now.work is not None and now.work.token == token else now.others.get(token)


def _taken(context: Context, token: int) -> Fetching | None:
    """What the token was for; it is over."""
    now, one = context.state.weights, _of_token(context, token)
    now.others.pop(token, None)
    if one is now.work:
        now.work = None
    return one


def _ended(context: Context) -> None:
    _next(context)
    look(context)
