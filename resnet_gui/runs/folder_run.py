"""One run, from paths to rows that are safe on disk: joins the finder, the pipeline and the store.

The network is read first, since the run's identity and the crops hang on it; while it is compiled, folders are walked
and pictures decoded already (in a run that goes on where an earlier one ended: folders are walked).

The window's engine process and the command line both use this class; a single picture is a run of one.

Threads: "run" (reads the network, feeds the pipeline, ends the run) and "find" (walks the folders).  The pipeline and
the store have their own; all are joined before the run counts as ended.
"""

import contextlib
import functools
import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from resnet_gui.engine.backend import Backend
from resnet_gui.engine.pipeline import classify_alone, run_pipeline
from resnet_gui.engine.queues import Cancelled, Control
from resnet_gui.engine.record import Job, Phase, Progress
from resnet_gui.errors import EngineError, KnownError, StoreError
from resnet_gui.folders import Folders, make_private_folder
from resnet_gui.images.find import FoundFile, ScanCounts, find
from resnet_gui.results.in_flight import InFlight
from resnet_gui.results.schema import RunHeader
from resnet_gui.results.store import Store, open_store
from resnet_gui.runs.facts import device_facts, identity_facts, is_kept, network_info, report_facts, run_identity
from resnet_gui.runs.network_cache import Loaded, NetworkCache
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.pipeline_settings import pipeline_settings
from resnet_gui.runs.spec import RunSpec
from resnet_gui.weights.weight_set import WeightSet

_log = logging.getLogger(__name__)
_PAGE = 256
_SCAN_PAGE = 500


