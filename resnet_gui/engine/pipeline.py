"""The path of a picture, from a job to its record.  One picture, a folder, the window and the command line: all run it.

    source ──feed──▶ jobs ──decode-1…D──▶ prepared ──infer-1…P──▶ records ──the caller's thread──▶ sink
                              │ what cannot be decoded                ▲
                              └───────────────────────────────────────┘

| queue    | holds                     | at most                  | filled by          | emptied by       |
|----------|---------------------------|--------------------------|--------------------|------------------|
| jobs     | names of files            | 2 D                      | feed               | decode           |
| prepared | pictures as uint8 crops   | P × a call + D + bursts  | decode             | infer            |
| records  | answers                   | 64                       | decode, infer      | the caller       |

D is `PipelineSettings.decoders`, P is `Backend.parallel_calls`.  A thread of its own, "network", waits for a network
that is still being compiled and then starts the infer threads; meanwhile AHEAD crops are decoded.  Memory does not grow
with the folder: every queue is bounded, so the slowest stage holds back the ones before it.  A crop is 150 KB at 224
pixels; a picture that is being decoded takes its own size.

- Identity: a job travels inside `Prepared` and inside `Record`; no code counts positions across queues, so an
  answer cannot get to another picture, in whatever order pictures overtake each other.
- End: the source runs dry, `feed` closes `jobs`; the last decoder closes `prepared`; the last infer closes `records`.
- Cancel: `jobs` and `prepared` are cancelled, calls of the device are finished and their records delivered.
- Failure: the first exception of a stage stops everything as cancelling does, and is raised to the caller.
- A picture that a decoder hangs on gets a record, its thread is abandoned and replaced (`stages.Decoder`).
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from resnet_gui.engine.backend import Backend
from resnet_gui.engine.queues import BoundedQueue, Cancelled, Closed, Control
from resnet_gui.engine.record import Job, Record
from resnet_gui.engine.stages import (
    Abandoned,
    Decoder,
    Notes,
    PipelineSettings,
    Prepared,
    Sink,
    decode_all,
    feed,
    infer_all,
)
from resnet_gui.images.status import Status

Opening = Callable[[], Backend]
"""Returns the backend once it is ready."""
AnyBackend = Backend | Opening
"""One that is ready, or will be."""

__all__ = ["AHEAD", "Notes", "Opening", "PipelineSettings", "Sink", "classify_alone", "run_pipeline"]

_RECORDS = 64
AHEAD = 96
"""Crops decoded for a network that is not there yet: they keep the cores busy that compiling leaves idle."""
_BURST = 12
"""Crops that a decoder makes in one go, once it has been woken: its code and tables leave the caches while the network
computes, and fetching them for each picture anew made decoding half as dear again (docs/decisions.md)."""
_LOOK_S = 0.25
"""How often the caller's thread indices for decoders that hang."""
_GRACE_S = 0.25
"""How long a cancelled decoder, or a source that blocks, may take to end before it is left behind."""


def run_pipeline(
    source: Iterable[Job], settings: PipelineSettings, network: AnyBackend, sink: Sink, control: Control, notes: Notes
) -> None:
    """Classify every job of the source and put its record into the sink; blocks until all is done or cancelled.

    network: ready, or what will return it: called once, in a thread of its own, while pictures are being decoded.
    Returns normally when it was cancelled: what was put into the sink stays true, the rest is undone.
    source: iterated in a thread of its own, so it may block; should it still block 0.25 s after cancelling, that
    thread is left behind.  Raises what a stage, the source or the sink raised (DeviceError, StoreError, …).
    """
    pipeline = _Pipeline(settings, network, control, notes)
    with control.when_cancelled(pipeline.stop):
        pipeline.run(source, sink)


def classify_alone(
    suspects: Iterable[Job], settings: PipelineSettings, network: AnyBackend, sink: Sink, control: Control, notes: Notes
) -> None:
    """As `run_pipeline`, but never two pictures at once: should the process die, it is plain which one did it.

    An opening is called once for each picture.
    """
    alone = replace(settings, decoders=1)
    for suspect in suspects:
        if control.cancelled:
            return
        run_pipeline([suspect], alone, network, sink, control, notes)


