"""Pictures for the screen: upright, small enough, whole shape."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from resnet_gui.images.preview import NoPreview, Preview, preview, thumbnail
from resnet_gui.images.status import Status

SAMPLES = Path(__file__).resolve().parents[3] / "resources" / "samples"


@pytest.mark.parametrize("name", ["chelsea.png", "coffee.png", "rocket.jpg", "astronaut.png", "grace_hopper.jpg"])
def test_samples_can_be_shown(name: str) -> None:
    shown = preview(str(SAMPLES / name), 10_000_000)
    assert isinstance(shown, Preview)
    with Image.open(SAMPLES / name) as picture:
        assert (shown.width, shown.height) == picture.size == (shown.full_width, shown.full_height)
        assert shown.rgb == picture.convert("RGB").tobytes()


def test_samples_are_small_enough_to_ship_and_their_sources_are_named() -> None:
    pictures = [path for path in SAMPLES.iterdir() if path.suffix != ".md"]
    assert sum(path.stat().st_size for path in pictures) < 2_000_000
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(path.name in readme for path in pictures)


def test_a_large_photo_is_made_smaller_and_turned(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    picture = Image.new("RGB", (2000, 1000), "red")
    picture.paste("blue", (0, 0, 1000, 1000))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(path, exif=exif)
    shown = preview(str(path), 200_000)
    assert isinstance(shown, Preview)
    assert (shown.full_width, shown.full_height) == (1000, 2000)
    assert shown.width * shown.height <= 200_000
    assert shown.width / shown.height == pytest.approx(0.5, abs=0.01)
    pixels = np.frombuffer(shown.rgb, np.uint8).reshape(shown.height, shown.width, 3)
    assert pixels[5, 5].tolist() == pytest.approx([0, 0, 254], abs=3)
    assert pixels[-5, 5].tolist() == pytest.approx([254, 0, 0], abs=3)


def test_thumbnails_fit_and_are_never_enlarged() -> None:
    found = thumbnail(str(SAMPLES / "chelsea.png"), 100, 100)
    assert found is not None
    rgb, width, height = found
    assert (width, height) == (100, 66)
    assert len(rgb) == width * height * 3
    whole = thumbnail(str(SAMPLES / "chelsea.png"), 4000, 4000)
    assert whole is not None
    assert whole[1:] == (451, 300)


def test_a_line_keeps_at_least_one_pixel(tmp_path: Path) -> None:
    Image.new("RGB", (5000, 1)).save(tmp_path / "line.png")
    found = thumbnail(str(tmp_path / "line.png"), 96, 96)
    assert found is not None
    assert found[1:] == (96, 1)


def test_what_cannot_be_shown_says_why(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("hello")
    shown = preview(str(tmp_path / "text.jpg"), 1000)
    assert isinstance(shown, NoPreview)
    assert shown.status is Status.UNSUPPORTED
    assert "text" in shown.message
    assert thumbnail(str(tmp_path / "text.jpg"), 9, 9) is None
