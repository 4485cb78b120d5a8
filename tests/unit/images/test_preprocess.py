"""Pixels of the crops, bit for bit against torchvision's PIL path and against Pillow itself."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from resnet_gui.images import preprocess
from resnet_gui.images.colours import as_rgb
from resnet_gui.images.geometry import resized_size
from resnet_gui.images.preprocess import cut, make_crops, resize
from resnet_gui.images.preprocessing import PRESETS, Interpolation, Preprocessing

TORCH = PRESETS["torch"]
PILLOW = {
    Interpolation.NEAREST: Image.Resampling.NEAREST,
    Interpolation.BILINEAR: Image.Resampling.BILINEAR,
    Interpolation.BICUBIC: Image.Resampling.BICUBIC,
}


def noise(width: int, height: int, mode: str = "RGB", seed: int = 0) -> Image.Image:
    """A picture of random pixels: what cannot pass with rows and columns, or channels, mixed up."""
    channels = len(Image.new(mode, (1, 1)).getbands())
    shape = (height, width, channels) if channels > 1 else (height, width)
    values = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    if mode == "1":
        return Image.fromarray(values).convert("1")
    picture = Image.frombytes(mode, (width, height), values.tobytes())
    if mode == "P":
        picture.putpalette(np.random.default_rng(seed + 1).integers(0, 256, 768, dtype=np.uint8).tobytes())
    return picture


def torchvisions(image: Image.Image, preprocessing: Preprocessing, crops: int) -> NDArray[np.uint8]:
    """The same crops by torchvision's own transforms."""
    transforms = pytest.importorskip("torchvision.transforms")
    mode = transforms.InterpolationMode(preprocessing.interpolation.value)
    resized = transforms.Resize(preprocessing.resize, interpolation=mode)(image)
    if crops == 1:
        return np.asarray(transforms.CenterCrop(preprocessing.crop)(resized))[None]
    return np.stack([np.asarray(crop) for crop in transforms.TenCrop(preprocessing.crop)(resized)])


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 800), st.integers(1, 800), st.sampled_from(["torch", "half"]), st.sampled_from([1, 10]))
def test_crops_equal_torchvisions(width: int, height: int, name: str, crops: int) -> None:
    if max(width, height) > 40 * min(width, height):
        height = width  # long thin pictures are dear; they have a test of their own
    picture = noise(width, height)
    pixels = cut(picture, PRESETS[name], crops)
    assert pixels.shape == (crops, 224, 224, 3)
    np.testing.assert_array_equal(pixels, torchvisions(picture, PRESETS[name], crops))


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(20, 223))
def test_a_crop_larger_than_the_resized_picture_is_padded_as_by_torchvision(
    width: int, height: int, short: int
) -> None:
    preprocessing = dataclasses.replace(TORCH, resize=short)
    if max(width, height) > 40 * min(width, height):
        height = width
    picture = noise(width, height)
    np.testing.assert_array_equal(cut(picture, preprocessing, 1), torchvisions(picture, preprocessing, 1))
    ten = cut(picture, preprocessing, 10)
    np.testing.assert_array_equal(ten[4], cut(picture, preprocessing, 1)[0])
    functional = pytest.importorskip("torchvision.transforms.functional")
    mirrored = torchvisions(functional.hflip(picture), preprocessing, 1)[0]
    np.testing.assert_array_equal(ten[9], mirrored)


def test_squash_is_pillows_nearest_as_keras_load_img_has_it() -> None:
    picture = noise(501, 303)
    expected = np.asarray(picture.resize((224, 224), Image.Resampling.NEAREST))
    np.testing.assert_array_equal(cut(picture, PRESETS["article"], 1)[0], expected)
    ten = cut(picture, PRESETS["article"], 10)
    assert all((crop == expected).all() for crop in ten[:5])
    assert all((crop == expected[:, ::-1]).all() for crop in ten[5:])


