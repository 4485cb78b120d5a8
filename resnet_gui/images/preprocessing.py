"""How pixels become what a network was trained on: resize, crop, channel order, normalisation.

It belongs to a weight file: the same picture prepared another way gives other numbers.
Sources: torchvision's weight transforms ("torch" for its V1 weights, "torch-232" for V2); keras.applications'
`preprocess_input` modes; timm's default_cfgs of resnetv2 ("half" for a1h: 224 / 0.95, "half-248" for ra4: 224 / 0.9,
cut to whole pixels); the second article's script (`load_img(target_size=(224, 224))`, whose default interpolation is
nearest).
"""

from dataclasses import dataclass
from enum import StrEnum


class Interpolation(StrEnum):
    """Pillow's resampling filters that networks are trained with (antialiased but for nearest)."""

    NEAREST = "nearest"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"


class Channels(StrEnum):
    """The channel order the network's first convolution expects."""

    RGB = "rgb"
    BGR = "bgr"


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How an upright 8-bit RGB picture becomes a network's input.

    name: what a person chooses it by.
    resize: length of the short side after resizing, in pixels; None squashes both sides to `crop`.
    interpolation: the filter that resizes.
    crop: side of the square the network sees, in pixels.
    channels: the order the network expects.
    divide, mean, std: the network's input is `(pixel / divide - mean) / std`, pixel in 0…255, with mean and
    std in the order of `channels`.
    """

    name: str
    resize: int | None
    interpolation: Interpolation
    crop: int
    channels: Channels
    divide: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    @property
    def squash(self) -> bool:
        """Whether both sides are forced to `crop`, changing the picture's shape."""
        return self.resize is None


_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_STD = (0.229, 0.224, 0.225)
_CAFFE_MEAN = (103.939, 116.779, 123.68)
_ONES = (1.0, 1.0, 1.0)
_HALVES = (0.5, 0.5, 0.5)

PRESETS: dict[str, Preprocessing] = {
    preprocessing.name: preprocessing
    for preprocessing in (
        Preprocessing("torch", 256, Interpolation.BILINEAR, 224, Channels.RGB, 255.0, _IMAGENET_MEAN, _IMAGENET_STD),
        Preprocessing(
            "torch-232", 232, Interpolation.BILINEAR, 224, Channels.RGB, 255.0, _IMAGENET_MEAN, _IMAGENET_STD
        ),
        Preprocessing("caffe", 256, Interpolation.BILINEAR, 224, Channels.BGR, 1.0, _CAFFE_MEAN, _ONES),
        Preprocessing("tf", 256, Interpolation.BILINEAR, 224, Channels.RGB, 127.5, _ONES, _ONES),
        Preprocessing("half", 235, Interpolation.BICUBIC, 224, Channels.RGB, 255.0, _HALVES, _HALVES),
        Preprocessing("half-248", 248, Interpolation.BICUBIC, 224, Channels.RGB, 255.0, _HALVES, _HALVES),
        Preprocessing("article", None, Interpolation.NEAREST, 224, Channels.BGR, 1.0, _CAFFE_MEAN, _ONES),
    )
}
"""Those a person can choose by name (`--preprocess`).

torch: torchvision's V1 weights; torch-232: its V2 weights.  caffe, tf: Keras' v1 and v2.  half: timm's resnetv2 "a1h"
(224 / 0.95, truncated); half-248: its "ra4" (224 / 0.9).  article: the second article's script.
"""
