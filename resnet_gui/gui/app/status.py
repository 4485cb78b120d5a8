"""What the status line shows, and how it is made from the state.  No Qt in here."""

from dataclasses import dataclass, replace
from enum import StrEnum

from resnet_gui.engine.record import Phase, Progress
from resnet_gui.gui.core.state import State
from resnet_gui.gui.network.view import loading_words
from resnet_gui.gui.speed.view import measured_part, measuring_words
from resnet_gui.gui.weights.view import fetching_words
from resnet_gui.runs.words import progress_sentence


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


def status_view(state: State) -> StatusView:
    """The line that always tells the truth."""
    run, device, fetching = state.run, state.device, fetching_words(state.weights)
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
