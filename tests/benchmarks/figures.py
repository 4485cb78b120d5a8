"""The arithmetic of the benchmarks: the limit of a machine, medians, ratios.  Imports nothing, measures nothing."""

import statistics
from collections.abc import Iterable


def limit_rate(network_rate: float, decode_s: float, cores: int, *, shared: bool = True) -> float:
    """The most pictures per second that decoding and the network allow together.

    network_rate: pictures/s of the network alone, on all cores or on its own device.  decode_s: seconds of one core to
    decode, resize and crop one picture.
    shared: both live on the same cores, so their costs add up: `1 / (1/network + decode/cores)`.  A network on a
    device of its own works beside the decoders, and the slower of the two is the limit.
    Raises ValueError for figures that are not positive.
    """
    if min(network_rate, decode_s, cores) <= 0:
        raise ValueError(f"no limit from network {network_rate}/s, decoding {decode_s} s, {cores} cores")
    if shared:
        return 1 / (1 / network_rate + decode_s / cores)
    return min(network_rate, cores / decode_s)


def rate_once_started(pictures: int, seconds: float, start_s: float) -> float:
    """Pictures/s of a process without its start and its end: those of a process with one picture are taken off.

    pictures: at least two, else ValueError.  Raises ValueError too where one picture took as long as all.
    """
    if pictures < 2 or seconds <= start_s:
        raise ValueError(f"{pictures} pictures in {seconds} s say nothing beside one in {start_s} s")
    return (pictures - 1) / (seconds - start_s)


def median(values: Iterable[float]) -> float:
    """The middle one; the mean of the two middle ones of an even number."""
    return statistics.median(values)


def spread(values: Iterable[float]) -> float:
    """How noisy the rounds were: largest less smallest, as a part of the median (0 for a single round)."""
    known = list(values)
    return (max(known) - min(known)) / statistics.median(known)
