"""The window's side of the engine's process: starts it, talks to it, starts it again when it dies.  Imports no engine.

Three threads, all joined by `close`: "engine-out" writes requests, "engine-in" reads events and watches the process.
The window calls `send` and `poll`; neither ever blocks.
"""

import contextlib
import queue
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from resnet_gui.engine.record import Phase, Progress
from resnet_gui.operations.gpu_messages import GpuPartKnown, LookForGpuPart
from resnet_gui.operations.speed_messages import MeasureSpeeds, SpeedsKnown, SpeedsStopped
from resnet_gui.service.messages import (
    AdoptWeights,
    CancelRun,
    DownloadWeights,
    EngineLost,
    Event,
    ExportDone,
    ExportTable,
    Failed,
    LoadNetwork,
    MakeThumbnails,
    NetworkLoaded,
    PauseRun,
    PictureReady,
    RemoveWeights,
    Request,
    ResumeRun,
    RunEnded,
    RunProgress,
    RunStarted,
    ShowPicture,
    Shutdown,
    StartRun,
    ThumbnailsReady,
    VerifyWeights,
    WeightsDone,
)
from resnet_gui.service.pipes import MessageWriter, read_message
from resnet_gui.service.spawn import engine_command, spawn

DEATHS_WITHOUT_PROGRESS = 4
"""After so many deaths in a row without one new row the run is given up: starting again would not end."""
_QUEUE = 1000


