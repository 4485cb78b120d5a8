"""The pipeline with a network that reads its answer off the picture: identity, bounds, pause, cancel, trouble."""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from resnet_gui.engine import stages
from resnet_gui.engine.backend import CropIndices
from resnet_gui.engine.modes import Average
from resnet_gui.engine.pipeline import AHEAD, Opening, PipelineSettings, classify_alone, run_pipeline
from resnet_gui.engine.queues import Control
from resnet_gui.engine.record import Job, Record
from resnet_gui.errors import DeviceError, StoreError
from resnet_gui.images.decode import Decoded, Limits, decode
from resnet_gui.images.quick_jpeg import Scratch
from resnet_gui.images.status import Status
from tests.helpers.fake_backend import TINY, FakeBackend, ListSink, Slots, numbered_pictures, wait_until

WORK = PipelineSettings(TINY, crops=1, average=Average.SOFTMAX, limits=Limits(), decoders=3)


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> list[Job]:
    """300 pictures whose colours say their numbers."""
    return numbered_pictures(tmp_path_factory.mktemp("pictures"), 300)


def _replace_decode(monkeypatch: pytest.MonkeyPatch, before: Callable[[str], None]) -> None:
    """Decoding as ever, with something happening before it."""

    def with_something_before(
        path: str, limits: Limits, at_least: int | None = None, scratch: Scratch | None = None
    ) -> Decoded:
        before(path)
        return decode(path, limits, at_least, scratch)

    monkeypatch.setattr(stages, "decode", with_something_before)


class _Running:
    """A pipeline in a thread of its own, for tests that steer it from outside."""

    def __init__(self, source: object, work: PipelineSettings, backend: FakeBackend | Opening) -> None:
        self.control, self.sink, self.slots = Control(), ListSink(), Slots()
        self.error: BaseException | None = None
        self._arguments = (source, work, backend, self.sink, self.control, self.slots)
        self._thread = threading.Thread(target=self._main, daemon=True)
        self._thread.start()

    def _main(self) -> None:
        try:
            run_pipeline(*self._arguments)  # type: ignore[arg-type]
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error

    def join(self, timeout_s: float = 30) -> None:
        """Wait for the end."""
        self._thread.join(timeout_s)
        assert not self._thread.is_alive(), "the pipeline did not end"


def _number(job_or_path: Job | str) -> int:
    path = job_or_path if isinstance(job_or_path, str) else job_or_path.path
    return int(Path(path).name[:4])


# ---------------------------------------------------------------- identity


@pytest.mark.parametrize(("crops", "crops_per_call", "parallel_calls"), [(1, 1, 1), (1, 7, 2), (10, 1, 3), (10, 64, 1)])
def test_every_record_is_of_its_own_picture_whatever_overtakes_what(
    jobs: list[Job],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    crops: int,
    crops_per_call: int,
    parallel_calls: int,
) -> None:
    """Random delays in both stages; every ninth file is gone and every seventh decoder raises."""
    dice = random.Random(crops)

    def trouble(path: str) -> None:
        time.sleep(dice.random() * 0.004)
        if _number(path) % 7 == 3:
            raise RuntimeError("a decoder nobody has heard of")

    def expected(job: Job) -> Status:
        if _number(job) % 7 == 3:
            return Status.CORRUPT
        return Status.MISSING if _number(job) % 9 == 0 else Status.OK

    _replace_decode(monkeypatch, trouble)
    asked = [replace(job, path=job.path[:-4] + "-gone.png") if _number(job) % 9 == 0 else job for job in jobs]
    backend = FakeBackend(
        crops_per_call=crops_per_call,
        parallel_calls=parallel_calls,
        before_answer=lambda _: time.sleep(dice.random() * 0.004),
    )
    sink, slots = ListSink(), Slots()
    with caplog.at_level(logging.CRITICAL, logger="resnet_gui.engine.stages"):
        run_pipeline(asked, replace(WORK, crops=crops), backend, sink, Control(), slots)

    assert sorted((record.job for record in sink.records), key=lambda job: job.id) == asked
    for record in sink.records:
        assert record.status is expected(record.job)
        if record.status is Status.OK:
            assert record.prediction is not None
            assert record.prediction.top[0].index == _number(record.job)
            assert len(record.prediction.votes) == crops
            assert (record.width, record.height, record.message) == (5, 3, "")
            assert record.ms > 0
        else:
            assert record.prediction is None
            assert record.message
    assert backend.most_inside <= parallel_calls
    assert slots.at == {}


