"""All eight EXIF orientations of one picture give one answer, to the last digit, and one set of crops."""

from pathlib import Path

import pytest
from PIL import Image

from tests.helpers.pictures import make_picture
from tests.helpers.program import run, table

pytestmark = pytest.mark.slow

STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the upright picture lies in a file of each orientation: the inverse of what TIFF 6.0, tag 274, asks for."""


@pytest.mark.parametrize("crops", ["1", "10"])
@pytest.mark.parametrize("extension", ["png", "tif", "webp"])
def test_all_eight_orientations_give_one_row(tmp_path: Path, extension: str, crops: str) -> None:
    upright = make_picture(331, 257)
    files = []
    for orientation, turn in STORED.items():
        stored = upright if turn is None else upright.transpose(turn)
        exif = Image.Exif()
        exif[0x0112] = orientation
        path = tmp_path / f"{orientation}.{extension}"
        stored.save(path, exif=exif, **({"lossless": True} if extension == "webp" else {}))
        files.append(path)
    target = tmp_path / "table.csv"
    done = run(["classify", *files, "--csv", target, "--crops", crops], tmp_path)
    assert done.status == 0, done.err
    rows = table(target)
    assert len(rows) == 8
    assert {tuple(value for name, value in row.items() if name not in ("path", "ms")) for row in rows} == {
        tuple(value for name, value in rows[0].items() if name not in ("path", "ms"))
    }
    assert (rows[0]["status"], rows[0]["width"], rows[0]["height"]) == ("ok", "331", "257")
