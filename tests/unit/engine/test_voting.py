"""Answers from logits, compared with torch's softmax and with hand-made cases."""

import numpy as np
import pytest

from resnet_gui.engine.modes import Average
from resnet_gui.engine.record import KEPT_CLASSES, VOTE_CLASSES
from resnet_gui.engine.voting import predict
from resnet_gui.errors import EngineError


@pytest.mark.parametrize("average", Average)
def test_probabilities_agree_with_torch(average: Average) -> None:
    torch = pytest.importorskip("torch")
    logits = np.random.default_rng(3).normal(0, 4, (10, 1000)).astype(np.float32)
    exact = torch.from_numpy(logits).double()
    together = exact.softmax(1).mean(0) if average is Average.SOFTMAX else exact.mean(0).softmax(0)
    values, indices = together.topk(KEPT_CLASSES)

    prediction = predict(logits, average)

    assert [score.index for score in prediction.top] == indices.tolist()
    np.testing.assert_allclose([score.probability for score in prediction.top], values.numpy(), rtol=1e-12)
    for vote, crop in zip(prediction.votes, exact.softmax(1), strict=True):
        assert [score.index for score in vote] == crop.topk(VOTE_CLASSES).indices.tolist()
        np.testing.assert_allclose([score.probability for score in vote], crop.topk(VOTE_CLASSES).values, rtol=1e-12)


def test_one_crop_is_averaged_in_either_way_to_the_same() -> None:
    logits = np.random.default_rng(3).normal(0, 4, (1, 30)).astype(np.float32)
    assert predict(logits, Average.SOFTMAX) == predict(logits, Average.LOGITS)


def test_equal_probabilities_stand_in_the_order_of_their_indices() -> None:
    prediction = predict(np.zeros((1, 60), np.float32), Average.SOFTMAX)
    assert [score.index for score in prediction.top] == list(range(KEPT_CLASSES))
    assert prediction.top[0].probability == pytest.approx(1 / 60)


def test_huge_logits_do_not_overflow() -> None:
    prediction = predict(np.array([[3e38, -3e38, 0]], np.float32), Average.SOFTMAX)
    assert [score.probability for score in prediction.top] == [1, 0, 0]


def test_a_small_network_has_fewer_classes() -> None:
    prediction = predict(np.array([[2.0], [3.0]], np.float32), Average.SOFTMAX)
    assert len(prediction.top) == 1
    assert prediction.agreeing == 2
    assert prediction.margin == 1


def test_agreement_counts_the_crops_that_have_the_winner_first() -> None:
    logits = np.array([[5, 0, 0], [5, 0, 0], [0, 5, 0]], np.float32)
    prediction = predict(logits, Average.SOFTMAX)
    assert prediction.top[0].index == 0
    assert prediction.agreeing == 2


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_answer_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(EngineError, match="not a number"):
        predict(np.array([[1, value]], np.float32), Average.SOFTMAX)
