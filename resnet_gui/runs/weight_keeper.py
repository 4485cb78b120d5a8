"""The catalogue's files in the engine's process: fetched, copied in, checked and removed, and stopped on request.

Two lanes: "downloads" fetches one file after the other, "weights" does what is quick beside them.
"""

import threading
from collections.abc import Callable
from pathlib import Path

from resnet_gui.errors import StoppedError, UsageError
from resnet_gui.runs.lanes import Lane
from resnet_gui.runs.protocol import (
    AdoptWeights,
    DownloadWeights,
    Event,
    Outcome,
    RemoveWeights,
    StopWeights,
    VerifyWeights,
    WeightsDone,
    WeightsProgress,
    WeightsRequest,
)
from resnet_gui.weights.published.catalogue import Entry, find
from resnet_gui.weights.published.download import download
from resnet_gui.weights.published.installed import Verdict, adopt, remove, verify
from resnet_gui.weights.published.transfer import TransferProgress

_KEEP = 1000
"""So many may wait: none is ever dropped, a person cannot ask for more."""
_OUTCOMES = {Verdict.OK: Outcome.WHOLE, Verdict.DAMAGED: Outcome.DAMAGED, Verdict.UNKNOWN: Outcome.UNKNOWN}


class WeightKeeper:
    """tell: says an event to the window; guarded(token, work): does work, and tells its failure as Failed."""

    def __init__(self, tell: Callable[[Event], None], guarded: Callable[[int, Callable[[], None]], None]) -> None:
        self._tell, self._guarded = tell, guarded
        self._stops: dict[int, threading.Event] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._downloads = Lane("downloads", keep=_KEEP)
        self._others = Lane("weights", keep=_KEEP)

    def take(self, request: WeightsRequest) -> None:
        """Queue a request, or stop one; never blocks."""
        if isinstance(request, StopWeights):
            with self._lock:
                if request.token in self._stops:
                    self._stops[request.token].set()
            return
        with self._lock:
            self._stops[request.token] = threading.Event()
        lane = self._downloads if isinstance(request, DownloadWeights) else self._others
        lane.add(lambda: self._guarded(request.token, lambda: self._answer(request)))

    def close(self) -> None:
        """Stop what is under way; what has come of a download is kept."""
        self._closing.set()
        for lane in (self._downloads, self._others):
            lane.close()

    def _answer(self, request: DownloadWeights | AdoptWeights | VerifyWeights | RemoveWeights) -> None:
        """Do it and tell what came of it.  Raises KnownError."""
        try:
            done = self._do(request)
        except StoppedError as error:
            name = request.name
            done = WeightsDone(request.token, name, Outcome.STOPPED, str(error))
        finally:
            with self._lock:
                del self._stops[request.token]
        self._tell(done)

    def _do(self, request: DownloadWeights | AdoptWeights | VerifyWeights | RemoveWeights) -> WeightsDone:
        token = request.token
        with self._lock:
            stop = self._stops[token]

        def stopped() -> bool:
            return stop.is_set() or self._closing.is_set()

        def report(progress: TransferProgress) -> None:
            self._tell(WeightsProgress(token, progress))

        match request:
            case DownloadWeights(_, name):
                download(_entry(name), report=report, stop=stopped)
                return WeightsDone(token, name, Outcome.DOWNLOADED)
            case AdoptWeights(_, path, name):
                found = adopt(Path(path), _entry(name) if name else None, report=report, stop=stopped)
                return WeightsDone(token, found.name, Outcome.ADOPTED)
            case VerifyWeights(_, name):
                verdict, sentence = verify(_entry(name), report=report, stop=stopped)
                return WeightsDone(token, name, _OUTCOMES[verdict], sentence)
            case RemoveWeights(_, name):
                remove(_entry(name))
                return WeightsDone(token, name, Outcome.REMOVED)


def _entry(name: str) -> Entry:
    entry = find(name)
    if entry is None:
        raise UsageError(f"The catalogue has no weights '{name}'.")
    return entry
