"""Where the program's own read-only files are: `resources/` inside the package, or beside it in a checkout."""

from pathlib import Path


def resources() -> Path:
    """The folder `resources/`.

    A wheel carries it inside the package; in a checkout (editable install) it lies beside the package.

    Raises FileNotFoundError when the installation is incomplete.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "resources", here.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"resources/ is missing beside {here}; install resnet-gui again")
