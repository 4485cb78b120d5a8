"""Small networks as people make them with Keras, each saved in all three formats, with what Keras says to two crops.

For `keras_peer`, in its process; files as its own.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.helpers.keras_peer import EXTENSIONS, article_network, randomise
from tests.unit.network.crops import random_crops

SMALL = ((8, 2), (16, 2))
CLASSES = 11
Variant = tuple[Any, Callable[[Any], Any]]
"""A model, and how pixels 0…255 are prepared for it."""


def save_all(folder: Path) -> None:
    """Build, ask and save each."""
    import keras
    import numpy as np

    crops = random_crops(2, side=224)
    for name, make in VARIANTS.items():
        keras.backend.set_image_data_format("channels_last")
        keras.utils.clear_session(free_memory=False)
        model, prepare = make()
        pixels = prepare(crops.astype(np.float32))
        randomise(model, pixels)
        answer = model.predict(pixels, verbose=0)
        if model.layers[-1].get_config().get("activation") == "linear":
            answer = np.exp(answer) / np.exp(answer).sum(axis=1, keepdims=True)
        np.savez(folder / f"{name}.npz", crops=crops, probabilities=answer)
        model.save(folder / f"{name}{EXTENSIONS['h5']}")
        model.save_weights(folder / f"{name}{EXTENSIONS['weights']}")
        model.save(folder / f"{name}{EXTENSIONS['keras']}")


def _caffe(pixels: Any) -> Any:
    from keras.applications.resnet import preprocess_input

    return preprocess_input(pixels.copy())


def _tf(pixels: Any) -> Any:
    from keras.applications.resnet_v2 import preprocess_input

    return preprocess_input(pixels.copy())


def _small(**more: Any) -> Any:
    return article_network(classes=CLASSES, stages=SMALL, **more)


def _without_end() -> Any:
    from keras import Model

    whole = _small()
    return Model(whole.input, whole.layers[-4].output, name="trunk")


def transfer() -> Variant:
    """A network within a network, with a new end, as the transfer-learning tutorials have it."""
    from keras import Input, Model, layers

    inputs = Input((224, 224, 3))
    x = layers.RandomFlip()(inputs)
    x = _without_end()(x, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.3)(x)
    return Model(inputs, layers.Dense(CLASSES, activation="softmax", name="flowers")(x)), _caffe


def sequential() -> Variant:
    """A network as the first layer of a Sequential, which prepares pictures itself."""
    from keras import Input, Sequential, layers

    end = layers.Dense(CLASSES, activation="softmax")
    model = Sequential(
        [
            Input((224, 224, 3)),
            layers.Rescaling(1 / 127.5, offset=-1),
            _without_end(),
            layers.GlobalAveragePooling2D(),
            end,
        ]
    )
    return model, lambda pixels: pixels


def channels_first() -> Variant:
    """The channels before the sides, in layers and pixels."""
    import keras

    keras.backend.set_image_data_format("channels_first")
    return _small(), lambda pixels: _caffe(pixels.transpose(0, 3, 1, 2))


def unnamed() -> Variant:
    """Layers called as Keras counts."""
    return _small(named=False), _caffe


def no_gamma() -> Variant:
    """Normalisations without gamma, an end without softmax."""
    return _small(norm={"scale": False, "epsilon": 2e-4}, activation=None), _caffe


def small_v1() -> Variant:
    """keras.applications' own program, made small."""
    return _application(preact=False), _caffe


def small_v2() -> Variant:
    """The same for v2."""
    return _application(preact=True), _tf


def pre_activation() -> Variant:
    """A v2 written by hand: stride in the 3×3 of a stage's first block, biases everywhere, no names."""
    from keras import Input, Model, layers

    def convolution(x: Any, filters: int, size: int, strides: int = 1) -> Any:
        if size == 3 and strides == 2:
            return layers.Conv2D(filters, 3, strides=2)(layers.ZeroPadding2D(1)(x))
        return layers.Conv2D(filters, size, strides=strides, padding="same")(x)

    def activated(x: Any) -> Any:
        return layers.ReLU()(layers.BatchNormalization()(x))

    inputs = Input((224, 224, 3))
    x = layers.Conv2D(64, 7, strides=2)(layers.ZeroPadding2D(3)(inputs))
    x = layers.MaxPooling2D(3, strides=2)(x)
    for stage, (filters, blocks) in enumerate(SMALL):
        for block in range(blocks):
            strides = 2 if stage and not block else 1
            before = activated(x)
            y = activated(convolution(before, filters, 1))
            y = activated(convolution(y, filters, 3, strides))
            y = convolution(y, 4 * filters, 1)
            shortcut = x if block else convolution(before, 4 * filters, 1, strides)
            x = layers.Add()([shortcut, y])
    x = layers.GlobalAveragePooling2D()(activated(x))
    return Model(inputs, layers.Dense(CLASSES, activation="softmax")(x)), _tf


def _application(preact: bool) -> Any:
    from keras.src.applications import resnet  # the public module has the finished networks only

    stack = resnet.stack_residual_blocks_v2 if preact else resnet.stack_residual_blocks_v1

    def stages(x: Any) -> Any:
        """With 64 channels first, where the shapes of a first block are ambiguous."""
        if preact:
            return stack(stack(x, 64, 2, name="conv2"), 16, 2, stride1=1, name="conv3")
        return stack(stack(x, 64, 2, stride1=1, name="conv2"), 16, 2, name="conv3")

    return resnet.ResNet(stages, preact=preact, use_bias=True, weights=None, classes=CLASSES)


VARIANTS: dict[str, Callable[[], Variant]] = {
    "transfer": transfer,
    "sequential": sequential,
    "channels_first": channels_first,
    "unnamed": unnamed,
    "no_gamma": no_gamma,
    "small_v1": small_v1,
    "small_v2": small_v2,
    "pre_activation": pre_activation,
}
