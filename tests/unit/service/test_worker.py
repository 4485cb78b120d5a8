"""A worker: one thread, newest first, the oldest dropped and told."""

import logging
import threading
from functools import partial

import pytest

from resnet_gui.service.worker import Worker


def test_the_newest_is_done_first_and_the_oldest_dropped() -> None:
    begun, gate, finished = threading.Event(), threading.Event(), threading.Event()
    done: list[int] = []
    dropped: list[int] = []

    def note(number: int) -> None:
        done.append(number)
        if len(done) == 2:
            finished.set()

    def hold() -> None:
        begun.set()
        gate.wait()

    worker = Worker("test", waiting=2)
    worker.add(hold)
    begun.wait()
    for number in range(4):
        worker.add(partial(note, number), partial(dropped.append, number))
    gate.set()
    assert finished.wait(5)
    worker.close()
    assert done == [3, 2]
    assert dropped == [0, 1]


def test_work_that_fails_does_not_end_the_worker(caplog: pytest.LogCaptureFixture) -> None:
    worker, done = Worker("test", waiting=9), threading.Event()

    def fail() -> None:
        raise RuntimeError("broken")

    with caplog.at_level(logging.ERROR):
        worker.add(fail)
        while not caplog.records:
            done.wait(0.01)
        worker.add(done.set)
        assert done.wait(5)
    worker.close()


def test_closing_drops_what_waits_and_joins() -> None:
    begun, gate, done = threading.Event(), threading.Event(), list[int]()

    def hold() -> None:
        begun.set()
        gate.wait()

    worker = Worker("test", waiting=5)
    worker.add(hold)
    begun.wait()
    worker.add(partial(done.append, 1))
    opener = threading.Timer(0.05, gate.set)
    opener.start()
    worker.close()
    opener.join()
    assert done == []
    assert "test" not in [thread.name for thread in threading.enumerate()]
