"""What makes it a program of the desktop names the same files, version and options as the program itself."""

import configparser
import shutil
import subprocess
import tomllib
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from resnet_gui import __version__
from resnet_gui.images.sniff import PICTURE_FORMATS
from resnet_gui.weights.suffixes import WEIGHT_SUFFIXES
from tests.helpers.scripts import load_script
from tests.helpers.shared import REPOSITORY

LINUX = REPOSITORY / "packaging" / "linux"
ENTRY = LINUX / "resnet-gui.desktop"
METAINFO = LINUX / "io.github.resnet_gui.resnet_gui.metainfo.xml"
MIME = LINUX / "resnet-gui.xml"
SYSTEM_MIME = Path("/usr/share/mime/packages/freedesktop.org.xml")
NAMESPACE = "{http://www.freedesktop.org/standards/shared-mime-info}"

file_types = load_script("packaging/file_types.py")


def need(tool: str) -> str:
    """The tool's path; skips the test where it is not installed."""
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed")
    return found


def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]  # keys of desktop entries have capitals
    parser.read(ENTRY, encoding="utf-8")
    return parser["Desktop Entry"]


def globs(path: Path) -> dict[str, set[str]]:
    """Extension → MIME types that claim it."""
    found: dict[str, set[str]] = {}
    for kind in ElementTree.parse(path).getroot().iter(f"{NAMESPACE}mime-type"):
        for glob in kind.iter(f"{NAMESPACE}glob"):
            found.setdefault(glob.attrib["pattern"].removeprefix("*."), set()).add(kind.attrib["type"])
    return found


def test_the_pictures_offered_are_those_the_program_reads() -> None:
    offered = [(kind.name, kind.extensions) for kind in file_types.PICTURES]
    assert offered == [(kind.name, kind.extensions) for kind in PICTURE_FORMATS]


def test_the_weights_offered_are_those_the_window_takes() -> None:
    offered = {end for kind in file_types.WEIGHTS for end in kind.extensions} | set(file_types.TOO_COMMON)
    assert offered == {suffix.removeprefix(".") for suffix in WEIGHT_SUFFIXES}


def test_the_desktop_entry_offers_the_table_and_takes_several_files() -> None:
    row = entry()
    assert row["MimeType"].rstrip(";").split(";") == list(file_types.desktop_mimes())
    assert row["Exec"] == "resnet-gui %F"
    assert row["MimeType"].startswith("inode/directory;")


def test_the_window_says_which_desktop_entry_is_its_own() -> None:
    source = (REPOSITORY / "resnet_gui" / "gui" / "app" / "application.py").read_text(encoding="utf-8")
    assert f'setDesktopFileName("{ENTRY.stem}")' in source
    assert entry()["StartupWMClass"] == entry()["Icon"] == ENTRY.stem


def test_mime_types_are_those_that_the_system_has_for_the_extensions() -> None:
    if not SYSTEM_MIME.is_file():
        pytest.skip("shared-mime-info is not installed")
    known = globs(SYSTEM_MIME)
    for kind in (*file_types.PICTURES, *file_types.WEIGHTS):
        for extension in kind.extensions:
            if extension in known:
                assert known[extension] & set(kind.mimes), (kind.name, extension, known[extension])


def test_our_mime_types_are_only_those_that_the_system_lacks() -> None:
    ours = globs(MIME)
    assert set(ours) == {"safetensors", "pth", "pt", "pth.tar", "keras", "qoi"}
    if not SYSTEM_MIME.is_file():
        pytest.skip("shared-mime-info is not installed")
    for extension, types in globs(SYSTEM_MIME).items():
        assert types >= ours.get(extension, set()), f"{extension} is the system's {types}"


