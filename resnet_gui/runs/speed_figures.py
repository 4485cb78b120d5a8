"""What exact, fast and turbo came to on this machine: the figures as data, and the file they are kept in.

Light to import: the window shows them, the engine's process measures them (`speed`).
"""

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from resnet_gui.engine.modes import Precision
from resnet_gui.folders import make_private_folder

_log = logging.getLogger(__name__)
_MOST_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class WordSpeed:
    """One word, measured.

    computed_in: `Backend.precision`, read back from the device: "fp32", "bf16", "fp16", "int8".
    rate: pictures per second, the whole way from file to answer.  network_rate: crops per second of the network alone,
    0.0 where that was not measured.  asked, agreed: pictures that exact answered too, and
    on how many of them the winner is exact's.
    calibrated: pictures that int8 was shown first, because its ranges were not known; `asked` are others than these.
    same_as: the word that means the same on this device, in whose place nothing was measured.
    why_not: the sentence that says why there are no figures, else empty.
    """

    word: Precision
    computed_in: str = ""
    rate: float = 0.0
    asked: int = 0
    agreed: int = 0
    calibrated: int = 0
    same_as: Precision | None = None
    why_not: str = ""
    network_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Speeds:
    """All three.

    pictures: how many different ones were looked at.  samples: whether they were the program's sample pictures, and not
    the person's.  measured: date and time, ISO 8601, UTC.
    """

    words: tuple[WordSpeed, ...]
    pictures: int
    samples: bool
    measured: str

    def of(self, word: Precision) -> WordSpeed | None:
        """The figures of a word; those of the word that means the same here, where it does."""
        found = next((one for one in self.words if one.word is word), None)
        return found if found is None or found.same_as is None else self.of(found.same_as)


@dataclass(frozen=True, slots=True)
class RangesCheck:
    """What the calibration of int8 said of itself: pictures it kept back, and how many of them have fp32's winner."""

    asked: int
    agreed: int


def kept_path(cache: Path, key: str) -> Path:
    """Where the figures of a network on a device are kept.  cache: `Folders.cache`; key: `speed.speeds_key`."""
    return cache / "speeds" / f"{key}.json"


def keep_speeds(speeds: Speeds, path: Path) -> None:
    """Write them aside and rename.  Raises OSError."""
    make_private_folder(path.parent)
    aside = path.with_suffix(".part")
    aside.write_text(json.dumps(asdict(speeds), indent=1) + "\n", encoding="utf-8")
    aside.replace(path)


def read_speeds(path: Path) -> Speeds | None:
    """The figures of an earlier day; None where there are none.  A damaged file counts as none, and the log says so."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("the file is too long")
        return _speeds(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        _log.warning("the speeds in %s are not used: %s", path, error)
        return None


def _speeds(values: Mapping[str, Any]) -> Speeds:
    words = tuple(_word(one) for one in values["words"])
    if {one.word for one in words} != set(Precision) or len(words) != len(Precision):
        raise ValueError("the words are not exact, fast and turbo")
    for one in words:
        if one.same_as is not None and next(two for two in words if two.word is one.same_as).same_as is not None:
            raise ValueError("a word stands for one that stands for another")
    measured = str(values["measured"])
    if datetime.fromisoformat(measured).tzinfo is None:
        raise ValueError("the time of the measurement has no zone")
    return Speeds(words, int(values["pictures"]), bool(values["samples"]), measured)


def _word(values: Mapping[str, Any]) -> WordSpeed:
    same_as = values["same_as"]
    one = WordSpeed(
        word=Precision(values["word"]),
        computed_in=str(values["computed_in"]),
        rate=float(values["rate"]),
        asked=int(values["asked"]),
        agreed=int(values["agreed"]),
        calibrated=int(values["calibrated"]),
        same_as=None if same_as is None else Precision(same_as),
        why_not=str(values["why_not"]),
        network_rate=float(values["network_rate"]),
    )
    rates = (one.rate, one.network_rate)
    if not (all(math.isfinite(rate) and rate >= 0 for rate in rates) and 0 <= one.agreed <= one.asked):
        raise ValueError(f"the figures of {one.word} cannot be")
    return one
