"""What is measured, how much of it, and the limits that are set for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.benchmarks.ours import Setting
from tests.benchmarks.peers import PEERS
from tests.benchmarks.throughput import Task

NAMES = ("resnet50", "resnet18", "resnet152", "large", "crops", "start", "window")
"""All benchmarks but `scale`, in the order in which they run."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    pictures: by benchmark.  rounds: turns of everybody; seconds: of the network alone in each turn; peers: whose loops
    run beside ours; judged: whether the limits count, which are set for the whole measure and for several rounds.
    """

    pictures: Mapping[str, int]
    rounds: int
    seconds: float
    peers: tuple[str, ...]
    judged: bool


_FULL = {"resnet50": 1000, "resnet18": 1000, "resnet152": 200, "large": 60, "crops": 100, "window": 1000,
         "few": 1000, "many": 20_000}  # fmt: skip
_QUICK = {"resnet50": 150, "resnet18": 150, "resnet152": 24, "large": 16, "crops": 10, "window": 150,
          "few": 200, "many": 1000}  # fmt: skip
_LEAST_ROUNDS = 3
"""Fewer are not judged: a single run on a machine with other work to do says little."""


def size(*, quick: bool, rounds: int | None, pictures: int | None, peers: bool) -> Size:
    """From a person's options.  pictures: one number for all, for a trial; None takes those of full or quick."""
    table = _QUICK if quick else _FULL
    turns = rounds or (1 if quick else _LEAST_ROUNDS)
    return Size(
        pictures=table if pictures is None else dict.fromkeys(table, pictures),
        rounds=turns,
        seconds=2.0 if quick else 4.0,
        peers=PEERS if peers else (),
        judged=not quick and pictures is None and turns >= _LEAST_ROUNDS,
    )


def task(key: str, amount: Size, setting: Setting) -> Task:
    """One of the benchmarks of throughput, with its limits where they are judged."""
    pictures = amount.pictures[key]
    network = "resnet18" if key == "large" else key
    depth = network.removeprefix("resnet")
    number = "1 picture" if pictures == 1 else f"{pictures:,} pictures"
    kind = "JPEGs of 12 megapixels" if key == "large" else "about 0.2 megapixels"
    limits = _LIMITS.get(key, _NO_LIMITS) if amount.judged else _NO_LIMITS
    return Task(
        key=key,
        title=f"ResNet-{depth}, {number}, {kind}",
        short=f"ResNet-{depth}" + (", 12 megapixels" if key == "large" else ""),
        setting=setting,
        peer_network=network,
        pictures=pictures,
        peers=amount.peers,
        of_timm=limits.of_timm,
        of_limit=limits.of_limit,
        peak_mib=limits.peak_mib,
    )


@dataclass(frozen=True, slots=True)
class _Limits:
    of_timm: Mapping[str, float]
    of_limit: Mapping[str, float]
    peak_mib: float | None = None


_NO_LIMITS = _Limits({}, {})
_LIMITS = {
    "resnet50": _Limits(
        of_timm={"exact": 3.3, "fast": 6.0, "turbo": 10.0},
        of_limit={"exact": 0.93, "fast": 0.93, "turbo": 0.90},
        peak_mib=700.0,
    ),
    "resnet18": _Limits(of_timm={}, of_limit={"exact": 0.85, "fast": 0.85, "turbo": 0.85}),
    "large": _Limits(of_timm={"exact": 2.0, "fast": 5.0}, of_limit={}),
}
