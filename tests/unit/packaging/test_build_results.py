"""What a build gives out: lists, archives, licences and the promise of the oldest system."""

import gzip
import importlib.metadata
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.helpers.scripts import load_script

archive = load_script("packaging/archive.py")
components = load_script("packaging/components.py")
contents = load_script("packaging/contents.py")
entry = load_script("packaging/entry.py")
libc = load_script("packaging/libc.py")
notices = load_script("packaging/notices.py")
origins = load_script("packaging/origins.py")
refusal = load_script("packaging/refusal.py")
smoke = load_script("packaging/smoke.py")

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
"""SHA-256 of "abc", as FIPS 180-2 has it."""
ZLIB_CHANGES = Path("/usr/share/doc/zlib1g/changelog.Debian.gz")
"""Its first line names source and version."""


def folder_of(root: Path) -> Path:
    """A program as a build leaves it: folders within folders, a program file, a link."""
    (root / "_internal" / "b").mkdir(parents=True)
    (root / "_internal" / "b" / "z.txt").write_bytes(b"abc")
    (root / "_internal" / "a.txt").write_bytes(b"")
    (root / "program").write_bytes(b"#!/bin/sh\n")
    (root / "program").chmod(0o755)
    (root / "twin").symlink_to("program")
    return root


def test_files_are_listed_sorted_with_sizes_hashes_and_links(tmp_path: Path) -> None:
    entries = contents.entries_of(folder_of(tmp_path / "made"))
    assert [item.place for item in entries] == ["_internal/a.txt", "_internal/b/z.txt", "program", "twin"]
    assert entries[1] == contents.Entry("_internal/b/z.txt", 3, ABC)
    assert entries[3] == contents.Entry("twin", 0, "", "program")
    assert contents.size_of(entries) == 13
    assert f"{ABC}            3  _internal/b/z.txt\n" in contents.list_text(entries)
    assert contents.list_text(entries).endswith("twin -> program\n")


def test_two_builds_are_compared_file_by_file(tmp_path: Path) -> None:
    one, other = folder_of(tmp_path / "one"), folder_of(tmp_path / "other")
    (other / "_internal" / "a.txt").write_bytes(b"x")
    (other / "program").unlink()
    pair = contents.entries_of(one), contents.entries_of(other)
    assert contents.differences(pair[0], pair[0]) == []
    assert contents.differences(*pair) == ["_internal/a.txt", "program"]


@pytest.mark.skipif(shutil.which("xz") is None, reason="xz is not installed")
def test_the_archive_is_the_same_whenever_and_by_whomever_it_is_made(tmp_path: Path) -> None:
    one, other = folder_of(tmp_path / "one"), folder_of(tmp_path / "other")
    os.utime(other / "program", (1, 1))
    (other / "_internal" / "a.txt").chmod(0o600)
    for number, folder in enumerate((one, other)):
        archive.write_tar_xz(folder, contents.entries_of(folder), tmp_path / f"{number}.tar.xz", "top", 1_700_000_000)
    assert (tmp_path / "0.tar.xz").read_bytes() == (tmp_path / "1.tar.xz").read_bytes()
    with tarfile.open(tmp_path / "0.tar.xz") as tar:
        rows = {row.name: row for row in tar.getmembers()}
    assert list(rows) == ["top", "top/_internal", "top/_internal/b", "top/_internal/a.txt", "top/_internal/b/z.txt",
                          "top/program", "top/twin"]  # fmt: skip
    assert {(row.uid, row.gid, row.uname, row.mtime) for row in rows.values()} == {(0, 0, "root", 1_700_000_000)}
    assert rows["top/program"].mode == 0o755
    assert rows["top/_internal/a.txt"].mode == 0o644
    assert rows["top/twin"].linkname == "program"


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_the_sums_are_what_sha256sum_checks(tmp_path: Path) -> None:
    for name in ("b.tar.xz", "a.txt"):
        (tmp_path / name).write_text(name)
    archive.write_sums([tmp_path / "b.tar.xz", tmp_path / "a.txt"], tmp_path / "SHA256SUMS")
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path, check=True, capture_output=True, text=True).stdout == (
        "a.txt: OK\nb.tar.xz: OK\n"
    )
    (tmp_path / "b.deb").write_text("made")
    archive.add_sum(tmp_path / "b.deb", tmp_path / "SHA256SUMS")
    (tmp_path / "b.deb").write_text("made again")
    archive.add_sum(tmp_path / "b.deb", tmp_path / "SHA256SUMS")
    assert subprocess.run(check, cwd=tmp_path, check=True, capture_output=True, text=True).stdout == (
        "a.txt: OK\nb.deb: OK\nb.tar.xz: OK\n"
    )


