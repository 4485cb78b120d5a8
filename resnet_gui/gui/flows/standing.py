"""From where the window stands to what its bar, status line, summary and empty card show.  Pure functions."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Phase, Progress
from resnet_gui.gui.context import NetworkNow, RunNow, State
from resnet_gui.gui.flows.answers import network_words
from resnet_gui.gui.views import BarView, Choice, EmptyView, Mood, RunView, Sample, StatusView
from resnet_gui.network.variants import PUBLISHED
from resnet_gui.runs.spec import BUILT_IN
from resnet_gui.runs.words import left_words, progress_sentence, rate_words
from resnet_gui.settings import Settings

BUILT_IN_DEPTH = 50
"""Depth of the network that is part of the program."""
WEIGHT_SUFFIXES = (".safetensors", ".pth", ".pt", ".h5", ".hdf5", ".keras")
"""File names that mean a network."""
SAMPLES = (("chelsea.png", "Try: a cat"), ("coffee.png", "Try: a cup of coffee"), ("rocket.jpg", "Try: a rocket"))

_CROPS = (
    Choice("1", "1", "One crop from the middle: fastest"),
    Choice("10", "10", "Ten crops, each with a vote of its own: surer, and ten times the work"),
)
_SPEEDS = (
    Choice(Precision.EXACT, "Exact", "32-bit numbers: equal to the reference"),
    Choice(Precision.FAST, "Fast", "16-bit numbers where the device is faster with them"),
    Choice(Precision.TURBO, "Turbo", why_not="Turbo (8-bit numbers) is not part of this version; use exact or fast."),
)
_DEVICES = (
    Choice("auto", "Automatic", "The fastest device that passes a test run"),
    Choice("cpu", "CPU", "The processor"),
    Choice("cuda:0", "NVIDIA GPU", "The first NVIDIA card; needs the extra 'gpu'"),
    Choice("gpu", "Intel GPU", "Through OpenVINO"),
)
_APPLE = Choice("mps", "Apple GPU", "Through torch; needs the extra 'gpu'")


# ---------------------------------------------------------------- the bar


def bar_view(state: State) -> BarView:
    """The pickers, with what is chosen."""
    settings, network = state.settings, state.network
    devices = (*_DEVICES, _APPLE) if sys.platform == "darwin" else _DEVICES
    return BarView(
        depths=tuple(_depth(depth, settings, network) for depth in PUBLISHED),
        depth_now=depth_now(network, settings),
        crops=_CROPS,
        crops_now=str(settings.crops),
        speeds=_SPEEDS,
        speed_now=settings.precision,
        devices=devices,
        device_now=settings.device,
        network=network_title(network),
        busy=loading_words(network),
    )


def depth_now(network: NetworkNow, settings: Settings) -> str:
    """Key of the chosen depth: of the network loaded, else of what its file was known for."""
    if network.facts is not None and network.loading is None:
        return str(network.facts.depth)
    if network.choice.network == BUILT_IN:
        return str(BUILT_IN_DEPTH)
    known = [depth for depth, path in settings.weight_files.items() if path == network.choice.network]
    return known[0] if known else ""


def file_of_depth(depth: str, settings: Settings) -> str:
    """The weights for a depth: a file used before, the built-in network, or empty."""
    return settings.weight_files.get(depth, BUILT_IN if depth == str(BUILT_IN_DEPTH) else "")


def network_title(network: NetworkNow) -> str:
    """What a person calls the network."""
    if network.facts is not None and network.facts.choice == network.choice:
        return network.facts.title
    if network.choice.network == BUILT_IN:
        return f"ResNet-{BUILT_IN_DEPTH} · ImageNet · built in"
    return shown_path(os.path.basename(network.choice.network))


def loading_words(network: NetworkNow) -> str:
    """The sentence while a network is being loaded, else empty."""
    if network.loading is None:
        return ""
    name = "ResNet-50" if network.choice.network == BUILT_IN else os.path.basename(network.choice.network)
    return f"Loading {shown_path(name)} …"


def _depth(depth: int, settings: Settings, network: NetworkNow) -> Choice:
    have = file_of_depth(str(depth), settings) or depth_now(network, settings) == str(depth)
    why_not = (
        f"There are no weights for ResNet-{depth} here yet. Drop a weight file "
        f"({', '.join(WEIGHT_SUFFIXES)}) on the window, or open one with Network › Open weight file."
    )
    return Choice(str(depth), str(depth), f"ResNet-{depth}", "" if have else why_not)


# ---------------------------------------------------------------- the status line


def status_view(state: State) -> StatusView:
    """The line that always tells the truth."""
    run, device = state.run, state.device
    if run is None:
        busy = loading_words(state.network)
        mood = Mood.WORKING if busy else Mood.IDLE
        return StatusView(mood, busy or "Ready", 0, -1.0 if busy else None, device)
    progress = run.progress
    sentence = run.sentence if progress.phase is Phase.FAILED and run.sentence else _run_sentence(progress)
    return StatusView(_mood(progress), sentence, progress.skipped, _fraction(progress), device)


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


def run_view(run: RunNow) -> RunView:
    """A folder run in figures."""
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
        facts=_run_facts(run),
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
