"""What the bar of pickers shows, as data, and how it is made from the state.  No Qt in here.

A variant is a depth with a family, written "101" (v1) or "101 v2".  A choice is what `NetworkChoice.network` holds:
"built-in", a name of the catalogue, or the path of a file.
"""

import os
import sys
from dataclasses import dataclass

from resnet_gui.gui.core.choice import Choice
from resnet_gui.gui.core.state import NetworkNow, State
from resnet_gui.gui.speed.view import SpeedView, speed_choices, speed_view
from resnet_gui.network.description import Family
from resnet_gui.network.variants import PUBLISHED
from resnet_gui.results.path_text import shown_path
from resnet_gui.runs.naming import choice_title
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.weights.published.catalogue import Entry, catalogue, find

_FAMILIES = {
    Family.V1: "ResNets of 2015: convolution, normalisation, ReLU",
    Family.V2: "Pre-activation ResNets of 2016: normalisation and ReLU before each convolution",
}
_CROPS = (
    Choice("1", "1", "One crop from the middle: fastest"),
    Choice("10", "10", "Ten crops, each with a vote of its own: surer, and ten times the work"),
)
_DEVICES = (
    Choice("auto", "Automatic", "The fastest device that passes a test run"),
    Choice("cpu", "CPU", "The processor"),
    Choice("cuda:0", "NVIDIA GPU", "The first NVIDIA card; needs the extra 'gpu'"),
    Choice("gpu", "Intel GPU", "Through OpenVINO"),
)
_APPLE = Choice("mps", "Apple GPU", "Through torch; needs the extra 'gpu'")


@dataclass(frozen=True, slots=True)
class AssumedView:
    """What had to be assumed about the weight file in use.

    title: "2 assumed"; sentences: one for each.
    """

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BarView:
    """The bar of pickers.  Each `…_now` is the key of the chosen segment, or empty."""

    depths: tuple[Choice, ...]
    depth_now: str
    families: tuple[Choice, ...]
    family_now: str
    crops: tuple[Choice, ...]
    crops_now: str
    speeds: tuple[Choice, ...]
    speed_now: str
    devices: tuple[Choice, ...]
    device_now: str
    network: str
    """Text of the network menu's button: "ResNet-50 · ImageNet · built in"."""
    assumed: AssumedView | None = None
    busy: str = ""
    """While a network is being loaded: the sentence to show in its place."""
    speed: SpeedView | None = None
    """What opens beside the speeds."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A depth of the paper's and a family."""

    depth: int
    family: Family = Family.V1

    @property
    def key(self) -> str:
        """As settings have it: "101", "101 v2"."""
        return str(self.depth) if self.family is Family.V1 else f"{self.depth} {self.family}"

    @property
    def name(self) -> str:
        """ "ResNet-101", "ResNet-101 v2"."""
        return f"ResNet-{self.key}"


OURS = Variant(50)
"""Of the network that is part of the program."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of the network's menu.

    choice: what choosing it loads; empty where it must be fetched first, then `entry` is its name in the catalogue.
    """

    text: str
    tip: str
    choice: str
    entry: str = ""
    used: bool = False


def bar_view(state: State) -> BarView:
    """The pickers, with what is chosen."""
    settings, now = state.settings, variant_now(state)
    here = now or OURS
    return BarView(
        depths=tuple(_depth(Variant(depth, here.family), state) for depth in PUBLISHED),
        depth_now="" if now is None else str(now.depth),
        families=tuple(_family(Variant(here.depth, family), state) for family in Family),
        family_now="" if now is None else str(now.family),
        crops=_CROPS,
        crops_now=str(settings.crops),
        speeds=speed_choices(state),
        speed_now=settings.precision,
        devices=(*_DEVICES, _APPLE) if sys.platform == "darwin" else _DEVICES,
        device_now=settings.device,
        network=network_title(state.network),
        assumed=assumed_view(state.network),
        busy=loading_words(state.network),
        speed=speed_view(state),
    )


def variant_now(state: State) -> Variant | None:
    """Of the network loaded; while one is loaded, what is known of it; None for a file never seen."""
    facts = state.network.facts
    if facts is not None and state.network.loading is None:
        return variant_of(facts)
    return variant_of_choice(state.network.choice.network, state)


def variant_of(facts: NetworkInfo) -> Variant:
    """Depth and family of a loaded network."""
    return Variant(facts.depth, Family.V1 if facts.network is None else facts.network.family)


def variant_of_choice(choice: str, state: State) -> Variant | None:
    """Depth and family of something that may not be loaded yet, as far as they are known."""
    if choice == BUILT_IN:
        return OURS
    entry = find(choice)
    if entry is not None:
        return variant_of_entry(entry)
    key = state.settings.own_files.get(choice, "")
    depth, _, family = key.partition(" ")
    return Variant(int(depth), Family(family or Family.V1)) if depth.isdecimal() else None


def own_name(choice: str) -> str:
    """A choice by the one name that the catalogue's entry has, where it was an alias ("resnet50")."""
    entry = find(choice)
    return choice if entry is None else entry.name


def variant_of_entry(entry: Entry) -> Variant:
    """Depth and family of a file of the catalogue."""
    return Variant(entry.network.depth, entry.network.family)


