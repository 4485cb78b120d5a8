"""From resnet-gui.app to what is given to people: signed, notarised, stapled, in a disk image.

    python packaging/macos/release.py --app dist/resnet-gui.app --out dist
    python packaging/macos/release.py --app ... --out dist --sign "Developer ID Application: …" --notarise PROFILE
    python packaging/macos/release.py ... --dry-run        prints the commands and runs none; works on every system

Without --sign the bundle gets an ad-hoc signature, which is enough to try it on the Mac it was made on.  PROFILE is
what `xcrun notarytool store-credentials PROFILE` has kept in the keychain: no password is given here.
"""

import argparse
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from plist import project_version

HERE = Path(__file__).resolve().parent
ENTITLEMENTS = HERE / "entitlements.plist"
AD_HOC = "-"
_MACHO = {bytes.fromhex(magic) for magic in ("cffaedfe", "cefaedfe", "cafebabe", "feedfacf", "feedface")}


@dataclass(frozen=True, slots=True)
class Release:
    """What is asked for.  identity: whose signature, "-" for none of anybody's.  profile: notarytool's, or None."""

    app: Path
    out: Path
    machine: str
    identity: str = AD_HOC
    profile: str | None = None

    @property
    def image(self) -> Path:
        return self.out / f"resnet-gui-{project_version()}-macos-{self.machine}.dmg"


def main() -> None:
    """Make the disk image that the command line asks for."""
    parser = argparse.ArgumentParser(description="Sign, notarise and pack resnet-gui.app.")
    parser.add_argument("--app", type=Path, required=True, help="the bundle that packaging/build.py left")
    parser.add_argument("--out", type=Path, required=True, help="where the disk image goes")
    parser.add_argument("--machine", choices=("arm64", "x86_64"), default="arm64", help="for the image's name (arm64)")
    parser.add_argument("--sign", metavar="IDENTITY", default=AD_HOC, help="a Developer ID Application certificate")
    parser.add_argument("--notarise", metavar="PROFILE", help="with --sign: notarytool's keychain profile")
    parser.add_argument("--dry-run", action="store_true", help="print the commands, run none")
    given = parser.parse_args()
    if given.notarise and given.sign == AD_HOC:
        parser.error("--notarise needs --sign: Apple takes only what is signed with a Developer ID")
    if not (given.app / "Contents" / "MacOS").is_dir():
        sys.exit(f"{given.app} is no application bundle; run packaging/build.py on macOS first.")
    if not given.dry_run and sys.platform != "darwin":
        sys.exit("codesign, notarytool and hdiutil are parts of macOS; elsewhere --dry-run shows what they would do.")
    release = Release(given.app.resolve(), given.out.resolve(), given.machine, given.sign, given.notarise)
    if not given.dry_run:
        release.out.mkdir(parents=True, exist_ok=True)
    for command in commands(release):
        print(shlex.join(command), flush=True)
        if not given.dry_run:
            subprocess.run(command, check=True)


def commands(release: Release) -> Iterator[list[str]]:
    """Everything that is to be run, in order."""
    yield from _signing(release)
    if release.profile:
        packed = release.out / "resnet-gui.app.zip"
        yield ["ditto", "-c", "-k", "--keepParent", str(release.app), str(packed)]
        yield from _notarising(packed, release.app, release.profile)
        yield ["spctl", "--assess", "--type", "execute", "--verbose", str(release.app)]
        yield ["rm", str(packed)]
    yield from _packing(release)
    if release.profile:
        yield from _notarising(release.image, release.image, release.profile)


def machine_code(app: Path) -> list[Path]:
    """Every library and program of the bundle, the deepest first: a signature covers those of what lies inside."""
    found = [path for path in app.rglob("*") if path.is_file() and not path.is_symlink() and _is_machine_code(path)]
    return sorted(found, key=lambda path: (-len(path.parts), str(path)))


def _is_machine_code(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in _MACHO


def _signing(release: Release) -> Iterator[list[str]]:
    """Inside out: libraries, frameworks, then the bundle, which seals everything.

    Not `codesign --deep`, which Apple advises against: it gives every library the program's entitlements and passes
    over what lies in unusual places.
    """
    sign = ["codesign", "--force", "--sign", release.identity]
    if release.identity != AD_HOC:
        sign += ["--timestamp", "--options", "runtime"]  # the hardened runtime, without which nothing is notarised
    frameworks = sorted(release.app.rglob("*.framework"), key=lambda path: (-len(path.parts), str(path)))
    programs = release.app / "Contents" / "MacOS"
    own = ["--entitlements", str(ENTITLEMENTS)]
    for path in (*machine_code(release.app), *frameworks):
        yield [*sign, *(own if path.parent == programs else []), str(path)]
    yield [*sign, *own, str(release.app)]
    yield ["codesign", "--verify", "--deep", "--strict", "--verbose=2", str(release.app)]


def _notarising(sent: Path, stapled: Path, profile: str) -> Iterator[list[str]]:
    """Apple looks at `sent`, its answer is fixed to `stapled`: the first start then needs no connection."""
    yield ["xcrun", "notarytool", "submit", str(sent), "--keychain-profile", profile, "--wait"]
    yield ["xcrun", "stapler", "staple", str(stapled)]
    yield ["xcrun", "stapler", "validate", str(stapled)]


def _packing(release: Release) -> Iterator[list[str]]:
    """A disk image that shows the program beside a link to /Applications, to be dragged onto it."""
    stage = release.out / "image"
    yield ["rm", "-rf", str(stage)]
    yield ["mkdir", str(stage)]
    yield ["ditto", str(release.app), str(stage / release.app.name)]
    yield ["ln", "-s", "/Applications", str(stage / "Applications")]
    image = ["-volname", "resnet-gui", "-srcfolder", str(stage), "-fs", "HFS+", "-format", "ULMO", "-ov"]
    yield ["hdiutil", "create", *image, str(release.image)]
    yield ["rm", "-rf", str(stage)]
    if release.identity != AD_HOC:
        yield ["codesign", "--force", "--timestamp", "--sign", release.identity, str(release.image)]


if __name__ == "__main__":
    main()
