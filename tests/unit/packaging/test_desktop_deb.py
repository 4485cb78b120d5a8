"""The Debian package: what it holds, what it says of itself, and that it is the same when it is made again."""

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.helpers.scripts import load_script
from tests.helpers.shared import REPOSITORY

deb = load_script("packaging/linux/deb.py")
deb_copyright = load_script("packaging/linux/deb_copyright.py")
deb_depends = load_script("packaging/linux/deb_depends.py")

NOTICES = """\
resnet-gui 0.1.0: what is inside
================================

Some words about it.

Qt 6.11
    LGPL-3.0-only
    licenses/LGPL-3.0.txt
    licenses/qt.txt

numpy 2.4
    BSD-3-Clause
    licenses/numpy/LICENSE.txt
"""


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """A frozen folder as the build leaves it, but that its program is /bin/true."""
    folder = tmp_path / "frozen" / "resnet-gui"
    (folder / "_internal" / "numpy").mkdir(parents=True)
    (folder / "licenses" / "numpy").mkdir(parents=True)
    shutil.copy("/bin/true", folder / "resnet-gui")
    (folder / "resnet-gui-cli").symlink_to("resnet-gui")
    (folder / "_internal" / "numpy" / "data.txt").write_text("data")
    (folder / "_internal" / "numpy" / "data.txt").chmod(0o600)
    (folder / "NOTICES.txt").write_text(NOTICES)
    lgpl = (
        "                   GNU LESSER GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007\n\nmore\n"
    )
    (folder / "licenses" / "LGPL-3.0.txt").write_text(lgpl)
    (folder / "licenses" / "qt.txt").write_text("Qt's words\n\nof two paragraphs\x0c\n")
    (folder / "licenses" / "numpy" / "LICENSE.txt").write_text("numpy's words\n")
    return folder


def need_dpkg() -> None:
    missing = [tool for tool in ("dpkg-deb", "dpkg-shlibdeps") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} are not installed")


def field(package: Path, name: str) -> str:
    return subprocess.run(["dpkg-deb", "-f", package, name], capture_output=True, text=True, check=True).stdout.strip()