class FolderRun:
    """A run from paths to rows: start it, ask for its progress, then `close`.

    spec: what is asked for.  folders: where rows are kept.  scratch: folder for the rows of a few single pictures,
    which are not kept for another day.  networks: the networks in memory.  control: pauses and cancels it.
    All methods may be called from any thread; none but `wait` and `close` blocks.
    """

    def __init__(
        self, spec: RunSpec, folders: Folders, scratch: Path, networks: NetworkCache, control: Control
    ) -> None:
        self.spec = spec
        self.failure: KnownError | None = None
        self.facts: NetworkInfo | None = None
        self.store_path: Path | None = None
        self.counts = ScanCounts()
        self._folder = folders.runs if is_kept(spec) else scratch
        self._networks = networks
        self.control = control
        self._clock = _Clock(control)
        self._phase = Phase.LOADING
        self._store: Store | None = None
        self._loaded: Loaded | None = None
        self._scanning = True
        self._scan_failure: BaseException | None = None
        self._opened = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._main, name="run", daemon=True)

    # ------------------------------------------------------------ from outside

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Whether the run has ended, waiting for it at most so long.

        An event, not `Thread.join`: on Python 3.11 a Ctrl+C inside `join` marks a living thread as ended.
        """
        if not self._ended.wait(timeout_s):
            return False
        self._thread.join()
        return True

    def wait_opened(self, timeout_s: float | None = None) -> bool:
        """Whether the store exists and the network is loaded (or the run has failed), waiting at most so long."""
        return self._opened.wait(timeout_s)

    def close(self) -> None:
        """Cancel if need be, wait for the end, give the network back."""
        self.control.cancel()
        if self._thread.ident is not None:
            self.wait()

    @property
    def version(self) -> int:
        """Grows whenever rows have become safe on disk."""
        store = self._store
        return 0 if store is None else store.committed_version

    def progress(self) -> Progress:
        """Where the run stands; cheap."""
        store, phase, loaded = self._store, self._phase, self._loaded
        if store is None:
            if not phase.ended and self.control.cancelled:
                phase = Phase.STOPPING
            return Progress(phase, scanning=not phase.ended, ignored=self.counts.ignored)
        counts = store.counts()
        rate = self._clock.rate(counts.done)
        left = None
        if rate > 0 and not self._scanning and not phase.ended:
            left = (counts.found - counts.done) / rate
        if not phase.ended and self.control.cancelled:
            phase = Phase.STOPPING
        elif phase is Phase.RUNNING and self.control.paused:
            phase = Phase.PAUSED
        return Progress(
            phase=phase,
            found=counts.found,
            scanning=self._scanning and not phase.ended,
            done=counts.done,
            skipped=counts.skipped,
            ignored=self.counts.ignored,
            rate=rate,
            seconds_left=left,
            device="" if loaded is None else f"{loaded.device.name}, {loaded.backend.precision}",
        )

    # ------------------------------------------------------------ the thread "run"

    def _main(self) -> None:
        phase = Phase.FAILED
        try:
            phase = self._run()
        except Cancelled:
            phase = Phase.CANCELLED
        except KnownError as error:
            self.failure = error
        except Exception as error:  # noqa: BLE001 - a bug of ours: logged, and told as one
            _log.exception("a run failed")
            self.failure = EngineError(
                f"The run stopped because of a fault in the program ({type(error).__name__}: {error}). What is done is "
                "kept; the log has the details."
            )
            self.failure.__cause__ = error
        finally:
            self._phase = phase
            self._opened.set()
            self._ended.set()

    def _run(self) -> Phase:
        spec = self.spec
        weights, _ = self._networks.find(spec.choice, spec.device)
        self.control.check()
        store, path = self._open_store(weights)
        try:
            phase = self._fill(store, path, weights)
            store.finish(phase.value, _now())
            return phase
        except KnownError:
            with contextlib.suppress(StoreError):  # it may be the store itself that has failed
                store.finish(Phase.FAILED.value, _now())
            raise
        finally:
            try:
                store.close()
            finally:
                if self._loaded is not None:
                    self._networks.give_back(self._loaded)

    def _open_store(self, weights: WeightSet) -> tuple[Store, Path]:
        identity = run_identity(identity_facts(self.spec, weights))
        names = tuple((c.index, c.wnid, c.name) for c in weights.classes)
        make_private_folder(self._folder)
        path = self._folder / f"{identity[:16]}.sqlite"
        store = open_store(path, RunHeader(identity, report_facts(self.spec, weights), names))
        try:
            if self.spec.fresh:
                store.forget()
        except BaseException:
            store.close()
            raise
        return store, path

    def _fill(self, store: Store, path: Path, weights: WeightSet) -> Phase:
        known = store.counts().found > 0 or store.has_files()
        store.begin_scan()
        finder = threading.Thread(target=self._find, args=(store,), name="find", daemon=True)
        finder.start()
        network = functools.cache(lambda: self._network(store, path))
        try:
            if known:
                network()  # what is done already is shown while the folders are walked again
                # A file that an earlier scan knew keeps its number, so numbers come in no order: wait for all of them.
                finder.join()
                self._clock.begin(store.counts().done)  # fewer than before, where files have changed or gone
            with InFlight(path, slots=64) as notes:
                work = pipeline_settings(self.spec, weights.preprocessing)
                suspects = store.take_suspects(notes.read_left_over())
                classify_alone(suspects, work, network, store, self.control, notes)
                run_pipeline(self._jobs(store), work, network, store, self.control, notes)
        except BaseException:
            self.control.cancel()
            raise
        finally:
            finder.join()
        store.flush()
        if self._scan_failure is not None:
            raise self._scan_failure
        return Phase.CANCELLED if self.control.cancelled else Phase.DONE

    def _network(self, store: Store, path: Path) -> Backend:
        """Compile, and say what computes; only then is anything told of the run.

        In the pipeline's thread "network", or in "run" where an earlier start knew the run.
        """
        spec = self.spec
        loaded = self._networks.borrow(spec.choice, spec.precision, spec.device, spec.threads, spec.batch)
        self._loaded = loaded
        store.describe(report_facts(spec, loaded.weights) | device_facts(loaded))
        self.facts = network_info(spec.choice, loaded)
        self._clock.begin(store.counts().done)
        self._phase = Phase.RUNNING
        self._store, self.store_path = store, path
        self._opened.set()
        return loaded.backend

    def _jobs(self, store: Store) -> Iterator[Job]:
        """Undone pictures in the order of their numbers, also while the finder is still adding to them."""
        after = 0
        while not self.control.cancelled:
            scanning = self._scanning  # before the question: what is found in between is asked for once more
            page = store.pending(after, _PAGE)
            if page:
                yield from page
                after = page[-1].id
            elif scanning:
                self.control.sleep(0.02)
            else:
                return

    # ------------------------------------------------------------ the thread "find"

    def _find(self, store: Store) -> None:
        try:
            page: list[FoundFile] = []
            spec = self.spec
            for file in find(
                spec.paths,
                recursive=spec.recursive,
                follow_links=spec.follow_links,
                counts=self.counts,
                cancelled=lambda: self.control.cancelled,
            ):
                page.append(file)
                if len(page) >= _SCAN_PAGE or store.counts().found == 0:
                    store.add_files(page)
                    page = []
            if page:
                store.add_files(page)
            if not self.control.cancelled:
                store.end_scan(self.counts.ignored, self.counts.denied)
        except BaseException as error:  # noqa: BLE001 - handed to the thread "run", which raises it
            self._scan_failure = error
            self.control.cancel()
        finally:
            self._scanning = False


class _Clock:
    """Pictures per second over the whole of this start, pauses left out."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._lock = threading.Lock()
        self._before = 0
        self._since = 0.0
        self._last = (0, 0.0)

    def begin(self, already_done: int) -> None:
        """Count from now on."""
        with self._lock:
            self._before, self._since = already_done, self._now()

    def rate(self, done: int) -> float:
        """Counted up to the newest row, so that it neither sags between commits nor after the end."""
        with self._lock:
            new = done - self._before
            if new > self._last[0]:
                self._last = (new, self._now() - self._since)
            rows, seconds = self._last
            return rows / seconds if seconds > 0 else 0.0

    def _now(self) -> float:
        return time.monotonic() - self._control.paused_s()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
