"""How a weight file is to be read where it cannot tell, or where a person knows better.  No Qt in here."""

from dataclasses import dataclass

from resnet_gui.gui.core.choice import Choice
from resnet_gui.gui.core.state import NetworkNow
from resnet_gui.gui.network.view import network_title
from resnet_gui.network.description import BlockKind

_FILE = "Automatic"
_OWN = "What the file says, or what is usual for its kind"
NO_STRIDE = "Basic blocks have no 1×1 convolution to put the stride in"
_AS_FILE = ""
"""Key of leaving it to the file."""


@dataclass(frozen=True, slots=True)
class ReadingField:
    """One thing about a weight file that a person may say.

    field: of `runs.spec.NetworkChoice`; now: key of the choice in force, empty for leaving it to the file.
    why_not: the sentence shown while there is nothing to choose, else empty.
    """

    field: str
    title: str
    choices: tuple[Choice, ...]
    now: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class ReadingView:
    """How the file in use is read.  assumed: a sentence for each thing that had to be assumed."""

    title: str
    assumed: tuple[str, ...]
    fields: tuple[ReadingField, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One choice.  field: of `runs.spec.NetworkChoice`; value: what it becomes, None leaves it to the file."""

    id: str
    under: str
    text: str
    tip: str
    field: str
    value: str | None


READINGS: tuple[Reading, ...] = (
    Reading("preprocess.file", "Preprocessing", _FILE, _OWN, "preprocess", None),
    Reading("preprocess.torch", "Preprocessing", "torch", "256, RGB, mean and deviation", "preprocess", "torch"),
    Reading(
        "preprocess.torch-232",
        "Preprocessing",
        "torch-232",
        "232, RGB, mean and deviation: torchvision's V2 weights",
        "preprocess",
        "torch-232",
    ),
    Reading("preprocess.caffe", "Preprocessing", "caffe", "256, BGR, minus the mean", "preprocess", "caffe"),
    Reading("preprocess.tf", "Preprocessing", "tf", "256, RGB, from -1 to 1", "preprocess", "tf"),
    Reading("preprocess.half", "Preprocessing", "half", "235 bicubic, RGB, from -1 to 1", "preprocess", "half"),
    Reading(
        "preprocess.half-248", "Preprocessing", "half-248", "248 bicubic, RGB, from -1 to 1", "preprocess", "half-248"
    ),
    Reading(
        "preprocess.article",
        "Preprocessing",
        "article",
        "Squashed to 224 × 224, nearest, then as caffe: the Keras article's script",
        "preprocess",
        "article",
    ),
    Reading("pool.file", "Stem pool", _FILE, _OWN, "stem_pool", None),
    Reading("pool.padded", "Stem pool", "Padded, 56 × 56", "torchvision, keras.applications", "stem_pool", "padded"),
    Reading(
        "pool.zero-padded", "Stem pool", "Padded with zeros, 56 × 56", "Keras' v2 networks", "stem_pool", "zero-padded"
    ),
    Reading("pool.unpadded", "Stem pool", "Unpadded, 55 × 55", "The Keras article", "stem_pool", "unpadded"),
    Reading("stride.file", "Stride of a stage", _FILE, _OWN, "stride_in", None),
    Reading(
        "stride.1x1", "Stride of a stage", "In the first 1 × 1 (v1)", "The paper, Caffe, Keras", "stride_in", "1x1"
    ),
    Reading("stride.3x3", "Stride of a stage", "In the 3 × 3 (v1.5)", "torchvision, timm", "stride_in", "3x3"),
)


def has_stride_choice(network: NetworkNow) -> bool:
    """Whether the stride of a stage can be in one convolution or the other; so while the network is not known."""
    facts = network.facts
    return facts is None or facts.network is None or facts.network.block is BlockKind.BOTTLENECK


def reading_view(network: NetworkNow) -> ReadingView:
    """Each thing that can be overruled, with what is in force."""
    assumed = () if network.facts is None else tuple(network.facts.assumed)
    fields = dict.fromkeys(row.field for row in READINGS)
    return ReadingView(network_title(network), assumed, tuple(_field(field, network) for field in fields))


def _field(field: str, network: NetworkNow) -> ReadingField:
    rows = [row for row in READINGS if row.field == field]
    now = getattr(network.choice, field) or _AS_FILE
    force = "" if now else _in_force(field, network)
    choices = tuple(
        Choice(row.value or _AS_FILE, f"{row.text} ({force})" if force and row.value is None else row.text, row.tip)
        for row in rows
    )
    why_not = NO_STRIDE if field == "stride_in" and not has_stride_choice(network) else ""
    return ReadingField(field, rows[0].under, choices, now, why_not)


def _in_force(field: str, network: NetworkNow) -> str:
    """What the file was found to say, or was assumed to; empty while that is not known."""
    facts = network.facts
    if facts is None or facts.choice != network.choice:
        return ""
    if field == "preprocess":
        return facts.preprocessing
    return "" if facts.network is None else str(getattr(facts.network, field))
