"""An engine without a process, for tests of the window: answers at once, and writes a real run's database."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Job, Phase, Prediction, Progress, Record, Score
from resnet_gui.images.find import ScanCounts, find
from resnet_gui.images.status import Status
from resnet_gui.network.variants import published
from resnet_gui.results.export import export_table
from resnet_gui.results.formats import TableOptions
from resnet_gui.results.schema import RunHeader
from resnet_gui.results.store import open_store
from resnet_gui.runs.network_facts import NetworkFacts
from resnet_gui.runs.protocol import (
    CancelRun,
    EngineReady,
    Event,
    ExportDone,
    ExportTable,
    LoadNetwork,
    MakeThumbnails,
    NetworkLoaded,
    PauseRun,
    PictureReady,
    Request,
    ResumeRun,
    RunEnded,
    RunProgress,
    RunStarted,
    ShowPicture,
    StartRun,
    Thumbnail,
    ThumbnailsReady,
)
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.runs.speed_figures import Speeds, WordSpeed
from resnet_gui.runs.speed_messages import MeasureSpeeds, SpeedProgress, SpeedsKnown, SpeedsStopped, StopSpeeds

CLASSES = tuple((index, f"n{index:08d}", f"thing {index}") for index in range(20))
SPEEDS = Speeds(
    (
        WordSpeed(Precision.EXACT, "fp32", 38.25, 104, 104),
        WordSpeed(Precision.FAST, "bf16", 71.5, 104, 103),
        WordSpeed(Precision.TURBO, "int8", 1120.0, 104, 102),
    ),
    pictures=104,
    samples=False,
    measured="2025-11-21T12:00:00+00:00",
)
"""What it measures."""
FULL = (330, 250)
"""Width and height of every picture it hands over."""


def facts_of(choice: NetworkChoice, depth: int = 50) -> NetworkFacts:
    """What it says of any network."""
    return NetworkFacts(
        choice=choice,
        title=f"ResNet-{depth} · test",
        name=f"ResNet-{depth}",
        depth=depth,
        form="v1.5, as torchvision",
        classes=20,
        parameters=25_000_000,
        recipe="torch",
        resize=256,
        crop=224,
        device="CPU, because this is a test",
        backend="none",
        precision="fp32",
        assumed=(),
        network=published(depth, classes=20),
    )


def prediction(number: int, crops: int) -> Prediction:
    """Another one for each picture: winner `number % 7`; of ten crops, one disagrees."""
    winner = number % 7
    top = (Score(winner, 0.9), Score(winner + 1, 0.06), Score(winner + 2, 0.02))
    other = (Score(winner + 1, 0.6), Score(winner, 0.3))
    votes = tuple(other if crop == 3 else top for crop in range(crops))
    return Prediction(top, votes if crops > 1 else (top,))


class FakeEngine:
    """depths, assumed: what LoadNetwork of a file answers; hold: runs stand still until `finish`.

    sent: every request, in order.
    """

    def __init__(self, session: Path, hold: bool = False) -> None:
        self.session, self.hold = session, hold
        self.sent: list[Request] = []
        self.depths: dict[str, int] = {}
        self.refuse: Callable[[Request], Event | None] = lambda request: None
        self.assumed: tuple[str, ...] = ()
        self.closed = False
        self._events: list[Event] = [EngineReady("CPU, because this is a test")]
        self._held: tuple[StartRun, str] | None = None

    def send(self, request: Request) -> None:
        """Answer at the next poll."""
        self.sent.append(request)
        refused = self.refuse(request)
        if refused is not None:
            self._events.append(refused)
            return
        match request:
            case LoadNetwork(token, choice):
                depth = self.depths.get(choice.network, 50)
                self._events.append(NetworkLoaded(token, replace(facts_of(choice, depth), assumed=self.assumed)))
            case StartRun():
                self._start(request)
            case CancelRun(run) if self._held is not None and self._held[0].run == run:
                self._events.append(RunEnded(run, Progress(Phase.CANCELLED, 3, False, 1), ""))
            case PauseRun(run) | ResumeRun(run):
                phase = Phase.PAUSED if isinstance(request, PauseRun) else Phase.RUNNING
                self._events.append(RunProgress(run, Progress(phase, 3, False, 1), False))
            case ShowPicture(token, path):
                self._events.append(self._picture(token, path))
            case MakeThumbnails(token, items):
                self._events.append(self._thumbnails(token, items))
            case MeasureSpeeds(token, choice, device):
                self._events.append(SpeedProgress(token, Precision.FAST, 2, 3, calibrating=False, fraction=0.5))
                if not self.hold:
                    self._events.append(SpeedsKnown(token, choice, device, SPEEDS, None))
            case StopSpeeds(token):
                self._events.append(SpeedsStopped(token, ""))
            case ExportTable():
                rows = export_table(
                    Path(request.store), Path(request.target), request.kind, TableOptions(top=request.top)
                )
                self._events.append(ExportDone(request.token, request.target, rows))
            case _:
                pass

    def poll(self) -> list[Event]:
        """What has been answered."""
        events, self._events = self._events, []
        return events

    def tell(self, event: Event) -> None:
        """Say something unasked."""
        self._events.append(event)

    def close(self, timeout_s: float = 3.0) -> None:
        """Note it."""
        self.closed = True

    def of(self, kind: type) -> list[Request]:
        """The requests of a kind."""
        return [request for request in self.sent if isinstance(request, kind)]

    def finish(self, only: int | None = None) -> None:
        """Do what was held: all pictures, or the first few (and go on holding)."""
        assert self._held is not None
        request, _ = self._held
        self._work(request, only)
        if only is None:
            self._held = None

    def _start(self, request: StartRun) -> None:
        store = str(self.session / f"run-{request.run}.sqlite")
        self._held = request, store
        self._scan(request.spec, Path(store))
        self._events.append(RunStarted(request.run, store, facts_of(request.spec.choice)))
        if not self.hold:
            self.finish()

    def _scan(self, spec: RunSpec, path: Path) -> None:
        with closing(open_store(path, RunHeader("test", {"crops": spec.crops}, CLASSES))) as store:
            store.begin_scan()
            store.add_files(list(find(spec.paths, counts=ScanCounts())))
            store.end_scan()

    def _work(self, request: StartRun, only: int | None) -> None:
        assert self._held is not None
        header = RunHeader("test", {"crops": request.spec.crops}, CLASSES)
        with closing(open_store(Path(self._held[1]), header)) as store:
            store.begin_scan()
            store.add_files(list(find(request.spec.paths, counts=ScanCounts())))
            store.end_scan()
            for job in store.pending(0, only or 100_000):
                store.put(_record(job, request.spec.crops))
            store.flush()
            counts = store.counts()
            phase = Phase.RUNNING if only is not None else Phase.DONE
            progress = Progress(phase, counts.found, False, counts.done, counts.skipped, 0, 12.5, 1.0, "CPU, fp32")
            if only is None:
                store.finish(phase.value, "2026-01-01T00:00:00+00:00")
        self._events.append(RunProgress(request.run, replace(progress, phase=Phase.RUNNING), True))
        if only is None:
            self._events.append(RunEnded(request.run, progress, ""))

    def _picture(self, token: int, path: str) -> PictureReady:
        file = self.session / f"picture-{token}.rgb"
        file.write_bytes(bytes((90, 120, 60)) * (FULL[0] * FULL[1]))
        return PictureReady(token, path, str(file), *FULL, *FULL)

    def _thumbnails(self, token: int, items: Sequence[tuple[int, str]]) -> ThumbnailsReady:
        file = self.session / f"thumbnails-{token}.rgb"
        file.write_bytes(bytes((200, 40, 90)) * (33 * 25) * len(items))
        made = tuple(Thumbnail(number, place * 33 * 25 * 3, 33, 25) for place, (number, _) in enumerate(items))
        return ThumbnailsReady(token, str(file), made)


def _record(job: Job, crops: int) -> Record:
    if "broken" in job.path:
        return Record(job, Status.CORRUPT, "the file holds no picture", ms=1.0)
    return Record(job, Status.OK, "", *FULL, 12.0, prediction(job.id, crops))
