"""simplejpeg in front of Pillow: the same bits for every JPEG it takes, and Pillow's verdict for all others."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from resnet_gui.images import decode as decode_module
from resnet_gui.images.decode import Decoded, Limits, decode
from resnet_gui.images.quick_jpeg import Scratch, quick_pixels
from tests.helpers.pictures import make_picture
from tests.helpers.shared import shared

VARIANTS: dict[str, dict[str, object]] = {
    "4:4:4": {"subsampling": "4:4:4"},
    "4:2:2": {"subsampling": "4:2:2"},
    "4:2:0": {"subsampling": "4:2:0"},
    "4:1:1": {"subsampling": "4:1:1"},
    "progressive": {"progressive": True},
    "optimised": {"optimize": True, "quality": 95},
    "coarse": {"quality": 15},
    "finest": {"quality": 100, "subsampling": 0},
    "restarts": {"restart_marker_blocks": 3},
    "as RGB": {"keep_rgb": True},
}


def jpeg(picture: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", **options)
    return file.getvalue()


def pillows(data: bytes, at_least: int | None) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    if at_least is not None:
        picture.draft(None, (at_least, at_least))
    picture.load()
    return picture


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each JPEG that was decoded, whether simplejpeg did it."""
    verdicts: list[bool] = []

    def watched(*arguments: object) -> Image.Image | None:
        image = quick_pixels(*arguments)  # type: ignore[arg-type]
        verdicts.append(image is not None)
        return image

    monkeypatch.setattr(decode_module, "quick_pixels", watched)
    return verdicts


@pytest.mark.parametrize("size", [(500, 375), (333, 501), (17, 9), (8, 1), (1, 1)])
@pytest.mark.parametrize(
    ("variant", "mode"), [(name, "RGB") for name in VARIANTS] + [("progressive", "L"), ("coarse", "L")]
)
def test_the_bits_are_pillows(
    variant: str, size: tuple[int, int], mode: str, tmp_path: Path, taken: list[bool]
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(make_picture(*size).convert(mode), **VARIANTS[variant]))
    scratch = Scratch()
    for at_least in (None, 100, 40, 3):
        expected = pillows(path.read_bytes(), at_least)
        decoded = decode(str(path), Limits(), at_least, scratch)
        assert decoded.image is not None
        assert decoded.image.mode == expected.mode == mode
        assert decoded.image.size == expected.size
        assert decoded.image.tobytes() == expected.tobytes()
        assert (decoded.width, decoded.height) == size
    assert all(taken) or variant == "4:1:1"  # 4:1:1 at a reduced scale is left to Pillow


def test_photographs_have_pillows_bits(taken: list[bool]) -> None:
    paths = sorted((shared() / "photos" / "val").rglob("*.jp*g"))[::5]
    scratch = Scratch()
    for path in paths:
        decoded = decode(str(path), Limits(), None, scratch)
        assert decoded.image is not None
        assert decoded.image.tobytes() == pillows(path.read_bytes(), None).convert(decoded.image.mode).tobytes()
    assert len(taken) == len(paths) > 30
    assert sum(taken) > 0.9 * len(paths)


@pytest.mark.parametrize("number", range(1, 9))
def test_orientation_is_obeyed_as_pillow_does(number: int, tmp_path: Path, taken: list[bool]) -> None:
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = number
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(make_picture(40, 23), exif=exif))
    expected = ImageOps.exif_transpose(Image.open(path))
    decoded = decode(str(path), Limits())
    assert decoded.image is not None
    assert decoded.image.tobytes() == expected.tobytes()
    assert (decoded.width, decoded.height) == expected.size
    assert taken == [True]


def test_inks_are_left_to_pillow(tmp_path: Path, taken: list[bool]) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(make_picture(40, 23).convert("CMYK")))
    decoded = decode(str(path), Limits())
    assert decoded.image is not None
    assert decoded.image.mode == "RGB"
    assert taken == [False]


def test_very_large_pictures_are_left_to_pillow_which_needs_less_memory(
    tmp_path: Path, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resnet_gui.images.quick_jpeg._LARGEST", 60 * 50 * 3)
    path = tmp_path / "a.jpg"
    for size in ((60, 50), (60, 51)):
        path.write_bytes(jpeg(make_picture(*size)))
        assert decode(str(path), Limits()).image is not None
    assert taken == [True, False]


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_memory_is_used_again_and_pictures_stay_as_they_were(mode: str, tmp_path: Path) -> None:
    scratch = Scratch()
    first = tmp_path / "1.jpg"
    second = tmp_path / "2.jpg"
    first.write_bytes(jpeg(make_picture(60, 50, seed=1).convert(mode)))
    second.write_bytes(jpeg(make_picture(60, 50, seed=2).convert(mode)))
    image = decode(str(first), Limits(), None, scratch).image
    assert image is not None
    before = image.tobytes()
    decode(str(second), Limits(), None, scratch)
    assert image.tobytes() == before
    assert scratch.take(10).base is scratch.take(20).base


WHOLE = jpeg(make_picture(61, 47), restart_marker_blocks=2)
PROGRESSIVE = jpeg(make_picture(61, 47), progressive=True)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([WHOLE, PROGRESSIVE]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=4),
    st.none() | st.floats(0.05, 1),
    st.booleans(),
)
def test_a_damaged_file_gets_pillows_verdict_and_pillows_pixels(
    tmp_path: Path, whole: bytes, changes: list[tuple[float, int]], cut_at: float | None, reduced: bool
) -> None:
    data = bytearray(whole)
    for place, value in changes:
        data[min(len(data) - 1, int(place * len(data)))] = value
    if cut_at is not None:
        del data[int(cut_at * len(data)) :]
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    limits = Limits(accept_truncated=True, max_megapixels=10)
    at_least = 20 if reduced else None
    one = decode(str(path), limits, at_least)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decode_module, "quick_pixels", lambda *_: None)
        other = decode(str(path), limits, at_least)
    assert facts(one) == facts(other)


def facts(decoded: Decoded) -> tuple[object, ...]:
    image = decoded.image
    pixels = None if image is None else (image.mode, image.size, np.asarray(image).tobytes())
    return decoded.status, decoded.message, decoded.width, decoded.height, pixels
