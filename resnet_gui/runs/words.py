"""How the progress of runs and downloads is put into words, in the window and on the terminal alike."""

import os
from collections.abc import Sequence

from resnet_gui.engine.record import Phase, Progress
from resnet_gui.results.path_text import shown_path
from resnet_gui.weights.published.transfer import TransferPhase, TransferProgress

_SEPARATOR = " · "
_DOING = {
    TransferPhase.WAITING: "another program is downloading it",
    TransferPhase.CONNECTING: "connecting",
    TransferPhase.DOWNLOADING: "",
    TransferPhase.COPYING: "copying",
    TransferPhase.CHECKING: "checking",
}
_TOLD = (Phase.PAUSED, Phase.STOPPING, Phase.CANCELLED, Phase.FAILED)
"""Phases that are told by their own word; the others show themselves."""


def progress_sentence(progress: Progress) -> str:
    """Where a run stands: "1,204 of 23,410 · 38.4/s · 9 min left · CPU, bf16 · 3 skipped".

    Parts that are not known, or zero, are left out.
    """
    if progress.phase is Phase.LOADING:
        return "Loading the network"
    parts = [_done_words(progress), rate_words(progress.rate)]
    if not progress.phase.ended:
        parts.append(left_words(progress.seconds_left))
    skipped = f"{progress.skipped:,} skipped" if progress.skipped else ""
    return _SEPARATOR.join(part for part in (*parts, progress.device, skipped) if part)


def transfer_sentence(progress: TransferProgress) -> str:
    """How far a weight file is: "12.3 of 102.5 MB · 4.1 MB/s · 22 s left"; "copying · …" where it is not fetched."""
    if progress.phase is TransferPhase.DONE:
        return f"{_megabytes(progress.done)} MB"
    amount = _megabytes(progress.done) + ("" if progress.total is None else f" of {_megabytes(progress.total)}") + " MB"
    rate = f"{_megabytes(progress.rate)} MB/s" if progress.rate > 0 else ""
    left = left_words(progress.seconds_left)
    return _SEPARATOR.join(part for part in (_DOING[progress.phase], amount, rate, left) if part)


def _megabytes(count: float) -> str:
    return f"{count / 1e6:,.1f}"


def rate_words(per_second: float) -> str:
    """Pictures per second: "38.4/s", "0.27/s"; empty while not known."""
    if per_second <= 0:
        return ""
    return f"{per_second:,.1f}/s" if per_second >= 1 else f"{per_second:.2f}/s"


def left_words(seconds: float | None) -> str:
    """Time left, as exact as it deserves: "40 s left", "9 min left", "2 h 10 min left"; empty while not known."""
    return "" if seconds is None else f"{duration_words(seconds)} left"


def duration_words(seconds: float) -> str:
    """A duration: "40 s", "9 min", "2 h 10 min"."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes >= 24 * 60:
        return f"{round(minutes / 60):,} h"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _done_words(progress: Progress) -> str:
    if progress.phase.ended and progress.done == progress.found:
        return f"{progress.done:,} {'picture' if progress.done == 1 else 'pictures'}"
    more = "+" if progress.scanning else ""
    words = f"{progress.done:,} of {progress.found:,}{more}"
    return f"{words}{_SEPARATOR}{progress.phase.value}" if progress.phase in _TOLD else words


def run_title(paths: Sequence[str]) -> str:
    """What was given, in words: a folder's name, a file's name, or how many."""
    names = [shown_path(os.path.basename(os.path.normpath(path)) or path) for path in paths]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"


def percent(probability: float) -> str:
    """ "96.6 %" from 0…1.  Below a twentieth of a per cent, but not nothing: "< 0.1 %"."""
    if 0.0 < probability < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= probability < 1.0:
        return "> 99.9 %"
    return f"{probability * 100:.1f} %"
