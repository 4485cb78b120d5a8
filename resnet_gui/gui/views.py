"""What the panels show, as data: made by flows and models, drawn by panels.  No Qt and no engine in here."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from resnet_gui.images.geometry import CropPlan


class Verdict(StrEnum):
    """How far an answer is to be trusted; word and icon differ, not colour alone."""

    SURE = "sure"
    CHECK = "check"
    UNSURE = "unsure"
    FAILED = "failed"
    """The picture could not be classified; the message says why."""
    WAITING = "waiting"


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
class ScoreRow:
    """One line of the answer.  probability: 0…1."""

    name: str
    probability: float
    wnid: str
    index: int


@dataclass(frozen=True, slots=True)
class CropVote:
    """What one crop said.  number: 1…10 in TenCrop's order; best: its own first classes; agrees: with the winner."""

    number: int
    mirrored: bool
    best: tuple[ScoreRow, ...]
    agrees: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The right-hand panel for one picture.

    rows: the five best, best first; empty where there is no answer.  message: then the sentence that says why.
    agreeing: how many of `votes` have the winner; votes is empty for a single crop.
    facts: (label, value) lines below: network, what was looked at, speed, size.
    """

    file: str
    verdict: Verdict
    rows: tuple[ScoreRow, ...]
    votes: tuple[CropVote, ...]
    agreeing: int
    facts: tuple[tuple[str, str], ...]
    message: str = ""


@dataclass(frozen=True, slots=True)
class LensView:
    """What is drawn over the picture.  plan: boxes in the upright original's pixels; votes: as in the answer."""

    plan: CropPlan
    votes: tuple[CropVote, ...]


@dataclass(frozen=True, slots=True)
class RunView:
    """The right-hand panel for a folder run.

    headline: "1,204 labelled"; rate: "38.4/s"; line: "9 min left · 3 skipped".
    frequent: (class name, count), most frequent first.  facts: (label, value) lines.
    labelled: how many pictures have a label; a bar of `frequent` is a share of them.
    """

    title: str
    headline: str
    rate: str
    line: str
    frequent: tuple[tuple[str, int], ...]
    facts: tuple[tuple[str, str], ...]
    labelled: int = 0


class Mood(StrEnum):
    """The dot of the status line."""

    IDLE = "idle"
    WORKING = "working"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class StatusView:
    """The bottom line.

    sentence: "1,204 of 23,410 · 38.4/s · 9 min left · CPU, fp32"; skipped: shown as a link "3 skipped" when > 0.
    fraction: 0…1 draws the slim bar, None hides it, a negative value means "busy, length unknown".
    device: right-hand sentence.  fetching: what is said of downloads ("ResNet-101: 42 %"), empty for none.
    """

    mood: Mood
    sentence: str
    skipped: int
    fraction: float | None
    device: str
    fetching: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One segment of a segmented button.  why_not: the sentence shown while it cannot be chosen, else empty."""

    key: str
    text: str
    tip: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class SpeedRow:
    """One word of the speed picker.

    means: what it is here, "16-bit numbers (bf16)".  rate: "71 pictures/s", empty while it is not known.
    agreement: "Same winner as Exact on 198 of 199 pictures", or why there is none; empty while it is not known.
    """

    key: str
    text: str
    means: str
    rate: str = ""
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class SpeedView:
    """The speed picker, opened.

    now: key of the row in use.  foot: when and with what it was measured, or that it was not.
    button: what measures; why_not: the sentence shown above the foot while that cannot be, else empty.
    busy: "Measuring Fast · round 2 of 3" while it is going on, with fraction 0…1 of all; else empty.
    """

    rows: tuple[SpeedRow, ...]
    now: str
    foot: str
    button: str
    why_not: str = ""
    busy: str = ""
    fraction: float = 0.0


@dataclass(frozen=True, slots=True)
class AssumedView:
    """What had to be assumed about the weight file in use.

    title: "2 assumed"; sentences: one for each.
    """

    title: str
    sentences: tuple[str, ...]


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
class Sample:
    """A sample picture of the empty state.  caption: "Try: a cat"."""

    path: str
    caption: str


@dataclass(frozen=True, slots=True)
class EmptyView:
    """The empty state.  recent: folders and files of earlier days, newest first."""

    line: str
    recent: tuple[str, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class CommandView:
    """The command line of what is set.

    line: for the platform's shell; text: the same over several lines, to be read; notes: to know before it is given.
    """

    line: str
    text: str
    notes: tuple[str, ...]


def percent(probability: float) -> str:
    """ "96.6 %" from 0…1.  Below a twentieth of a per cent, but not nothing: "< 0.1 %"."""
    if 0.0 < probability < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= probability < 1.0:
        return "> 99.9 %"
    return f"{probability * 100:.1f} %"
