"""The 110 files that are hard to read: each ends with a status its table allows, soon, and in little memory."""

import csv
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from resnet_gui.images.decode import Limits, decode
from resnet_gui.images.preprocess import cut
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.images.preview import NoPreview, preview
from resnet_gui.images.status import Status
from tests.helpers.shared import REPOSITORY, shared

pytestmark = pytest.mark.shared

_TABLE = REPOSITORY.parent / "shared" / "badfiles" / "expected.csv"


@cache
def rows() -> list[dict[str, str]]:
    if not _TABLE.is_file():
        return []
    with _TABLE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def path_of(name: str) -> str:
    return str(shared() / "badfiles" / name)


def test_the_table_is_there() -> None:
    shared()
    assert len(rows()) == 110


@pytest.mark.parametrize("row", rows(), ids=lambda row: ascii(row["file"][:50]))
def test_status_size_and_processor_time_are_as_the_table_says(row: dict[str, str]) -> None:
    started = time.thread_time()
    decoded = decode(path_of(row["file"]), Limits())
    if decoded.image is not None:
        pixels = cut(decoded.image, PRESETS["torch"], 10)
        assert pixels.shape == (10, 224, 224, 3)
    assert time.thread_time() - started < 10
    assert decoded.status in row["allowed"].split("|")
    assert bool(decoded.message) == (decoded.status is not Status.OK)
    assert "\n" not in decoded.message
    assert "object at 0x" not in decoded.message
    if row["upright_width"] and decoded.status in (Status.OK, Status.TRUNCATED):
        assert (decoded.width, decoded.height) == (int(row["upright_width"]), int(row["upright_height"]))


@pytest.mark.parametrize("row", rows(), ids=lambda row: ascii(row["file"][:50]))
def test_the_window_shows_what_can_be_shown(row: dict[str, str]) -> None:
    shown = preview(path_of(row["file"]), 250_000)
    if row["allowed"] == "ok":
        assert not isinstance(shown, NoPreview)
    if not isinstance(shown, NoPreview):
        assert len(shown.rgb) == shown.width * shown.height * 3
        assert shown.width * shown.height <= 250_000
        assert (shown.full_width, shown.full_height) == (int(row["upright_width"]), int(row["upright_height"]))


def test_the_eight_orientations_are_one_picture() -> None:
    crops = []
    sizes = set()
    for number in range(1, 9):
        image = decode(path_of(f"orientation_{number}.jpg"), Limits()).image
        assert image is not None
        sizes.add(image.size)
        crops.append(cut(image, PRESETS["torch"], 10))
    assert len(sizes) == 1
    for pixels in crops[1:]:
        # the eight files were compressed lying differently, so JPEG's rounding is not the same in all
        assert np.abs(pixels.astype(int) - crops[0]).mean() < 6


@pytest.mark.parametrize(
    "name",
    [
        "jpeg_cmyk_adobe_inverted.jpg",
        "jpeg_cmyk_no_adobe.jpg",
        "jpeg_ycck_adobe.jpg",
        "pgm_16bit.pgm",
        "png_16bit_grey.png",
        "tiff_16bit_big_endian.tif",
        "tiff_cmyk.tif",
        "tiff_float32.tif",
        "tiff_lab.tif",
    ],
)
def test_odd_modes_are_neither_black_nor_white(name: str) -> None:
    image = decode(path_of(name), Limits()).image
    assert image is not None
    grey = np.asarray(image.convert("L"))
    assert 40 < grey.mean() < 215
    assert grey.std() > 15


def test_two_cmyk_files_of_one_picture_look_alike() -> None:
    first, second = (
        decode(path_of(name), Limits()).image for name in ("jpeg_cmyk_adobe_inverted.jpg", "jpeg_cmyk_no_adobe.jpg")
    )
    assert first is not None
    assert second is not None
    assert np.abs(np.asarray(first).astype(int) - np.asarray(second)).mean() < 6


def test_hidden_colours_stay_hidden() -> None:
    image = decode(path_of("png_hidden_colours.png"), Limits()).image
    assert image is not None
    assert (np.asarray(image)[:, : image.width // 2] == 255).all()


_WHOLE = """
import sys
from resnet_gui.images.decode import Limits, decode
from resnet_gui.images.preprocess import cut
from resnet_gui.images.preview import preview
from resnet_gui.images.preprocessing import PRESETS
for path in sys.argv[1:]:
    image = decode(path, Limits()).image
    for preprocessing in PRESETS.values():
        cut(image, preprocessing, 10)
    del image
    preview(path, 4_000_000)
# Not getrusage: a child's ru_maxrss begins with the peak of the process it was forked from.
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux /proc")
def test_the_dearest_files_stay_within_700_megabytes() -> None:
    """200 megapixels of one bit (800 MB if turned into RGB whole) and lines that would be resized to 393 megapixels."""
    names = ("png_200_megapixels.png", "+1x6000.png", "no_extension_6000x1")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _WHOLE, *map(path_of, names)],
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
    )
    assert int(done.stdout) < 700
