"""Writes screenshots of all panels in a frame: `python tests/gui/gallery.py FOLDER [--text 2] [--only SCENE]`.

Not a test: pictures for a critical eye.  Runs on the offscreen platform and on a real or virtual display alike.
QT_SCALE_FACTOR=2 gives screens of two device pixels; --text 2 gives letters of twice the size.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from resnet_gui.gui.app.status import Mood, StatusView
from resnet_gui.gui.app.status_line import StatusLinePanel
from resnet_gui.gui.core.state import Sample
from resnet_gui.gui.drop.card import DropCardPanel
from resnet_gui.gui.drop.view import EmptyView
from resnet_gui.gui.network.bar import NetworkBarPanel
from resnet_gui.gui.network.view import AssumedView
from resnet_gui.gui.network_map.make_view import plan_view
from resnet_gui.gui.network_map.panel import NetworkPanePanel
from resnet_gui.gui.picture.answer_panel import AnswerPanel
from resnet_gui.gui.picture.panel import PicturePanel
from resnet_gui.gui.picture.view import LensView, PictureView
from resnet_gui.gui.run.list_panel import PictureListPanel
from resnet_gui.gui.run.summary_panel import RunSummaryPanel
from resnet_gui.gui.run.view import ListView
from resnet_gui.gui.style.theme import apply_theme
from resnet_gui.gui.widgets.banner import Banner
from resnet_gui.gui.widgets.drop_overlay import DropOverlay
from resnet_gui.network.variants import keras_v2, published
from resnet_gui.results.verdict import Verdict
from tests.gui.sample_views import (
    Tile,
    TileModel,
    answer_panel,
    bar_view,
    failed_answer,
    generated,
    picture_view,
    reduced_file,
    run_view,
    single_answer,
    single_plan,
    ten_answer,
    ten_lens,
    use_actions,
)

SHARED = Path(__file__).resolve().parents[3] / "shared"
DEMO = SHARED / "photos" / "demo"
RESULTS = (
    ("African elephant", "african_elephant.jpg", "96.6 %", Verdict.SURE),
    ("Indian elephant", "indian_elephant.jpg", "90.5 %", Verdict.SURE),
    ("Egyptian cat", "chelsea.png", "78.4 %", Verdict.CHECK),
    ("espresso", "coffee.png", "99.3 %", Verdict.SURE),
    ("Italian greyhound", "italian_greyhound_2400.jpg", "96.7 %", Verdict.SURE),
    ("acoustic guitar", "acoustic_guitar_grey.jpg", "100.0 %", Verdict.SURE),
    ("monastery", "monastery_wide.jpg", "48.7 %", Verdict.UNSURE),
    ("military uniform", "grace_hopper.jpg", "65.9 %", Verdict.CHECK),
    ("drilling platform", "rocket.jpg", "51.9 %", Verdict.CHECK),
    ("Indian cobra", "cobra_tall.jpg", "99.7 %", Verdict.SURE),
)


class Frame(QMainWindow):
    """A window like the program's, put together from the panels by hand."""

    def __init__(self) -> None:
        super().__init__()
        for title in ("File", "Edit", "View", "Run", "Network", "Help"):
            self.menuBar().addMenu(title)
        self.bar, self.status, self.banner = NetworkBarPanel(), StatusLinePanel(), Banner()
        self.list, self.picture = PictureListPanel(), PicturePanel()
        self.answer, self.run, self.empty = AnswerPanel(), RunSummaryPanel(), DropCardPanel()
        self.right = QStackedWidget()
        self.right.addWidget(self.answer)
        self.right.addWidget(self.run)
        self.split = QSplitter()
        self.split.setHandleWidth(1)
        for panel in (self.list, self.picture, self.right):
            self.split.addWidget(panel)
        self.split.setSizes([272, 678, 330])
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.split)
        self.network = NetworkPanePanel()
        self.pages.addWidget(self.network)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.bar, self.banner, self.pages, self.status):
            column.addWidget(widget, 1 if widget is self.pages else 0)
        middle = QWidget()
        middle.setLayout(column)
        self.setCentralWidget(middle)
        self.model = TileModel(tiles(), self)
        self.list.set_model(self.model)
        self.list.set_view(ListView(header=f"{len(self.model.tiles)} pictures · 1 skipped"))
        self.bar.set_view(bar_view())
        device = "OpenVINO · CPU, because no NVIDIA driver was found"
        self.status.set_view(StatusView(Mood.IDLE, "11 of 11 pictures · done in 0.4 s", 1, None, device))
        self.overlay = DropOverlay(middle)
        for panel in (self.empty, self.run, self.network, self.picture):
            use_actions(panel)


def tiles() -> list[Tile]:
    """Ten results and a picture that could not be read."""
    made = [Tile(label, file, p, v, str(DEMO / file) if DEMO.is_dir() else "") for label, file, p, v in RESULTS]
    message = "The file ends after 12 kB of 3.1 MB"
    made.insert(6, Tile("", "IMG_2041.JPG", "–", Verdict.FAILED, "", "truncated", message))
    made.append(Tile("", "IMG_2042.JPG", "–", Verdict.WAITING))
    return made


def elephants() -> tuple[QImage, int, int]:
    """The picture in the middle and its full size."""
    path = DEMO / "african_elephant.jpg"
    image = reduced_file(path, 2048) if path.exists() else generated(500, 375)
    return image, 500, 375


def show_single(frame: Frame) -> None:
    frame.pages.setCurrentWidget(frame.split)
    frame.list.set_current_row(0)
    frame.list.view.setFocus()
    picture = picture_view(*elephants(), "african_elephant.jpg", LensView(single_plan(500, 375), ()))
    frame.picture.set_view(picture)
    frame.answer.set_view(answer_panel(single_answer(), picture))


