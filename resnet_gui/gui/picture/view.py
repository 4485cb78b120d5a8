"""What the answer and the crop lens show, as data, and how it is made from a row.  No Qt in here."""

import dataclasses
from dataclasses import dataclass

from resnet_gui.engine.record import Score
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import Classes, State
from resnet_gui.images.geometry import CropPlan, coverage, plan
from resnet_gui.images.preprocessing import PRESETS, Preprocessing
from resnet_gui.images.status import Status
from resnet_gui.results.columns import shown_beside
from resnet_gui.results.path_text import shown_path
from resnet_gui.results.query import Row
from resnet_gui.results.verdict import Verdict, verdict
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.spec import RunSpec
from resnet_gui.runs.words import run_title

_BARS = 5


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
class PictureView:
    """The middle of the window for one picture.

    caption: the file's name.
    reading: whether its pixels are on their way.
    image: what `platform.read_picture` made of them, None before.
    size: width and height of the upright original, pixels, (0, 0) before.
    error: why there is no picture, else empty.
    lens: where the network looked, None while that is not known.
    lens_on: whether that is to be seen.
    crop: the crop that stands out, 1…10, 0 for none.
    """

    caption: str = ""
    reading: bool = False
    image: object | None = None
    size: tuple[int, int] = (0, 0)
    error: str = ""
    lens: LensView | None = None
    lens_on: bool = True
    crop: int = 0


@dataclass(frozen=True, slots=True)
class AnswerPanelView:
    """The right-hand panel for one picture.

    answer: None shows nothing.
    picture: whose crops are shown as thumbnails.
    """

    answer: AnswerView | None
    picture: PictureView


def picture_view(state: State) -> PictureView:
    """The picture with its lens, as things stand."""
    now, run = state.picture, state.run
    if now is None:
        return PictureView(lens_on=state.settings.lens)
    lens = None
    if run is not None and now.row is not None and now.size is not None:
        lens = lens_view(now.row, now.classes, run.facts, run.spec)
    why = why_not(now.row) if now.row is not None and now.error else ""
    return PictureView(
        caption=run_title((now.path,)) if now.row is None else file_name(shown_path(now.row.shown)),
        reading=now.request is not None,
        image=now.image,
        size=now.size or (0, 0),
        error=why or now.error,
        lens=lens,
        lens_on=state.settings.lens,
        crop=now.hovered or now.crop,
    )


def answer_panel_view(state: State, picture: PictureView) -> AnswerPanelView:
    """The answer beside it."""
    now, run = state.picture, state.run
    answer = None
    if now is not None and run is not None and now.row is not None:
        answer = answer_view(now.row, now.classes, run.facts, run.spec, state.settings)
    elif now is not None and now.waiting:
        answer = waiting_view(run_title((now.path,)))
    return AnswerPanelView(answer, picture)


def answer_view(row: Row, classes: Classes, facts: NetworkInfo | None, spec: RunSpec, settings: Settings) -> AnswerView:
    """The answer for one picture; without one, the sentence that says why."""
    return AnswerView(
        file=file_name(row.shown),
        verdict=verdict_of(row, settings.limits),
        rows=() if row.prediction is None else tuple(_named(score, classes) for score in row.prediction.top[:_BARS]),
        votes=votes(row, classes),
        agreeing=0 if row.prediction is None else row.prediction.agreeing,
        facts=_facts(row, facts, spec),
        message=why_not(row),
    )


def waiting_view(file: str) -> AnswerView:
    """While the network is still at work on the picture."""
    return AnswerView(file, Verdict.WAITING, (), (), 0, ())


def lens_view(row: Row, classes: Classes, facts: NetworkInfo | None, spec: RunSpec) -> LensView | None:
    """Where the network looked; None while that is not known."""
    if facts is None or row.prediction is None or row.width is None or row.height is None:
        return None
    return LensView(plan(row.width, row.height, preprocessing_of(facts), spec.crops), votes(row, classes))


def votes(row: Row, classes: Classes) -> tuple[CropVote, ...]:
    """What each of ten crops said; nothing for a single one."""
    prediction = row.prediction
    if prediction is None or len(prediction.votes) < 2:
        return ()
    winner, half = prediction.top[0].index, len(prediction.votes) // 2
    return tuple(
        CropVote(
            number=number,
            mirrored=number > half,
            best=tuple(_named(score, classes) for score in vote),
            agrees=vote[0].index == winner,
        )
        for number, vote in enumerate(prediction.votes, start=1)
    )


