"""From where the window stands to what its status line, summary and empty card show.  Pure functions."""

import os
from collections.abc import Sequence
from dataclasses import replace

from resnet_gui.engine.record import Phase, Progress
from resnet_gui.gui.context import NetworkNow, RunNow, State
from resnet_gui.gui.flows.answers import assumed_words, network_words
from resnet_gui.gui.flows.speed_rows import measured_part, measuring_words
from resnet_gui.gui.views import EmptyView, Mood, RunView, Sample, StatusView
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.runs.words import left_words, progress_sentence, rate_words
from resnet_gui.weights.catalogue import find

WEIGHT_SUFFIXES = (
    ".safetensors", ".pth", ".pt", ".th", ".bin", ".ckpt", ".pth.tar", ".h5", ".hdf5", ".keras",
)  # fmt: skip
"""Ends of file names that mean a network; ".pth.tar", which is no tar file, is what torch's ImageNet example writes."""
SAMPLES = (("chelsea.png", "Try: a cat"), ("coffee.png", "Try: a cup of coffee"), ("rocket.jpg", "Try: a rocket"))


# ---------------------------------------------------------------- the network


def network_title(network: NetworkNow) -> str:
    """What a person calls the network."""
    if network.facts is not None and network.facts.choice == network.choice:
        return network.facts.title
    return choice_title(network.choice.network)


def choice_title(choice: str) -> str:
    """What a person calls a network that may not be loaded: by its place in the program, the catalogue, or its file."""
    if choice == BUILT_IN:
        return "ResNet-50 · ImageNet · built in"
    entry = find(choice)
    return shown_path(os.path.basename(choice)) if entry is None else entry.title


def loading_words(network: NetworkNow) -> str:
    """The sentence while a network is being loaded, else empty."""
    if network.loading is None:
        return ""
    choice = network.choice.network
    return f"Loading {'ResNet-50' if choice == BUILT_IN else choice_title(choice)} …"


# ---------------------------------------------------------------- the status line


def status_view(state: State) -> StatusView:
    """The line that always tells the truth."""
    run, device, fetching = state.run, state.device, state.weights.words
    measuring = measuring_words(state.speed)
    if measuring and state.network.loading is None and (run is None or not run.under_way):
        return StatusView(Mood.WORKING, measuring, 0, measured_part(state.speed), device, fetching)
    if run is None:
        busy = loading_words(state.network)
        mood = Mood.WORKING if busy else Mood.IDLE
        return StatusView(mood, busy or "Ready", 0, -1.0 if busy else None, device, fetching)
    progress = run.progress
    sentence = run.sentence if progress.phase is Phase.FAILED and run.sentence else _run_sentence(progress)
    return StatusView(_mood(progress), sentence, progress.skipped, _fraction(progress), device, fetching)


def _run_sentence(progress: Progress) -> str:
    """What was skipped stands beside it as a link; a rate made of one picture would mean nothing."""
    return progress_sentence(replace(progress, skipped=0, rate=0.0 if progress.found == 1 else progress.rate))


def _mood(progress: Progress) -> Mood:
    if progress.phase is Phase.FAILED:
        return Mood.ATTENTION
    return Mood.IDLE if progress.phase.ended or progress.phase is Phase.PAUSED else Mood.WORKING


def _fraction(progress: Progress) -> float | None:
    if progress.phase.ended:
        return None
    if progress.scanning or progress.found == 0:
        return -1.0
    return progress.done / progress.found


# ---------------------------------------------------------------- the run's summary


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


def run_title(paths: Sequence[str]) -> str:
    """What was given, in words: a folder's name, a file's name, or how many."""
    names = [shown_path(os.path.basename(os.path.normpath(path)) or path) for path in paths]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"


# ---------------------------------------------------------------- the empty card


def empty_view(recent: Sequence[str], samples: Sequence[Sample]) -> EmptyView:
    """recent: paths that are there."""
    return EmptyView("See what a ResNet sees: five classes, and where it looked", tuple(recent), tuple(samples))


def shown_path(path: str) -> str:
    """The path as text that every display can hold: bytes that are no text become a replacement sign."""
    return os.fsencode(path).decode("utf-8", "replace")
