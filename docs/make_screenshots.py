"""Takes the screenshots of README and user guide from the real window with the real engine.

    python docs/make_screenshots.py [--out FOLDER] [--dark] [--only SCENE…]

Needs no display: where none is named, Qt draws into memory.  QT_SCALE_FACTOR=2 gives twice the pixels.
All pictures shown are those of resources/samples, or cut out of them.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from resnet_gui.assets import resources
from resnet_gui.folders import folders
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.core.settings import Settings, save
from resnet_gui.gui.drop import flow as drop
from resnet_gui.gui.network import flow as network_flow
from resnet_gui.gui.network_map import flow as network_pane
from resnet_gui.gui.run import flow as folder
from resnet_gui.gui.speed import flow as speed
from resnet_gui.gui.weights.dialog import WeightsDialog
from resnet_gui.service.client import EngineClient

SIZE = QSize(1280, 800)
SAMPLES = resources() / "samples"
PICTURES = ("chelsea.png", "coffee.png", "rocket.jpg", "astronaut.png", "grace_hopper.jpg")
PATIENCE_S = 60.0


@contextmanager
def program(settings: Settings) -> Iterator[Program]:
    """The whole program with a new home, loaded and idle."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["RESNET_GUI_HOME"] = home
        save(settings, folders().config)
        session = Path(tempfile.mkdtemp(dir=home))
        engine = EngineClient(session)
        engine.start()
        running = Program(engine, folders(), session)
        running.window.resize(SIZE)
        running.start([])
        until(lambda: running.context.state.network.facts is not None)
        try:
            yield running
        finally:
            running.window.close()
            running.shut_down()


def until(reached: Callable[[], bool]) -> None:
    """Let the window live until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError("the window did not come to what was waited for")
        QTest.qWait(20)


def opened(running: Program, paths: list[Path]) -> None:
    """Drop paths, as the command line does, and wait for the end of the run."""
    drop.open_paths(running.context, [str(path) for path in paths])
    until(lambda: running.context.state.run is not None and running.context.state.run.progress.phase.ended)
    QTest.qWait(1500)


def empty(settings: Settings, take: Callable[[Program], None]) -> None:
    """Nothing dropped yet."""
    with program(settings) as running:
        QTest.qWait(1000)
        take(running)


def window(settings: Settings, take: Callable[[Program], None]) -> None:
    """One of several pictures, one crop."""
    with program(settings) as running:
        opened(running, [SAMPLES / name for name in PICTURES])
        take(running)


def ten_crops(settings: Settings, take: Callable[[Program], None]) -> None:
    """All ten windows, each with its own vote."""
    with program(replace(settings, crops=10)) as running:
        opened(running, [SAMPLES / name for name in PICTURES])
        take(running)


def running_batch(settings: Settings, take: Callable[[Program], None]) -> None:
    """A folder on its way, with bad files among the good ones."""
    with tempfile.TemporaryDirectory() as place:
        pictures = Path(place) / "photographs"
        pictures.mkdir()
        cuttings(pictures, 160)
        with program(settings) as running:
            drop.open_paths(running.context, [str(pictures)])
            until(lambda: running.context.state.run is not None and running.context.state.run.progress.done >= 60)
            QTest.qWait(400)
            take(running)
            running.act(folder.cancel)
            until(lambda: running.context.state.run is not None and running.context.state.run.progress.phase.ended)


def speeds(settings: Settings, take: Callable[[Program], None]) -> None:
    """The speed picker, measured with pictures like those of a folder."""
    with tempfile.TemporaryDirectory() as place:
        pictures = Path(place) / "photographs"
        pictures.mkdir()
        cuttings(pictures, 160)
        with program(settings) as running:
            opened(running, [pictures])
            running.act(speed.measure)
            until(lambda: running.context.state.speed.request is None)
            running.act(speed.open_picker)
            QTest.qWait(500)
            take(running)
            popup = QApplication.activePopupWidget()
            assert popup is not None
            popup.close()


def weights(settings: Settings, take: Callable[[Program], None]) -> None:
    """The published networks, none of them fetched, with the details of one."""
    with program(settings) as running:
        running.act(network_flow.open_weights)
        dialog = running.dialogs.dialog("weights")
        assert isinstance(dialog, WeightsDialog)
        until(lambda: dialog.details.row() is not None)
        dialog.choose("resnet101.tv2_in1k")
        QTest.qWait(500)
        take(running)
        dialog.close()


def error(settings: Settings, take: Callable[[Program], None]) -> None:
    """A weight file that is none, and a picture that ends early."""
    with program(settings) as running, tempfile.TemporaryDirectory() as place:
        half = (SAMPLES / "rocket.jpg").read_bytes()
        cut, weights = Path(place) / "rocket, half.jpg", Path(place) / "resnet101.pth"
        cut.write_bytes(half[: len(half) // 2])
        weights.write_bytes(b"these are no weights" * 50)
        opened(running, [cut])
        drop.open_paths(running.context, [str(weights)])
        QTest.qWait(3000)
        take(running)


def network(settings: Settings, take: Callable[[Program], None]) -> None:
    """The network pane, with the layers of a block."""
    with program(settings) as running:
        running.act(network_pane.toggle)
        running.window.network.choose("layer2.0")
        QTest.qWait(1000)
        take(running)


def cuttings(target: Path, count: int) -> None:
    """Pictures cut out of the samples, each another, and some broken files."""
    from PIL import Image

    sources = [Image.open(SAMPLES / name).convert("RGB") for name in PICTURES]
    for number in range(count):
        source = sources[number % len(sources)]
        width, height = (int(side * (0.55 + 0.05 * (number % 9))) for side in source.size)
        left = (source.width - width) * (number % 7) // 6
        top = (source.height - height) * (number % 5) // 4
        source.crop((left, top, left + width, top + height)).save(target / f"picture {number:03d}.jpg", quality=88)
    (target / "picture 010.jpg").write_bytes(b"")
    data = (target / "picture 021.jpg").read_bytes()
    (target / "picture 021.jpg").write_bytes(data[: len(data) // 3])
    shutil.copy(SAMPLES / "README.md", target / "picture 033.jpg")


def picture_of(running: Program) -> QPixmap:
    """The window, or the dialog over it, with what has popped up drawn where it stands."""
    shown = running.dialogs.dialog("weights") or running.window
    picture, popup = shown.grab(), QApplication.activePopupWidget()
    if popup is not None:
        painter = QPainter(picture)
        painter.drawPixmap(shown.mapFromGlobal(popup.pos()), popup.grab())
        painter.end()
    return picture


SCENES = {scene.__name__: scene for scene in (empty, window, ten_crops, running_batch, speeds, network, weights, error)}


def main() -> None:
    """Take the scenes asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "pictures")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--only", nargs="+", choices=SCENES, default=list(SCENES))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    QApplication.instance() or QApplication([])
    settings = Settings(scheme="dark" if options.dark else "light")
    for name in options.only:
        target = options.out / f"{name.replace('_', '-')}.png"

        def take(running: Program, target: Path = target) -> None:
            picture_of(running).save(str(target))
            print(f"{target}; the window was never blocked for more than {running.stalls.worst_ms:.0f} ms")

        SCENES[name](settings, take)


if __name__ == "__main__":
    main()