def verdict_of(row: Row, limits: tuple[float, float]) -> Verdict:
    """How far the row's answer is to be trusted.  limits: from which probability it is sure, and worth a check."""
    if row.prediction is not None:
        return Verdict(verdict(row.prediction, *limits))
    return Verdict.WAITING if row.status is None else Verdict.FAILED


def why_not(row: Row) -> str:
    """The sentence for a picture without an answer, or with half of one; empty where all is well."""
    if row.status in (None, Status.OK):
        return ""
    assert row.status is not None
    reason = row.message.rstrip(".") or row.status.meaning
    kind = f"It is listed as {row.status.value.replace('_', ' ')}."
    if row.prediction is not None:
        return f"{reason[0].upper()}{reason[1:]}. The answer is for the part that is there. {kind}"
    return f"Cannot read {file_name(row.shown)}: {reason}. {kind}"


def reason(row: Row) -> str:
    """Why a picture has no answer, without its name and kind: for a card, where both stand below; else empty."""
    if row.status in (None, Status.OK) or row.prediction is not None:
        return ""
    assert row.status is not None
    words = row.message.rstrip(".") or row.status.meaning
    return f"{words[0].upper()}{words[1:]}"


def preprocessing_of(facts: NetworkInfo) -> Preprocessing:
    """The recipe by which a network's pictures are cut; only its sizes are of use here."""
    known = PRESETS.get(facts.preprocessing, PRESETS["torch"])
    return dataclasses.replace(known, resize=facts.resize, crop=facts.crop)


def file_name(shown: str) -> str:
    """The last part of a path as tables show it."""
    return shown.rstrip("/").rpartition("/")[2] or shown


def result_text(row: Row, classes: Classes) -> str:
    """For the clipboard: one line a class, divided by tabs, as a spreadsheet takes them."""
    if row.prediction is None:
        return f"{row.shown}\t{row.status.value if row.status else 'waiting'}\t{row.message}"
    lines = [row.shown]
    for score in row.prediction.top[:_BARS]:
        named = _named(score, classes)
        lines.append(f"{named.name}\t{score.probability:.6f}\t{named.wnid}\t{named.index}")
    return "\n".join(lines)


def _named(score: Score, classes: Classes) -> ScoreRow:
    wnid, name = class_of(score.index, classes)
    return ScoreRow(name, score.probability, wnid, score.index)


def class_of(index: int, classes: Classes) -> tuple[str, str]:
    """WordNet id and name of a class; a network without names has numbers."""
    if index < len(classes) and classes[index][0] == index:
        return classes[index][1], classes[index][2]
    return "", f"class {index}"


def _facts(row: Row, facts: NetworkInfo | None, spec: RunSpec) -> tuple[tuple[str, str], ...]:
    lines = []
    if facts is not None:
        lines.append(("Network", network_words(facts)))
        if facts.assumed:
            lines.append(("Assumed", assumed_words(facts)))
        if row.width is not None and row.height is not None and row.prediction is not None:
            looked = plan(row.width, row.height, preprocessing_of(facts), spec.crops)
            lines.append(("Looked at", _looked_words(looked, row.width, row.height, facts)))
        lines.append(("Speed", f"{spec.precision.value.capitalize()} · {facts.precision}"))
    return (*lines, *shown_beside(row))


def network_words(facts: NetworkInfo) -> str:
    """ "ResNet-50, Keras form, 1,000 classes"."""
    return f"{facts.name}, {facts.form}, {facts.classes:,} classes"


def assumed_words(facts: NetworkInfo) -> str:
    """What the file did not say: told in full where it is one thing; a wall of words beside the answer nobody reads."""
    if len(facts.assumed) == 1:
        return facts.assumed[0]
    return f"{len(facts.assumed)} things that the file does not say; the sign beside the network tells them"


def _looked_words(looked: CropPlan, width: int, height: int, facts: NetworkInfo) -> str:
    crops = "one crop" if len(looked.boxes) == 1 else f"{len(looked.boxes)} crops"
    if facts.resize is None:
        return f"{crops}: the whole picture, squashed to {facts.crop} × {facts.crop}"
    return f"{crops}: {coverage(looked, width, height) * 100:.0f} % of the picture"
