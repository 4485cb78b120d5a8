"""A Python that cannot make the promised package is found out at once, and the package step is passed over."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.scripts import load_script

ROOT = Path(__file__).resolve().parents[3]
interpreter = load_script("packaging/interpreter.py")
build = load_script("packaging/build.py")
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="packages are judged on Linux")


def test_known_libraries_and_an_old_system_are_enough() -> None:
    assert interpreter.judge({"python3.11": (["libz.so.1", "libm.so.6", "libc.so.6"], {"GLIBC": (2, 35)})}) == ""


def test_a_library_that_is_on_no_list_is_named() -> None:
    """Debian 12's own Python."""
    found = {"libpython3.11.so.1.0": (["libm.so.6", "libexpat.so.1"], {"GLIBC": (2, 35)})}
    (sentence,) = interpreter.judge(found).splitlines()
    assert "cannot make the promised package: its libpython3.11.so.1.0 asks for libexpat.so.1" in sentence


def test_a_newer_c_library_is_named() -> None:
    found = {"python3": (["libc.so.6"], {"GLIBC": (2, 35)}), "_ssl.so": (["libssl.so.3"], {"GLIBC": (2, 36)})}
    assert "its _ssl.so asks for GLIBC 2.36, but 2.35 is promised" in interpreter.judge(found)


def test_the_files_of_this_python_are_looked_at() -> None:
    files = list(interpreter.own_files())
    assert Path(sys.executable).resolve() in files
    assert all(path.is_file() for path in files)


def test_a_build_with_it_ends_before_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build.interpreter, "why_not", lambda: "This Python cannot.")
    monkeypatch.setattr(build, "freeze", None)
    with pytest.raises(build.BuildError, match=r"^This Python cannot\.$"):
        build.build(build.flavours.CPU, tmp_path, packed=False, smoked=False)


def test_the_package_step_is_passed_over_and_not_red(tmp_path: Path) -> None:
    """packaging/check with an interpreter that says no and refuses everything else."""
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\n[ "$1" = packaging/interpreter.py ] && echo "It cannot."\nexit 1\n', encoding="utf-8")
    python.chmod(0o755)
    done = subprocess.run(
        ["bash", ROOT / "packaging" / "check", tmp_path / "out"],
        env=os.environ | {"PYTEST_PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "passed over: It cannot.\n", "")
    assert not (tmp_path / "out").exists()
