"""Queues and the control: whoever waits is woken."""

import threading
import time
from collections.abc import Callable

import pytest

from resnet_gui.engine.queues import BoundedQueue, Cancelled, Closed, Control


def _outcome(action: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Run in a thread; the list then holds what it returned, or the type of what it raised."""
    outcome: list[object] = []

    def body() -> None:
        try:
            outcome.append(action())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcome.append(type(error))

    thread = threading.Thread(target=body)
    thread.start()
    time.sleep(0.05)
    return thread, outcome


def test_items_come_out_in_order() -> None:
    queue: BoundedQueue[int] = BoundedQueue(3)
    for number in range(3):
        queue.put(number)
    assert [queue.get() for _ in range(3)] == [0, 1, 2]


def test_a_full_queue_holds_the_giver_back() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1)
    queue.put(1)
    thread, outcome = _outcome(lambda: queue.put(2))
    assert outcome == []
    assert queue.get() == 1
    thread.join()
    assert outcome == [None]
    assert len(queue) == 1


def test_a_queue_that_is_filled_in_bursts_lets_nobody_in_between() -> None:
    queue: BoundedQueue[int] = BoundedQueue(6, refill_at=2)
    for number in range(6):
        queue.put(number)
    thread, outcome = _outcome(lambda: [queue.put(number) for number in range(6, 10)])
    assert [queue.get() for _ in range(3)] == [0, 1, 2]
    time.sleep(0.05)
    assert outcome == []
    assert len(queue) == 3
    queue.get()
    thread.join(5)
    assert outcome == [[None] * 4]
    assert len(queue) == 6


def test_a_queue_made_larger_lets_the_waiting_in_and_one_made_smaller_loses_nothing() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1)
    queue.put(1)
    thread, outcome = _outcome(lambda: queue.put(2))
    queue.resize(3)
    thread.join(5)
    assert outcome == [None]
    queue.put(3)
    queue.resize(1)
    last, last_outcome = _outcome(lambda: queue.put(4))
    assert [queue.get(), queue.get()] == [1, 2]
    assert last_outcome == []
    assert queue.get() == 3
    last.join(5)
    assert queue.get() == 4


def test_some_are_taken_without_waiting_for_more() -> None:
    queue: BoundedQueue[int] = BoundedQueue(10)
    for number in range(5):
        queue.put(number)
    assert queue.get_some(3) == [0, 1, 2]
    assert queue.get_some(3) == [3, 4]


def test_a_closed_queue_gives_what_it_holds_and_then_ends() -> None:
    queue: BoundedQueue[int] = BoundedQueue(2)
    queue.put(7)
    queue.close()
    assert queue.get() == 7
    with pytest.raises(Closed):
        queue.get()
    with pytest.raises(Closed):
        queue.put(1)


def test_nothing_in_time_is_a_timeout() -> None:
    queue: BoundedQueue[int] = BoundedQueue(1)
    with pytest.raises(TimeoutError):
        queue.get(timeout_s=0.01)


@pytest.mark.parametrize("full", [False, True])
def test_cancelling_wakes_both_ends_and_drops_what_is_inside(full: bool) -> None:
    queue: BoundedQueue[int] = BoundedQueue(1)
    if full:
        queue.put(1)
    thread, outcome = _outcome((lambda: queue.put(2)) if full else queue.get)
    queue.cancel()
    thread.join(0.5)
    assert outcome == [Cancelled]
    assert len(queue) == 0


def test_a_queue_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 items"):
        BoundedQueue(0)


def test_the_gate_opens_again() -> None:
    control = Control()
    control.wait_while_paused()
    control.pause()
    assert control.paused
    thread, outcome = _outcome(control.wait_while_paused)
    assert outcome == []
    control.resume()
    thread.join(0.5)
    assert outcome == [None]


@pytest.mark.parametrize("what", ["paused", "asleep"])
def test_cancelling_wakes_who_is_paused_or_asleep(what: str) -> None:
    control = Control()
    if what == "paused":
        control.pause()
        thread, outcome = _outcome(control.wait_while_paused)
    else:
        thread, outcome = _outcome(lambda: control.sleep(30))
    control.cancel()
    thread.join(0.5)
    assert outcome == [Cancelled]
    with pytest.raises(Cancelled):
        control.check()


def test_listeners_hear_of_the_cancelling_once_and_only_while_they_listen() -> None:
    control, heard = Control(), []
    with control.when_cancelled(lambda: heard.append("gone")):
        pass
    with control.when_cancelled(lambda: heard.append("there")):
        control.cancel()
        control.cancel()
    with control.when_cancelled(lambda: heard.append("late")):
        pass
    assert heard == ["there", "late"]