def entries_of(variant: Variant) -> tuple[Entry, ...]:
    """What the catalogue has of a variant, in its order."""
    return tuple(entry for entry in catalogue() if variant_of_entry(entry) == variant)


def best_of(variant: Variant, state: State) -> str:
    """What a click on a depth loads: what was used there last, the built-in network, a file of the catalogue that is
    here (the most accurate), or a file of the person's own (the newest); empty where there is nothing."""
    last = state.settings.weight_files.get(variant.key, "")
    if last and (find(last) is None or own_name(last) in state.weights.here):
        return last
    if variant == OURS:
        return BUILT_IN
    here = [entry for entry in entries_of(variant) if entry.name in state.weights.here]
    if here:
        return max(here, key=lambda entry: entry.top1 or 0.0).name
    own = [path for path, key in state.settings.own_files.items() if key == variant.key]
    return own[-1] if own else ""


def beside(variant: Variant, state: State) -> Variant | None:
    """Where a click on the other family leads: the same depth, or else the nearest that is here; None for nowhere."""
    variants = [Variant(depth, variant.family) for depth in PUBLISHED]
    there = [one for one in variants if best_of(one, state)]
    return min(there, key=lambda one: abs(one.depth - variant.depth), default=None)


def offers(state: State) -> tuple[tuple[Offer, ...], tuple[Offer, ...]]:
    """The lines of the network's menu: everything of the depth in use, and the person's own files of other depths."""
    now = variant_now(state)
    depth, used = (now or OURS).depth, own_name(state.network.choice.network)
    same: list[Offer] = []
    for variant in (Variant(depth, family) for family in Family):
        if variant == OURS:
            same.append(Offer(f"{OURS.name} · built in", "Part of the program", BUILT_IN, used=used == BUILT_IN))
        same += [_offer_of_entry(entry, state) for entry in entries_of(variant)]
    others: list[Offer] = []
    for path, key in reversed(tuple(state.settings.own_files.items())):
        offer = Offer(f"ResNet-{key} · {_name(path)}", shown_path(path), path, used=used == path)
        (same if key.partition(" ")[0] == str(depth) else others).append(offer)
    return tuple(same), tuple(others)


def megabytes(size: int, about: bool = False) -> str:
    """ "171 MB", "about 171 MB"; a megabyte has a million bytes, as file managers and web pages count."""
    return f"{'about ' if about else ''}{size / 1e6:,.0f} MB"


def assumed_view(network: NetworkNow) -> AssumedView | None:
    """What had to be assumed about the file in use; None where nothing was."""
    facts = network.facts
    if facts is None or not facts.assumed or facts.choice.network == BUILT_IN:
        return None
    return AssumedView(f"{len(facts.assumed)} assumed", tuple(facts.assumed))


def _offer_of_entry(entry: Entry, state: State) -> Offer:
    used = own_name(state.network.choice.network) == entry.name
    if entry.name in state.weights.here:
        return Offer(entry.title, entry_tip(entry), entry.name, used=used)
    get = f"{entry.title}: get it ({megabytes(entry.size)})…"
    return Offer(get, entry_tip(entry), "", entry.name, used)


def entry_tip(entry: Entry) -> str:
    """ "80.9 % top-1 on ImageNet · BSD-3-Clause"."""
    figures = "" if entry.top1 is None else f"{entry.top1:.1f} % top-1 on ImageNet"
    return " · ".join(filter(None, (figures, entry.source.licence)))


def _depth(variant: Variant, state: State) -> Choice:
    if best_of(variant, state) or variant_now(state) == variant:
        return Choice(str(variant.depth), str(variant.depth), variant.name)
    return Choice(str(variant.depth), str(variant.depth), variant.name, how_to_get(variant))


def _family(variant: Variant, state: State) -> Choice:
    key, words = str(variant.family), _FAMILIES[variant.family]
    there = beside(variant, state)
    if there is None and variant_now(state) != variant:
        return Choice(key, key, words, f"{words}. {how_to_get(variant)}")
    if there is not None and there.depth != variant.depth:
        words = f"{words}. Of this family {there.name} is here, {variant.name} is not"
    return Choice(key, key, words)


def how_to_get(variant: Variant) -> str:
    """What to do about a variant of which nothing is here: "ResNet-101 v2: get it (179 MB)…"."""
    entries = entries_of(variant)
    if not entries:
        return f"{variant.name} is not here: drop a weight file of it on the window."
    least = min(entry.size for entry in entries)
    more = "A click shows where from; a weight file of your own can be dropped."
    return f"{variant.name}: get it ({megabytes(least)})… {more}"


def _name(path: str) -> str:
    return shown_path(os.path.basename(path))


def network_title(network: NetworkNow) -> str:
    """What a person calls the network."""
    if network.facts is not None and network.facts.choice == network.choice:
        return network.facts.title
    return choice_title(network.choice.network)


def loading_words(network: NetworkNow) -> str:
    """The sentence while a network is being loaded, else empty."""
    if network.loading is None:
        return ""
    choice = network.choice.network
    return f"Loading {'ResNet-50' if choice == BUILT_IN else choice_title(choice)} …"
