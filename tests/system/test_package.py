"""What a person installs: a wheel with every resource, from the checkout and from the source archive alike."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_SHIPPED = {".py"}
"""Scripts that made a resource stay in the source archive."""


def build(kind: str, source: Path, target: Path) -> Path:
    """Call the build backend as pip does: in the source folder, in a process of its own."""
    target.mkdir()
    code = f"import hatchling.build as b; print(b.build_{kind}({str(target)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True, check=True)
    return target / done.stdout.split()[-1]


def shipped(folder: Path) -> set[str]:
    return {
        f"resnet_gui/{path.relative_to(folder.parent).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in NOT_SHIPPED and "__pycache__" not in path.parts
    }


@pytest.mark.slow
def test_a_wheel_from_the_checkout_and_one_from_the_source_archive_are_alike(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    direct = build("wheel", ROOT, tmp_path / "direct")
    archive = build("sdist", ROOT, tmp_path / "archive")
    with tarfile.open(archive) as tar:
        # Python 3.11.4 brought filters; the archive is our own, so an older one goes without
        tar.extractall(tmp_path / "source", **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (unpacked,) = (tmp_path / "source").iterdir()
    indirect = build("wheel", unpacked, tmp_path / "indirect")
    contents = [{name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info" not in name}
                for wheel in (direct, indirect)]  # fmt: skip
    assert contents[0] == contents[1]
    assert shipped(ROOT / "resources") <= contents[0]
    assert {"resnet_gui/py.typed", "resnet_gui/__main__.py"} <= contents[0]
    assert not [name for name in contents[0] if name.startswith(("tests/", "docs/"))]
