"""Makes a Debian package from a frozen folder.

    python packaging/linux/deb.py --folder dist/resnet-gui --out dist

The program goes to /usr/lib/resnet-gui, its names to /usr/bin, what a desktop wants (entry, icons, MIME types,
AppStream metadata, manual page) to where it is looked for.  There are no maintainer scripts: desktop-file-utils,
shared-mime-info, libgtk's icon cache and man-db watch those folders themselves, through dpkg's triggers.

The same folder gives the same bytes: times are SOURCE_DATE_EPOCH, or else the date of the release in the metadata.
Wants Debian's or Ubuntu's dpkg-dev (dpkg-deb, dpkg-shlibdeps), binutils and mostly patchelf; nothing of the program.
"""

import argparse
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(1, str(Path(__file__).resolve().parents[1]))

from archive import add_sum
from deb_copyright import copyright_text
from deb_depends import Needs, is_elf, needs_of
from search_paths import forget_builder

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
APP_ID = "io.github.resnet_gui.resnet_gui"
ICON_SIDES = (16, 24, 32, 48, 64, 128, 256, 512)
PROGRAMS = ("resnet-gui", "resnet-gui-cli")
"""Names that may lie in the frozen folder and become commands; the second is the first under another name."""
NO_MAIL = "The resnet-gui authors <maintainers@resnet-gui.invalid>"
"""The project has published no address: ".invalid" leads nowhere, by RFC 2606."""


@dataclass(frozen=True, slots=True)
class Package:
    """What is written into the package about itself.

    version: Debian's form.  epoch: seconds since 1970 for every time inside.  maintainer: "Name <address>".
    """

    name: str
    version: str
    architecture: str
    maintainer: str
    epoch: int

    @property
    def file_name(self) -> str:
        return f"{self.name}_{self.version}_{self.architecture}.deb"


def main() -> None:
    """Make the package that the command line asks for; prints its path, size and what it depends on."""
    parser = argparse.ArgumentParser(description="Make a .deb from a frozen folder.")
    parser.add_argument("--folder", type=Path, required=True, help="what the build left: the program and _internal")
    parser.add_argument("--out", type=Path, required=True, help="where the package goes")
    parser.add_argument("--flavour", choices=("cpu", "gpu"), default="cpu")
    parser.add_argument("--quick", action="store_true", help="press less: for a look at it, not for people")
    given = parser.parse_args()
    if not (given.folder / PROGRAMS[0]).is_file():
        sys.exit(f"There is no program '{PROGRAMS[0]}' in {given.folder}; run packaging/build.py first.")
    made = build(given.folder, given.out, describe(given.flavour), given.quick)
    add_sum(made, made.with_name("SHA256SUMS"))
    print(f"{made}: {made.stat().st_size:,} bytes")


def describe(flavour: str) -> Package:
    """The package's own facts, from pyproject.toml, the metadata and Debian's usual variables."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    name, mail = os.environ.get("DEBFULLNAME"), os.environ.get("DEBEMAIL")
    architecture = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout
    return Package(
        name="resnet-gui" if flavour == "cpu" else f"resnet-gui-{flavour}",
        version=debian_version(version),
        architecture=architecture.strip(),
        maintainer=f"{name} <{mail}>" if name and mail else NO_MAIL,
        epoch=int(os.environ.get("SOURCE_DATE_EPOCH") or release_epoch()),
    )


def debian_version(version: str) -> str:
    """pyproject's version as Debian orders it: a release candidate before its release; revision 1."""
    return re.sub(r"(?<=\d)\.?(a|b|rc|dev)(?=\d)", r"~\1", version) + "-1"


def release_epoch() -> int:
    """Midnight (UTC) of the newest release in the AppStream metadata."""
    release = ElementTree.parse(HERE / f"{APP_ID}.metainfo.xml").getroot().find("releases/release")
    if release is None:
        raise ValueError("the AppStream metadata names no release")
    return int(datetime.fromisoformat(release.attrib["date"]).replace(tzinfo=UTC).timestamp())


