"""What the Weights dialog shows, as data, and how it is made from the state.  No Qt in here."""

import os
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from urllib.parse import urlsplit

from resnet_gui.assets import resources
from resnet_gui.gui.core.state import Fetching, State, WeightsNow
from resnet_gui.gui.network.view import OURS, megabytes, own_name, variant_of_entry
from resnet_gui.images.preprocessing import PRESETS, Channels
from resnet_gui.network.description import Family
from resnet_gui.network.variants import form
from resnet_gui.results.path_text import shown_path
from resnet_gui.runs.naming import choice_title
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.runs.words import left_words
from resnet_gui.weights.published.catalogue import SHA256_DIGITS, Entry, catalogue
from resnet_gui.weights.published.transfer import TransferPhase, TransferProgress

_FAMILY_TITLES = {Family.V1: "ResNet", Family.V2: "ResNet v2, pre-activation"}
BUILT_IN_ACCURACY = (74.9, 92.1)
"""Top-1 and top-5 in per cent on ImageNet's validation pictures: Keras' documentation, for its ResNet50."""
_DOING = {
    TransferPhase.WAITING: "Waiting for another program that fetches it",
    TransferPhase.CONNECTING: "Connecting",
    TransferPhase.DOWNLOADING: "Downloading",
    TransferPhase.COPYING: "Copying",
    TransferPhase.CHECKING: "Checking",
    TransferPhase.DONE: "Finishing",
}


class RowState(StrEnum):
    """Where a weight file stands."""

    BUILT_IN = "built in"
    HERE = "here"
    ABSENT = "not here"
    PART = "part here"
    WAITING = "waiting"
    BUSY = "busy"
    FAILED = "failed"


class Act(StrEnum):
    """What a person can do with a weight file."""

    DOWNLOAD = "download"
    STOP = "stop"
    USE = "use"
    ADOPT = "adopt"
    VERIFY = "verify"
    REMOVE = "remove"
    COPY = "copy"
    """Its address on the web, to the clipboard."""


@dataclass(frozen=True, slots=True)
class ActView:
    """One button.  why_not: the sentence shown while it cannot be pressed, else empty.

    question: asked before it is done ("Remove 171 MB?"), in place of the buttons; empty for none.
    """

    act: Act
    text: str
    tip: str
    primary: bool = False
    why_not: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class WeightRow:
    """One weight file.

    name: in the catalogue, or "built-in".  group: the heading it stands under.  kind: "101" or "101 v2".
    line: small letters below the title; figure: "80.9 %" or empty; size: "171 MB".
    words: of where it stands ("42 % · 8.1 MB/s · 12 s left"); fraction: 0…1 of what is under way, negative where the
    length is unknown, None where nothing is.  used: it is the network in use.
    facts: (label, value) lines; message: what came of the last thing done with it, and whether that went wrong.
    found_by: all words it is found by, in small letters.
    """

    name: str
    title: str
    group: str
    kind: str
    line: str
    figure: str
    size: str
    place: RowState
    words: str
    fraction: float | None
    used: bool
    facts: tuple[tuple[str, str], ...]
    message: str
    bad: bool
    acts: tuple[ActView, ...]
    found_by: str


@dataclass(frozen=True, slots=True)
class WeightsView:
    """The whole dialog.

    rows: the published networks, and the built-in one.
    folder: where files go.
    note: one sentence below the list: where files go, and through which proxy.
    message: what came of a file that was given without saying which entry it is.
    bad: whether that went wrong.
    sought: what it is to begin with, a kind ("101 v2") or a name, empty for all.
    asked: another number means that it was asked for again, with `sought`.
    """

    rows: tuple[WeightRow, ...]
    folder: str
    note: str
    message: str = ""
    bad: bool = False
    sought: str = ""
    asked: int = 0


_HAVE = ActView(
    Act.ADOPT,
    "I have the file already…",
    "Choose the file on this computer: it is compared with the published hash and copied; or drop it here",
)
_COPY = ActView(Act.COPY, "Copy address", "The file's address, to fetch it with a web browser or on another computer")


def is_open(state: State) -> bool:
    """Whether the dialog is open."""
    return "weights" in state.dialogs


def weights_view(state: State, folder: str) -> WeightsView:
    """folder: where the files go."""
    now = state.weights
    order = sorted(catalogue(), key=lambda entry: entry.network.family)  # stable: origin and depth as in the file
    rows = (_built_in(state), *(_row(entry, state, folder) for entry in order))
    message, bad = now.said.get("", ("", False))
    return WeightsView(rows, folder, _note(now, folder), message, bad, now.sought, state.dialogs.get("weights", 0))


