"""When a round of a speed measurement counts and ends: with a clock whose time is known."""

import pytest

from resnet_gui.engine.record import Job, Prediction, Record, Score
from resnet_gui.images.status import Status
from resnet_gui.runs import speed_round
from resnet_gui.runs.speed_round import RoundCounter, Terms, others_first


def answer(number: int, winner: int = 0) -> Record:
    top = (Score(winner, 0.9),)
    return Record(Job(number, "", 0, 0), Status.OK, prediction=Prediction(top, (top,)))


class Clock:
    """A `time` that stands still between answers."""

    now = 0.0

    def perf_counter(self) -> float:
        return self.now


def test_the_rate_counts_from_the_warm_up_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow answers first, as a cold network gives them, then one each 0.1 s: 10 a second, whatever came before."""
    clock = Clock()
    monkeypatch.setattr(speed_round, "time", clock)
    tally = RoundCounter(Terms(2, 0.3, 2.0, 5), frozenset(), 5, lambda part: None)
    for number, gap in enumerate([1.0, 1.0] + [0.1] * 40):
        clock.now += gap
        tally.put(answer(number % 5))
    assert tally.over.cancelled
    assert tally.rate == pytest.approx(10.0)


@pytest.mark.parametrize("warm", [0, 32, 64])
def test_answers_that_come_in_batches_are_counted_by_whole_batches(monkeypatch: pytest.MonkeyPatch, warm: int) -> None:
    """32 at once each 0.2 s are 160 a second, though not more than five such batches are counted."""
    clock = Clock()
    monkeypatch.setattr(speed_round, "time", clock)
    tally = RoundCounter(Terms(warm, 0.1, 0.85, 2), frozenset(), 1000, lambda part: None)
    for batch in range(8):
        clock.now += 0.2
        for number in range(32):
            tally.put(answer(32 * batch + number))
    assert tally.over.cancelled
    assert tally.rate == pytest.approx(160.0)


def test_a_slow_word_may_take_longer_to_answer_what_exact_did(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(speed_round, "time", clock)
    tally = RoundCounter(Terms(1, 0.1, 1.0, 2), frozenset(range(30)), 30, lambda part: None)
    for number in range(30):
        assert not tally.over.cancelled
        clock.now += 0.1
        tally.put(answer(number))
    assert tally.over.cancelled
    assert len(tally.winners) == 30


def test_what_cannot_be_read_is_not_asked_for_again() -> None:
    tally = RoundCounter(Terms(1, 0.1, 1.0, 2), frozenset(), 4, lambda part: None)
    jobs = [Job(number, "", 0, 0) for number in range(4)]
    tally.put(answer(1))
    tally.put(Record(jobs[2], Status.CORRUPT))
    assert [job.id for job in others_first(jobs, tally)] == [0, 3, 1]
