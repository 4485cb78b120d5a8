"""Makes the Windows installer from a frozen folder, and signs it where asked to.

    python packaging/windows/installer.py --folder dist/resnet-gui --out dist
    python packaging/windows/installer.py --folder dist/resnet-gui --out dist --sign "Our Name" --timestamp URL
    python packaging/windows/installer.py ... --dry-run        prints the commands and runs none

Wants NSIS (makensis), which runs on Windows and Linux alike; signing wants Windows' own signtool.  The programs are
signed before they are packed, the uninstaller while it is made, the installer last.
"""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # packaging/ is no package: "packaging" is PyPI's

from file_types import PICTURES, TOO_COMMON, WEIGHTS
from version_info import four_numbers, project_version

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAMS = ("resnet-gui.exe", "resnet-gui-cli.exe")


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs.  name: the subject of a certificate in Windows' store.  timestamp: address of its RFC 3161 server."""

    name: str
    timestamp: str

    def command(self, *files: str) -> list[str]:
        """Signs the files, with a time stamp: signatures then outlive the certificate."""
        return ["signtool", "sign", "/n", self.name, "/fd", "SHA256", "/tr", self.timestamp, "/td", "SHA256", *files]


def main() -> None:
    """Make the installer that the command line asks for."""
    parser = argparse.ArgumentParser(description="Make the Windows installer from a frozen folder.")
    parser.add_argument("--folder", type=Path, required=True, help="what the build left: the programs and _internal")
    parser.add_argument("--out", type=Path, required=True, help="where the installer goes")
    parser.add_argument("--sign", metavar="NAME", help="sign, with the certificate of this name")
    parser.add_argument("--timestamp", metavar="URL", help="with --sign: the time stamp server of its issuer")
    parser.add_argument("--dry-run", action="store_true", help="print the commands, run none")
    given = parser.parse_args()
    if bool(given.sign) != bool(given.timestamp):
        parser.error("--sign and --timestamp go together")
    if not given.dry_run and (missing := [name for name in PROGRAMS if not (given.folder / name).is_file()]):
        sys.exit(f"{given.folder} has no {' and no '.join(missing)}; run packaging/build.py on Windows first.")
    signing = Signing(given.sign, given.timestamp) if given.sign else None
    with tempfile.TemporaryDirectory(prefix="resnet-gui-installer-") as work:
        types = Path(work) / "types.nsh"
        types.write_text(types_text(), encoding="utf-8")
        if not given.dry_run:
            given.out.mkdir(parents=True, exist_ok=True)
        for command in commands(given.folder.resolve(), given.out.resolve(), types, signing):
            print(shlex.join(command), flush=True)
            if not given.dry_run:
                subprocess.run(command, check=True)


def extensions() -> list[str]:
    """The extensions that "Open with" offers the program for; Windows knows only what follows the last dot."""
    return [
        end for kind in (*PICTURES, *WEIGHTS) for end in kind.extensions if "." not in end and end not in TOO_COMMON
    ]


def types_text() -> str:
    """The file TYPES of the script: one macro that calls another for each extension."""
    rows = "".join(f"  !insertmacro ${{ACT}} {end}\n" for end in extensions())
    return f"!macro EachType ACT\n{rows}!macroend\n"


def commands(folder: Path, out: Path, types: Path, signing: Signing | None) -> Iterator[list[str]]:
    """What is to be run, in order; all paths absolute."""
    version = project_version()
    target = out / f"resnet-gui-{version}-windows-x86_64-cpu-setup.exe"
    defines = {
        "VERSION": version,
        "VERSION4": ".".join(str(number) for number in four_numbers(version)),
        "FOLDER": str(folder),
        "SLASH": os.sep,
        "LICENCE": str(ROOT / "LICENSE"),
        "TYPES": str(types),
        "OUT": str(target),
    }
    more = []
    if signing:
        yield signing.command(*(str(folder / name) for name in PROGRAMS))
        more = [f"-X!uninstfinalize '{subprocess.list2cmdline(signing.command('%1'))}'"]
    rows = [f"-D{name}={value}" for name, value in defines.items()]
    yield ["makensis", "-V3", "-WX", *rows, *more, str(HERE / "installer.nsi")]
    if signing:
        yield signing.command(str(target))
        yield ["signtool", "verify", "/pa", str(target)]


if __name__ == "__main__":
    main()
