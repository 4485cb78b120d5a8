"""What the self-test looks at: it passes here, and names what is missing, changed or wrong where something is."""

import importlib.util
import io
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from resnet_gui.assets import resources
from resnet_gui.cli.checks import assets, pictures, weight_files, window
from resnet_gui.cli.checks.check import CheckError, tried
from resnet_gui.cli.checks.shipped import SHIPPED
from resnet_gui.cli.checks.small_files import HEIC, NUMBERS, TORCH_LEGACY, TORCH_ZIP

ROOT = Path(__file__).parents[3]

# ---------------------------------------------------------------- how a finding is come by


def _raise(error: Exception) -> str:
    raise error


@pytest.mark.parametrize(
    ("work", "told"),
    [
        (lambda: _raise(CheckError("The saw is blunt.")), "The saw is blunt."),
        (lambda: _raise(KeyError("x")), "KeyError: 'x'"),
        (lambda: f"{os.write(2, b'said in C')} bytes", "9 bytes; unexpected on stderr: said in C"),
        (lambda: f"{sys.stderr.write('a' * 4000)}", "a" * 600),
        (lambda: f"{logging.getLogger('lib').warning('odd')}", "lib WARNING odd"),
    ],
    ids=["known", "unknown", "stderr in C", "much on stderr", "logged"],
)
def test_trouble_and_what_is_said_unasked_fail_a_check(
    work: Callable[[], str], told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    check = tried("saw", work)
    assert not check.passed
    assert check.text.endswith(told)
    assert capfd.readouterr().err == ""


def test_a_check_that_finds_nothing_wrong_passes_and_stderr_is_as_before(capfd: pytest.CaptureFixture[str]) -> None:
    assert tried("saw", lambda: "sharp").passed
    os.write(2, b"afterwards")
    assert capfd.readouterr().err == "afterwards"


# ---------------------------------------------------------------- assets


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The resources, each a link, as another installation's."""
    for name in SHIPPED:
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(resources() / name)
    monkeypatch.setattr(assets, "resources", lambda: tmp_path)
    return tmp_path


def test_the_list_of_what_is_shipped_is_fresh() -> None:
    """Else: python resources/build/list_shipped.py"""
    path = ROOT / "resources" / "build" / "list_shipped.py"
    if not path.is_file():
        pytest.skip("only a checkout has the script")
    script = _module(path)
    assert script.as_text(script.shipped(ROOT / "resources")) == script.TARGET.read_text(encoding="utf-8")


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_whole_assets_pass(copied: Path) -> None:
    assert f"{len(SHIPPED)} files" in assets.assets()


@pytest.mark.parametrize("name", ["icons/lens.svg", "weights.toml", "networks/resnet50-imagenet.ranges.json"])
def test_a_missing_and_a_changed_file_are_named(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(CheckError, match=f"lacks {name}; install resnet-gui again"):
        assets.assets()
    (copied / name).write_text("other", encoding="utf-8")
    with pytest.raises(CheckError, match=f"other content than was shipped: {name}"):
        assets.assets()


def test_line_ends_of_a_checkout_on_windows_change_nothing(copied: Path) -> None:
    path = copied / "icons" / "lens.svg"
    text = path.read_bytes().replace(b"\n", b"\r\n")
    path.unlink()
    path.write_bytes(text)
    assets.assets()


def test_in_a_package_every_licence_that_the_page_names_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "_internal"), raising=False)
    with pytest.raises(CheckError, match=r"has no NOTICES\.txt"):
        assets.licences()
    (tmp_path / "licenses").mkdir()
    (tmp_path / "NOTICES.txt").write_text("numpy\n    licenses/numpy.txt\n    licenses/qt.txt\n", encoding="utf-8")
    (tmp_path / "licenses" / "numpy.txt").write_text("BSD", encoding="utf-8")
    (tmp_path / "licenses" / "qt.txt").touch()
    with pytest.raises(CheckError, match=r"lacks licenses/qt\.txt"):
        assets.licences()
    (tmp_path / "licenses" / "qt.txt").write_text("LGPL", encoding="utf-8")
    assert assets.licences().startswith("2 texts")


# ---------------------------------------------------------------- readers


def test_every_picture_format_is_read_here() -> None:
    said = pictures.pictures()
    for word in ("JPEG", "AVIF", "JPEG2000", "Photoshop", "HEIC (libheif", "JPEG quickly"):
        assert word in said