def test_the_bytes_of_weight_files_tell_their_type_and_archives_stay_archives(tmp_path: Path) -> None:
    update, gio = need("update-mime-database"), need("gio")
    if not SYSTEM_MIME.is_file():
        pytest.skip("shared-mime-info is not installed")
    packages = tmp_path / "share" / "mime" / "packages"
    packages.mkdir(parents=True)
    shutil.copy(MIME, packages)
    shutil.copy(SYSTEM_MIME, packages)
    subprocess.run([update, str(packages.parent)], check=True, capture_output=True)
    torch, zipped, old = (
        tmp_path / "torch",
        tmp_path / "zipped",
        b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.",
    )
    for path, member in ((torch, "archive/data.pkl"), (zipped, "metadata.json")):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(member, "{}")
    contents = {
        "a.pth": (torch.read_bytes(), "application/x-pytorch"),
        "a.pth.tar": (torch.read_bytes(), "application/x-pytorch"),
        "a.bin": (torch.read_bytes(), "application/x-pytorch"),
        "old.pt": (old, "application/x-pytorch"),
        "old": (old, "application/x-pytorch"),
        "python.pth": (b"import os\n/usr/lib/somewhere\n", "text/x-python-path"),
        "a.keras": (zipped.read_bytes(), "application/x-keras"),
        "plain": (zipped.read_bytes(), "application/zip"),
        "plain.zip": (torch.read_bytes(), "application/zip"),
        "a.safetensors": (b"\x10" + bytes(7) + b'{"a":{}}        ', "application/x-safetensors"),
        "bare": (b"\x10" + bytes(7) + b'{"a":{}}        ', "application/x-safetensors"),
        "a.h5": (b"\x89HDF\r\n\x1a\n" + bytes(32), "application/x-hdf"),
        "a.qoi": (b"qoif" + bytes(10), "image/qoi"),
    }
    for name, (data, _) in contents.items():
        (tmp_path / name).write_bytes(data)
    environment = {
        "XDG_DATA_HOME": str(tmp_path / "share"),
        "XDG_DATA_DIRS": str(tmp_path / "none"),
        "LC_ALL": "C.UTF-8",
    }
    command = [gio, "info", "-a", "standard::content-type", *(str(tmp_path / name) for name in contents)]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    types = [line.split()[-1] for line in told.splitlines() if "standard::content-type" in line]
    assert dict(zip(contents, types, strict=True)) == {name: kind for name, (_, kind) in contents.items()}


def test_the_metadata_names_this_version_and_this_entry() -> None:
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    root = ElementTree.parse(METAINFO).getroot()
    release = root.find("releases/release")
    assert release is not None
    assert release.attrib["version"] == project["version"] == __version__
    assert root.findtext("id") == METAINFO.name.removesuffix(".metainfo.xml")
    assert root.findtext("launchable") == ENTRY.name
    assert root.findtext("project_license") == project["license"]
    assert root.findtext("summary") == project["description"] == entry()["Comment"]
    assert [row.text for row in root.iterfind("provides/binary")] == ["resnet-gui"]


def test_the_manual_page_is_that_of_the_options() -> None:
    made = load_script("packaging/linux/make_man.py")
    assert made.PAGE.read_text(encoding="ascii") == made.manual_page(), "run: python packaging/linux/make_man.py"


def test_the_manual_page_names_every_option_of_the_help() -> None:
    """Asked of argparse's own help texts, which make_man.py does not use."""
    page = (LINUX / "resnet-gui.1").read_text(encoding="ascii").replace("\\-", "-")
    arguments = load_script("packaging/linux/make_man.py").make_parsers()[1]
    words = {word.strip(",:[]") for parser in arguments.values() for word in parser.format_help().split()}
    options = {word for word in words if word.startswith("--") and word not in ("--", "--help")}
    assert len(options) > 20
    assert {option for option in options if f"\\fB{option}\\fR" not in page} == set()


def test_the_manual_page_is_well_formed() -> None:
    done = subprocess.run(
        [need("mandoc"), "-T", "lint", "-W", "style", str(LINUX / "resnet-gui.1")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


def test_desktop_file_validate_is_content() -> None:
    done = subprocess.run([need("desktop-file-validate"), str(ENTRY)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_appstreamcli_is_content() -> None:
    """Nothing in the file is an address, so nothing is fetched even without --no-net."""
    command = [need("appstreamcli"), "validate", "--pedantic", "--no-color", str(METAINFO)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "://" not in METAINFO.read_text(encoding="utf-8")


def test_every_size_of_the_icon_is_there() -> None:
    deb = load_script("packaging/linux/deb.py")
    assert set(deb.ICON_SIDES) >= {16, 24, 32, 48, 64, 128, 256, 512}
    for path, place in deb.icons():
        assert path.is_file(), path
        if path.suffix == ".png":
            with Image.open(path) as image:
                assert image.size == tuple(int(part) for part in place.split("x"))
                assert image.mode == "RGBA"
                assert image.getpixel((0, 0))[3] == 0, "the corners are clear"


def test_windows_and_macos_have_icons_of_the_same_drawing() -> None:
    with Image.open(REPOSITORY / "packaging" / "windows" / "resnet-gui.ico") as icon:
        assert set(icon.info["sizes"]) == {(side, side) for side in (16, 24, 32, 48, 64, 128, 256)}
    with Image.open(REPOSITORY / "packaging" / "macos" / "resnet-gui.icns") as icon:
        sides = {width * scale for width, _, scale in icon.info["sizes"]}
    assert sides == {32, 64, 128, 256, 512, 1024}
