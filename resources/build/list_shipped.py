"""Writes resnet_gui/cli/checks/shipped.py: the files in resources/ that the program reads, with their SHA-256.

Run from the root of the checkout after a resource was changed: python resources/build/list_shipped.py
"""

from pathlib import Path

from resnet_gui.cli.checks.assets import hash_of

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "resnet_gui" / "cli" / "checks" / "shipped.py"
FOLDERS = ("classes", "icons", "networks", "samples", "style")
NOT_READ = (".md", ".py")
"""Suffixes of what explains or makes the files beside it."""
FOR_DESKTOPS = ("resnet-gui-512.png", "resnet-gui-small*.svg")
"""Drawings that only packages and the scripts that make icons need."""
HEAD = '''"""The files in resources/ that the program reads, with their SHA-256, for `assets` to compare.

Made by resources/build/list_shipped.py; a test fails when it is stale.
"""

SHIPPED: dict[str, str] = {
'''


def shipped(folder: Path) -> dict[str, str]:
    """Path below resources/ → SHA-256, sorted."""
    files = [folder / "weights.toml", *(file for part in FOLDERS for file in (folder / part).rglob("*"))]
    read = [
        file
        for file in files
        if file.is_file() and file.suffix not in NOT_READ and not any(map(file.match, FOR_DESKTOPS))
    ]
    return {file.relative_to(folder).as_posix(): hash_of(file) for file in sorted(read)}


def as_text(files: dict[str, str]) -> str:
    """The module."""
    return HEAD + "".join(f'    "{path}": "{digest}",\n' for path, digest in files.items()) + "}\n"


if __name__ == "__main__":
    TARGET.write_text(as_text(shipped(ROOT / "resources")), encoding="utf-8")