def test_the_archives_name_tells_version_system_machine_and_flavour() -> None:
    assert archive.archive_name("0.1.0", "linux", "x86_64", "cpu") == "resnet-gui-0.1.0-linux-x86_64-cpu"


LISTING = """\
Version definition section '.gnu.version_d' contains 1 entry:
  0x001c: Rev: 1  Flags: none  Index: 2  Cnt: 1  Name: GLIBCXX_3.4.99

Version needs section '.gnu.version_r' contains 2 entries:
  000000: Version: 1  File: libstdc++.so.6  Cnt: 1
  0x0010:   Name: GLIBCXX_3.4.9  Flags: none  Version: 5
  0x0020: Version: 1  File: libc.so.6  Cnt: 3
  0x0030:   Name: GLIBC_2.4  Flags: none  Version: 4
  0x0040:   Name: GLIBC_2.17  Flags: none  Version: 3
  0x0050:   Name: GLIBC_2.2.5  Flags: none  Version: 2
"""


def test_versions_are_compared_as_numbers_and_only_what_is_asked_for_counts() -> None:
    asked = libc.asked_versions(libc._needs_only(LISTING))
    assert asked == {"GLIBC": (2, 17), "GLIBCXX": (3, 4, 9)}


def test_a_library_for_newer_systems_than_promised_is_named() -> None:
    asked = {"old.so": {"GLIBC": (2, 4)}, "edge.so": {"GLIBC": libc.PROMISED}, "new.so": {"GLIBC": (2, 40)}}
    (sentence,) = libc.complaints(asked)
    assert sentence.startswith(f"new.so asks for GLIBC 2.40, but {libc.dotted(libc.PROMISED)} is promised")
    assert libc.newest(asked, "GLIBC") == ((2, 40), ["new.so"])
    assert libc.newest(asked, "GLIBCXX") == ((), [])


@pytest.mark.skipif(shutil.which("objdump") is None, reason="binutils are not installed")
def test_readelf_and_objdump_find_the_same_version_in_a_real_library() -> None:
    import PIL._imaging

    library = Path(PIL._imaging.__file__)
    table = subprocess.run(["objdump", "-T", library], capture_output=True, text=True, check=True).stdout
    words = [word.strip("()") for word in table.split()]
    versions = [tuple(map(int, word.removeprefix("GLIBC_").split("."))) for word in words if word.startswith("GLIBC_")]
    assert libc.read_versions(library)["GLIBC"] == max(versions)


def test_what_is_no_library_asks_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("GLIBC_2.99")
    assert libc.read_versions(tmp_path / "a.txt") == {}


INSTALLED = sorted(
    {
        notices.normal(name)
        for component in components.COMPONENTS
        for name in component.distributions
        if not component.torch and next(iter(importlib.metadata.distributions(name=name)), None) is not None
    }
)


@pytest.mark.parametrize("name", INSTALLED)
def test_each_python_package_inside_has_its_licence(name: str, tmp_path: Path) -> None:
    notice = notices.package_notice(name, tmp_path)
    assert notices.missing([notice]) == []
    assert max((tmp_path / file).stat().st_size for file in notice.files) > 400
    assert importlib.metadata.version(name) in notice.part


@pytest.mark.parametrize(
    ("name", "text"),
    [("pyside6-essentials", "GNU LESSER"), ("h5py", "Rosenhauer"), ("nvidia-cusparselt-cu13", "NVIDIA")],
)
def test_licences_that_are_not_where_others_have_theirs_are_found(name: str, text: str, tmp_path: Path) -> None:
    """PySide6 has no text in its wheel; h5py carries libaec without its notice; cuSPARSELt has it among the code."""
    if not list(importlib.metadata.distributions(name=name)):
        pytest.skip(f"{name} is not installed")
    notice = notices.package_notice(name, tmp_path)
    assert any(text in (tmp_path / file).read_text(encoding="utf-8") for file in notice.files)


def test_a_part_without_a_licence_stops_the_build() -> None:
    good, bad = notices.Notice("numpy 2", "BSD", ("numpy/LICENSE",)), notices.Notice("strange 1", "?", ())
    (sentence,) = notices.missing([good, bad])
    assert "strange 1" in sentence


def test_links_that_lead_out_of_the_folder_or_to_nothing_stop_the_build(tmp_path: Path) -> None:
    folder = tmp_path / "resnet-gui"
    folder_of(folder)
    assert contents.stray_links(folder, contents.entries_of(folder)) == []
    (tmp_path / "beside").touch()
    for name, target in (("a", "../beside"), ("b", str(folder / "resnet-gui")), ("c", "nowhere")):
        (folder / name).symlink_to(target)
    found = contents.stray_links(folder, contents.entries_of(folder))
    assert [sentence.partition(",")[0].partition(":")[0] for sentence in found] == [
        "a leads out of the program's folder",
        "b leads out of the program's folder",
        "c leads to nothing",
    ]


