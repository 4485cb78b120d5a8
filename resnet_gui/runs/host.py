"""The engine: everything that can be slow or can crash, behind the protocol.  `engine_process` runs it.  No Qt here.

Lanes, each a thread with a promise: the main thread reads requests and never waits for work; "runs" works on one run
at a time; "report" tells of its progress; "picture" serves what the person is looking at, newest first; "thumbnails"
serves lists, newest first; "export" writes tables; "network" loads ahead; `weight_keeper` has two more for weight
files, `speed_lane` one that measures.  The end of standard input means that the window has gone: the run is cancelled,
its rows are safe, the process ends.
"""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Phase, Progress
from resnet_gui.errors import KnownError
from resnet_gui.folders import folders
from resnet_gui.option import values_for
from resnet_gui.results.export import export_table
from resnet_gui.results.formats import TableOptions
from resnet_gui.runs.facts import network_facts, versions
from resnet_gui.runs.folder_run import FolderRun
from resnet_gui.runs.gpu_messages import LookForGpuPart
from resnet_gui.runs.gpu_part import look_for_gpu_part
from resnet_gui.runs.lanes import Lane
from resnet_gui.runs.networks import NetworkShelf
from resnet_gui.runs.pictures import show_picture, thumbnails
from resnet_gui.runs.pipes import MessageWriter
from resnet_gui.runs.protocol import (
    SUPERSEDED,
    AdoptWeights,
    CancelRun,
    DownloadWeights,
    EngineReady,
    Event,
    ExportDone,
    ExportTable,
    Failed,
    LoadNetwork,
    MakeThumbnails,
    NetworkLoaded,
    PauseRun,
    RemoveWeights,
    Request,
    ResumeRun,
    RunEnded,
    RunProgress,
    RunStarted,
    ShowPicture,
    Shutdown,
    StartRun,
    StopWeights,
    VerifyWeights,
)
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.runs.speed_lane import NETWORK_CHANGED, RUN_BEGAN, SpeedLane
from resnet_gui.runs.speed_messages import MeasureSpeeds, StopSpeeds
from resnet_gui.runs.weight_keeper import WeightKeeper

_log = logging.getLogger(__name__)
_REPORT_S = 0.1
"""Between two reports of a run at first, when a person is waiting for its first answers."""
_LATER_REPORT_S = 0.25
"""Between two reports afterwards: each is some milliseconds of the window's painting, which the run is to have."""
_FIRST_REPORTS = 20