def test_the_package_holds_everything_at_its_place(frozen: Path, tmp_path: Path) -> None:
    need_dpkg()
    package = deb.build(frozen, tmp_path / "out", deb.describe("cpu"))
    subprocess.run(["dpkg-deb", "-R", package, tmp_path / "tree"], check=True)
    usr = tmp_path / "tree" / "usr"
    share = usr / "share"
    assert {path.name for path in (usr / "bin").iterdir()} == {"resnet-gui", "resnet-gui-cli"}
    for name in ("resnet-gui", "resnet-gui-cli"):
        assert (usr / "bin" / name).resolve() == (usr / "lib" / "resnet-gui" / "resnet-gui").resolve()
    for place in (
        "applications/resnet-gui.desktop",
        "metainfo/io.github.resnet_gui.resnet_gui.metainfo.xml",
        "mime/packages/resnet-gui.xml",
        "icons/hicolor/16x16/apps/resnet-gui.png",
        "icons/hicolor/512x512/apps/resnet-gui.png",
        "icons/hicolor/scalable/apps/resnet-gui.svg",
        "man/man1/resnet-gui.1.gz",
        "man/man1/resnet-gui-cli.1.gz",
        "doc/resnet-gui/copyright",
        "doc/resnet-gui/changelog.Debian.gz",
    ):
        assert (share / place).is_file(), place
    assert gzip.decompress((share / "man/man1/resnet-gui.1.gz").read_bytes()).startswith(b".TH RESNET")
    assert (usr / "lib/resnet-gui/_internal/numpy/data.txt").stat().st_mode & 0o777 == 0o644
    assert sorted(path.name for path in (tmp_path / "tree" / "DEBIAN").iterdir()) == ["control", "md5sums"]
    sums = (tmp_path / "tree" / "DEBIAN" / "md5sums").read_text()
    done = subprocess.run(
        ["md5sum", "--check", "--quiet"], input=sums, cwd=tmp_path / "tree", text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_package_says_what_it_needs(frozen: Path, tmp_path: Path) -> None:
    need_dpkg()
    package = deb.build(frozen, tmp_path / "out", deb.describe("cpu"))
    depends = field(package, "Depends")
    assert "libc6 (>= " in depends, "/bin/true is linked with it"
    assert {"libxcb-cursor0", "libgl1", "libegl1", "libxkbcommon-x11-0"} <= set(depends.split(", "))
    assert field(package, "Version") == "0.1.0-1"
    assert int(field(package, "Installed-Size")) > 50


def test_the_same_folder_gives_the_same_bytes(frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_dpkg()
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    first = deb.build(frozen, tmp_path / "first", deb.describe("cpu")).read_bytes()
    again = shutil.copytree(frozen, tmp_path / "elsewhere" / "copied", symlinks=True, copy_function=shutil.copyfile)
    assert deb.build(again, tmp_path / "second", deb.describe("cpu")).read_bytes() == first


def test_libraries_that_are_inside_are_not_asked_of_the_system(frozen: Path) -> None:
    need_dpkg()
    (frozen / "_internal" / "libGL.so.1").write_bytes(b"not asked what it is")
    depends = deb_depends.needs_of(frozen, frozen).depends
    assert "libgl1" not in depends
    assert "libegl1" in depends


def test_a_library_that_nobody_has_is_named_with_who_wants_it() -> None:
    libraries = {
        Path("libqwayland.so"): ("libwayland-cursor.so.0", "libc.so.6"),
        Path("plugin.so"): ("libOpenCL.so.1",),
    }
    assert deb_depends.tables_needed(libraries, ("libc.so.6",)) == {"libwayland-cursor.so.0", "libOpenCL.so.1"}
    with pytest.raises(RuntimeError, match=r"a\.so needs libnobody\.so\.1"):
        deb_depends.tables_needed({Path("a.so"): ("libnobody.so.1",)}, ("libc.so.6",))


def test_only_paths_from_the_librarys_own_place_are_kept() -> None:
    paths = load_script("packaging/search_paths.py")
    assert paths.kept_paths(["/home/me/lib", "$ORIGIN/../lib", "${ORIGIN}", ""]) == ["$ORIGIN/../lib", "${ORIGIN}"]


def test_a_library_forgets_where_it_was_built(tmp_path: Path) -> None:
    paths = load_script("packaging/search_paths.py")
    if shutil.which("patchelf") is None:
        pytest.skip("patchelf is not installed")
    library = Path(shutil.copy("/bin/true", tmp_path / "true"))
    subprocess.run(["patchelf", "--set-rpath", "/home/me/lib:$ORIGIN", str(library)], check=True)
    assert paths.forget_builder([library]) == [library]
    assert paths.search_paths(library) == ["$ORIGIN"]
    assert paths.forget_builder([library]) == []
    subprocess.run([str(library)], check=True)


def test_the_gpu_package_takes_the_place_of_the_other() -> None:
    cpu, gpu = (deb.Package(name, "1-1", "amd64", "A <a@b.c>", 0) for name in ("resnet-gui", "resnet-gui-gpu"))
    needs = deb_depends.Needs(("libc6",), ())
    assert "Conflicts" not in deb.control_text(cpu, needs, 1)
    assert "Conflicts: resnet-gui\n" in deb.control_text(gpu, needs, 1)
    assert "Provides: resnet-gui\n" in deb.control_text(gpu, needs, 1)


@pytest.mark.parametrize(
    ("version", "debian"), [("1.2.3", "1.2.3-1"), ("1.2.0rc1", "1.2.0~rc1-1"), ("1.0.dev3", "1.0~dev3-1")]
)
def test_versions_sort_as_they_should(version: str, debian: str) -> None:
    assert deb.debian_version(version) == debian
    if "~" in debian and shutil.which("dpkg"):
        final = debian.partition("~")[0] + "-1"
        subprocess.run(["dpkg", "--compare-versions", debian, "lt", final], check=True)


def test_the_licences_are_in_the_copyright_file(frozen: Path) -> None:
    text = deb_copyright.copyright_text(frozen, REPOSITORY)
    assert "Qt 6.11 (LGPL-3.0-only): licenses/LGPL-3.0.txt, licenses/qt.txt" in text
    assert " ---- licenses/numpy/LICENSE.txt\n numpy's words\n" in text
    assert " Qt's words\n .\n of two paragraphs\n" in text
    assert "The text is in /usr/share/common-licenses/LGPL-3." in text
    assert "GNU LESSER" not in text
    assert "Permission is hereby granted, free of charge" in text
    paragraphs = [block.partition(":")[0] for block in text.split("\n\n")]
    assert paragraphs == ["Format", "Files", "Files", "Files", "Files", "License", "License", "License"]


def test_a_missing_licence_text_is_an_error(frozen: Path) -> None:
    (frozen / "licenses" / "qt.txt").unlink()
    with pytest.raises(FileNotFoundError):
        deb_copyright.copyright_text(frozen, REPOSITORY)


def test_the_page_of_notices_is_read_as_the_build_writes_it() -> None:
    notices = load_script("packaging/notices.py")
    rows = [
        notices.Notice("Pillow 13.0", "MIT-CMU", ("Pillow/LICENSE",)),
        notices.Notice("Qt 6.11", "LGPL-3.0-only", ("a.txt", "b.txt")),
    ]
    assert deb_copyright.parts_of(notices.page("0.1.0", rows)) == [
        deb_copyright.Part("Pillow 13.0", "MIT-CMU", ("licenses/Pillow/LICENSE",)),
        deb_copyright.Part("Qt 6.11", "LGPL-3.0-only", ("licenses/a.txt", "licenses/b.txt")),
    ]
