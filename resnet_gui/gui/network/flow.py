"""The network: chosen by depth, by file, or the built-in one; loaded ahead; back to the last good one when it fails."""

import os
from collections.abc import Mapping
from dataclasses import replace

from resnet_gui.engine.modes import Precision
from resnet_gui.gui.core.choice import file_kinds
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.notices import Notice
from resnet_gui.gui.core.state import State
from resnet_gui.gui.network.view import OURS, Variant, beside, best_of, variant_now, variant_of
from resnet_gui.gui.run import flow as folder
from resnet_gui.network.description import Family
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.weights.published.catalogue import find
from resnet_gui.weights.suffixes import NAME_SUFFIXES, WEIGHT_SUFFIXES

NOTICE_MOST = 240
"""Letters of a banner: three lines in a window of 900 pixels."""


def load_first(context: Context) -> None:
    """At the start: the network of last time, so that the first picture need not wait."""
    choose(context, NetworkChoice(context.state.settings.network))


def choose_depth(context: Context, depth: str) -> None:
    """A depth of the bar, of the family in use; where nothing is here, the place to get it."""
    now = variant_now(context.state) or OURS
    _choose_variant(context, Variant(int(depth), now.family))


def choose_family(context: Context, family: str) -> None:
    """v1 or v2: the same depth where it is here, else the nearest that is; else the place to get it."""
    wanted = Variant((variant_now(context.state) or OURS).depth, Family(family))
    _choose_variant(context, beside(wanted, context.state) or wanted)


def _choose_variant(context: Context, variant: Variant) -> None:
    choice = best_of(variant, context.state)
    if choice:
        choose_file(context, choice)
    else:
        open_weights(context, variant.key)


def choose_file(context: Context, path: str) -> None:
    """A weight file, a name of the catalogue, or "built-in"."""
    choose(context, NetworkChoice(path))


def choose(context: Context, choice: NetworkChoice) -> None:
    """A network with all that overrules its file's own word; loaded ahead of what it is to look at."""
    state = context.state
    state.network.choice = choice
    state.network.loading = context.engine.ask(
        LoadNetwork(choice, Precision(state.settings.precision), state.settings.device),
        done=lambda facts: _on_loaded(context, facts),
        failed=lambda failed: _on_failed(context, failed.sentence),
        slot="network",
    )


def choose_built_in(context: Context) -> None:
    """The network that is part of the program."""
    choose_file(context, BUILT_IN)


def choose_reading(context: Context, field: str, value: str | None) -> None:
    """What overrules the present file's own word: preprocessing, stem pool or stride; another file starts anew."""
    choice = context.state.network.choice
    match field:
        case "preprocess":
            choose(context, replace(choice, preprocess=value))
        case "stem_pool":
            choose(context, replace(choice, stem_pool=value))
        case "stride_in":
            choose(context, replace(choice, stride_in=value))
        case _:
            raise ValueError(f"{field} is nothing that can be overruled")


def choose_reading_options(context: Context, wanted: Mapping[str, str | None]) -> None:
    """Several of them at once: field → value, None for leaving it to the file."""
    choice = context.state.network.choice
    changed = replace(
        choice,
        preprocess=wanted.get("preprocess"),
        stem_pool=wanted.get("stem_pool"),
        stride_in=wanted.get("stride_in"),
    )
    if changed != choice:
        choose(context, changed)


def names_of_file(state: State) -> bool:
    """Whether the class names are the weight file's own, and not those of a names file."""
    return state.network.choice.classes is None


def choose_names(context: Context, path: str | None) -> None:
    """Class names from this file; None: the weight file's own, or ImageNet's."""
    choice = replace(context.state.network.choice, classes=path, classes_sha256=None)
    if choice != context.state.network.choice:
        choose(context, choice)


def open_names(context: Context) -> None:
    """Ask for a file of class names."""
    start = context.state.settings.last_folders.get("classes", "")
    kinds = file_kinds("Class names", NAME_SUFFIXES)
    context.platform.ask_files("Class names", start, kinds, lambda paths: _on_names(context, paths))


def _on_names(context: Context, paths: list[str]) -> None:
    if paths:
        settings = context.state.settings
        context.state.settings = settings.with_folder("classes", os.path.dirname(paths[0]))
        choose_names(context, paths[0])


def is_built_in(state: State) -> bool:
    """Whether the program's own network is the one chosen."""
    return state.network.choice.network == BUILT_IN


def open_weights(context: Context, sought: str = "") -> None:
    """The catalogue's weights.  sought: what the list is to begin with, a kind ("101 v2") or a name; empty for all."""
    context.state.weights.sought = sought
    context.state.open_dialog("weights")


def open_reading(context: Context) -> None:
    """What was assumed about the file, and what a person may say instead."""
    context.state.open_dialog("reading")


def open_file(context: Context) -> None:
    """Ask for a weight file."""
    folders = context.state.settings.last_folders
    kinds = file_kinds("Networks", WEIGHT_SUFFIXES)
    context.platform.ask_files(
        "Open weight file", folders.get("weights", ""), kinds, lambda paths: _on_files(context, paths)
    )


