"""The torch backend, on the CPU, against ../shared/photos/demo/expected.json: the same numbers as through OpenVINO."""

import json
from typing import Any

import pytest

from resnet_gui.engine.backends.torch import TorchBackend
from resnet_gui.engine.modes import Arithmetic, Average
from resnet_gui.engine.voting import predict
from resnet_gui.images.decode import Limits, decode
from resnet_gui.images.preprocess import cut
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.weights.library import load_weights
from tests.helpers.real_weights import keras_file
from tests.helpers.shared import shared

pytestmark = [pytest.mark.shared, pytest.mark.slow]
CUTS = {
    "single": (1, Average.SOFTMAX, "caffe"),
    "ten": (10, Average.SOFTMAX, "caffe"),
    "ten_logits": (10, Average.LOGITS, "caffe"),
    "squash_nearest": (1, Average.SOFTMAX, "article"),
}


@pytest.mark.parametrize(("pool", "stem_pool"), [("keras", "padded"), ("article", "unpadded")])
def test_torch_on_the_cpu_gives_the_reference_probabilities(pool: str, stem_pool: str) -> None:
    pytest.importorskip("torch")
    pictures: dict[str, Any] = json.loads((shared() / "photos/demo/expected.json").read_text())["pictures"]
    weights = load_weights(str(keras_file("keras2")), stem_pool=stem_pool)
    backend = TorchBackend(weights, device="cpu", arithmetic=Arithmetic.FP32, batch=1)
    worst = 0.0
    try:
        for name, answers in pictures.items():
            image = decode(str(shared() / "photos/demo" / name), Limits()).image
            assert image is not None
            ten = backend.logits(cut(image, PRESETS["caffe"], 10))
            for which, (crops, average, preprocessing) in CUTS.items():
                logits = ten if crops == 10 else backend.logits(cut(image, PRESETS[preprocessing], 1))
                prediction = predict(logits, average)
                said = {score.index: score.probability for score in prediction.top}
                for wanted in answers[pool][which]:
                    if wanted["probability"] > 1e-4:
                        worst = max(worst, abs(said[wanted["index"]] - wanted["probability"]))
                assert prediction.top[0].index == answers[pool][which][0]["index"]
            votes = [vote[0] for vote in predict(ten, Average.SOFTMAX).votes]
            for vote, (index, probability) in zip(votes, answers[pool]["ten_each_top1"], strict=True):
                assert vote.index == index
                worst = max(worst, abs(vote.probability - probability))
    finally:
        backend.close()
    assert worst < 1e-4
    print(f"largest difference {worst:.1e}")