class _Pipeline:
    """The queues and threads of one run of the pipeline."""

    def __init__(self, settings: PipelineSettings, network: AnyBackend, control: Control, notes: Notes) -> None:
        self._settings = settings
        self._network = network
        self._control = control
        self._notes = notes
        self._jobs: BoundedQueue[Job] = BoundedQueue(2 * settings.decoders)
        self._prepared: BoundedQueue[Prepared] = BoundedQueue(max(settings.decoders, AHEAD // settings.crops))
        self._records: BoundedQueue[Record] = BoundedQueue(_RECORDS)
        self._lock = threading.Lock()
        self._failure: BaseException | None = None
        self._still_decoding = settings.decoders
        self._still_inferring = 1  # the thread "network", until it has started the others
        self._decoders = [Decoder(slot, settings, notes) for slot in range(settings.decoders)]
        self._decode_threads: list[threading.Thread] = []
        self._infer_threads: list[threading.Thread] = []
        self._feed_thread: threading.Thread | None = None
        self._network_thread: threading.Thread | None = None

    def run(self, source: Iterable[Job], sink: Sink) -> None:
        """Start the threads, deliver, join.  Raises the first failure of any stage."""
        try:
            self._start(source)
            self._deliver(sink)
        except BaseException as error:  # noqa: BLE001 - the sink's, raised below once every thread has ended
            self._fail(error)
            self._records.cancel()
        finally:
            self._join()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """No new work; what the device is at is finished.  From any thread."""
        self._jobs.cancel()
        self._prepared.cancel()

    # ------------------------------------------------------------ threads

    def _start(self, source: Iterable[Job]) -> None:
        feeding = self._thread("feed", lambda: feed(source, self._jobs), self._jobs.close)
        self._decode_threads = [self._decode_thread(decoder) for decoder in self._decoders]
        opening = self._thread("network", self._open_network, self._one_inferred)
        self._feed_thread, self._network_thread = feeding, opening
        for thread in (feeding, opening, *self._decode_threads):
            thread.start()

    def _open_network(self) -> None:
        """Thread "network": wait until there is one, then start the threads that use it."""
        backend = self._network() if callable(self._network) else self._network
        calls = max(1, backend.parallel_calls)
        per_call = max(1, backend.crops_per_call // self._settings.crops)
        enough = calls * per_call + self._settings.decoders
        self._prepared.resize(enough + _BURST * self._settings.decoders // self._settings.crops, refill_at=enough)

        def stage() -> None:
            infer_all(self._prepared, backend, per_call, self._settings.average, self._records, self._control)

        for number in range(1, calls + 1):
            thread = self._thread(f"infer-{number}", stage, self._one_inferred)
            with self._lock:
                self._still_inferring += 1
            try:
                thread.start()
            except RuntimeError:  # the system has no room for another
                self._one_inferred()
                raise
            self._infer_threads.append(thread)

    def _thread(self, name: str, stage: Callable[[], None], at_end: Callable[[], None]) -> threading.Thread:
        def body() -> None:
            try:
                stage()
            except Abandoned:
                return  # its replacement carries on, and ends in its place
            except (Closed, Cancelled):
                pass  # the ordinary ends of a stage
            except BaseException as error:  # noqa: BLE001 - handed to the caller's thread, which raises it
                self._fail(error)
            at_end()

        return threading.Thread(target=body, name=name, daemon=True)

    def _decode_thread(self, decoder: Decoder) -> threading.Thread:
        def stage() -> None:
            decode_all(self._jobs, decoder, self._prepared, self._records, self._control)

        return self._thread(f"decode-{decoder.slot + 1}", stage, self._one_decoded)

    def _one_decoded(self) -> None:
        with self._lock:
            self._still_decoding -= 1
            last = self._still_decoding == 0
        if last:
            self._prepared.close()

    def _one_inferred(self) -> None:
        with self._lock:
            self._still_inferring -= 1
            last = self._still_inferring == 0
        if last:
            self._records.close()

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            if self._failure is None:
                self._failure = error
        self.stop()

    # ------------------------------------------------------------ the caller's thread

    def _deliver(self, sink: Sink) -> None:
        """Records to the sink until the last; between them, a look at the decoders' clocks."""
        look_s = min(_LOOK_S, self._settings.time_limit_s / 4)
        next_look = time.monotonic() + look_s
        while True:
            record = None
            try:
                record = self._records.get(timeout_s=look_s)
            except TimeoutError:
                pass
            except Closed:
                return
            if record is not None:
                sink.put(record)
            if time.monotonic() >= next_look:
                self._replace_stuck(sink)
                next_look = time.monotonic() + look_s

    def _replace_stuck(self, sink: Sink) -> None:
        limit_s = self._settings.time_limit_s
        for slot, decoder in enumerate(self._decoders):
            job = decoder.give_up(limit_s)
            if job is None:
                continue
            message = f"gave up after {limit_s:g} s: the picture could not be decoded in that time"
            self._decoders[slot] = Decoder(slot, self._settings, self._notes)
            self._decode_threads[slot] = self._decode_thread(self._decoders[slot])
            self._decode_threads[slot].start()
            sink.put(Record(job, Status.CORRUPT, message, ms=limit_s * 1000))

    def _join(self) -> None:
        """Wait for every thread that can end; a decoder or a source that hangs is left behind, muted."""
        _join_started(self._network_thread, None)  # first: it starts those that follow
        for thread in self._infer_threads:
            _join_started(thread, None)  # always: the caller may close the backend next
        end = time.monotonic() + _GRACE_S
        for other in (self._feed_thread, *self._decode_threads):
            _join_started(other, max(0.0, end - time.monotonic()))
        for decoder in self._decoders:
            decoder.leave()


def _join_started(thread: threading.Thread | None, timeout_s: float | None) -> None:
    if thread is not None and thread.ident is not None:
        thread.join(timeout_s)