@pytest.mark.parametrize("size", [(203, 150), (150, 40), (411, 90), (500, 400), (90, 307)])
@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "YCbCr", "HSV", "RGB"])
def test_resizing_channel_by_channel_changes_no_bit(
    mode: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What spares the memory of very large pictures, at sizes for which Pillow works rows first, and columns first."""
    picture = noise(411, 307, mode)
    monkeypatch.setattr("resnet_gui.images.colours._BAND", 411 * 50)
    for interpolation in Interpolation:
        expected = as_rgb(picture).resize(size, PILLOW[interpolation]).tobytes()
        assert resize(picture, *size, interpolation).tobytes() == expected
        with monkeypatch.context() as patch:
            patch.setattr(preprocess, "_CONVERTED_WHOLE", 0)
            assert resize(picture, *size, interpolation).tobytes() == expected


@pytest.mark.parametrize("size", [(37, 900), (900, 37), (255, 200), (3, 3)])
@pytest.mark.parametrize("name", ["torch", "half"])
def test_a_crop_cut_from_a_part_equals_one_cut_from_the_whole(
    size: tuple[int, int], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To one level of 255, where pictures are enlarged: Pillow computes a part's weights from other numbers."""
    picture = noise(*size)
    whole = cut(picture, PRESETS[name], 10).astype(int)
    monkeypatch.setattr(preprocess, "LARGEST_RESIZED", 0)
    parts = cut(picture, PRESETS[name], 10).astype(int)
    assert abs(whole - parts).max() <= 1
    assert (whole != parts).mean() < 1e-3


@pytest.mark.parametrize("size", [(500, 375), (375, 500), (512, 256), (300, 300)])
def test_ten_crops_are_five_squares_and_their_mirror_images(size: tuple[int, int]) -> None:
    """An odd margin puts the centre crop of the mirrored picture one pixel beside the centre crop's mirror image."""
    views = make_crops(noise(*size), TORCH, 10)
    margins = [resized - 224 for resized in resized_size(*size, TORCH)]
    assert views.squares.shape == (5 if margins[0] % 2 == 0 else 6, 224, 224, 3)
    assert (views.indices[:5] >= 0).all()
    assert (views.indices[5:] < 0).all()
    assert make_crops(noise(*size), TORCH, 1).indices.tolist() == [0]


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "CMYK", "RGBA"])
@pytest.mark.parametrize("name", ["torch", "half", "article"])
@pytest.mark.parametrize("size", [(500, 375), (333, 500), (75, 56), (9000, 230)])
def test_nearly_is_a_level_or_two_off_in_a_few_places(size: tuple[int, int], name: str, mode: str) -> None:
    picture = noise(*size, mode)
    exact = cut(picture, PRESETS[name], 1).astype(int)
    nearly = make_crops(picture, PRESETS[name], 1, nearly=True).squares.astype(int)
    assert abs(exact - nearly).max() <= 2
    assert (exact != nearly).mean() < 0.01


@pytest.mark.parametrize(
    ("size", "ends"),
    [((1, 6000), lambda crop: crop[:, 0]), ((6000, 1), lambda crop: crop[0]), ((1, 65_535), lambda crop: crop[:, 0])],
)
def test_a_line_is_cut_in_little_memory_and_shows_its_middle_and_ends(
    size: tuple[int, int], ends: Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
) -> None:
    """A pixel of the line becomes 256 × 256; the crop of 224 lies across the middle of two neighbouring pixels."""
    picture = Image.new("RGB", size)
    pixels = list(range(max(size)))
    picture.putdata([(value % 251, value // 251, 7) for value in pixels])
    crops = cut(picture, TORCH, 10)
    first, last = (value % 251 for value in (pixels[0], pixels[-1]))
    assert ends(crops[0])[0, 0] == first
    far = 3 if size[0] == 1 else 1
    assert ends(crops[far])[-1, 0] == last
    assert (ends(crops[4])[:, 2] == 7).all()
    middle = {(len(pixels) // 2 - 1) % 251, len(pixels) // 2 % 251}
    assert set(ends(crops[4])[:, 0].tolist()) <= set(range(min(middle), max(middle) + 1))
