"""Speeds in the engine's process: measured on request, kept in the cache folder, told whenever a network is loaded.

One lane, "speeds".  A measurement needs the machine to itself: it is given up when a run begins or another network is
loaded, and refused while a run is going on.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from resnet_gui.engine.queues import Cancelled, Control
from resnet_gui.errors import UsageError
from resnet_gui.operations.speed_messages import MeasureSpeeds, SpeedProgress, SpeedsKnown, SpeedsStopped, StopSpeeds
from resnet_gui.runs.network_cache import NetworkCache
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.runs.speed import MOST_PICTURES, Stage, measure_speeds, ranges_check, speeds_path
from resnet_gui.runs.speed_figures import Speeds, keep_speeds, read_speeds
from resnet_gui.runs.speed_pictures import pictures_of, sample_pictures
from resnet_gui.service.messages import Event
from resnet_gui.service.worker import Worker

_log = logging.getLogger(__name__)

RUN_BEGAN = "The measurement ended because a run began."
NETWORK_CHANGED = "The measurement ended because another network, speed or device was chosen."
RUN_GOES_ON = "A run is going on; measure the speeds when it has ended."
_REPORT_S = 0.1


class SpeedLane:
    """tell: says an event to the window; guarded(token, work): does work, and tells its failure as Failed;
    running: whether a run is going on."""

    def __init__(
        self,
        tell: Callable[[Event], None],
        guarded: Callable[[int, Callable[[], None]], None],
        networks: NetworkCache,
        running: Callable[[], bool],
    ) -> None:
        self._tell, self._guarded, self._networks, self._running = tell, guarded, networks, running
        self._lock = threading.Lock()
        self._controls: dict[int, Control] = {}
        self._reasons: dict[int, str] = {}
        self._lane = Worker("speeds", keep=8)

    def take(self, request: MeasureSpeeds | StopSpeeds) -> None:
        """Queue a measurement, or stop one; never blocks."""
        if isinstance(request, StopSpeeds):
            self._stop(request.token, "")
            return
        token = request.token
        with self._lock:
            self._controls[token] = Control()
        self._lane.add(
            lambda: self._guarded(token, lambda: self._measure(request)),
            dropped=lambda: self._tell(SpeedsStopped(token, "")),
        )

    def give_up(self, sentence: str) -> None:
        """Stop whatever is being measured; never blocks."""
        with self._lock:
            tokens = tuple(self._controls)
        for token in tokens:
            self._stop(token, sentence)

    def close(self) -> None:
        """Stop, and wait for the end."""
        self.give_up("")
        self._lane.close()

    def tell_known(self, choice: NetworkChoice, device: str) -> None:
        """Tell what is known of this network without measuring anything.  Raises KnownError, as loading it would."""
        weights, where = self._networks.look(choice, device)
        speeds = read_speeds(speeds_path(weights, where))
        self._tell(SpeedsKnown(0, choice, device, speeds, ranges_check(weights, where)))

    # ------------------------------------------------------------ the lane

    def _measure(self, request: MeasureSpeeds) -> None:
        token = request.token
        try:
            with self._lock:
                control = self._controls[token]
            event: Event = self._measured(request, control)
        except Cancelled:
            with self._lock:
                event = SpeedsStopped(token, self._reasons.get(token, ""))
        finally:
            with self._lock:
                del self._controls[token]
                self._reasons.pop(token, None)
        self._tell(event)

    def _measured(self, request: MeasureSpeeds, control: Control) -> SpeedsKnown:
        control.check()
        if self._running():
            raise UsageError(RUN_GOES_ON)
        weights, device = self._networks.look(request.choice, request.device)
        own = pictures_of(request.store, MOST_PICTURES) if request.store else ()
        speeds = measure_speeds(
            weights,
            device,
            own or sample_pictures(),
            samples=not own,
            control=control,
            report=self._reporter(request.token),
        )
        _keep(speeds, speeds_path(weights, device))
        return SpeedsKnown(request.token, request.choice, request.device, speeds, ranges_check(weights, device))

    def _reporter(self, token: int) -> Callable[[Stage], None]:
        told: tuple[object, float] = (None, 0.0)

        def report(stage: Stage) -> None:
            nonlocal told
            what, now = (stage.word, stage.number, stage.calibrating), time.monotonic()
            if what != told[0] or now - told[1] >= _REPORT_S:
                told = what, now
                self._tell(
                    SpeedProgress(token, stage.word, stage.number, stage.rounds, stage.calibrating, stage.fraction)
                )

        return report

    def _stop(self, token: int, sentence: str) -> None:
        with self._lock:
            control = self._controls.get(token)
            if control is not None:
                self._reasons.setdefault(token, sentence)
        if control is not None:
            control.cancel()


def _keep(speeds: Speeds, path: Path) -> None:
    try:
        keep_speeds(speeds, path)
    except OSError as error:  # they are shown all the same, and measured again another day
        _log.warning("the speeds could not be kept: %s", error)
