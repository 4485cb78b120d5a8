"""What the speed picker shows, as data, and how it is made from the state.  No Qt in here."""

from dataclasses import dataclass
from datetime import datetime

from resnet_gui.engine.modes import Precision
from resnet_gui.gui.core.choice import Choice
from resnet_gui.gui.core.state import RunNow, SpeedNow, State
from resnet_gui.operations.speeds import SpeedsKnown
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.runs.speed_figures import RangesCheck, Speeds, WordSpeed

NAMES = {Precision.EXACT: "Exact", Precision.FAST: "Fast", Precision.TURBO: "Turbo"}
_MEANS = {
    Precision.EXACT: "32-bit numbers: equal to the reference",
    Precision.FAST: "16-bit numbers where the device is faster with them",
    Precision.TURBO: "8-bit numbers on the processor; they must first be fitted to a network that is new here",
}
"""Before anything is known of this machine."""
_CALIBRATED = "8-bit numbers on the processor"
_NUMBERS = {
    "fp32": "32-bit numbers",
    "bf16": "16-bit numbers (bf16)",
    "fp16": "16-bit numbers (fp16)",
    "int8": "8-bit numbers (int8)",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOT_MEASURED = "Not measured yet: some ten seconds, with the pictures that are listed, or with the sample pictures."


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


def speed_choices(state: State) -> tuple[Choice, ...]:
    """The segments of the bar; what is known of a word is its tip."""
    rows = speed_view(state).rows
    return tuple(
        Choice(row.key, row.text, " · ".join(filter(None, (row.means, row.rate, row.agreement)))) for row in rows
    )


def speed_view(state: State) -> SpeedView:
    """The picker, opened."""
    known = known_now(state)
    speeds = None if known is None else known.speeds
    check = None if known is None else known.check
    why_not = why_not_measurable(state)
    return SpeedView(
        rows=tuple(_row(word, speeds, check) for word in Precision),
        now=state.settings.precision,
        foot=_foot(state.speed.said, speeds, why_not),
        button="Measure again" if speeds else "Measure on this machine",
        why_not=why_not,
        busy=measuring_words(state.speed),
        fraction=measured_part(state.speed),
    )


def _foot(said: str, speeds: Speeds | None, why_not: str) -> str:
    """Figures are never without their date; above it what ended the last measurement, while nothing is going on."""
    measured = _measured_words(speeds) if speeds else ""
    if why_not:
        return measured
    return "\n".join(filter(None, (said, measured))) or _NOT_MEASURED


def known_now(state: State) -> SpeedsKnown | None:
    """What is known of the network and the device in use."""
    known = state.speed.known
    if known is None or not _fits(known, state.network.choice, state.settings.device):
        return None
    return known


def why_not_measurable(state: State) -> str:
    """The sentence that says why nothing can be measured now; empty where it can."""
    if state.run is not None and state.run.under_way:
        return "A run is going on: measure when it has ended."
    if state.network.facts is None or state.network.loading is not None:
        return "The network is being loaded: measure after that."
    return ""


def measuring_words(speed: SpeedNow) -> str:
    """ "Measuring Fast · round 2 of 3" while a measurement is going on, else empty."""
    if speed.request is None:
        return ""
    if speed.stopping:
        return "Stopping the measurement"
    if speed.progress is None:
        return "Measuring the speeds"
    name = NAMES[speed.progress.word]
    if speed.progress.calibrating:
        return f"Showing {name} the pictures it takes its ranges from"
    return f"Measuring {name} · round {speed.progress.number} of {speed.progress.rounds}"


def measured_part(speed: SpeedNow) -> float:
    """0…1 of the measurement."""
    return 0.0 if speed.progress is None else speed.progress.fraction


def calibration_words(state: State, run: RunNow) -> str:
    """What the calibration of a run in turbo came to: "same winner as Exact on 63 of 64 …"; else empty."""
    known, spec = state.speed.known, run.spec
    if known is None or known.check is None or spec.precision is not Precision.TURBO:
        return ""
    return f"Same winner as Exact on {_checked(known.check)}" if _fits(known, spec.choice, spec.device) else ""


def rate_words(rate: float) -> str:
    """ "38 pictures/s", "8.4 pictures/s"; empty where it is not known."""
    if rate <= 0:
        return ""
    return f"{rate:,.0f} pictures/s" if rate >= 10 else f"{rate:.2g} pictures/s"


def _fits(known: SpeedsKnown, choice: NetworkChoice, device: str) -> bool:
    return (known.choice, known.device) == (choice, device)


def _checked(check: RangesCheck) -> str:
    return f"{check.agreed:,} of {check.asked:,} pictures when it was calibrated"


def _row(word: Precision, speeds: Speeds | None, check: RangesCheck | None) -> SpeedRow:
    own = None if speeds is None else next(one for one in speeds.words if one.word is word)
    if speeds is None or own is None or own.why_not:
        if word is Precision.TURBO and check is not None:  # also where pictures were too few then, and no longer are
            return SpeedRow(word, NAMES[word], _CALIBRATED, "", f"Same winner as Exact on {_checked(check)}")
        return SpeedRow(word, NAMES[word], _MEANS[word], "", "" if own is None else own.why_not)
    if own.same_as is not None:
        same = speeds.of(word)
        assert same is not None
        return SpeedRow(word, NAMES[word], f"The same as {NAMES[own.same_as]} on this device", rate_words(same.rate))
    agreement = _agreement(own, speeds.samples)
    if word is Precision.TURBO and check is not None and check.asked > own.asked:  # one picture alone promises nothing
        agreement += f"; {check.agreed:,} of {check.asked:,} when calibrated"
    return SpeedRow(word, NAMES[word], _meaning(own), rate_words(own.rate), agreement)


def _meaning(one: WordSpeed) -> str:
    numbers = _NUMBERS.get(one.computed_in, one.computed_in)
    match one.word, one.computed_in:
        case Precision.EXACT, _:
            return f"{numbers}: equal to the reference"
        case Precision.FAST, "fp32":
            return f"{numbers}, as this device has no faster ones; JPEG files decoded smaller"
        case _:
            return numbers


def _agreement(one: WordSpeed, samples: bool) -> str:
    """Counts, not per cents: of five pictures a percentage would mean nothing."""
    if one.word is Precision.EXACT or not one.asked:
        return ""
    words = f"Same winner as Exact on {one.agreed:,} of {one.asked:,}"
    if one.calibrated:
        return f"{words} pictures beside the {one.calibrated:,} it was calibrated with"
    return f"{words} {'sample ' if samples else ''}{'picture' if one.asked == 1 else 'pictures'}"


def _measured_words(speeds: Speeds) -> str:
    with_what = f"{speeds.pictures:,} of your pictures" if speeds.pictures > 1 else "one picture of yours"
    if speeds.samples:
        with_what = f"the {speeds.pictures:,} sample pictures"
    return f"Measured {_day(speeds.measured)} with {with_what}, one crop each, file to answer."


def _day(moment: str) -> str:
    """ "21 Nov", "21 Nov 2025" where that is not this year, from ISO 8601."""
    day, today = datetime.fromisoformat(moment).astimezone(), datetime.now().astimezone()
    words = f"{day.day} {_MONTHS[day.month - 1]}"
    return words if day.year == today.year else f"{words} {day.year}"
