"""macOS' Info.plist and the steps to a disk image: what can be checked of them without macOS."""

import plistlib
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from resnet_gui import __version__
from resnet_gui.images.sniff import PICTURE_FORMATS
from resnet_gui.weights.suffixes import WEIGHT_SUFFIXES
from tests.helpers.scripts import load_script
from tests.helpers.shared import REPOSITORY

plist = load_script("packaging/macos/plist.py")
release = load_script("packaging/macos/release.py")
file_types = load_script("packaging/file_types.py")
MACHO = bytes.fromhex("cffaedfe") + bytes(28)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A bundle with two programs, a library, a deeper one, a framework, and a file that is no machine code."""
    made = tmp_path / "resnet-gui.app"
    for place in (
        "Contents/MacOS/resnet-gui",
        "Contents/MacOS/resnet-gui-cli",
        "Contents/Frameworks/libone.dylib",
        "Contents/Frameworks/PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
    ):
        path = made / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(MACHO)
    (made / "Contents" / "Resources").mkdir()
    (made / "Contents" / "Resources" / "data.txt").write_text("data")
    return made


def test_the_dictionary_is_a_property_list_of_this_version() -> None:
    info = plistlib.loads(plistlib.dumps(plist.info_plist(plist.project_version())))
    assert info["CFBundleShortVersionString"] == info["CFBundleVersion"] == __version__
    assert info["CFBundleIdentifier"].replace("-", "").replace(".", "").isalnum(), "Apple takes no other characters"


def test_pictures_folders_and_weights_are_document_types() -> None:
    info = plist.info_plist("1.0")
    rows = info["CFBundleDocumentTypes"]
    contents = {name for row in rows for name in row.get("LSItemContentTypes", ())}
    ours = {row["UTTypeIdentifier"] for row in info["UTImportedTypeDeclarations"]}
    assert contents == {"public.image", "public.folder"} | ours
    assert {row["LSHandlerRank"] for row in rows} == {"Alternate"}, "offered, never the default"


def test_weight_files_have_the_extensions_that_the_window_takes() -> None:
    declared = {
        end
        for row in plist.info_plist("1.0")["UTImportedTypeDeclarations"]
        for end in row["UTTypeTagSpecification"]["public.filename-extension"]
    }
    single = {suffix[1:] for suffix in WEIGHT_SUFFIXES if "." not in suffix[1:]}
    assert declared == single - set(file_types.TOO_COMMON)


def test_formats_that_macos_does_not_know_are_named_by_extension() -> None:
    (row,) = (row for row in plist.document_types() if "CFBundleTypeExtensions" in row)
    assert "LSItemContentTypes" not in row, "macOS would pass over the extensions"
    known = {end for kind in PICTURE_FORMATS for end in kind.extensions}
    assert {"qoi", "pcx", "ppm"} <= set(row["CFBundleTypeExtensions"]) <= known
    assert not {"jpg", "png", "heic", "tif"} & set(row["CFBundleTypeExtensions"])


def test_signatures_are_made_from_the_inside_out(app: Path, tmp_path: Path) -> None:
    rows = list(release.commands(release.Release(app, tmp_path, "arm64", "Developer ID Application: Us", "profile")))
    signed = [row[-1] for row in rows if row[:2] == ["codesign", "--force"]]
    inside = [path for path in signed if path.startswith(f"{app}/")]
    assert len(inside) == 5, "four files and a framework"
    assert signed.index(str(app)) == len(inside), "the bundle after all that lies in it"
    for outer in inside:
        assert not any(later.startswith(f"{outer}/") for later in inside[inside.index(outer) + 1 :])
    for row in rows:
        if row[:2] == ["codesign", "--force"] and row[-1] in (*inside, str(app)):
            assert "runtime" in row
            programs = row[-1] == str(app) or Path(row[-1]).parent.name == "MacOS"
            assert ("--entitlements" in row) == programs


def test_a_ticket_is_stapled_after_it_was_given(app: Path, tmp_path: Path) -> None:
    rows = [shlex.join(row) for row in release.commands(release.Release(app, tmp_path, "arm64", "Us", "profile"))]
    steps = ["notarytool submit", "stapler staple", "hdiutil create", "notarytool submit", "stapler staple"]
    assert [step for row in rows for step in dict.fromkeys(steps) if step in row] == steps


def test_without_an_identity_nothing_is_sent_to_apple(app: Path, tmp_path: Path) -> None:
    rows = list(release.commands(release.Release(app, tmp_path, "arm64")))
    assert not [row for row in rows if "notarytool" in row or "--timestamp" in row]
    assert any(row[:2] == ["hdiutil", "create"] for row in rows)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(REPOSITORY / "packaging" / "macos" / "release.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_dry_run_prints_the_commands_and_makes_nothing(app: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("--app", str(app), "--out", str(out), "--sign", "Us", "--notarise", "profile", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("codesign ")
    assert "xcrun stapler validate" in done.stdout.splitlines()[-1]
    assert not out.exists()


def test_what_cannot_be_done_is_said_in_a_sentence(app: Path, tmp_path: Path) -> None:
    empty = run("--app", str(tmp_path / "none.app"), "--out", str(tmp_path), "--dry-run")
    assert (empty.returncode, "is no application bundle" in empty.stderr) == (1, True)
    if sys.platform != "darwin":
        elsewhere = run("--app", str(app), "--out", str(tmp_path))
        assert (elsewhere.returncode, "parts of macOS" in elsewhere.stderr) == (1, True)
    unsigned = run("--app", str(app), "--out", str(tmp_path), "--notarise", "profile", "--dry-run")
    assert (unsigned.returncode, "--notarise needs --sign" in unsigned.stderr) == (2, True)


def test_the_entitlements_are_a_property_list_and_few() -> None:
    rights = plistlib.loads(release.ENTITLEMENTS.read_bytes())
    assert rights == {
        "com.apple.security.cs.allow-jit": True,
        "com.apple.security.cs.allow-unsigned-executable-memory": True,
    }