def choose_speed(context: Context, word: str) -> None:
    """ "exact", "fast" or "turbo"."""
    context.state.settings = replace(context.state.settings, precision=Precision(word))
    choose(context, context.state.network.choice)


def choose_device(context: Context, device: str) -> None:
    """ "auto" or a device by name."""
    context.state.settings = replace(context.state.settings, device=device)
    choose(context, context.state.network.choice)


def choose_crops(context: Context, crops: int) -> None:
    """One crop or ten: the same network, another run."""
    context.state.settings = replace(context.state.settings, crops=crops)
    if context.state.run is not None:
        folder.again(context)


def toggle_crops(context: Context) -> None:
    """Between one crop and ten."""
    choose_crops(context, 1 if context.state.settings.crops == 10 else 10)


# ---------------------------------------------------------------- what the engine says


def _on_loaded(context: Context, facts: NetworkInfo) -> None:
    """The network is ready: remember it, and look at the same pictures with it."""
    state = context.state
    network = state.network
    request, network.loading, network.facts = network.loading, None, facts
    network.worked = (facts.choice, state.settings.device, state.settings.precision)
    state.device = facts.device
    _remember(context, facts)
    for topic in ("network", "recipe"):  # what they say is about the network before; a recipe tells its own after this
        context.notices.withdraw(topic)
    if facts.assumed and facts.choice.network != BUILT_IN:
        said = _assumed_told(facts)
        context.notices.tell(Notice(said, False, "Choose…", lambda: open_reading(context), topic="network"))
    folder.find_speeds(context, facts.choice, state.settings.device)
    _repeat_run(context, facts)
    if network.then is not None and request is not None:
        network.then(request, True)


def _on_failed(context: Context, sentence: str) -> None:
    """Back to the last network that worked."""
    state = context.state
    network = state.network
    if network.then is not None and network.loading is not None:
        network.then(network.loading, False)
    network.loading = None
    context.notices.tell(_error(context, sentence))
    fallback = network.worked or (NetworkChoice(), "auto", Precision.EXACT.value)
    tried = (network.choice, state.settings.device, state.settings.precision)
    if network.choice.network != fallback[0].network:
        _forget(context, network.choice.network)
    network.choice = fallback[0]
    state.settings = replace(state.settings, device=fallback[1], precision=Precision(fallback[2]))
    if tried != fallback:
        choose(context, network.choice)


# ---------------------------------------------------------------- inside


def _assumed_told(facts: NetworkInfo) -> str:
    """What was assumed, for a banner: more than a few lines would hide the pictures, and nobody would read them."""
    whole = f"{facts.title}: {' '.join(facts.assumed)}"
    if len(facts.assumed) == 1 or len(whole) <= NOTICE_MOST:
        return whole
    return (
        f"{facts.title}: {len(facts.assumed)} things had to be assumed, since the file does not say them. Wrong ones "
        "make wrong answers."
    )


def _remember(context: Context, facts: NetworkInfo) -> None:
    """For the next start, and for the next click on its depth."""
    settings, choice, key = context.state.settings, facts.choice.network, variant_of(facts).key
    files = {kind: used for kind, used in settings.weight_files.items() if kind != key}
    if choice != BUILT_IN:
        files[key] = choice
        if find(choice) is None:
            settings = settings.with_own_file(choice, key)
    context.state.settings = replace(settings, network=choice, weight_files=files)


def _forget(context: Context, choice: str) -> None:
    """What cannot be used is no longer what a click on its depth leads to."""
    settings = context.state.settings
    files = {kind: used for kind, used in settings.weight_files.items() if used != choice}
    context.state.settings = replace(settings, weight_files=files)


def _repeat_run(context: Context, facts: NetworkInfo) -> None:
    """A run on the screen that was made otherwise is repeated."""
    run, settings = context.state.run, context.state.settings
    if run is None:
        return
    made = (run.spec.choice, run.spec.device, run.spec.precision.value)
    if made != (facts.choice, settings.device, settings.precision):
        folder.again(context)


def _error(context: Context, sentence: str) -> Notice:
    tried, worked = context.state.network.choice, context.state.network.worked
    if worked is not None and tried.classes is not None and tried == replace(worked[0], classes=tried.classes):
        return Notice(sentence, True, "Class names…", lambda: open_names(context), topic="network error")
    entry = find(context.state.network.choice.network)
    if entry is not None:
        see = lambda: open_weights(context, entry.name)  # noqa: E731
        return Notice(sentence, True, "Weights…", see, topic="network error")
    return Notice(sentence, True, "Open weight file…", lambda: open_file(context), topic="network error")


def _on_files(context: Context, paths: list[str]) -> None:
    if not paths:
        return
    last = os.path.dirname(paths[0])
    context.state.settings = context.state.settings.with_folder("weights", last)
    choose_file(context, paths[0])
