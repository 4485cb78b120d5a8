"""What first bytes say, whatever Pillow would make of them."""

from io import BytesIO

import pytest
from PIL import Image, features

from resnet_gui.images.sniff import PICTURE_EXTENSIONS, describe_content, detect_format


@pytest.mark.parametrize(
    "name",
    [
        *("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "JPEG2000", "ICO"),
        *("ICNS", "PPM", "TGA", "QOI", "PCX", "SGI", "XBM", "DDS"),
    ],
)
def test_files_that_pillow_writes_are_known_by_pillows_name(name: str) -> None:
    if name == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    buffer = BytesIO()
    Image.new("1" if name == "XBM" else "RGB", (48, 32)).resize((64, 64)).save(buffer, name)
    picture_format = detect_format(buffer.getvalue()[:4096])
    assert picture_format is not None
    assert picture_format.pillow_name == name


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b'<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="...">', "SVG"),
        (b"<svg>", "SVG"),
        (b"<html><body>", "web page"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "film"),
        (b"PK\x03\x04....", "archive"),
        (b"P1 is the first of them", "text"),
        (b"BMW is a car, not a bitmap; see also the others", "text"),
        ("Grüße aus Zürich".encode(), "text"),
        (b"\0\x05\x16\x07\0\x02\0\0Mac OS X", "side file"),
        (b"\xff\x0a\0\0", "JPEG XL"),
        (b"II*\0\x10\0\0\0CR\2\0", "camera raw"),
        (b"\x00\x01\x02\x03", "unknown"),
    ],
)
def test_other_things_are_named(head: bytes, words: str) -> None:
    assert detect_format(head) is None
    assert words in describe_content(head)


def test_many_comments_are_told_apart_in_no_time() -> None:
    """No pattern may take a time that grows with the square, or worse, of what a stranger wrote."""
    assert detect_format(b"P6 " + b"#\n" * 2000) is None
    assert describe_content(b"<?xml" + b"<!--" * 1000) == "text"


def test_extensions_are_lower_case_and_without_documents() -> None:
    assert {"jpg", "heic", "avif", "webp", "nef", "svg"} <= PICTURE_EXTENSIONS
    assert not {"pdf", "mp4", "txt", "eps", "csv"} & PICTURE_EXTENSIONS
    assert all(extension == extension.lower() for extension in PICTURE_EXTENSIONS)
