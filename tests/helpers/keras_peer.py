"""Keras itself as a witness: builds a network with random weights and statistics, saves it, and says what it sees.

`KerasPeer` is a process of its own, as Keras reads its backend when it is imported and brings warnings along; one for
many networks, as to start it takes longer than to ask it.  It reads one JSON list per line, and says when it is done:

    ["network", NAME, FOLDER, FORMAT…]    writes into FOLDER: NAME.h5, NAME.weights.h5, NAME.keras, whichever are asked
                                          for, and NAME.npz with "crops" (uint8, [n, 224, 224, 3], RGB) and
                                          "probabilities" (float32, [n, classes])
    ["variants", FOLDER]                  the same for each of `keras_variants`
    ["script", WEIGHTS, PICTURE, FOLDER]  runs the second article's script
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.helpers.shared import REPOSITORY

CLASSES = 50
"""Fewer than 1000, so that each has a probability in which a fault would show."""
EXTENSIONS = {"h5": ".h5", "weights": ".weights.h5", "keras": ".keras"}


class KerasPeer:
    """The process, from outside; to be closed.  said: the file its own output goes to, told where it fails."""

    def __init__(self, said: Path) -> None:
        self._said = said
        command = [sys.executable, "-m", "tests.helpers.keras_peer"]
        with said.open("wb") as errors:
            self._process = subprocess.Popen(
                command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )

    def ask(self, *words: str | Path) -> None:
        """Have something done, and wait for it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([str(word) for word in words]), file=self._process.stdin, flush=True)
        assert self._process.stdout.readline() == "done\n", self._said.read_text(encoding="utf-8")[-2000:]

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def main() -> None:
    """Do what each line of the standard input says."""
    os.environ["KERAS_BACKEND"] = "torch"
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        what, *words = json.loads(line)
        if what == "network":
            save_network(words[0], Path(words[1]), words[2:])
        elif what == "script":
            run_the_article(*map(Path, words))
        else:
            from tests.helpers import keras_variants

            keras_variants.save_all(Path(words[0]))
        print("done", file=answers, flush=True)


def save_network(name: str, folder: Path, formats: list[str]) -> None:
    """Build, ask, save."""
    import keras
    import numpy as np

    from tests.unit.network.crops import random_crops

    keras.backend.set_image_data_format("channels_last")
    keras.utils.clear_session()
    model, prepare = NETWORKS[name]()
    crops = random_crops(1, side=224)
    randomise(model, prepare(crops.astype(np.float32)))
    probabilities = model.predict(prepare(crops.astype(np.float32)), verbose=0)
    np.savez(folder / f"{name}.npz", crops=crops, probabilities=probabilities)
    for form in formats:
        path = folder / f"{name}{EXTENSIONS[form]}"
        model.save_weights(path) if form == "weights" else model.save(path)


def run_the_article(weights: Path, picture: Path, folder: Path) -> None:
    """The second article's script: its network, its weight file, its steps from a picture to five classes.

    Writes into `folder`: article.h5, the whole model as the script's Keras could have saved it, and article.json.
    """
    import keras
    import numpy as np
    from keras.applications.resnet import preprocess_input
    from keras.utils import img_to_array, load_img

    keras.backend.set_image_data_format("channels_last")
    model = article_network(classes=1000)
    model.load_weights(weights, by_name=True)
    x = img_to_array(load_img(picture, target_size=(224, 224)))
    x = preprocess_input(np.expand_dims(x, axis=0))
    (answer,) = model.predict(x, verbose=0)
    best = np.argsort(-answer)[:5]
    (folder / "article.json").write_text(json.dumps([[int(index), float(answer[index])] for index in best]))
    model.save(folder / "article.h5")


def randomise(model: Any, pixels: Any) -> None:
    """Weights of a usual size, biases that matter, and normalisations that are far from doing nothing.

    The last layer is scaled by what it is given for `pixels`, so that no class has all the probability.
    """
    import keras
    import numpy as np

    random = np.random.default_rng(11)
    for weight in model.weights:
        shape, kind = tuple(weight.shape), weight.path.rsplit("/", 1)[-1]
        if kind == "kernel":
            fan_in = np.prod(shape[:-1])
            value = random.normal(0, np.sqrt(2 / fan_in), shape)
        elif kind in ("gamma", "moving_variance"):
            value = random.uniform(0.4, 1.4, shape)
        else:  # bias, beta, moving_mean
            value = random.normal(0, 0.3, shape)
        weight.assign(value.astype(np.float32))
    features = keras.Model(model.inputs, model.layers[-1].input).predict(pixels, verbose=0)
    kernel = model.layers[-1].kernel
    spread = np.sqrt(np.mean(np.square(features)) * features.shape[1])
    kernel.assign(random.normal(0, 1.5 / spread, tuple(kernel.shape)).astype(np.float32))