class EngineClient:
    """One engine process and the conversation with it.

    session: an existing folder for what is handed over as files; the caller removes it after `close`.
    process: one that `spawn` has started already; others are started with `command`.
    """

    def __init__(
        self, session: Path, command: list[str] | None = None, process: subprocess.Popen[bytes] | None = None
    ) -> None:
        self._command = command or engine_command(session)
        self._given = process
        self._requests: queue.Queue[Request | None] = queue.Queue(_QUEUE)
        self._events: queue.Queue[Event] = queue.Queue()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._writer: MessageWriter | None = None
        self._closing = threading.Event()
        self._network: LoadNetwork | None = None
        self._run: StartRun | None = None
        self._replaced: set[int] = set()
        self._done = 0
        self._refused = ""
        self._paused = False
        self._cancelled = False
        self._waiting: dict[int, Request] = {}
        self._deaths = 0
        self._in = threading.Thread(target=self._read_events, name="engine-in", daemon=True)
        self._out = threading.Thread(target=self._write_requests, name="engine-out", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether the process is running at this moment."""
        process = self._process
        return process is not None and process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process' number, for the device card and for tests."""
        process = self._process
        return None if process is None else process.pid

    def start(self) -> None:
        """Start the process; returns at once."""
        self._in.start()
        self._out.start()

    def send(self, request: Request) -> None:
        """Queue a request.  Never blocks: with 1000 requests unsent (the engine hangs) it answers them itself."""
        try:
            self._requests.put_nowait(request)
        except queue.Full:
            for answer in _refusal(request, "The engine does not answer; restart the program."):
                self._events.put(answer)

    def poll(self) -> list[Event]:
        """All events that have arrived, oldest first.  Never blocks."""
        events: list[Event] = []
        with contextlib.suppress(queue.Empty):
            while len(events) < _QUEUE:
                events.append(self._events.get_nowait())
        return events

    def close(self, timeout_s: float = 3.0) -> None:
        """Ask the process to end, then make it; join the threads.  What is done of a run is kept."""
        self._closing.set()
        self.send(Shutdown())
        if self._in.ident is not None:
            self._in.join(timeout_s)
            for force in ("terminate", "kill"):
                if self._in.is_alive() and self._process is not None:
                    getattr(self._process, force)()
                    self._in.join(1.0)
        if self._out.ident is not None:
            self._requests.put(None)
            self._out.join(timeout_s)

    # ------------------------------------------------------------ the thread "engine-out"

    def _write_requests(self) -> None:
        while (request := self._requests.get()) is not None:
            with self._lock:
                refused = self._refused
                if not refused:
                    self._remember(request)
                writer = self._writer
            if refused:
                for answer in _refusal(request, refused):
                    self._tell(answer)
            if writer is None:
                continue  # not up yet, or just died: `_start_process` sends what is remembered
            with contextlib.suppress(OSError, ValueError):  # it died: the reading thread sees it and starts it again
                writer.send(request)

    def _remember(self, request: Request) -> None:
        match request:
            case LoadNetwork(token):
                self._network = self._waiting[token] = request
                if self._run is None:
                    self._deaths = 0
            case StartRun():
                if self._run is not None:
                    self._replaced.add(self._run.run)
                self._run, self._paused, self._cancelled, self._deaths, self._done = request, False, False, 0, 0
            case PauseRun():
                self._paused = True
            case ResumeRun():
                self._paused = False
            case CancelRun(run) if self._run is not None and self._run.run == run:
                self._cancelled = True
            case ShowPicture(token) | MakeThumbnails(token) | ExportTable(token):
                self._waiting[token] = request
            case DownloadWeights(token) | AdoptWeights(token) | VerifyWeights(token) | RemoveWeights(token):
                self._waiting[token] = request
            case MeasureSpeeds(token) | LookForGpuPart(token):
                self._waiting[token] = request
            case _:
                pass

    # ------------------------------------------------------------ the thread "engine-in"

    def _read_events(self) -> None:
        while not self._closing.is_set():
            try:
                process = self._start_process()
            except OSError as error:
                self._give_up(f"The engine cannot be started: {error}. Install the program again.")
                return
            assert process.stdout is not None
            while (event := read_message(process.stdout)) is not None:
                self._note(event)
                self._tell(event)
            status = process.wait()
            if not self._closing.is_set():
                self._lost(status)
            process.stdout.close()
            with self._lock, contextlib.suppress(OSError, ValueError):
                if self._writer is not None:
                    self._writer.close()
                self._writer = None

    def _start_process(self) -> subprocess.Popen[bytes]:
        process, self._given = self._given or spawn(self._command), None
        assert process.stdin is not None
        writer = MessageWriter(process.stdin)
        with self._lock:
            self._process, self._writer = process, writer
            resend = [Shutdown()] if self._closing.is_set() else self._to_send_again()
            replaced, self._replaced = self._replaced, set()
            # Within the lock: what is asked for from now on must not get to the new process before what is older.
            with contextlib.suppress(OSError, ValueError):  # died at once: the reading loop sees its end
                for request in resend:
                    writer.send(request)
        for run in replaced:  # the new process has never heard of them
            self._tell(RunEnded(run, Progress(Phase.CANCELLED), ""))
        return process

    def _to_send_again(self) -> list[Request]:
        requests: list[Request] = [request for request in self._waiting.values() if isinstance(request, LoadNetwork)]
        if self._network is not None and self._network not in requests:
            requests.append(self._network)
        if self._run is not None:
            requests.append(self._run)
            if self._paused:
                requests.append(PauseRun(self._run.run))
            if self._cancelled:
                requests.append(CancelRun(self._run.run))
        return requests + [request for request in self._waiting.values() if not isinstance(request, LoadNetwork)]

    def _note(self, event: Event) -> None:
        with self._lock:
            match event:
                case Failed(token):
                    self._waiting.pop(token, None)
                    if self._network is not None and self._network.token == token:
                        self._network = None
                case NetworkLoaded(token) | PictureReady(token) | ThumbnailsReady(token) | ExportDone(token):
                    self._waiting.pop(token, None)
                case WeightsDone(token) | SpeedsKnown(token) | SpeedsStopped(token) | GpuPartKnown(token):
                    self._waiting.pop(token, None)
                case RunStarted(run) if self._run is not None and self._run.run == run:
                    # It has forgotten what it was to forget: after a death it goes on, and does not start afresh.
                    self._run = replace(self._run, spec=replace(self._run.spec, fresh=False))
                case RunProgress(run, progress) if self._run is not None and self._run.run == run:
                    if progress.done > self._done:
                        self._done, self._deaths = progress.done, 0
                case RunEnded(run):
                    self._replaced.discard(run)
                    if self._run is not None and self._run.run == run:
                        self._run = None
                case _:
                    pass

    def _lost(self, status: int) -> None:
        """Say so; what was being read for the screen is not asked for again, the run and the network are."""
        with self._lock:
            self._deaths += 1
            too_often = self._deaths > DEATHS_WITHOUT_PROGRESS
            given_up = [
                token for token, request in self._waiting.items() if too_often or not isinstance(request, LoadNetwork)
            ]
            for token in given_up:
                del self._waiting[token]
            if too_often:
                self._network = None
            had_run = self._run is not None
            give_up = had_run and too_often
            run, self._run = (self._run, None) if give_up else (None, self._run)
        for token in given_up:
            self._tell(Failed(token, f"The engine stopped ({_why(status)}) while it was at work on this."))
        what = f"The engine stopped unexpectedly ({_why(status)}) and was started again."
        if run is not None:
            what += " This run was given up: it stopped at the same place again and again. What is done is kept."
        elif had_run:
            what += " The run goes on where it was."
        self._tell(EngineLost(what, again=had_run and not give_up))
        if too_often:
            self._closing.wait(1.0)  # without a run to blame, do not spin

    def _give_up(self, sentence: str) -> None:
        """No process can be started: answer what waits, and from now on everything else, with this sentence."""
        with self._lock:
            self._refused = sentence
            waiting, self._waiting, self._run = self._waiting, {}, None
        for token in waiting:
            self._tell(Failed(token, sentence))
        self._tell(EngineLost(sentence, again=False))

    def _tell(self, event: Event) -> None:
        """Hand over an event; while the window takes none, wait, so that the engine waits too."""
        while self._events.qsize() >= _QUEUE and not self._closing.wait(0.02):
            pass
        self._events.put(event)


def _refusal(request: Request, sentence: str) -> list[Event]:
    """The answer to a request that no engine will answer; none where none is expected."""
    match request:
        case StartRun(run):
            return [RunEnded(run, Progress(Phase.FAILED), sentence)]
        case LoadNetwork(token) | ShowPicture(token) | MakeThumbnails(token) | ExportTable(token):
            return [Failed(token, sentence)]
        case DownloadWeights(token) | AdoptWeights(token) | VerifyWeights(token) | RemoveWeights(token):
            return [Failed(token, sentence)]
        case MeasureSpeeds(token) | LookForGpuPart(token):
            return [Failed(token, sentence)]
        case _:
            return []


def _why(status: int) -> str:
    if status < 0:
        names: Mapping[int, str] = {
            4: "illegal instruction",
            6: "abort",
            8: "arithmetic fault",
            9: "killed",
            11: "memory fault",
        }
        return names.get(-status, f"signal {-status}")
    return f"exit status {status}"