def test_an_unknown_failure_of_a_decoder_is_a_record_and_a_line_in_the_log(
    jobs: list[Job], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: str) -> None:
        raise RuntimeError("a decoder nobody has heard of")

    _replace_decode(monkeypatch, fail)
    sink = ListSink()
    run_pipeline(jobs[:1], WORK, FakeBackend(), sink, Control(), Slots())
    assert sink.records[0].status is Status.CORRUPT
    assert "RuntimeError: a decoder nobody has heard of" in sink.records[0].message
    assert "failed in an unknown way" in caplog.text


def test_a_picture_without_memory_is_too_large(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(stages, "make_crops", fail)
    sink = ListSink()
    run_pipeline(jobs[:1], WORK, FakeBackend(), sink, Control(), Slots())
    assert sink.records[0].status is Status.TOO_LARGE


def test_a_truncated_picture_is_classified_only_when_that_was_asked_for(tmp_path: Path) -> None:
    whole, short = tmp_path / "whole.png", tmp_path / "short.png"
    dice = random.Random(1)
    noise = bytes(dice.randrange(256) for _ in range(64 * 64 * 3))
    Image.frombytes("RGB", (64, 64), noise).save(whole)
    short.write_bytes(whole.read_bytes()[:9000])
    for accepted in (False, True):
        sink = ListSink()
        work = replace(WORK, limits=Limits(accept_truncated=accepted))
        # the colours are noise, so the fake network's answer means nothing, but it must be able to give one
        run_pipeline([Job(1, str(short), 0, 0)], work, _AnyAnswer(), sink, Control(), Slots())
        (record,) = sink.records
        assert record.status is Status.TRUNCATED
        assert (record.prediction is not None) is accepted
        assert (record.width, record.height) == (64, 64)
        assert record.message


class _AnyAnswer(FakeBackend):
    def logits(self, crops: NDArray[np.uint8], indices: CropIndices | None = None) -> NDArray[np.float32]:
        return np.zeros((len(crops), 10), np.float32)


def test_an_empty_source_ends_at_once() -> None:
    sink = ListSink()
    run_pipeline([], WORK, FakeBackend(), sink, Control(), Slots())
    assert sink.records == []


def test_one_picture_may_be_decoded_in_a_reduced_scale_where_that_was_allowed(
    jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int | None] = []

    def remember(path: str, limits: Limits, at_least: int | None = None, scratch: Scratch | None = None) -> Decoded:
        asked.append(at_least)
        return decode(path, limits, at_least, scratch)

    monkeypatch.setattr(stages, "decode", remember)
    for work in (WORK, replace(WORK, reduced=True), replace(WORK, reduced=True, preprocessing=replace(TINY, resize=6))):
        run_pipeline(jobs[:1], work, FakeBackend(), ListSink(), Control(), Slots())
    assert asked == [None, 8, 12]


# ---------------------------------------------------------------- bounds


def test_a_slow_device_holds_everything_before_it_back(jobs: list[Job]) -> None:
    """However long the source, only so many pictures are ever between the source and the device."""
    gate, taken = threading.Event(), []

    def source() -> Iterator[Job]:
        for job in jobs:
            taken.append(job)
            yield job

    backend = FakeBackend(crops_per_call=2, parallel_calls=2, before_answer=lambda _: _wait(gate))
    running = _Running(source(), WORK, backend)
    time.sleep(0.4)
    in_calls, prepared, decoding, waiting, in_hand = 4, 2 * 2 + 3 + 3 * 12, 3, 2 * 3, 1
    assert len(taken) <= in_calls + prepared + decoding + waiting + in_hand
    gate.set()
    running.join()
    assert len(running.sink.records) == len(jobs)
    assert running.error is None


def test_a_slow_sink_holds_everything_back(jobs: list[Job]) -> None:
    backend = FakeBackend()
    gate = threading.Event()

    class Slow(ListSink):
        def put(self, record: Record) -> None:
            _wait(gate)
            super().put(record)

    slow = Slow()
    thread = threading.Thread(target=run_pipeline, args=(jobs, WORK, backend, slow, Control(), Slots()))
    thread.start()
    time.sleep(0.4)
    assert backend.answered <= 1 + 64 + 1  # with the sink, in the queue of records, in hand
    gate.set()
    thread.join(10)
    assert len(slow.records) == len(jobs)


def test_a_call_is_as_full_as_the_device_likes_and_no_fuller(jobs: list[Job]) -> None:
    backend = FakeBackend(crops_per_call=8, before_answer=lambda _: time.sleep(0.01))
    run_pipeline(jobs[:100], WORK, backend, ListSink(), Control(), Slots())
    assert max(backend.calls) == 8
    assert sum(backend.calls) == 100
    ten = FakeBackend(crops_per_call=32, before_answer=lambda _: time.sleep(0.01))
    run_pipeline(jobs[:40], replace(WORK, crops=10), ten, ListSink(), Control(), Slots())
    assert max(ten.calls) == 30
    assert sum(ten.calls) == 400


# ---------------------------------------------------------------- a network that is not there yet


def test_pictures_are_decoded_while_the_network_is_still_being_opened(jobs: list[Job]) -> None:
    gate, backend = threading.Event(), FakeBackend()

    def opening() -> FakeBackend:
        _wait(gate)
        return backend

    running = _Running(iter(jobs), WORK, opening)
    wait_until(lambda: sum(what == "clear" for what, _, _ in list(running.slots.log)) >= AHEAD)
    time.sleep(0.1)
    decoded = sum(what == "clear" for what, _, _ in running.slots.log)
    assert decoded <= AHEAD + WORK.decoders  # with the one that each decoder has in hand
    assert running.sink.records == []
    gate.set()
    running.join()
    assert running.error is None
    assert sorted((record.job for record in running.sink.records), key=lambda job: job.id) == jobs


def test_a_network_that_cannot_be_opened_ends_the_run_with_its_sentence(jobs: list[Job]) -> None:
    def opening() -> FakeBackend:
        raise DeviceError("The CPU cannot run it: a test says so.")

    sink = ListSink()
    with pytest.raises(DeviceError, match="a test says so"):
        run_pipeline(jobs, WORK, opening, sink, Control(), Slots())
    assert sink.records == []


def test_a_system_without_room_for_more_threads_ends_the_run(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "infer-2":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    running = _Running(jobs, WORK, FakeBackend(parallel_calls=3))
    running.join()
    assert str(running.error) == "can't start new thread"


def test_cancelling_while_the_network_is_being_opened_waits_for_it_and_asks_it_nothing(jobs: list[Job]) -> None:
    gate, backend = threading.Event(), FakeBackend()

    def opening() -> FakeBackend:
        _wait(gate)
        return backend

    running = _Running(iter(jobs), WORK, opening)
    running.control.cancel()
    gate.set()
    running.join()
    assert running.error is None
    assert backend.answered == 0


# ---------------------------------------------------------------- pause and cancel


def _wait(gate: threading.Event, seconds: float = 10) -> None:
    assert gate.wait(seconds)


@pytest.mark.parametrize("slow_stage", ["decode", "infer"])
def test_pause_finishes_what_is_in_flight_and_then_waits(
    jobs: list[Job], monkeypatch: pytest.MonkeyPatch, slow_stage: str
) -> None:
    _replace_decode(monkeypatch, lambda _: time.sleep(0.01 if slow_stage == "decode" else 0))
    backend = FakeBackend(before_answer=lambda _: time.sleep(0.01 if slow_stage == "infer" else 0))
    running = _Running(jobs[:80], WORK, backend)
    wait_until(lambda: len(running.sink.records) > 5)
    running.control.pause()
    time.sleep(0.2)
    done = len(running.sink.records)
    assert done < 80
    assert running.slots.at == {}
    time.sleep(0.2)
    assert len(running.sink.records) == done
    running.control.resume()
    running.join()
    assert sorted(record.job.id for record in running.sink.records) == [job.id for job in jobs[:80]]


@pytest.mark.parametrize("where", ["source", "decode", "infer", "paused"])
def test_cancel_waits_for_no_picture_wherever_they_are(
    jobs: list[Job], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    release = threading.Event()

    def blocked_source() -> Iterator[Job]:
        yield from jobs[:3]
        release.wait(100)

    if where == "decode":
        _replace_decode(monkeypatch, lambda _: _wait(release, 100))
    backend = FakeBackend(before_answer=lambda _: time.sleep(0.1 if where == "infer" else 0.001))
    running = _Running(blocked_source() if where == "source" else jobs, WORK, backend)
    try:
        if where == "paused":
            running.control.pause()
        time.sleep(0.15)
        running.control.cancel()
        running.join()  # what is held up is held up for longer than this waits
        assert running.error is None
        assert running.slots.at == {}, "a picture that was only cancelled must not look like one that crashed"
        assert len(running.sink.records) < len(jobs)
        assert all(record.status is Status.OK for record in running.sink.records)
    finally:
        release.set()


def test_nothing_is_done_that_was_cancelled_before(jobs: list[Job]) -> None:
    control, sink = Control(), ListSink()
    control.cancel()
    run_pipeline(jobs, WORK, FakeBackend(), sink, control, Slots())
    assert sink.records == []


def test_what_the_device_is_at_when_cancelled_is_still_delivered(jobs: list[Job]) -> None:
    inside, gate = threading.Event(), threading.Event()

    def hold(_: int) -> None:
        inside.set()
        _wait(gate)

    backend = FakeBackend(before_answer=hold)
    running = _Running(jobs, WORK, backend)
    _wait(inside)
    running.control.cancel()
    gate.set()
    running.join()
    assert len(running.sink.records) == backend.answered == 1


# ---------------------------------------------------------------- trouble


def test_a_decoder_that_hangs_costs_one_picture(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    """Three pictures hang, as many as there are decoders; the run goes on and ends."""
    release = threading.Event()
    stuck = {5, 6, 7}
    _replace_decode(monkeypatch, lambda path: _wait(release) if _number(path) in stuck else None)
    sink, slots = ListSink(), Slots()
    try:
        run_pipeline(jobs[:40], replace(WORK, time_limit_s=0.2), FakeBackend(), sink, Control(), slots)
    finally:
        release.set()
    assert sorted(record.job.id for record in sink.records) == [job.id for job in jobs[:40]]
    for record in sink.records:
        if _number(record.job) in stuck:
            assert record.status is Status.CORRUPT
            assert record.message.startswith("gave up after 0.2 s")
            assert record.ms == 200
        else:
            assert record.status is Status.OK
    assert slots.at == {}


def test_a_failing_device_ends_the_run_with_its_own_words(jobs: list[Job]) -> None:
    def fail(_: int) -> None:
        if backend.answered >= 20:
            raise DeviceError("The device cuda:0 failed while computing: it melted.")

    backend = FakeBackend(parallel_calls=2, before_answer=fail)
    sink = ListSink()
    with pytest.raises(DeviceError, match="it melted"):
        run_pipeline(jobs, WORK, backend, sink, Control(), Slots())
    assert len(sink.records) >= 20, "what was answered before is delivered"


def test_a_failing_sink_ends_the_run_with_its_own_words(jobs: list[Job]) -> None:
    class Full(ListSink):
        def put(self, record: Record) -> None:
            if len(self.records) == 7:
                raise StoreError("The disk is full.")
            super().put(record)

    sink, backend = Full(), FakeBackend()
    with pytest.raises(StoreError, match="disk is full"):
        run_pipeline(jobs, WORK, backend, sink, Control(), Slots())
    assert len(sink.records) == 7
    assert backend.answered < len(jobs), "the rest was not waited for"


def test_a_failing_source_ends_the_run(jobs: list[Job]) -> None:
    def source() -> Iterator[Job]:
        yield from jobs[:5]
        raise StoreError("The list of files cannot be read.")

    with pytest.raises(StoreError, match="list of files"):
        run_pipeline(source(), WORK, FakeBackend(), ListSink(), Control(), Slots())


def test_a_bug_in_a_stage_is_not_swallowed(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise AssertionError("a bug of ours")

    monkeypatch.setattr(stages, "predict", broken)
    with pytest.raises(AssertionError, match="a bug of ours"):
        run_pipeline(jobs, WORK, FakeBackend(), ListSink(), Control(), Slots())


def test_a_device_that_answers_too_little_is_a_bug(jobs: list[Job]) -> None:
    class Short(FakeBackend):
        def logits(self, crops: NDArray[np.uint8], indices: CropIndices | None = None) -> NDArray[np.float32]:
            return super().logits(crops, indices)[:-1]

    with pytest.raises(RuntimeError, match="0 answers to 1 crops"):
        run_pipeline(jobs[:1], WORK, Short(), ListSink(), Control(), Slots())


# ---------------------------------------------------------------- notes


def test_each_picture_is_noted_before_it_is_decoded_and_cleared_after(jobs: list[Job]) -> None:
    slots = Slots()
    run_pipeline(jobs[:50], WORK, FakeBackend(), ListSink(), Control(), slots)
    assert sorted(job for what, _, job in slots.log if what == "note") == [job.id for job in jobs[:50]]
    assert sorted(job for what, _, job in slots.log if what == "clear") == [job.id for job in jobs[:50]]
    assert {slot for _, slot, _ in slots.log} <= {0, 1, 2}


def test_suspects_are_decoded_one_at_a_time(jobs: list[Job]) -> None:
    slots, sink = Slots(), ListSink()
    classify_alone(jobs[:4], WORK, FakeBackend(), sink, Control(), slots)
    assert [record.job for record in sink.records] == jobs[:4]
    assert [(what, slot) for what, slot, _ in slots.log] == [("note", 0), ("clear", 0)] * 4


def test_suspects_are_left_alone_after_a_cancel(jobs: list[Job]) -> None:
    control, sink = Control(), ListSink()
    control.cancel()
    classify_alone(jobs[:4], WORK, FakeBackend(), sink, control, Slots())
    assert sink.records == []
