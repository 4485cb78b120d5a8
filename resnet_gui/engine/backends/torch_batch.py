"""How many crops a card gets at once: tried out, as no rule fits a laptop's card and a data centre's.

More crops fill a card better, up to a point; beyond it they only cost memory and make a single picture wait, since the
batch has a constant size and is padded.  So sizes are tried from the smallest on, each for some hundredths of a second,
and the smallest that is nearly as fast as the best is taken.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from resnet_gui.engine.backends.torch_slots import Ring, Slot

_SIZES = (8, 16, 32, 64, 128)
_NEARLY = 1.03
"""Times of the fastest: 3 % are within what two measurements of one size differ by."""
_MEASURED_S = 0.03
_LONGEST_S = 0.1
"""A batch that takes longer fills any card; larger ones would make pausing and cancelling slow."""
_MEMORY_PART = 0.5
"""Of what is free when the program starts: the screen and other programs want more later on."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The cost of one batch size.

    seconds_a_crop: time of one crop, in seconds.
    bytes_a_crop: the card's memory for one crop, in bytes.
    """

    seconds_a_crop: float
    bytes_a_crop: float


def sizes_to_try(crops: int) -> tuple[int, ...]:
    """8 … 128, each rounded up to whole pictures of so many crops."""
    return tuple(dict.fromkeys(-(-size // crops) * crops for size in _SIZES))


def choose_batch(sizes: Sequence[int], attempt: Callable[[int], Trial | None], free_bytes: int) -> int:
    """The size to take.  sizes: rising.  attempt: measures one, None where memory was too small for it."""
    seconds: dict[int, float] = {}
    for size in sizes:
        trial = attempt(size)
        if trial is None:
            break
        seconds[size] = trial.seconds_a_crop
        next_bytes = 2 * size * trial.bytes_a_crop
        if size * trial.seconds_a_crop > _LONGEST_S or next_bytes > _MEMORY_PART * free_bytes:
            break
    return smallest_good(seconds) if seconds else sizes[0]


def smallest_good(seconds: Mapping[int, float]) -> int:
    """The smallest size that is within 3 % of the fastest.  seconds: a crop, by size; not empty."""
    fastest = min(seconds.values())
    return min(size for size, each in seconds.items() if each <= _NEARLY * fastest)


def seconds_a_crop(
    ring: Ring,
    submit: Callable[[Slot], None],
    wait: Callable[[Slot], None],
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Keep all slots of an idle ring under way for a while, as a run does; a first round only loads kernels."""
    slots = [ring.idle.get() for _ in range(ring.size)]
    for slot in slots:
        submit(slot)
        wait(slot)
    flying, batches, begin = deque(slots), 0, clock()
    for slot in slots:
        submit(slot)
    while flying:
        slot = flying.popleft()
        wait(slot)
        batches += 1
        if clock() - begin < _MEASURED_S:
            submit(slot)
            flying.append(slot)
    return (clock() - begin) / (batches * ring.batch)