def _note(now: WeightsNow, folder: str) -> str:
    proxy = (
        f"Connections go through the proxy {now.proxy}, as the system or the variable HTTPS_PROXY says."
        if now.proxy
        else "No proxy is set; the system's settings or the variable HTTPS_PROXY can name one."
    )
    return f"Files go to {shown_path(folder)}. Nothing is fetched before you press Download. {proxy}"


def fetching_words(now: WeightsNow) -> str:
    """For the status line: "Downloading ResNet-101 · Keras: 42 %, 1 waiting", empty where nothing is fetched."""
    if now.download is None:
        return ""
    progress = now.download.progress
    share = "" if not progress.total else f": {progress.done / progress.total * 100:.0f} %"
    waiting = f", {len(now.queue)} waiting" if now.queue else ""
    return f"Downloading {choice_title(now.download.name)}{share}{waiting}"


# ---------------------------------------------------------------- one row


@cache
def built_in_size() -> int:
    """Bytes of the file of the network that is part of the program."""
    return (resources() / "networks" / "resnet50-imagenet.safetensors").stat().st_size


def _built_in(state: State) -> WeightRow:
    used = state.network.choice.network == BUILT_IN
    title = "ResNet-50 · built in"
    facts = (
        ("Note", "Answers at once after installation"),
        ("Network", "Keras' ResNet-50 of 2016 to 2018"),
        ("Accuracy", _accuracy(*BUILT_IN_ACCURACY)),
        ("Size", megabytes(built_in_size())),
        ("Licence", "MIT"),
    )
    return WeightRow(
        name=BUILT_IN,
        title=title,
        group="Part of the program",
        kind=OURS.key,
        line="ImageNet, 1,000 classes",
        figure=f"{BUILT_IN_ACCURACY[0]:.1f} %",
        size=megabytes(built_in_size()),
        place=RowState.BUILT_IN,
        words="In use" if used else "Built in",
        fraction=None,
        used=used,
        facts=facts,
        message="",
        bad=False,
        acts=_use(used),
        found_by=f"{title} v1 imagenet keras".lower(),
    )


def _row(entry: Entry, state: State, folder: str) -> WeightRow:
    now, kind = state.weights, variant_of_entry(entry)
    place = state_of(entry.name, now)
    used = own_name(state.network.choice.network) == entry.name
    message, bad = now.said.get(entry.name, ("", False))
    at_work = transfer_of(entry.name, now)
    family = _FAMILY_TITLES[kind.family]
    return WeightRow(
        name=entry.name,
        title=entry.title,
        group=f"{entry.source.title} · {family}",
        kind=kind.key,
        line=entry.name,
        figure="" if entry.top1 is None else f"{entry.top1:.1f} %",
        size=megabytes(entry.size),
        place=place,
        words=_words(entry, place, used, now, at_work),
        fraction=None if at_work is None else _fraction(at_work.progress),
        used=used,
        facts=_facts(entry, os.path.join(folder, entry.file_name) if place is RowState.HERE else ""),
        message=message,
        bad=bad,
        acts=_acts(entry, place, used, at_work, now.parts.get(entry.name, 0)),
        found_by=" ".join(
            (entry.title, entry.name, entry.source.title, family, kind.name, str(kind.family), *entry.aliases)
        ).lower(),
    )


def state_of(name: str, now: WeightsNow) -> RowState:
    """Where an entry of the catalogue stands."""
    if transfer_of(name, now) is not None:
        return RowState.BUSY
    if name in now.queue:
        return RowState.WAITING
    if name in now.here:
        return RowState.HERE
    if now.said.get(name, ("", False))[1]:
        return RowState.FAILED
    return RowState.PART if now.parts.get(name) else RowState.ABSENT


def transfer_of(name: str, now: WeightsNow) -> Fetching | None:
    """What is being done with an entry's file."""
    if now.download is not None and now.download.name == name:
        return now.download
    return next((one for one in now.others if one.name == name), None)


def _fraction(progress: TransferProgress) -> float:
    if not progress.total or progress.phase in (TransferPhase.WAITING, TransferPhase.CONNECTING):
        return -1.0
    return min(progress.done / progress.total, 1.0)


def _words(entry: Entry, place: RowState, used: bool, now: WeightsNow, at_work: Fetching | None) -> str:
    part = now.parts.get(entry.name, 0)
    if at_work is not None:
        return "Stopping" if at_work.stopping else _progress_words(at_work.progress)
    return {
        RowState.WAITING: "Waiting for its turn",
        RowState.HERE: "In use" if used else "Here",
        RowState.PART: f"{part / entry.size * 100:.0f} % is here",
        RowState.FAILED: f"Failed · {part / entry.size * 100:.0f} % is here" if part else "Failed",
    }.get(place, "")


