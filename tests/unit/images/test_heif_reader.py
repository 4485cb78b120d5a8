"""HEIC through one of two packages, and a sentence where neither is there: packages of ours carry a decoder only."""

import sys
from pathlib import Path

import pytest

from resnet_gui.cli.checks.small_files import HEIC
from resnet_gui.images import plugins
from resnet_gui.images.decode import Limits, decode
from resnet_gui.images.status import Status


@pytest.fixture
def picture(tmp_path: Path) -> str:
    path = tmp_path / "picture.heic"
    path.write_bytes(HEIC)
    return str(path)


def test_without_a_reader_a_heic_picture_is_unsupported_and_the_message_says_what_to_install(
    picture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pillow_heif", "pi_heif"):
        monkeypatch.setitem(sys.modules, name, None)
    decoded = decode(picture, Limits())
    assert decoded.status is Status.UNSUPPORTED
    assert "pillow-heif" in decoded.message


def test_a_package_without_a_reader_tells_people_to_save_as_jpeg(picture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be installed into a frozen program."""
    for name in ("pillow_heif", "pi_heif"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    decoded = decode(picture, Limits())
    assert decoded.status is Status.UNSUPPORTED
    assert "JPEG" in decoded.message
    assert "install" not in decoded.message


def test_the_reader_without_an_encoder_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pi_heif.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.delitem(sys.modules, "pi_heif", raising=False)
    try:
        assert plugins.heif_reader().__file__ == str(tmp_path / "pi_heif.py")
    finally:
        sys.modules.pop("pi_heif", None)