class Host:
    """The lanes and what they share.  shelf: where a network may be loading already; `close` closes it."""

    def __init__(self, session: Path, writer: MessageWriter, shelf: NetworkShelf | None = None) -> None:
        self._session = session
        self._writer = writer
        self._shelf = shelf or NetworkShelf()
        self._files = 0
        self._lock = threading.Lock()
        self._run: tuple[int, FolderRun] | None = None
        self._wanted: int | None = None
        self._early: dict[int, list[str]] = {}
        self._closing = threading.Event()
        self._runs = Lane("runs", keep=1)
        self._picture = Lane("picture", keep=1)
        self._thumbnails = Lane("thumbnails", keep=8)
        self._exports = Lane("export", keep=100)
        self._networks = Lane("network", keep=1)
        self._weights = WeightKeeper(self._tell, self._guarded)
        self._speeds = SpeedLane(self._tell, self._guarded, self._shelf, lambda: self._run is not None)

    def serve(self, requests: Callable[[], Request | None]) -> bool:
        """Take requests until there are no more; whether the window said Shutdown, and has not just gone."""
        # Not in a lane: looking for devices may take a while, and what waits in a lane may be dropped.
        threading.Thread(target=self._say_ready, name="ready", daemon=True).start()
        while True:
            request = requests()
            if request is None or isinstance(request, Shutdown):
                return request is not None
            self._take(request)

    def close(self) -> None:
        """Cancel the run and the table being written, end all lanes, give the networks back."""
        self._closing.set()
        with self._lock:
            if self._run is not None:
                self._run[1].cancel()
        self._weights.close()
        self._speeds.close()
        for lane in (self._runs, self._picture, self._thumbnails, self._exports, self._networks):
            lane.close()
        self._shelf.close()

    # ------------------------------------------------------------ the main thread

    def _take(self, request: Request) -> None:
        match request:
            case StartRun():
                self._start(request)
            case PauseRun(run) | ResumeRun(run) | CancelRun(run):
                self._steer(run, {PauseRun: "pause", ResumeRun: "resume", CancelRun: "cancel"}[type(request)])
            case ShowPicture(token):
                self._picture.add(lambda: self._show(request), dropped=self._superseded(token))
            case MakeThumbnails(token):
                self._thumbnails.add(lambda: self._make_thumbnails(request), dropped=self._superseded(token))
            case ExportTable():
                work = lambda: self._guarded(request.token, lambda: self._export(request))  # noqa: E731
                self._exports.add(work, dropped=self._superseded(request.token))
            case LoadNetwork(token):
                self._speeds.give_up(NETWORK_CHANGED)
                work = lambda: self._guarded(token, lambda: self._load(request))  # noqa: E731
                self._networks.add(work, dropped=self._superseded(token))
            case DownloadWeights() | AdoptWeights() | VerifyWeights() | RemoveWeights() | StopWeights():
                self._weights.take(request)
            case MeasureSpeeds() | StopSpeeds():
                self._speeds.take(request)
            case LookForGpuPart(token):  # a driver may take its time to answer
                look = lambda: self._guarded(token, lambda: self._tell(look_for_gpu_part(token)))  # noqa: E731
                threading.Thread(target=look, name="gpu", daemon=True).start()
            case _:
                _log.error("unknown request %r", request)

    def _start(self, request: StartRun) -> None:
        self._speeds.give_up(RUN_BEGAN)
        with self._lock:
            self._wanted = request.run
            self._early = {request.run: []}
            if self._run is not None:
                self._run[1].cancel()
        self._runs.add(lambda: self._work_on(request), dropped=lambda: self._tell(_not_begun(request.run)))

    def _steer(self, run: int, act: str) -> None:
        """Pause, resume or cancel; what comes before the run has begun is kept for it."""
        with self._lock:
            if self._run is not None and self._run[0] == run:
                getattr(self._run[1], act)()
            elif run in self._early:
                self._early[run].append(act)

    def _superseded(self, token: int) -> Callable[[], None]:
        return lambda: self._tell(Failed(token, SUPERSEDED))

    # ------------------------------------------------------------ the lane "runs"

    def _work_on(self, request: StartRun) -> None:
        """Whatever happens, the run's end is told: the window waits for it."""
        try:
            ended = self._run_to_its_end(request)
        except Exception as error:  # noqa: BLE001 - a bug of ours: logged, and told as one
            _log.exception("a run could not be begun")
            ended = RunEnded(request.run, Progress(Phase.FAILED), _fault(error))
        self._tell(ended)
        if request.spec.precision is Precision.TURBO and ended.progress.phase is Phase.DONE:
            self._tell_speeds(request.spec.choice, request.spec.device)  # int8 may have been shown its ranges just now

    def _run_to_its_end(self, request: StartRun) -> RunEnded:
        run = FolderRun(request.spec, folders(), self._session, self._shelf)
        with self._lock:
            if self._wanted != request.run:
                return _not_begun(request.run)
            self._run = (request.run, run)
            for act in self._early.pop(request.run, ()):
                getattr(run, act)()
        self._speeds.give_up(RUN_BEGAN)  # once more: a measurement may have been asked for since
        run.start()
        try:
            self._report(request.run, run)
        finally:
            with self._lock:
                self._run = None
            run.close()
        return RunEnded(request.run, run.progress(), "" if run.failure is None else str(run.failure))

    def _report(self, number: int, run: FolderRun) -> None:
        while not run.wait_opened(_REPORT_S):
            self._tell(RunProgress(number, run.progress(), changed=False))
        if run.store_path is not None and run.facts is not None:
            self._tell(RunStarted(number, str(run.store_path), run.facts))
        version, ended, reports = 0, False, 0
        while not ended:
            ended = run.wait(_REPORT_S if reports < _FIRST_REPORTS else _LATER_REPORT_S)
            reports += 1
            newest = run.version
            self._tell(RunProgress(number, run.progress(), newest != version))
            version = newest

    # ------------------------------------------------------------ the other lanes

    def _say_ready(self) -> None:
        try:
            sentence = self._shelf.device("auto").sentence
        except KnownError as error:
            sentence = str(error)
        self._tell(EngineReady(sentence))
        versions()  # read before the first run's report needs them

    def _load(self, request: LoadNetwork) -> None:
        loaded = self._shelf.borrow(request.choice, request.precision, request.device)
        try:
            self._tell(NetworkLoaded(request.token, network_facts(request.choice, loaded)))
            self._tell_speeds(request.choice, request.device)
        finally:
            self._shelf.give_back(loaded)

    def _tell_speeds(self, choice: NetworkChoice, device: str) -> None:
        """What is known already; a network that can no longer be read has none."""
        try:
            self._speeds.tell_known(choice, device)
        except KnownError as error:
            _log.warning("the speeds of %s cannot be told: %s", choice.network, error)

    def _show(self, request: ShowPicture) -> None:
        self._guarded(request.token, lambda: self._tell(show_picture(request, self._new_file("picture"))))

    def _make_thumbnails(self, request: MakeThumbnails) -> None:
        self._guarded(request.token, lambda: self._tell(thumbnails(request, self._new_file("thumbnails"))))

    def _export(self, request: ExportTable) -> None:
        rows = export_table(
            Path(request.store),
            Path(request.target),
            request.kind,
            TableOptions(**values_for(TableOptions, request)),
            cancelled=self._closing.is_set,
        )
        self._tell(ExportDone(request.token, request.target, rows))

    def _guarded(self, token: int, work: Callable[[], None]) -> None:
        try:
            work()
        except KnownError as error:
            self._tell(Failed(token, str(error)))
        except Exception as error:  # noqa: BLE001 - a bug of ours: logged, and told as one
            _log.exception("a request failed")
            self._tell(Failed(token, _fault(error)))

    def _new_file(self, kind: str) -> Path:
        with self._lock:
            self._files += 1
            return self._session / f"{kind}-{os.getpid()}-{self._files}.rgb"

    def _tell(self, event: Event) -> None:
        try:
            self._writer.send(event)
        except (OSError, ValueError):
            _log.info("the window has gone; %s was not told", type(event).__name__)


def _not_begun(run: int) -> RunEnded:
    """The end of a run that a newer one has overtaken before it began."""
    return RunEnded(run, Progress(Phase.CANCELLED), "")


def _fault(error: Exception) -> str:
    return f"A fault in the program: {type(error).__name__}: {error}. The log has the details."
