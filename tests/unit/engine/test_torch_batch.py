"""The batch a card gets: the smallest that is nearly the fastest, within its memory."""

import pytest

from resnet_gui.engine.backends.torch_batch import Trial, choose_batch, seconds_a_crop, sizes_to_try, smallest_good
from resnet_gui.engine.backends.torch_slots import Ring, Slot

SIZES = (8, 16, 32, 64, 128)
MUCH = 10**12


def test_sizes_hold_whole_pictures() -> None:
    assert sizes_to_try(1) == SIZES
    assert sizes_to_try(10) == (10, 20, 40, 70, 130)
    assert sizes_to_try(144) == (144,)


@pytest.mark.parametrize(
    ("microseconds", "expected"),
    [
        ({8: 100, 16: 60, 32: 50, 64: 49, 128: 51}, 32),  # 64 is the fastest, 32 is 2 % behind
        ({8: 100, 16: 60, 32: 52, 64: 49}, 64),
        ({8: 10, 16: 20}, 8),
    ],
)
def test_the_smallest_within_three_per_cent_is_taken(microseconds: dict[int, float], expected: int) -> None:
    assert smallest_good(microseconds) == expected


def attempts(seconds: float, needs: float = 1.0, fits: int = 128) -> tuple[list[int], object]:
    """Trials in which twice the crops are always twice as fast a crop; the sizes tried."""
    tried: list[int] = []

    def attempt(size: int) -> Trial | None:
        tried.append(size)
        return Trial(seconds / size, needs) if size <= fits else None

    return tried, attempt


def test_larger_sizes_are_tried_while_they_are_quick_and_fit() -> None:
    tried, attempt = attempts(seconds=0.01)
    assert choose_batch(SIZES, attempt, MUCH) == 128  # type: ignore[arg-type]
    assert tried == list(SIZES)


def test_a_batch_that_takes_long_is_the_last() -> None:
    tried, attempt = attempts(seconds=0.11)
    assert choose_batch(SIZES, attempt, MUCH) == 8  # type: ignore[arg-type]
    assert tried == [8]


def test_a_size_that_would_take_more_than_half_the_memory_is_not_tried() -> None:
    tried, attempt = attempts(seconds=0.01, needs=10)
    assert choose_batch(SIZES, attempt, free_bytes=1000) == 32  # type: ignore[arg-type]
    assert tried == [8, 16, 32]


def test_a_size_that_does_not_fit_ends_the_trials() -> None:
    tried, attempt = attempts(seconds=0.01, fits=16)
    assert choose_batch(SIZES, attempt, MUCH) == 16  # type: ignore[arg-type]
    assert tried == [8, 16, 32]
    _, attempt = attempts(seconds=0.01, fits=0)
    assert choose_batch(SIZES, attempt, MUCH) == 8  # type: ignore[arg-type]


def test_a_size_is_timed_with_all_slots_under_way() -> None:
    ring = Ring(4, 3)
    for _ in range(3):
        ring.idle.put(Slot(None, None, range(4)))
    now, under_way, most = 0.0, 0, 0

    def submit(_: Slot) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)

    def wait(_: Slot) -> None:
        nonlocal now, under_way
        assert under_way
        under_way -= 1
        now += 0.008  # seconds a batch

    assert seconds_a_crop(ring, submit, wait, lambda: now) == pytest.approx(0.002)
    assert (under_way, most) == (0, 3)
