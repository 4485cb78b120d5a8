"""From logits to an answer: probabilities, the best classes, and what each crop said for itself."""

import numpy as np
from numpy.typing import NDArray

from resnet_gui.engine.modes import Average
from resnet_gui.engine.record import KEPT_CLASSES, VOTE_CLASSES, Prediction, Score
from resnet_gui.errors import EngineError


def predict(logits: NDArray[np.float32], average: Average) -> Prediction:
    """One picture's answer from the logits, float32 [crops, classes], of its crops in TenCrop's order.

    Computed in float64.  SOFTMAX is the mean of the crops' probability vectors (10-crop testing as Krizhevsky 2012,
    section 4.1, and He 2015, section 3.4, do it); LOGITS is the softmax of the crops' mean logits.
    Raises EngineError where a logit is not a finite number.
    """
    if not np.isfinite(logits).all():
        raise EngineError(
            "The network's answer is not a number. Its weight file may be damaged, or its numbers too large for a "
            "short format: try the precision exact."
        )
    exact = logits.astype(np.float64)
    each = softmax(exact)
    together = each.mean(axis=0) if average is Average.SOFTMAX else softmax(exact.mean(axis=0))
    return Prediction(top=_best(together, KEPT_CLASSES), votes=tuple(_best(crop, VOTE_CLASSES) for crop in each))


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities along the last axis; the largest logit is subtracted first, so that nothing overflows."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities


def _best(probabilities: NDArray[np.float64], count: int) -> tuple[Score, ...]:
    """The `count` largest, best first; the stable sort leaves equal ones in the order of their indices."""
    order = np.argsort(-probabilities, kind="stable")[:count]
    return tuple(
        Score(index, probability)
        for index, probability in zip(order.tolist(), probabilities[order].tolist(), strict=True)
    )
