"""Whether the packaged program has to be built again to be sure of it: exit status 0 if so, 1 if not; says why.

    python packaging/changed.py [COMMIT]

COMMIT: the last one of which a build is known to be good.  Without it, or where git does not know it, the answer is
yes.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INPUTS = (
    "packaging/",
    "pyproject.toml",  # dependencies, entry points, what belongs to the wheel
    "resources/",
    "resnet_gui/__main__.py",
    "resnet_gui/assets.py",
    "resnet_gui/cli/checks/",
    "resnet_gui/cli/self_test.py",
    "resnet_gui/gui/app/application.py",
    "resnet_gui/gui/instance/",
    "resnet_gui/gui/app/self_test.py",
    "resnet_gui/network/openvino_library.py",
    "resnet_gui/service/spawn.py",
    "tests/helpers/screen_peer.py",
    "tests/helpers/strace.py",
    "tests/helpers/virtual_screen.py",
    "tests/system/test_frozen.py",
)
"""What a package hangs on besides the program's own logic: what goes in, how it is found, how processes are started."""


def of_the_package(paths: Iterable[str]) -> list[str]:
    """Those of the paths, relative to the checkout with forward slashes, that a package hangs on."""
    return [path for path in paths if path.startswith(INPUTS)]


def changed_since(commit: str) -> list[str] | None:
    """The files that differ between a commit and the working tree; None where git does not know the commit."""
    done = subprocess.run(
        ["git", "diff", "--name-only", "-z", commit, "--"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.split("\0")[:-1] if done.returncode == 0 else None


def main() -> int:
    """0: build."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("commit", nargs="?", default="")
    commit = parser.parse_args().commit
    paths = changed_since(commit) if commit else None
    if paths is None:
        print("It is not known what changed since the last build.")
        return 0
    found = of_the_package(paths)
    print(
        f"Changed since {commit}: {', '.join(found)}"
        if found
        else f"Nothing of the package has changed since {commit}."
    )
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
