"""An engine without a process, for tests of the window: answers at once, and writes a real run's database."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Job, Phase, Prediction, Progress, Record, Score
from resnet_gui.images.find import ScanCounts, find
from resnet_gui.images.status import Status
from resnet_gui.network.variants import published
from resnet_gui.operations.export import ExportTable
from resnet_gui.operations.network import FindDevice, LoadNetwork
from resnet_gui.operations.operation import Operation
from resnet_gui.operations.pictures import MakeThumbnails, PictureReady, ShowPicture, Thumbnail, ThumbnailsReady
from resnet_gui.operations.run_pictures import RunEnded, RunPictures, RunProgress, RunStarted
from resnet_gui.operations.speeds import MeasureSpeeds, SpeedProgress, SpeedsKnown
from resnet_gui.results.export import export_table
from resnet_gui.results.schema import RunHeader
from resnet_gui.results.store import open_store
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.runs.speed_figures import Speeds, WordSpeed
from resnet_gui.service.messages import Answered, Ask, Cancel, Event, Failed, Message, Pause, Ready, Resume, Told, Why

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


def facts_of(choice: NetworkChoice, depth: int = 50) -> NetworkInfo:
    """What it says of any network."""
    return NetworkInfo(
        choice=choice,
        title=f"ResNet-{depth} · test",
        name=f"ResNet-{depth}",
        depth=depth,
        form="v1.5, as torchvision",
        classes=20,
        parameters=25_000_000,
        preprocessing="torch",
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

    sent: every message, in order.  refuse: what is said of an Ask in place of doing it.
    """

    def __init__(self, session: Path, hold: bool = False) -> None:
        self.session, self.hold = session, hold
        self.sent: list[Message] = []
        self.depths: dict[str, int] = {}
        self.refuse: Callable[[Ask], Event | None] = lambda ask: None
        self.assumed: tuple[str, ...] = ()
        self.closed = False
        self._events: list[Event] = [Ready()]
        self._held: tuple[int, RunPictures, str] | None = None

    def send(self, message: Message) -> None:
        """Answer at the next poll."""
        self.sent.append(message)
        match message:
            case Ask(token, operation):
                refused = self.refuse(message)
                if refused is not None:
                    self._events.append(refused)
                else:
                    self._do(token, operation)
            case Cancel(token) if self._held is not None and self._held[0] == token:
                self._answer(token, RunEnded(Progress(Phase.CANCELLED, 3, False, 1)))
            case Cancel(token) if token in self.tokens(MeasureSpeeds):
                self._events.append(Failed(token, "", Why.CANCELLED))
            case Pause(token) | Resume(token):
                phase = Phase.PAUSED if isinstance(message, Pause) else Phase.RUNNING
                self._tell(token, RunProgress(Progress(phase, 3, False, 1), 0))
            case _:
                pass

    def _do(self, token: int, operation: Operation) -> None:
        match operation:
            case FindDevice():
                self._answer(token, "CPU, because this is a test")
            case LoadNetwork(choice):
                depth = self.depths.get(choice.network, 50)
                self._answer(token, replace(facts_of(choice, depth), assumed=self.assumed))
            case RunPictures():
                self._start(token, operation)
            case ShowPicture(path):
                self._answer(token, self._picture(token, path))
            case MakeThumbnails(items):
                self._answer(token, self._thumbnails(token, items))
            case MeasureSpeeds(choice, device):
                self._tell(token, SpeedProgress(Precision.FAST, 2, 3, calibrating=False, fraction=0.5))
                if not self.hold:
                    self._answer(token, SpeedsKnown(choice, device, SPEEDS, None))
            case ExportTable(store, target, kind, options):
                self._answer(token, export_table(Path(store), Path(target), kind, options))
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

    def of(self, kind: type) -> list[Any]:
        """The operations, or messages, of a kind."""
        said = [one.operation if isinstance(one, Ask) else one for one in self.sent]
        return [one for one in said if isinstance(one, kind)]

    def tokens(self, kind: type) -> list[int]:
        """Of the operations of a kind."""
        return [one.token for one in self.sent if isinstance(one, Ask) and isinstance(one.operation, kind)]

    def finish(self, only: int | None = None) -> None:
        """Do what was held: all pictures, or the first few (and go on holding)."""
        assert self._held is not None
        token, operation, store = self._held
        self._work(token, operation.spec, Path(store), only)
        if only is None:
            self._held = None

    def _tell(self, token: int, update: object) -> None:
        self._events.append(Told(token, update))

    def _answer(self, token: int, answer: object) -> None:
        self._events.append(Answered(token, answer))

    def _start(self, token: int, operation: RunPictures) -> None:
        store = str(self.session / f"run-{token}.sqlite")
        self._held = token, operation, store
        self._scan(operation.spec, Path(store))
        self._tell(token, RunStarted(store, facts_of(operation.spec.choice)))
        if not self.hold:
            self.finish()

    def _scan(self, spec: RunSpec, path: Path) -> None:
        with closing(open_store(path, RunHeader("test", {"crops": spec.crops}, CLASSES))) as store:
            store.begin_scan()
            store.add_files(list(find(spec.paths, counts=ScanCounts())))
            store.end_scan()

    def _work(self, token: int, spec: RunSpec, path: Path, only: int | None) -> None:
        with closing(open_store(path, RunHeader("test", {"crops": spec.crops}, CLASSES))) as store:
            store.begin_scan()
            store.add_files(list(find(spec.paths, counts=ScanCounts())))
            store.end_scan()
            for job in store.pending(0, only or 100_000):
                store.put(_record(job, spec.crops))
            store.flush()
            counts = store.counts()
            phase = Phase.RUNNING if only is not None else Phase.DONE
            progress = Progress(phase, counts.found, False, counts.done, counts.skipped, 0, 12.5, 1.0, "CPU, fp32")
            if only is None:
                store.finish(phase.value, "2026-01-01T00:00:00+00:00")
        self._tell(token, RunProgress(replace(progress, phase=Phase.RUNNING), counts.done or -1))
        if only is None:
            self._answer(token, RunEnded(progress, str(path)))

    def _picture(self, token: int, path: str) -> PictureReady:
        file = self.session / f"picture-{token}.rgb"
        file.write_bytes(bytes((90, 120, 60)) * (FULL[0] * FULL[1]))
        return PictureReady(path, str(file), *FULL, *FULL)

    def _thumbnails(self, token: int, items: Sequence[tuple[int, str]]) -> ThumbnailsReady:
        file = self.session / f"thumbnails-{token}.rgb"
        file.write_bytes(bytes((200, 40, 90)) * (33 * 25) * len(items))
        made = tuple(Thumbnail(number, place * 33 * 25 * 3, 33, 25) for place, (number, _) in enumerate(items))
        return ThumbnailsReady(str(file), made)


def _record(job: Job, crops: int) -> Record:
    if "broken" in job.path:
        return Record(job, Status.CORRUPT, "the file holds no picture", ms=1.0)
    return Record(job, Status.OK, "", *FULL, 12.0, prediction(job.id, crops))
