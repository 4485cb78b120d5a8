"""What Windows shows under Properties, Details: the version resource of the two programs.

    python packaging/windows/version_info.py resnet-gui.exe        prints it

packaging/resnet-gui.spec writes it to a file for each EXE and gives PyInstaller its path (`EXE(version=...)`).
Programs without it are taken for malware more often.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ABOUT = {
    "resnet-gui.exe": "resnet-gui",
    "resnet-gui-cli.exe": "resnet-gui (command line)",
}
"""What Windows calls each program: in "Open with" and in the task manager."""


def project_version() -> str:
    """The version in pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """Windows' form of a version: "1.2.0rc3" is (1, 2, 0, 0).  Raises ValueError for what has no number in front."""
    found = re.match(r"\d+(?:\.\d+){0,3}", version)
    if found is None:
        raise ValueError(f"'{version}' is no version: it begins with no number")
    numbers = [int(part) for part in found.group().split(".")]
    if max(numbers) > 0xFFFF:
        raise ValueError(f"'{version}' is no version for Windows: each of its numbers must be below 65,536")
    first, second, third, fourth = (*numbers, 0, 0, 0)[:4]
    return first, second, third, fourth


def version_text(version: str, program: str) -> str:
    """The resource as PyInstaller reads it: the text of one expression.  program: a name in ABOUT."""
    numbers = four_numbers(version)
    strings = {
        "CompanyName": "The resnet-gui authors",
        "FileDescription": ABOUT[program],
        "FileVersion": version,
        "InternalName": program.removesuffix(".exe"),
        "LegalCopyright": "Copyright (c) 2026 The resnet-gui authors. MIT License.",
        "OriginalFilename": program,
        "ProductName": "resnet-gui",
        "ProductVersion": version,
    }
    rows = ",\n".join(f"        StringStruct({name!r}, {text!r})" for name, text in strings.items())
    return f"""\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1,
                    subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([
      StringTable('040904B0', [
{rows},
      ])
    ]),
    VarFileInfo([VarStruct('Translation', [0x0409, 1200])])
  ]
)
"""


def write_version_info(folder: Path, version: str, program: str) -> Path:
    """Write the resource into `folder`; the path for `EXE(version=...)`."""
    path = folder / f"{program}.version.txt"
    path.write_text(version_text(version, program), encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.stdout.write(version_text(project_version(), sys.argv[1] if len(sys.argv) > 1 else "resnet-gui.exe"))