def show_assumed(frame: Frame) -> None:
    show_single(frame)
    sentences = ("The stride was assumed to be in the 3×3.", "The file names no classes; ImageNet's were assumed.")
    frame.bar.set_view(bar_view(assumed=AssumedView("2 assumed", sentences)))
    device = "OpenVINO · CPU, because no NVIDIA driver was found"
    fetching = "Downloading ResNet-101 · torchvision V2: 42 %, 1 waiting"
    frame.status.set_view(StatusView(Mood.IDLE, "1 picture · done in 0.4 s", 0, None, device, fetching))


def show_ten(frame: Frame) -> None:
    show_single(frame)
    frame.bar.set_view(bar_view("10"))
    show_crop(frame, 2)


def show_crop(frame: Frame, number: int) -> None:
    picture = replace(picture_view(*elephants(), "african_elephant.jpg", ten_lens(500, 375)), crop=number)
    frame.picture.set_view(picture)
    frame.answer.set_view(answer_panel(ten_answer(), picture))


def show_dissent(frame: Frame) -> None:
    show_ten(frame)
    show_crop(frame, 3)


def show_failed(frame: Frame) -> None:
    show_single(frame)
    frame.list.set_current_row(6)
    frame.picture.set_view(PictureView("IMG_2041.JPG", error=failed_answer().message))
    frame.answer.set_view(answer_panel(failed_answer()))
    sentence = "The engine stopped while it read IMG_2041.JPG. It was started again and goes on with the next picture."
    frame.banner.show_message(sentence, error=True, action="Show file")


def show_batch(frame: Frame) -> None:
    frame.pages.setCurrentWidget(frame.split)
    frame.picture.hide()
    frame.split.setSizes([frame.width() - 330, 0, 330])
    frame.list.set_mode("grid")
    frame.list.set_view(ListView(header="23,410 pictures · 3 skipped"))
    frame.list.set_current_row(2)
    frame.right.setCurrentWidget(frame.run)
    frame.run.set_view(run_view())
    device = "OpenVINO · CPU, because no NVIDIA driver was found"
    sentence = "1,204 of 23,410 · 38.4/s · 9 min left · CPU, fp32"
    frame.status.set_view(StatusView(Mood.WORKING, sentence, 3, 1204 / 23410, device))


def show_empty(frame: Frame) -> None:
    names = (("chelsea.png", "Try: a cat"), ("coffee.png", "Try: a cup"), ("rocket.jpg", "Try: a rocket"))
    samples = tuple(Sample(str(DEMO / file), caption) for file, caption in names)
    recent = ("/data/projects/north/camera_traps/june", "/home/somebody/Pictures/holidays in the far north/2025")
    line = "A ResNet-50 with 1000 ImageNet classes is ready. Nothing leaves this computer."
    frame.empty.set_view(EmptyView(line, recent, samples))
    frame.pages.setCurrentWidget(frame.empty)


def show_drop(frame: Frame) -> None:
    show_single(frame)
    frame.overlay.appear("Label 2,314 files in 3 folders")


def show_network(frame: Frame) -> None:
    frame.network.set_plan(plan_view(published(50)))
    frame.pages.setCurrentWidget(frame.network)


def show_block(frame: Frame) -> None:
    frame.network.set_plan(plan_view(keras_v2(50)))
    frame.pages.setCurrentWidget(frame.network)
    frame.network.map.set_all_shown(True)
    frame.network.choose("layer1.1")
    QTest.qWait(100)  # many words: the panel needs some rounds to come to rest


SCENES: dict[str, Callable[[Frame], None]] = {
    "assumed": show_assumed,
    "single": show_single,
    "ten_crops": show_ten,
    "dissent": show_dissent,
    "failed": show_failed,
    "batch": show_batch,
    "empty": show_empty,
    "drop": show_drop,
    "network": show_network,
    "block": show_block,
}
SIZES = {"": QSize(1280, 800), "_small": QSize(900, 600)}


def main() -> None:
    """Write SCENE_SCHEME[_small].png for every scene."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--text", type=float, default=1.0)
    parser.add_argument("--only", choices=SCENES)
    parser.add_argument("--size", help="WIDTHxHEIGHT in place of 1280x800 and 900x600")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    apply_theme(app, "light")
    font = app.font()
    font.setPixelSize(round(font.pixelSize() * options.text))
    app.setFont(font)
    sizes = SIZES
    if options.size:
        sizes = {"_" + options.size: QSize(*(int(part) for part in options.size.split("x")))}
    for scheme in ("dark", "light"):
        apply_theme(app, scheme)  # type: ignore[arg-type]
        for name, show in SCENES.items():
            if options.only in (None, name):
                shoot(name, scheme, show, sizes, options.folder)


def shoot(name: str, scheme: str, show: Callable[[Frame], None], sizes: dict[str, QSize], folder: Path) -> None:
    """One scene in all sizes."""
    for suffix, size in sizes.items():
        frame = Frame()
        frame.resize(size)
        frame.show()
        show(frame)
        QTest.qWait(120)
        QTest.mouseMove(frame, QPoint(1, 1))
        grabbed = frame.grab()
        note = "" if frame.size() == size else f"  (asked for {size.width()} × {size.height()})"
        grabbed.save(str(folder / f"{name}_{scheme}{suffix}.png"))
        print(f"{name}_{scheme}{suffix}.png {frame.width()} × {frame.height()}{note}")
        frame.close()
        frame.deleteLater()


if __name__ == "__main__":
    main()
