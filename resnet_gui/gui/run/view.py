"""What the run's summary and list show, as data, and how it is made from the state.  No Qt in here."""

from dataclasses import dataclass
from enum import IntEnum

from resnet_gui.engine.record import Phase, Progress
from resnet_gui.gui.core.state import RunNow, State
from resnet_gui.gui.picture.view import assumed_words, network_words
from resnet_gui.results.path_text import shown_path
from resnet_gui.results.query import Sort
from resnet_gui.runs.words import left_words, rate_words


class Role(IntEnum):
    """Item data of the run model beyond Qt's own roles (Qt.UserRole is 256)."""

    ID = 257
    """int: the picture's id in its run's store."""
    LABEL = 258
    """str: the winning class, or empty."""
    FILE = 259
    """str: the file's name, for display."""
    PERCENT = 260
    """str: "96.6 %", or "–"."""
    VERDICT = 261
    """Verdict."""
    STATUS = 262
    """str: the word of images.status.Status for what has no answer; empty where there is one, and while waiting."""
    MESSAGE = 263
    """str: why a picture has no answer."""
    THUMBNAIL = 264
    """QPixmap, or None while it is being made."""
    REASON = 266
    """str: MESSAGE without the file's name, for a card: "The file is text, no picture this program reads"."""
    PATH = 265
    """str: absolute path (may hold surrogates: never hand it to Qt as text)."""


@dataclass(frozen=True, slots=True)
class RunView:
    """The right-hand panel for a folder run.

    title: what was given, and how many pictures that are.
    headline: "1,204 labelled".
    rate: "38.4/s".
    line: "9 min left · 3 skipped".
    frequent: (class name, count), most frequent first.
    facts: (label, value) lines.
    labelled: how many pictures have a label; a bar of `frequent` is a share of them.
    running: whether it can be paused and cancelled.
    paused: whether it can be gone on with.
    """

    title: str
    headline: str
    rate: str
    line: str
    frequent: tuple[tuple[str, int], ...]
    facts: tuple[tuple[str, str], ...]
    labelled: int = 0
    running: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class ListView:
    """The list of the run's pictures: what is asked of the run's database, never its rows.

    run: number of the run, 0 for none.
    store: path of its database, empty before it can be read.
    only_skipped, sort: which pictures, in which order.
    grown, changed: another number means that there may be more rows, or other ones.
    limits: from which probability an answer is sure, and worth a check.
    header: "11 pictures · 2 skipped".
    listed: another number means that the list was made anew.
    current: the row that is current, -1 for none.
    """

    run: int = 0
    store: str = ""
    only_skipped: bool = False
    sort: Sort = Sort.FOLDER
    grown: int = 0
    changed: int = 0
    limits: tuple[float, float] = (0.8, 0.5)
    header: str = ""
    listed: int = 0
    current: int = -1


def list_view(state: State) -> ListView:
    """The list, as things stand."""
    run, now, settings = state.run, state.list, state.settings
    return ListView(
        run=0 if run is None or run.request is None else run.request.token,
        store="" if run is None else run.store,
        only_skipped=now.only_skipped,
        sort=now.sort,
        grown=now.grown,
        changed=now.changed,
        limits=settings.limits,
        header="" if run is None else header_text(run, now.only_skipped),
        listed=now.listed,
        current=now.current,
    )


def run_view(run: RunNow, agreement: str = "") -> RunView:
    """A folder run in figures.  agreement: how far its precision can be trusted, empty where nothing is known."""
    progress = run.progress
    labelled = progress.done - progress.skipped
    loading = progress.phase is Phase.LOADING
    return RunView(
        title=f"{run.title} · {progress.found:,} {'picture' if progress.found == 1 else 'pictures'}",
        headline="Loading the network" if loading else f"{labelled:,} labelled",
        rate="" if progress.found == 1 else rate_words(progress.rate),
        line=" · ".join(filter(None, _line_parts(progress))),
        frequent=run.frequent,
        labelled=labelled,
        running=run.under_way,
        paused=run.paused or not run.under_way,
        facts=(*_run_facts(run), *((("Agreement", agreement),) if agreement else ())),
    )


def _line_parts(progress: Progress) -> tuple[str, ...]:
    word = {
        Phase.PAUSED: "Paused",
        Phase.STOPPING: "Stopping",
        Phase.DONE: "Done",
        Phase.CANCELLED: "Cancelled; what is done is kept",
        Phase.FAILED: "Stopped by a problem; what is done is kept",
    }.get(progress.phase, "")
    left = "" if progress.phase.ended else left_words(progress.seconds_left)
    skipped = f"{progress.skipped:,} skipped" if progress.skipped else ""
    others = "other file" if progress.ignored == 1 else "other files"
    ignored = f"{progress.ignored:,} {others} ignored" if progress.ignored and progress.phase.ended else ""
    return word, left, skipped, ignored


def _run_facts(run: RunNow) -> tuple[tuple[str, str], ...]:
    crops = "single crop" if run.spec.crops == 1 else f"{run.spec.crops} crops"
    facts = [("From", shown_path(run.spec.paths[0])), ("Saved", "every row, as it is done")]
    if run.facts is not None:
        facts.append(("Network", f"{network_words(run.facts)}, {crops}"))
        if run.facts.assumed:
            facts.append(("Assumed", assumed_words(run.facts)))
        facts.append(("Speed", f"{run.spec.precision.value.capitalize()} · {run.facts.precision}"))
    return tuple(facts)


def header_text(run: RunNow, only_skipped: bool) -> str:
    """Above the list: "11 pictures · 2 skipped"."""
    progress = run.progress
    if only_skipped:
        return f"{progress.skipped:,} skipped · Esc shows all"
    pictures = f"{progress.found:,} {'picture' if progress.found == 1 else 'pictures'}"
    return f"{pictures} · {progress.skipped:,} skipped" if progress.skipped else pictures


# ---------------------------------------------------------------- the empty card
