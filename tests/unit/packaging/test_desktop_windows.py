"""Windows' version resource and installer: what can be checked of them without Windows."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.scripts import load_script
from tests.helpers.shared import REPOSITORY

version_info = load_script("packaging/windows/version_info.py")
installer = load_script("packaging/windows/installer.py")
SCRIPT = REPOSITORY / "packaging" / "windows" / "installer.nsi"


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("0.1.0", (0, 1, 0, 0)), ("1.2.0rc3", (1, 2, 0, 0)), ("2.0", (2, 0, 0, 0)), ("1.2.3.4", (1, 2, 3, 4))],
)
def test_four_numbers(version: str, numbers: tuple[int, ...]) -> None:
    assert version_info.four_numbers(version) == numbers


@pytest.mark.parametrize("version", ["", "rc1", "1.70000"])
def test_what_is_no_version_for_windows_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match="is no version"):
        version_info.four_numbers(version)


@pytest.mark.parametrize("program", ["resnet-gui.exe", "resnet-gui-cli.exe"])
def test_the_resource_is_an_expression_with_every_field_windows_shows(program: str, tmp_path: Path) -> None:
    path = version_info.write_version_info(tmp_path, "0.1.0", program)
    tree = ast.parse(path.read_text(encoding="utf-8"), mode="eval")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    rows = [[ast.literal_eval(part) for part in call.args] for call in calls if call.func.id == "StringStruct"]  # type: ignore[attr-defined]
    strings = dict(rows)
    assert strings["OriginalFilename"] == program
    assert strings["FileVersion"] == strings["ProductVersion"] == "0.1.0"
    assert set(strings) >= {"CompanyName", "FileDescription", "InternalName", "LegalCopyright", "ProductName"}
    assert calls[0].func.id == "VSVersionInfo"  # type: ignore[attr-defined]


def test_open_with_offers_what_the_program_reads_and_nothing_that_is_others() -> None:
    offered = installer.extensions()
    assert {"jpg", "png", "heic", "safetensors", "pth", "h5", "keras"} <= set(offered)
    assert not {"bin", "ckpt", "th", "tar", "pth.tar", "toml", "zip"} & set(offered)
    assert len(offered) == len(set(offered))


def test_the_installer_changes_no_default() -> None:
    """A default is the unnamed value of an extension's own key, or UserChoice; only OpenWithProgids is written."""
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if "Write" in line and ".${EXTENSION}" in line]
    assert len(written) == 3
    assert all(
        'OpenWithProgids" "${PROGID}"' in line or "SupportedTypes" in line or "FileAssociations" in line
        for line in written
    )
    assert "UserChoice" not in "\n".join(lines)


def test_the_uninstaller_deletes_no_whole_folder_that_a_person_chose() -> None:
    lines = [line.strip() for line in SCRIPT.read_text(encoding="utf-8").splitlines()]
    whole = [line for line in lines if line.startswith("RMDir /r")]
    assert sorted(whole) == ['RMDir /r "$INSTDIR\\_internal"', 'RMDir /r "$INSTDIR\\licenses"']


def test_signing_comes_before_packing_and_again_after(tmp_path: Path) -> None:
    signing = installer.Signing("Our Name", "http://time.invalid")
    rows = list(installer.commands(tmp_path, tmp_path, tmp_path / "types.nsh", signing))
    assert [row[0] for row in rows] == ["signtool", "makensis", "signtool", "signtool"]
    assert rows[0][-1].endswith("resnet-gui-cli.exe")
    assert any(part.startswith("-X!uninstfinalize") for part in rows[1])
    assert rows[2][-1] == rows[3][-1]
    assert rows[2][-1].endswith("setup.exe")
    assert all("/tr" in row for row in rows if row[:2] == ["signtool", "sign"])


def test_a_dry_run_prints_the_commands_and_makes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, str(REPOSITORY / "packaging" / "windows" / "installer.py"), "--dry-run"]
    command += [
        "--folder",
        str(tmp_path),
        "--out",
        str(out),
        "--sign",
        "Our Name",
        "--timestamp",
        "http://time.invalid",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["signtool", "makensis", "signtool", "signtool"]
    assert not out.exists()


def test_makensis_takes_the_script_without_a_warning(tmp_path: Path) -> None:
    if shutil.which("makensis") is None:
        pytest.skip("makensis (package nsis) is not installed")
    folder = tmp_path / "resnet-gui"
    (folder / "_internal").mkdir(parents=True)
    (folder / "_internal" / "part.dll").write_bytes(b"part")
    for name in installer.PROGRAMS:
        (folder / name).write_bytes(b"MZ")
    command = [sys.executable, str(REPOSITORY / "packaging" / "windows" / "installer.py")]
    command += ["--folder", str(folder), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = (tmp_path / "out").iterdir()
    assert made.read_bytes()[:2] == b"MZ"
    assert made.stat().st_size > 100_000
