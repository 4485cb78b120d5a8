"""The preprocessing beside the transforms that torchvision and timm publish with their weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from resnet_gui.images.preprocess import cut
from resnet_gui.images.preprocessing import PRESETS

SIZES = [(500, 375), (375, 500), (301, 977), (90, 60), (231, 231), (2000, 1333)]


def torchvisions(name: str) -> Callable[[], Callable[[Image.Image], Any]]:
    """The transform of one of torchvision's weight enums, "ResNet50_Weights.IMAGENET1K_V2"."""

    def make() -> Callable[[Image.Image], Any]:
        torchvision = pytest.importorskip("torchvision")
        transform: Callable[[Image.Image], Any] = torchvision.models.get_weight(name).transforms()
        return transform

    return make


def timms(name: str) -> Callable[[], Callable[[Image.Image], Any]]:
    """The transform that timm makes of a pretrained configuration; nothing is downloaded."""

    def make() -> Callable[[Image.Image], Any]:
        timm = pytest.importorskip("timm")
        configuration = timm.models.get_pretrained_cfg(name).to_dict()
        settings = timm.data.resolve_data_config({}, pretrained_cfg=configuration)
        transform: Callable[[Image.Image], Any] = timm.data.create_transform(**settings)
        return transform

    return make


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    ("preprocessing", "make"),
    [
        ("torch", torchvisions("ResNet18_Weights.IMAGENET1K_V1")),
        ("torch", torchvisions("ResNet50_Weights.IMAGENET1K_V1")),
        ("torch-232", torchvisions("ResNet50_Weights.IMAGENET1K_V2")),
        ("torch-232", torchvisions("ResNet152_Weights.IMAGENET1K_V2")),
        ("half", timms("resnetv2_50.a1h_in1k")),
        ("half", timms("resnetv2_101.a1h_in1k")),
        ("half-248", timms("resnetv2_18.ra4_e3600_r224_in1k")),
        ("half-248", timms("resnetv2_34.ra4_e3600_r224_in1k")),
    ],
)
def test_the_network_gets_the_numbers_its_publisher_gives_it(
    preprocessing: str, make: Callable[[], Callable[[Image.Image], Any]], size: tuple[int, int]
) -> None:
    width, height = size
    noise = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    picture = Image.fromarray(noise)
    expected: NDArray[np.float32] = make()(picture).numpy()
    found = PRESETS[preprocessing]
    pixels = cut(picture, found, 1)[0].astype(np.float32)
    ours = (pixels / np.float32(found.divide) - np.float32(found.mean)) / np.float32(found.std)
    # The same 8-bit pixels: a level is 1/255/std = 0.017 and more, so the rest is rounding.
    assert np.abs(ours.transpose(2, 0, 1) - expected).max() < 1e-5