def test_heic_may_be_left_out_of_a_package_and_is_missed_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "is_there", lambda module: False)
    with pytest.raises(CheckError, match="pip install pillow-heif"):
        pictures._heic(tmp_path / "picture")
    monkeypatch.setattr(pictures, "is_package", lambda: True)
    assert pictures._heic(tmp_path / "picture") == "HEIC is left out of this package"


def test_a_quick_decoder_that_fails_is_noticed_though_pillow_steps_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("no")

    monkeypatch.setattr("resnet_gui.images.quick_jpeg.simplejpeg.decode_jpeg", fail)
    with pytest.raises(CheckError, match="simplejpeg"):
        pictures._quick_jpeg(tmp_path / "picture")


def test_every_weight_reader_reads_its_small_file() -> None:
    said = weight_files.weight_files()
    for word in (".safetensors", ".pth of torch before 1.6", ".h5", ".weights.h5", ".keras"):
        assert word in said


def test_the_small_files_are_what_their_own_libraries_read() -> None:
    safetensors = pytest.importorskip("safetensors.numpy")
    assert np.array_equal(safetensors.load(weight_files._safetensors())["fc.weight"], NUMBERS)
    pillow_heif = pytest.importorskip("pillow_heif")
    assert pillow_heif.open_heif(io.BytesIO(HEIC)).size == (64, 48)


@pytest.mark.slow
@pytest.mark.parametrize("content", [TORCH_ZIP, TORCH_LEGACY], ids=["zip", "legacy"])
def test_torch_reads_the_small_files_too(content: bytes) -> None:
    torch = pytest.importorskip("torch")
    assert np.array_equal(torch.load(io.BytesIO(content), weights_only=True)["fc.weight"].numpy(), NUMBERS)


# ---------------------------------------------------------------- the window's process

GOOD = {"trouble": "", "words": ["espresso", "99 %"], "seconds": 1.0, "icons": 30, "engine left": False}
WRITE = "import json, os, pathlib, sys; pathlib.Path(sys.argv[2]).write_text(json.dumps({seen})); {more}"


def _finding(
    folder: Path, monkeypatch: pytest.MonkeyPatch, seen: dict[str, object] | None = None, more: str = ""
) -> str:
    """What is found of a process that reports `seen` and then does `more`."""
    code = WRITE.replace("{seen}", repr(GOOD if seen is None else seen)).replace("{more}", more)
    monkeypatch.setattr(window, "is_there", lambda module: True)
    monkeypatch.setattr(window, "program_command", lambda flag, *given: [sys.executable, "-S", "-c", code, *given])
    trial = window.WindowTrial(folder)
    try:
        return trial.finding()
    finally:
        trial.close()


def test_a_good_report_of_the_window_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "'espresso' read after 1.0 s" in _finding(tmp_path, monkeypatch)


IN_THE_LOG = (
    "logs = pathlib.Path(os.environ['RESNET_GUI_HOME'], 'logs'); logs.mkdir(parents=True); "
    "(logs / 'engine.log').write_text('2025-03-07 12:00:00,000 a.b INFO fine' + chr(10) + 'odd words')"
)


@pytest.mark.parametrize(
    ("seen", "more", "told"),
    [
        (None, "print('qt.svg: broken', file=sys.stderr)", "wrote to stderr: qt.svg: broken"),
        (None, "sys.exit('no libEGL')", "ended with status 1: no libEGL"),
        (None, "open(os.path.join(os.environ['TMPDIR'], 'crumb'), 'w').close()", "left crumb among the temporary"),
        (None, IN_THE_LOG, "Unexpected in engine.log: odd words"),
        ({**GOOD, "trouble": "no answer came"}, "", "In the window, no answer came"),
        ({**GOOD, "words": ["tabby"]}, "", "the window says tabby"),
        ({**GOOD, "engine left": True}, "", "outlived the window"),
    ],
    ids=["stderr", "status", "crumb", "log", "trouble", "answer", "engine"],
)
def test_whatever_is_odd_about_the_windows_process_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen: dict[str, object] | None, more: str, told: str
) -> None:
    with pytest.raises(CheckError, match=told):
        _finding(tmp_path, monkeypatch, seen, more)


def test_a_window_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "PATIENCE_S", 0.3)
    with pytest.raises(CheckError, match="did not end"):
        _finding(tmp_path, monkeypatch, more="import time; time.sleep(60)")


def test_without_qt_there_is_a_sentence_and_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "is_there", lambda module: False)
    with pytest.raises(CheckError, match="pip install PySide6-Essentials"):
        window.WindowTrial(tmp_path).finding()
