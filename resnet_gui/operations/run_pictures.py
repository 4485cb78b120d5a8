"""A run: pictures and folders classified, row by row into the run's database."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from resnet_gui.engine.queues import Control
from resnet_gui.engine.record import Progress
from resnet_gui.operations.operation import Again, Operation, Rules, Services
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.spec import RunSpec

WORKER = "runs"
_REPORT_S = 0.1
"""Between two reports of a run at first, when a person is waiting for its first answers."""
_LATER_REPORT_S = 0.25
"""Between two reports afterwards: each is some milliseconds of the window's painting, which the run is to have."""
_FIRST_REPORTS = 20


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run's database exists and can be read; the network is loaded.

    store: path of the database.  facts: of the network.
    """

    store: str
    facts: NetworkInfo


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Where the run stands, at most ten times a second.

    version: another number whenever there are new rows in the database.
    """

    progress: Progress
    version: int


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The run's end: progress.phase is done or cancelled.

    store: path of the database, empty where it was cancelled before it had one.
    denied: folders that could not be read.
    """

    progress: Progress
    store: str = ""
    denied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunPictures(Operation[RunEnded, RunStarted | RunProgress]):
    """Begin a run, or go on with it where its database already has rows.  A newer one replaces an older one."""

    spec: RunSpec

    rules = Rules(
        WORKER,
        waiting=1,
        replaces=True,
        again=Again(
            goes_on="The run goes on where it was.",
            given_up="This run was given up: it stopped at the same place again and again. What is done is kept.",
        ),
    )

    def run(self, services: Services, tell: Callable[[RunStarted | RunProgress], None], control: Control) -> RunEnded:
        """As `Operation.run`; a run that is cancelled on its way has an answer all the same."""
        from resnet_gui.runs.facts import versions
        from resnet_gui.runs.folder_run import FolderRun

        run = FolderRun(self.spec, services.folders, services.session, services.networks, control)
        run.start()
        try:
            versions()  # read now, while the network loads; the run's report has them
            while not run.wait_opened(_REPORT_S):
                tell(RunProgress(run.progress(), 0))
            if run.store_path is not None and run.facts is not None:
                tell(RunStarted(str(run.store_path), run.facts))
            ended, reports = False, 0
            while not ended:
                ended = run.wait(_REPORT_S if reports < _FIRST_REPORTS else _LATER_REPORT_S)
                reports += 1
                version = run.version  # before the figures, which may be newer then, never older
                tell(RunProgress(run.progress(), version))
        finally:
            run.close()
        if run.failure is not None:
            raise run.failure
        store = "" if run.store_path is None else str(run.store_path)
        return RunEnded(run.progress(), store, tuple(run.counts.denied))

    def begin_early(self, services: Services) -> Callable[[], None]:
        """As `Operation.begin_early`."""
        spec = self.spec
        services.networks.load_ahead(spec.choice, spec.precision, spec.device, spec.threads, spec.batch)
        return services.networks.wait_for_files

    def after(self, update: RunStarted | RunProgress) -> Self:
        """Once its database is open it has forgotten what it was to forget: after that it goes on."""
        return replace(self, spec=replace(self.spec, fresh=False)) if isinstance(update, RunStarted) else self

    def done_by(self, update: RunStarted | RunProgress) -> int:
        """Rows that are safe on disk."""
        return update.progress.done if isinstance(update, RunProgress) else 0