def _application(name: str, module: str) -> Callable[[], tuple[Any, Callable[[Any], Any]]]:
    def make() -> tuple[Any, Callable[[Any], Any]]:
        import keras

        return (
            getattr(keras.applications, name)(weights=None, classes=CLASSES),
            getattr(keras.applications, module).preprocess_input,
        )

    return make


def _article() -> tuple[Any, Callable[[Any], Any]]:
    """The second article's network, written with Keras' layers as it describes them."""
    import keras

    return article_network(), keras.applications.resnet.preprocess_input


ARTICLE_STAGES = ((64, 3), (128, 4), (256, 6), (512, 3))
"""Width and number of blocks."""


def article_network(
    *,
    named: bool = True,
    classes: int = CLASSES,
    stages: Sequence[tuple[int, int]] = ARTICLE_STAGES,
    activation: str | None = "softmax",
    norm: Mapping[str, Any] | None = None,
) -> Any:
    """identity_block and conv_block of the article; without names, the layers are called as Keras counts them.

    norm: further settings of the batch normalisations.
    """
    from keras import Input, Model, backend, layers

    first = backend.image_data_format() == "channels_first"

    def call(name: str) -> str | None:
        return name if named else None

    def convolution_and_norm(x: Any, filters: int, size: int, branch: str, **more: Any) -> Any:
        x = layers.Conv2D(filters, size, name=call(f"res{branch}"), **more)(x)
        return layers.BatchNormalization(axis=1 if first else 3, name=call(f"bn{branch}"), **(norm or {}))(x)

    def main_path(x: Any, filters: int, block: str, strides: int) -> Any:
        x = convolution_and_norm(x, filters, 1, f"{block}_branch2a", strides=strides)
        x = layers.Activation("relu")(x)
        x = convolution_and_norm(x, filters, 3, f"{block}_branch2b", padding="same")
        x = layers.Activation("relu")(x)
        return convolution_and_norm(x, 4 * filters, 1, f"{block}_branch2c")

    def identity_block(x: Any, filters: int, block: str) -> Any:
        return layers.Activation("relu")(layers.add([main_path(x, filters, block, 1), x]))

    def conv_block(x: Any, filters: int, block: str, strides: int = 2) -> Any:
        main = main_path(x, filters, block, strides)
        shortcut = convolution_and_norm(x, 4 * filters, 1, f"{block}_branch1", strides=strides)
        return layers.Activation("relu")(layers.add([main, shortcut]))

    inputs = Input((3, 224, 224) if first else (224, 224, 3))
    x = layers.ZeroPadding2D((3, 3))(inputs)
    x = layers.Conv2D(64, (7, 7), strides=(2, 2), name=call("conv1"))(x)
    x = layers.BatchNormalization(axis=1 if first else 3, name=call("bn_conv1"), **(norm or {}))(x)
    x = layers.Activation("relu")(x)
    x = layers.MaxPooling2D((3, 3), strides=(2, 2))(x)
    for stage, (filters, blocks) in enumerate(stages, start=2):
        x = conv_block(x, filters, f"{stage}a", strides=1 if stage == 2 else 2)
        for block in "bcdefgh"[: blocks - 1]:
            x = identity_block(x, filters, f"{stage}{block}")
    x = layers.AveragePooling2D({4: 7, 2: 28}[len(stages)], name=call("avg_pool"))(x)
    x = layers.Flatten()(x)
    x = layers.Dense(classes, activation=activation, name=call("fc1000"))(x)
    return Model(inputs, x, name="resnet50")


NETWORKS: dict[str, Callable[[], tuple[Any, Callable[[Any], Any]]]] = {
    **{f"ResNet{depth}": _application(f"ResNet{depth}", "resnet") for depth in (50, 101, 152)},
    **{f"ResNet{depth}V2": _application(f"ResNet{depth}V2", "resnet_v2") for depth in (50, 101, 152)},
    "article": _article,
}

if __name__ == "__main__":
    main()
