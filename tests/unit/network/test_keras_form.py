"""The Keras forms beside a second implementation, written here from keras-applications' resnet50.py alone."""

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")
from torch import Tensor  # noqa: E402
from torch.nn import functional as F  # noqa: E402, N812

from resnet_gui.network.build_openvino import build_graph  # noqa: E402
from resnet_gui.network.build_torch import Classifier, load_torch  # noqa: E402
from resnet_gui.network.description import Network, StemPool  # noqa: E402
from resnet_gui.network.variants import early_keras, keras_applications  # noqa: E402
from tests.helpers.initial_arrays import initial_arrays  # noqa: E402
from tests.unit.network.conftest import Ask  # noqa: E402
from tests.unit.network.crops import random_crops, small, worst  # noqa: E402

FORMS = {
    "second article": early_keras(),
    "built in": early_keras(stem_pool=StemPool.PADDED),
    "keras.applications": keras_applications(),
}
Arrays = Mapping[str, NDArray[np.float32]]


def random_arrays(network: Network) -> dict[str, NDArray[np.float32]]:
    """Initial kernels, with biases and statistics that matter; small variances, so that epsilon matters too."""
    random = np.random.default_rng(1)
    arrays = initial_arrays(network, seed=1)
    for name, array in arrays.items():
        if name.endswith("running_var"):
            arrays[name] = random.uniform(0.02, 0.5, array.shape).astype(np.float32)
        elif ".bn" in name or "downsample.1" in name or name.startswith("bn1"):
            arrays[name] = (array + random.normal(0, 0.1, array.shape)).astype(np.float32) * np.float32(0.4)
        elif array.ndim == 1:
            arrays[name] = random.normal(0, 0.3, array.shape).astype(np.float32)
    return arrays


class KerasResNet50:
    """`ResNet50` as Keras writes it: functional, layer after layer."""

    def __init__(self, arrays: Arrays, epsilon: float, zero_padded_pool: bool) -> None:
        self.arrays = {name: torch.from_numpy(array) for name, array in arrays.items()}
        self.epsilon = epsilon
        self.zero_padded_pool = zero_padded_pool
        self.after_pool: tuple[int, ...] = ()

    def conv_bn(self, x: Tensor, conv: str, norm: str, stride: int = 1, padding: str | int = 0) -> Tensor:
        a = self.arrays
        x = F.conv2d(x, a[f"{conv}.weight"], a[f"{conv}.bias"], stride=stride, padding=padding)
        mean, variance, gamma, beta = (
            a[f"{norm}.{part}"][None, :, None, None] for part in ("running_mean", "running_var", "weight", "bias")
        )
        return gamma * (x - mean) / torch.sqrt(variance + self.epsilon) + beta

    def block(self, x: Tensor, name: str, stride: int, projected: bool) -> Tensor:
        """conv_block (stride in the first 1×1 and in the shortcut) or identity_block."""
        y = F.relu(self.conv_bn(x, f"{name}.conv1", f"{name}.bn1", stride))
        y = F.relu(self.conv_bn(y, f"{name}.conv2", f"{name}.bn2", 1, "same"))
        y = self.conv_bn(y, f"{name}.conv3", f"{name}.bn3")
        if projected:
            x = self.conv_bn(x, f"{name}.downsample.0", f"{name}.downsample.1", stride)
        return F.relu(x + y)

    def __call__(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = F.pad(x, (3, 3, 3, 3))
        x = F.relu(self.conv_bn(x, "conv1", "bn1", 2))
        if self.zero_padded_pool:
            x = F.pad(x, (1, 1, 1, 1))
        x = F.max_pool2d(x, 3, 2)
        self.after_pool = tuple(x.shape)
        for stage, count in enumerate((3, 4, 6, 3), start=1):
            for index in range(count):
                first = index == 0
                x = self.block(x, f"layer{stage}.{index}", 2 if first and stage > 1 else 1, first)
        logits = x.mean(dim=(2, 3)) @ self.arrays["fc.weight"].T + self.arrays["fc.bias"]
        return x, logits


def keras_answer(network: Network, arrays: Arrays, crops: NDArray[np.uint8]) -> tuple[KerasResNet50, Tensor, Tensor]:
    """Keras' `preprocess_input` (mode "caffe") and its network."""
    keras = KerasResNet50(arrays, network.epsilon, network.stem_pool is StemPool.PADDED)
    bgr = crops[..., ::-1].astype(np.float32) - np.array([103.939, 116.779, 123.68], np.float32)
    with torch.inference_mode():
        features, logits = keras(torch.from_numpy(bgr.transpose(0, 3, 1, 2).copy()))
    return keras, features, logits


@pytest.mark.parametrize("form", FORMS)
def test_both_builders_give_the_answers_of_keras(ask: Ask, form: str) -> None:
    network = FORMS[form]
    arrays, crops = random_arrays(network), random_crops(1)
    keras, features, logits = keras_answer(network, arrays, crops)
    assert keras.after_pool[2:] == ((24, 24) if network.stem_pool is StemPool.PADDED else (23, 23))

    answer = ask(build_graph(network, arrays, small("caffe"), batch=1, with_features=True), crops)
    assert worst(answer["features"], features.numpy()) < 1e-4
    assert worst(answer["logits"], logits.numpy()) < 1e-4

    classifier = Classifier(load_torch(network, arrays), small("caffe"))
    with torch.inference_mode():
        ours_features, ours = classifier.features_and_logits(torch.from_numpy(crops))
    assert worst(ours_features.numpy(), features.numpy()) < 1e-5
    assert worst(ours.numpy(), logits.numpy()) < 1e-5


def test_one_set_of_weights_answers_differently_in_each_form() -> None:
    """So that a test which mixes the forms up would fail: padding and epsilon both matter here."""
    arrays, crops = random_arrays(early_keras()), random_crops(1)
    answers = [keras_answer(network, arrays, crops)[2].numpy() for network in FORMS.values()]
    assert worst(answers[0], answers[1]) > 1e-3
    assert worst(answers[1], answers[2]) > 1e-3