def _progress_words(progress: TransferProgress) -> str:
    """ "42 % · 8.1 MB/s · 12 s left"."""
    if progress.phase not in (TransferPhase.DOWNLOADING, TransferPhase.COPYING, TransferPhase.CHECKING):
        return _DOING[progress.phase]
    parts = [] if progress.phase is TransferPhase.DOWNLOADING else [_DOING[progress.phase]]
    parts.append(f"{progress.done / progress.total * 100:.0f} %" if progress.total else megabytes(progress.done))
    if progress.phase is TransferPhase.DOWNLOADING and progress.rate > 0:
        parts.append(f"{progress.rate / 1e6:.1f} MB/s")
        if progress.seconds_left is not None:
            parts.append(left_words(progress.seconds_left))
    return " · ".join(filter(None, parts))


def _facts(entry: Entry, file: str) -> tuple[tuple[str, str], ...]:
    """What there is to know of an entry, for the pane beside the list.  file: where it lies, empty while it is not."""
    preprocessing = PRESETS[entry.preprocessing]
    order = "RGB" if preprocessing.channels is Channels.RGB else "BGR"
    size = "squashed" if preprocessing.resize is None else f"short side {preprocessing.resize}"
    lines = [
        ("Network", f"{entry.network.name}, {form(entry.network)}, {entry.network.classes:,} classes"),
        ("Prepared", f"{entry.preprocessing}: {size}, {preprocessing.crop} × {preprocessing.crop} seen, {order}"),
        ("Accuracy", _accuracy(entry.top1, entry.top5)),
        ("Size", f"{megabytes(entry.size, entry.size_about)}"),
        ("Licence", f"{entry.source.licence}. {entry.source.notice}"),
        ("Published", entry.source.page),
        ("Address", entry.urls[0]),
    ]
    if entry.sha256 or entry.md5:
        lines.append(("SHA-256", _hash(entry.sha256)) if entry.sha256 else ("MD5", entry.md5))
    else:
        lines.append(("SHA-256", "not published; compared with the one its server sends"))
    if file:
        lines.append(("File", shown_path(file)))
    if entry.note:
        lines.insert(0, ("Note", entry.note))
    return tuple(lines)


def _accuracy(top1: float | None, top5: float | None) -> str:
    if top1 is None:
        return "none is published for pictures prepared so"
    five = "" if top5 is None else f", {top5:.1f} % top-5"
    return f"{top1:.1f} % top-1{five} on ImageNet's validation pictures"


def _hash(sha256: str) -> str:
    """In groups of sixteen, which a person can compare, and which wrap."""
    if len(sha256) < SHA256_DIGITS:
        return f"{sha256}… (all that is published)"
    return " ".join(sha256[start : start + 16] for start in range(0, SHA256_DIGITS, 16))


def _use(used: bool) -> tuple[ActView, ...]:
    """Nothing where it is in use: that is said above the buttons."""
    return () if used else (ActView(Act.USE, "Use this network", "Classify with it from now on", True),)


def _acts(entry: Entry, place: RowState, used: bool, at_work: Fetching | None, part: int) -> tuple[ActView, ...]:
    """part: bytes of an unfinished download."""
    host = urlsplit(entry.urls[0]).hostname or ""
    if place in (RowState.BUSY, RowState.WAITING):
        stopping = at_work is not None and at_work.stopping
        why_not = "It is being stopped" if stopping else ""
        return (ActView(Act.STOP, "Cancel", "Stop; what has come is kept, to go on later", why_not=why_not), _COPY)
    if place is RowState.HERE:
        kept = "This network is in use: choose another one first" if used else ""
        gone = f"Remove {megabytes(entry.size)} from this computer?"
        return (
            *_use(used),
            ActView(Act.VERIFY, "Verify", "Compare every byte with the published hash"),
            ActView(Act.REMOVE, "Remove…", "Delete the file; it can be fetched again", why_not=kept, question=gone),
            _COPY,
        )
    tip = f"Fetches {megabytes(entry.size - part)} from {host}; compared with the published hash before it is used"
    text = "Resume" if part else "Try again" if place is RowState.FAILED else "Download"
    get = ActView(Act.DOWNLOAD, f"{text} from {host}", tip, primary=True)
    if not part:
        return get, _HAVE, _COPY
    question = f"Discard the {megabytes(part)} that are here?"
    return get, _HAVE, _COPY, ActView(Act.REMOVE, "Discard…", "Delete the unfinished download", question=question)
