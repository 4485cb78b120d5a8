"""Every kind of picture becomes upright RGB, every failure a status: against Pillow, and against drawn colours."""

import os
import struct
import subprocess
import sys
import threading
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from resnet_gui.images.colours import as_rgb
from resnet_gui.images.decode import Decoded, Limits, decode
from resnet_gui.images.status import Status

LIMITS = Limits()
ACCEPTING = Limits(accept_truncated=True)


def smooth(width: int = 65, height: int = 43) -> Image.Image:
    """Red grows to the right, green downwards: no two corners are alike, and JPEG keeps it nearly as it is."""
    down, across = np.mgrid[0:height, 0:width]
    channels = across * 255 // width, down * 255 // height, np.full_like(down, 90)
    return Image.fromarray(np.stack(channels, -1).astype(np.uint8))


def written(path: Path, picture: Image.Image, **options: object) -> str:
    picture.save(path, **options)
    return str(path)


def rgb(decoded: Decoded) -> np.ndarray:
    assert decoded.image is not None, decoded.message
    return np.asarray(as_rgb(decoded.image)).astype(int)


def centre(decoded: Decoded) -> tuple[int, ...]:
    pixels = rgb(decoded)
    return tuple(pixels[pixels.shape[0] // 2, pixels.shape[1] // 2].tolist())


@pytest.mark.parametrize("extension", ["png", "bmp", "tif", "ppm", "tga", "qoi", "pcx", "sgi", "webp", "jp2", "dds"])
def test_lossless_formats_give_the_pixels_that_were_saved(extension: str, tmp_path: Path) -> None:
    options = {"lossless": True} if extension == "webp" else {}
    decoded = decode(written(tmp_path / f"picture.{extension}", smooth(), **options), LIMITS)
    assert decoded.status is Status.OK
    assert (decoded.width, decoded.height) == (65, 43)
    np.testing.assert_array_equal(rgb(decoded), np.asarray(smooth()))


@pytest.mark.parametrize("extension", ["jpg", "gif", "avif", "heic", "webp"])
def test_lossy_formats_give_nearly_those_pixels(extension: str, tmp_path: Path) -> None:
    if extension == "heic":
        pytest.importorskip("pillow_heif").register_heif_opener()
    decoded = decode(written(tmp_path / f"picture.{extension}", smooth()), LIMITS)
    assert decoded.status is Status.OK
    assert abs(rgb(decoded) - np.asarray(smooth())).max() < 60
    assert abs(rgb(decoded) - np.asarray(smooth())).mean() < 8


def test_a_jpegs_pixels_are_pillows(tmp_path: Path) -> None:
    path = written(tmp_path / "picture.jpg", smooth(), quality=70)
    with Image.open(path) as expected:
        np.testing.assert_array_equal(rgb(decode(path, LIMITS)), np.asarray(expected.convert("RGB")))


def test_the_content_counts_not_the_extension(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    smooth().save(path, "GIF")
    assert decode(str(path), LIMITS).status is Status.OK


@pytest.mark.parametrize("extension", ["jpg", "png", "tif", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_undone_once(orientation: int, extension: str, tmp_path: Path) -> None:
    """The file holds the picture turned the other way round, so that upright it is always the same."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = smooth().transpose(back[orientation]) if orientation > 1 else smooth()
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if extension == "webp" else {"quality": 100, "subsampling": 0}
    decoded = decode(written(tmp_path / f"a.{extension}", stored, exif=exif, **options), LIMITS)
    assert (decoded.width, decoded.height) == (65, 43)
    assert abs(rgb(decoded) - np.asarray(smooth())).max() <= (4 if extension == "jpg" else 0)


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (9, 7), (10, 200, 30, 0))
    half = Image.new("RGBA", (9, 7), (0, 0, 0, 128))
    assert centre(decode(written(tmp_path / "clear.png", clear), LIMITS)) == (255, 255, 255)
    assert centre(decode(written(tmp_path / "half.png", half), LIMITS)) == (127, 127, 127)
    grey = Image.new("LA", (9, 7), (40, 0))
    assert centre(decode(written(tmp_path / "grey.png", grey), LIMITS)) == (255, 255, 255)
    palette = Image.new("P", (9, 7), 3)
    palette.putpalette([5] * 768)
    assert centre(decode(written(tmp_path / "p.png", palette, transparency=3), LIMITS)) == (255, 255, 255)
    assert centre(decode(written(tmp_path / "rgb.png", Image.new("RGB", (9, 7)), transparency=(0, 0, 0)), LIMITS)) == (
        255,
        255,
        255,
    )


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    values = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    for name in ("deep.png", "deep.tif"):
        np.testing.assert_array_equal(
            rgb(decode(written(tmp_path / name, Image.fromarray(values)), LIMITS))[:, :, 0], values >> 8
        )


def test_floats_and_long_integers_are_scaled(tmp_path: Path) -> None:
    def shown(values: np.ndarray) -> list[int]:
        return rgb(decode(written(tmp_path / "deep.tif", Image.fromarray(values)), LIMITS))[0, :, 0].tolist()

    assert shown(np.array([[0, 0.5, 1, np.nan, np.inf, -np.inf]], np.float32)) == [0, 128, 255, 0, 255, 0]
    assert shown(np.array([[0, 100, 255]], np.float32)) == [0, 100, 255]
    assert shown(np.array([[-500, 0, 500]], np.float32)) == [0, 128, 255]
    assert shown(np.array([[7, 7, 7]], np.float32) * np.nan) == [0, 0, 0]
    assert shown(np.array([[0, 128, 255]], np.int32)) == [0, 128, 255]
    assert shown(np.array([[0, 32768, 65535]], np.int32)) == [0, 128, 255]
    assert shown(np.array([[-10, 0, 10]], np.int32)) == [0, 128, 255]


def test_cmyk_follows_its_adobe_marker(tmp_path: Path) -> None:
    """Pillow writes Adobe's marker and inverted inks; taken out by hand, the inks are to be read as they stand."""
    red = Image.new("CMYK", (32, 16), (0, 255, 255, 0))
    path = Path(written(tmp_path / "adobe.jpg", red, quality=100))
    assert centre(decode(str(path), LIMITS)) == pytest.approx((255, 0, 0), abs=3)
    data = path.read_bytes()
    at = data.index(b"\xff\xee")
    length = struct.unpack(">H", data[at + 2 : at + 4])[0]
    path.write_bytes(data[:at] + data[at + 2 + length :])
    # without the marker the stored bytes mean the opposite: 255 of ink where there was none
    assert centre(decode(str(path), LIMITS)) == pytest.approx((0, 0, 0), abs=3)


def test_the_first_frame_of_an_animation_counts(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue", "lime")]
    for name in ("a.gif", "a.png", "a.webp"):
        path = written(tmp_path / name, frames[0], save_all=True, append_images=frames[1:], lossless=True)
        assert centre(decode(path, LIMITS)) == pytest.approx((255, 0, 0), abs=2)


def test_lab_keeps_its_colour(tmp_path: Path) -> None:
    lab = Image.frombytes("LAB", (8, 8), bytes((136, 80, 67)) * 64)  # sRGB red: L* 53, a* 80, b* 67
    pixel = centre(decode(written(tmp_path / "lab.tif", lab), LIMITS))
    assert pixel[0] > 240
    assert max(pixel[1:]) < 40


def test_grey_stays_one_channel(tmp_path: Path) -> None:
    image = decode(written(tmp_path / "grey.jpg", smooth().convert("L")), LIMITS).image
    assert image is not None
    assert image.mode == "L"


def test_missing_denied_folder_pipe_and_empty(tmp_path: Path) -> None:
    assert decode(str(tmp_path / "nothing.jpg"), LIMITS).status is Status.MISSING
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "nothing.jpg")
    assert decode(str(tmp_path / "dangling.jpg"), LIMITS).status is Status.MISSING
    (tmp_path / "folder.jpg").mkdir()
    assert decode(str(tmp_path / "folder.jpg"), LIMITS).status is Status.IO_ERROR
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")
        assert decode(str(tmp_path / "pipe.jpg"), LIMITS).status is Status.UNSUPPORTED
    (tmp_path / "empty.jpg").touch()
    assert decode(str(tmp_path / "empty.jpg"), LIMITS).status is Status.EMPTY
    assert decode(str(tmp_path / "a\0b.jpg"), LIMITS).status is Status.MISSING


def test_no_permission_is_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(written(tmp_path / "a.png", smooth()))
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads everything: let the system say no instead
        monkeypatch.setattr("builtins.open", lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "no")))
    decoded = decode(str(path), LIMITS)
    assert decoded.status is Status.DENIED
    assert "permission" in decoded.message


def test_a_failing_disk_is_an_io_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.png", smooth())
    monkeypatch.setattr("builtins.open", lambda *_, **__: (_ for _ in ()).throw(OSError(5, "Input/output error")))
    decoded = decode(path, LIMITS)
    assert decoded.status is Status.IO_ERROR
    assert "Input/output error" in decoded.message


def test_more_pixels_than_allowed_are_refused_by_the_header(tmp_path: Path) -> None:
    path = written(tmp_path / "a.png", Image.new("1", (2000, 1001)))
    decoded = decode(path, Limits(max_megapixels=2))
    assert (decoded.status, decoded.image) == (Status.TOO_LARGE, None)
    assert (decoded.width, decoded.height) == (2000, 1001)
    assert "2 megapixels" in decoded.message
    assert decode(path, Limits(max_megapixels=3)).status is Status.OK


def test_a_bomb_inside_an_icon_is_refused(tmp_path: Path) -> None:
    """The icon's table says 256 × 256; the PNG inside says 60,000 × 60,000."""
    buffer = BytesIO()
    Image.new("L", (8, 8)).save(buffer, "PNG")
    png = buffer.getvalue()
    png = png[:16] + struct.pack(">II", 60_000, 60_000) + png[24:]
    entry = struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(png), 22)
    (tmp_path / "a.ico").write_bytes(struct.pack("<HHH", 0, 1, 1) + entry + png)
    (tmp_path / "a.icns").write_bytes(struct.pack(">4sI4sI", b"icns", 16 + len(png), b"ic08", 8 + len(png)) + png)
    for name in ("a.ico", "a.icns"):
        decoded = decode(str(tmp_path / name), LIMITS)
        assert (decoded.status, decoded.width) == (Status.TOO_LARGE, 60_000)


def test_a_file_too_large_for_memory_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnet_gui.images.read._IN_MEMORY", 10)
    for name in ("a.png", "a.tif", "a.bmp"):
        path = written(tmp_path / name, smooth())
        np.testing.assert_array_equal(rgb(decode(path, LIMITS)), np.asarray(smooth()))


def test_too_little_memory_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", fail)
    assert decode(written(tmp_path / "a.png", smooth()), LIMITS).status is Status.TOO_LARGE


@pytest.mark.parametrize("extension", ["jpg", "png", "bmp", "tif"])
def test_a_cut_file_is_truncated_and_its_upper_part_can_be_had(extension: str, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(30, 220, (160, 240, 3), dtype=np.uint8)
    whole = Path(written(tmp_path / f"whole.{extension}", Image.fromarray(noise)))
    cut = tmp_path / f"cut.{extension}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    if extension == "tif":  # Pillow writes the directory of a TIFF before its pixels
        assert cut.read_bytes()[4:8] == b"\x08\0\0\0"
    decoded = decode(str(cut), LIMITS)
    assert (decoded.status, decoded.image) == (Status.TRUNCATED, None)
    assert (decoded.width, decoded.height) == (240, 160)
    assert "% of the picture is there" in decoded.message
    partial = decode(str(cut), ACCEPTING)
    assert (partial.status, partial.message) == (decoded.status, decoded.message)
    if extension != "bmp":  # a BMP begins at the bottom
        np.testing.assert_array_equal(rgb(partial)[:60], rgb(decode(str(whole), LIMITS))[:60])


def test_truncated_files_do_not_make_other_threads_lenient(tmp_path: Path) -> None:
    """Pillow's LOAD_TRUNCATED_IMAGES is global; nothing here may switch it on while another thread decodes."""
    buffer = BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (99, 99, 3), dtype=np.uint8)).save(buffer, "PNG")
    cut = tmp_path / "cut.png"
    cut.write_bytes(buffer.getvalue()[:15_000])
    seen: list[Status] = []

    def work(limits: Limits) -> None:
        seen.extend(decode(str(cut), limits).status for _ in range(30))

    threads = [threading.Thread(target=work, args=(limits,)) for limits in (LIMITS, ACCEPTING) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [Status.TRUNCATED] * 120


def test_reduced_decoding_keeps_what_was_asked_and_tells_the_full_size(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jpg", smooth(1600, 1200))
    decoded = decode(path, LIMITS, at_least=300)
    assert decoded.image is not None
    assert decoded.image.size == (400, 300)
    assert (decoded.width, decoded.height) == (1600, 1200)


def test_a_camera_raw_file_is_not_taken_for_its_thumbnail(tmp_path: Path) -> None:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    tags = ImageFileDirectory_v2()
    tags[254] = 1
    tags[330] = 8
    decoded = decode(written(tmp_path / "a.nef", smooth(), format="TIFF", tiffinfo=tags), LIMITS)
    assert decoded.status is Status.UNSUPPORTED


def test_noise_after_a_signature_never_raises(tmp_path: Path) -> None:
    """What no table foresees must still end as a status."""
    random = np.random.default_rng(0)
    heads = (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0\x08\0\0\0", b"8BPS\0\1", b"DDS |\0\0\0")
    heads += (b"RIFF\xff\0\0\0WEBPVP8 ", b"\0\0\0\x1cftypavif", b"\0\0\0\x1cftypheic", b"icns", b"\0\0\1\0\1\0")
    heads += (b"qoif\0\0\1\0", b"P6 9 9 255\n", b"BM____\0\0\0\0\x36\0\0\0\x28\0\0\0", b"\x01\xda\1\1")
    path = tmp_path / "noise"
    for head in heads:
        for length in (0, 10, 100, 3000):
            path.write_bytes(head + random.bytes(length))
            decoded = decode(str(path), LIMITS)
            assert decoded.status is Status.OK or decoded.message, head


def test_decoding_a_jpeg_imports_no_other_formats_plugin(tmp_path: Path) -> None:
    """A light start: neither HEIC's library nor the plugins of rare formats are loaded for a photo."""
    path = written(tmp_path / "a.jpg", smooth())
    program = (
        "import sys; from resnet_gui.images.decode import decode, Limits\n"
        f"assert decode({path!r}, Limits()).status == 'ok'\n"
        "print(*(name for name in sys.modules if name.startswith(('pillow_heif', 'PIL.', 'torch'))))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "PIL.JpegImagePlugin" in loaded
    assert not {"pillow_heif", "torch", "PIL.WebPImagePlugin", "PIL.AvifImagePlugin"} & set(loaded)
