"""`resnet-gui --self-test`: is this installation whole?  Every asset, reader and backend, a picture, the window.

Nothing is sent anywhere, nothing of the person's is touched, nothing is left behind.
"""

import faulthandler
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from resnet_gui.cli.checks import assets, backends, known_picture, pictures, weight_files
from resnet_gui.cli.checks.check import Check, require, tried
from resnet_gui.cli.checks.window import WindowTrial
from resnet_gui.folders import HOME_VARIABLE

_STDERR = 2
Work = tuple[str, Callable[[], str]]


def self_test() -> int:
    """Print one line for each check, as soon as it is done; 0 if all passed, else 1."""
    with _crashes_told():
        return 0 if all([_printed(check) for check in _thorough()]) else 1  # noqa: C419 - all are told


def run_checks() -> Iterator[Check]:
    """The short ones, which write nothing: one after the other, none stops the others."""
    yield from _in_order(
        ("resources", assets.assets),
        *((("licences", assets.licences),) if assets.is_package() else ()),
        ("pictures", pictures.pictures),
        ("weight files", weight_files.weight_files),
        ("downloads", _downloads),
        ("built-in network", known_picture.built_in),
        ("a known picture", known_picture.known_picture),
    )


def _thorough() -> Iterator[Check]:
    """All of them, in folders of their own."""
    scratch = Path(tempfile.mkdtemp(prefix="resnet-gui-self-test-"))
    try:
        with _home_at(scratch / "home"), closing(WindowTrial(scratch / "window")) as window:
            yield from run_checks()
            yield from _in_order(("CPU", backends.cpu), ("torch", backends.torch), ("window", window.finding))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    yield from _in_order(("nothing left behind", lambda: _gone(scratch)))


def _in_order(*checks: Work) -> Iterable[Check]:
    return (tried(name, work) for name, work in checks)


def _printed(check: Check) -> bool:
    """Whether it passed."""
    print(f"{'ok    ' if check.passed else 'FAILED'}  {check.name}: {check.text}", flush=True)
    return check.passed


@contextmanager
def _home_at(folder: Path) -> Iterator[None]:
    """Compiled networks and the like go there in this time."""
    before = os.environ.get(HOME_VARIABLE)
    os.environ[HOME_VARIABLE] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(HOME_VARIABLE)
        if before is not None:
            os.environ[HOME_VARIABLE] = before


@contextmanager
def _crashes_told() -> Iterator[None]:
    """A library that takes the process down is named on the true stderr, which checks keep to themselves."""
    try:
        kept = os.dup(_STDERR)
    except OSError:  # no console: nobody to tell
        yield
        return
    faulthandler.enable(kept)
    try:
        yield
    finally:
        faulthandler.disable()
        os.close(kept)


def _downloads() -> str:
    """Whether what fetches is all there; nothing is fetched."""
    from resnet_gui.weights.published.fetch import describe_client

    return f"{describe_client()}; nothing was fetched"


def _gone(scratch: Path) -> str:
    require(not scratch.exists(), f"{scratch} could not be removed; remove it by hand.")
    return "temporary files removed"