def test_what_is_inside_python_and_icu_is_named_too(tmp_path: Path) -> None:
    """Each wants its notice beside programs, too (Doc/license.rst of Python; the end of ICU's LICENSE)."""
    python = notices.python_notice(Path(os.__file__).parent, tmp_path)
    texts = "".join((tmp_path / file).read_text(encoding="utf-8") for file in python.files)
    for author in ("Python Software Foundation", "Makoto Matsumoto", "Expat maintainers", "Stefan Krah"):
        assert author in texts
    icu = (notices.TEXTS / "icu.txt").read_text(encoding="utf-8")
    for part in ("Unicode, Inc.", "cjdict.txt", "burmesedict.txt", "laodict.txt"):
        assert part in icu


@pytest.mark.skipif(not ZLIB_CHANGES.is_file(), reason="no Debian with its packages' changelogs")
def test_a_system_library_is_named_with_the_source_that_it_was_made_of(tmp_path: Path) -> None:
    notice = notices.debian_notice("zlib1g", ["Zlib"], tmp_path)
    changes = gzip.decompress(ZLIB_CHANGES.read_bytes()).decode()
    name, version = changes.splitlines()[0].replace("(", "").replace(")", "").split()[:2]
    assert notice.part == f"zlib1g (Debian's source {name} {version})"


def test_a_system_library_that_no_package_owns_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without asking whose all other files are: those of Python's packages alone are a hundred thousand."""
    monkeypatch.setattr(notices, "owners", dict)
    library = tmp_path / "libz.so.1"
    library.touch()
    found = origins.Gathered({"libz.so.1": str(library)}, {}, {})
    with pytest.raises(refusal.BuildError, match=r"libz\.so\.1 belongs to no Debian package"):
        notices.gather(Path(load_script("packaging/build.py").ROOT), "1", found, tmp_path / "licenses")


def test_the_page_names_each_part_with_its_texts() -> None:
    page = notices.page("0.1.0", [notices.Notice("numpy 2", "BSD-3-Clause", ("numpy/b", "numpy/a"))])
    assert page.startswith("resnet-gui 0.1.0: what is inside")
    assert "numpy 2\n    BSD-3-Clause\n    licenses/numpy/a\n    licenses/numpy/b\n" in page


def test_the_twin_alone_tells_what_it_can_do() -> None:
    assert entry.arguments("/opt/resnet-gui-cli", []) == ["--help"]
    assert entry.arguments(r"resnet-gui-cli.exe", []) == ["--help"]
    assert entry.arguments("/opt/resnet-gui", []) == []
    assert entry.arguments("resnet-gui-cli", ["classify", "a.jpg"]) == ["classify", "a.jpg"]


def test_a_bare_environment_gets_a_language_that_qt_takes_and_no_other_is_touched() -> None:
    assert entry.coerced({}) == entry.coerced({"LANG": "C"}) == {"LC_CTYPE": "C.UTF-8"}
    assert entry.coerced({"LANG": "de_DE.UTF-8"}) == {}
    assert entry.coerced({"LANG": "C", "LC_CTYPE": "en_GB.UTF-8"}) == {}
    assert entry.coerced({"LC_ALL": "C"}) == {}  # the person's own word, which LC_CTYPE would not overrule


def test_programs_that_the_window_opens_get_their_own_libraries_back() -> None:
    """PyInstaller keeps what the person had under LD_LIBRARY_PATH_ORIG, and sets the others for our Qt alone."""
    environment = {
        "LD_LIBRARY_PATH": "/opt/resnet-gui/_internal:/home/lib",
        "LD_LIBRARY_PATH_ORIG": "/home/lib",
        "QT_PLUGIN_PATH": "/opt/resnet-gui/_internal/PySide6/Qt/plugins",
        "HOME": "/home",
        "LANG": "de_DE.UTF-8",
    }
    entry.settle(environment)
    assert environment == {"LD_LIBRARY_PATH": "/home/lib", "HOME": "/home", "LANG": "de_DE.UTF-8"}
    del environment["LD_LIBRARY_PATH"]
    entry.settle(environment)
    assert environment == {"HOME": "/home", "LANG": "de_DE.UTF-8"}


def test_a_program_that_says_anything_on_stderr_has_failed(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("a shell script stands in for the program")
    program = tmp_path / "resnet-gui-cli"
    program.write_text('#!/bin/sh\necho "said $1"\n')
    program.chmod(0o755)
    assert smoke.run(tmp_path) == ["said --version", "said --self-test"]
    program.write_text("#!/bin/sh\necho oh >&2\n")
    with pytest.raises(refusal.BuildError, match="ended with 0:\noh"):
        smoke.run(tmp_path)