def build(folder: Path, out: Path, package: Package, quick: bool = False) -> Path:
    """The package's path.  quick: a larger file, made in a tenth of the time.

    Raises CalledProcessError or RuntimeError where one of dpkg's programs fails.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="resnet-gui-deb-") as work:
        stage = Path(work) / "stage"
        program = stage / "usr" / "lib" / "resnet-gui"
        lay_out(folder, stage, package)
        set_modes(stage)
        changed = forget_builder(path for path in sorted(program.rglob("*")) if not path.is_symlink() and is_elf(path))
        print(f"{len(changed)} libraries no longer look into folders of this machine")
        needs = needs_of(program, stage)
        print("Depends:", ", ".join(needs.depends))
        control = stage / "DEBIAN"
        control.mkdir(exist_ok=True)
        (control / "control").write_text(control_text(package, needs, size_kib(stage)), encoding="utf-8")
        (control / "md5sums").write_text("".join(md5_lines(stage)), encoding="utf-8")
        target = out.resolve() / package.file_name
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{1 if quick else 6}", "--build", str(stage), str(target)],
            env={**os.environ, "SOURCE_DATE_EPOCH": str(package.epoch)},
            check=True,
        )
    return target


def lay_out(folder: Path, stage: Path, package: Package) -> None:
    """Every file of the package at its place under `stage`."""
    program = stage / "usr" / "lib" / "resnet-gui"
    shutil.copytree(folder, program, symlinks=True)
    commands = [name for name in PROGRAMS if (folder / name).exists()]
    binaries = stage / "usr" / "bin"
    binaries.mkdir(parents=True)
    for name in commands:
        (binaries / name).symlink_to(f"../lib/resnet-gui/{name}")
    share = stage / "usr" / "share"
    _put(HERE / "resnet-gui.desktop", share / "applications")
    _put(HERE / f"{APP_ID}.metainfo.xml", share / "metainfo")
    _put(HERE / "resnet-gui.xml", share / "mime" / "packages")
    for source, place in icons():
        target = share / "icons" / "hicolor" / place / "apps"
        target.mkdir(parents=True)
        shutil.copyfile(source, target / f"resnet-gui{source.suffix}")
    manual = share / "man" / "man1"
    _zip((HERE / "resnet-gui.1").read_bytes(), manual / "resnet-gui.1.gz")
    for name in commands[1:]:
        (manual / f"{name}.1.gz").symlink_to("resnet-gui.1.gz")
    papers = share / "doc" / package.name
    papers.mkdir(parents=True)
    (papers / "copyright").write_text(copyright_text(folder, ROOT), encoding="utf-8")
    _zip(changelog(package).encode(), papers / "changelog.Debian.gz")
    _zip((ROOT / "CHANGELOG.md").read_bytes(), papers / "changelog.gz")
    overrides = share / "lintian" / "overrides" / package.name
    overrides.parent.mkdir(parents=True)
    text = (HERE / "lintian-overrides").read_text(encoding="utf-8")
    overrides.write_text(text.replace("@PACKAGE@", package.name), encoding="utf-8")


def icons() -> Iterator[tuple[Path, str]]:
    """Each icon file and its folder in the theme hicolor."""
    folder = ROOT / "resources" / "icons"
    for side in ICON_SIDES:
        yield folder / f"resnet-gui-{side}.png", f"{side}x{side}"
    yield folder / "resnet-gui.svg", "scalable"


def set_modes(stage: Path) -> None:
    """Folders and programs 755, all else 644, as Debian wants it; the umask of who ran the build leaves no trace."""
    for path in sorted(stage.rglob("*")):
        if path.is_symlink():
            continue
        runs = path.is_dir() or (is_elf(path) and ".so" not in path.name)
        path.chmod(0o755 if runs else 0o644)
    stage.chmod(0o755)


def control_text(package: Package, needs: Needs, installed_kib: int) -> str:
    """DEBIAN/control."""
    rows = {
        "Package": package.name,
        "Version": package.version,
        "Architecture": package.architecture,
        "Maintainer": package.maintainer,
        "Installed-Size": str(installed_kib),
        "Depends": ", ".join(needs.depends),
        "Recommends": ", ".join((*needs.recommends, "shared-mime-info")),
        "Section": "science",
        "Priority": "optional",
    }
    if package.name != "resnet-gui":  # both flavours are one program with the same files
        rows |= {"Provides": "resnet-gui", "Conflicts": "resnet-gui", "Replaces": "resnet-gui"}
    more = "It computes on processors, and on Intel's graphics where their driver for OpenCL is installed."
    if package.name.endswith("-gpu"):
        more = "This package brings torch with CUDA, for NVIDIA's cards; the package resnet-gui is a tenth of its size."
    rows["Description"] = f"""label pictures with a ResNet, one or a hundred thousand
 Drop a picture, a folder or a weight file on the window: it shows the five
 most likely classes and the part of the picture that the network looks at.
 A folder becomes a table. The same is there on the command line.
 .
 An ImageNet ResNet-50 is part of it. Weights of torchvision, timm and Keras
 are read without torch or Keras. Nothing goes out to the network unless you
 ask for it.
 .
{_folded(more)}"""
    return "".join(f"{key}: {value}\n" for key, value in rows.items())


def changelog(package: Package) -> str:
    """debian/changelog: one entry, which sends the reader to the program's own."""
    when = format_datetime(datetime.fromtimestamp(package.epoch, tz=UTC))
    return (
        f"{package.name} ({package.version}) unstable; urgency=medium\n\n"
        "  * Made from the frozen program; what is new in it stands in changelog.gz.\n\n"
        f" -- {package.maintainer}  {when}\n"
    )


def size_kib(stage: Path) -> int:
    """What the package takes once it is installed, by Debian's rule: files rounded up to a KiB, folders one each."""
    sizes = (1 if path.is_dir() or path.is_symlink() else -(-path.stat().st_size // 1024) for path in stage.rglob("*"))
    return sum(sizes)


def md5_lines(stage: Path) -> Iterator[str]:
    """What `dpkg --verify` compares with."""
    for path in sorted(stage.rglob("*")):
        place = path.relative_to(stage).as_posix()
        if path.is_file() and not path.is_symlink() and not place.startswith("DEBIAN/"):
            with path.open("rb") as file:
                yield f"{hashlib.file_digest(file, 'md5').hexdigest()}  {place}\n"


def _folded(text: str) -> str:
    """A paragraph of Debian's Description."""
    lines = [" "]
    for word in text.split():
        if len(lines[-1]) + len(word) > 76:
            lines.append(" ")
        lines[-1] += word if lines[-1] == " " else f" {word}"
    return "\n".join(lines)


def _put(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, folder / source.name)


def _zip(data: bytes, target: Path) -> None:
    """As `gzip -9n` does: no name and no time inside."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(data, 9, mtime=0))


if __name__ == "__main__":
    main()
