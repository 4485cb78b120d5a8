"""How far an answer is to be trusted, in one word.

    sure     p1 ≥ sure_from, and of several crops at least 8 of 10 have the winner as their own
    check    p1 ≥ check_from, or a high p1 that the crops do not agree on
    unsure   everything else

Agreement can only take trust away.  That ten windows of one picture agree says little on its own (they overlap
widely); that they do not agree says that the answer hangs on the cut.  The two limits are a person's to choose; they
are no calibrated probabilities.
"""

from enum import StrEnum
from typing import Literal

from resnet_gui.engine.record import Prediction

SURE_FROM, CHECK_FROM = 0.8, 0.5
"""The usual limits."""
AGREEING_SHARE = 0.8
"""The share of crops that must agree before an answer is called sure."""
Word = Literal["sure", "check", "unsure"]


class Verdict(StrEnum):
    """How far an answer is to be trusted; word and icon differ, not colour alone."""

    SURE = "sure"
    CHECK = "check"
    UNSURE = "unsure"
    FAILED = "failed"
    """The picture could not be classified; the message says why."""
    WAITING = "waiting"


def verdict(prediction: Prediction, sure_from: float = SURE_FROM, check_from: float = CHECK_FROM) -> Word:
    """The word for one prediction.  sure_from, check_from: probabilities 0…1, check_from ≤ sure_from."""
    p1 = prediction.top[0].probability
    crops = len(prediction.votes)
    agreed = crops <= 1 or prediction.agreeing >= AGREEING_SHARE * crops
    if p1 >= sure_from and agreed:
        return "sure"
    return "check" if p1 >= check_from else "unsure"
