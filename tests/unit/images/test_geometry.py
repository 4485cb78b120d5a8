"""Where the crops lie: against torchvision's arithmetic, and against a marker drawn into a picture."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from resnet_gui.images.geometry import coverage, plan, resized_size, upright_left
from resnet_gui.images.preprocess import cut
from resnet_gui.images.preprocessing import PRESETS

TORCH = PRESETS["torch"]
SIDES = st.integers(1, 70_000)


@settings(deadline=None)
@given(SIDES, SIDES, st.sampled_from(["torch", "half"]))
def test_resized_size_is_torchvisions(width: int, height: int, name: str) -> None:
    functional = pytest.importorskip("torchvision.transforms.functional")
    preprocessing = PRESETS[name]
    new_height, new_width = functional._compute_resized_output_size((height, width), [preprocessing.resize])
    assert resized_size(width, height, preprocessing) == (new_width, new_height)


@settings(deadline=None)
@given(SIDES, SIDES, st.sampled_from([1, 10]), st.sampled_from(sorted(PRESETS)))
def test_boxes_lie_in_the_picture_and_have_the_pictures_scale(width: int, height: int, crops: int, name: str) -> None:
    layout = plan(width, height, PRESETS[name], crops)
    assert len(layout.boxes) == crops
    for box in layout.boxes:
        assert 0 <= box.x <= box.x + box.width <= width * (1 + 1e-9)
        assert 0 <= box.y <= box.y + box.height <= height * (1 + 1e-9)
        assert box.width == pytest.approx(224 * width / layout.width)
        assert box.height == pytest.approx(224 * height / layout.height)


def test_ten_crops_come_in_torchvisions_order() -> None:
    boxes = plan(512, 256, TORCH, 10).boxes
    assert [(box.left, box.top) for box in boxes[:5]] == [(0, 0), (288, 0), (0, 32), (288, 32), (144, 16)]
    assert [(box.left, box.top) for box in boxes[5:]] == [(box.left, box.top) for box in boxes[:5]]
    assert [box.mirrored for box in boxes] == [False] * 5 + [True] * 5
    # the mirrored picture's top left is the upright one's top right
    assert (boxes[5].x, boxes[5].y) == (288, 0)
    assert upright_left(boxes[5], 512, 224) == 288


def test_rounding_of_the_centre_is_half_to_even() -> None:
    """341 → 58 and 343 → 60: what torchvision's `int(round(…))` gives for offsets of 58.5 and 59.5."""
    for long, left in ((341, 58), (343, 60)):
        width = next(w for w in range(250, 700) if resized_size(w, 256, TORCH)[0] == long)
        assert plan(width, 256, TORCH, 1).boxes[0].left == left


def test_coverage_of_one_and_ten_crops() -> None:
    one = coverage(plan(256, 256, TORCH, 1), 256, 256)
    assert one == pytest.approx((224 / 256) ** 2)
    assert coverage(plan(256, 256, TORCH, 10), 256, 256) == pytest.approx(1.0)
    assert coverage(plan(1, 6000, TORCH, 1), 1, 6000) == pytest.approx(224 / 256 * 224 / 256 / 6000)
    assert coverage(plan(900, 300, PRESETS["article"], 1), 900, 300) == 1.0
    wide = coverage(plan(1000, 256, TORCH, 10), 1000, 256)
    assert wide == pytest.approx((2 * 224 * 256 + 224 * 224) / (1000 * 256))


@pytest.mark.parametrize(("width", "height", "crops"), [(10, 10, 5), (0, 10, 1), (10, 0, 10)])
def test_nonsense_is_refused(width: int, height: int, crops: int) -> None:
    with pytest.raises(ValueError):
        plan(width, height, TORCH, crops)


@settings(max_examples=25, deadline=None)
@given(st.integers(230, 900), st.integers(230, 900), st.integers(0, 9), st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_a_crops_pixels_come_from_where_its_box_says(
    width: int, height: int, number: int, across: float, down: float
) -> None:
    """A red spot drawn into a crop's box appears at the same place of that crop (mirrored if the crop is)."""
    box = plan(width, height, TORCH, 10).boxes[number]
    x, y = int(box.x + across * box.width), int(box.y + down * box.height)
    picture = Image.new("RGB", (width, height), "black")
    reach = max(3, min(width, height) // 60)
    picture.paste((255, 0, 0), (x - reach, y - reach, x + reach + 1, y + reach + 1))
    seen = cut(picture, TORCH, 10)[number][:, :, 0].astype(float)
    weights = seen.sum()
    column = (seen.sum(axis=0) * range(224)).sum() / weights
    row = (seen.sum(axis=1) * range(224)).sum() / weights
    expected = (x + 0.5 - box.x) / box.width * 224 - 0.5
    assert column == pytest.approx(223 - expected if box.mirrored else expected, abs=1.0)
    assert row == pytest.approx((y + 0.5 - box.y) / box.height * 224 - 0.5, abs=1.0)


def test_what_the_window_imports_is_plain_python() -> None:
    program = (
        "import sys, resnet_gui.images.find, resnet_gui.images.geometry, resnet_gui.images.status\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "PIL", "openvino", "torch", "PySide6", "pillow_heif"} & set(loaded)
