"""Views filled with real numbers of the reference data, for the gallery and for the tests of panels."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QAction, QColor, QImage, QImageReader, QLinearGradient, QPainter, QPixmap

from resnet_gui.gui.app.action_table import ACTIONS
from resnet_gui.gui.core.choice import Choice
from resnet_gui.gui.drop.card import DropCardPanel
from resnet_gui.gui.network.view import AssumedView, BarView
from resnet_gui.gui.network_map.panel import NetworkPanePanel
from resnet_gui.gui.picture.image import Picture
from resnet_gui.gui.picture.panel import PicturePanel
from resnet_gui.gui.picture.view import AnswerPanelView, AnswerView, CropVote, LensView, PictureView, ScoreRow
from resnet_gui.gui.run.summary_panel import RunSummaryPanel
from resnet_gui.gui.run.view import Role, RunView
from resnet_gui.gui.widgets.action_button import follow
from resnet_gui.images.geometry import CropBox, CropPlan
from resnet_gui.results.verdict import Verdict

ELEPHANTS = (
    ScoreRow("African elephant", 0.9661926, "n02504458", 386),
    ScoreRow("Indian elephant", 0.0204498, "n02504013", 385),
    ScoreRow("tusker", 0.0129789, "n01871265", 101),
    ScoreRow("water buffalo", 0.0003428, "n02408429", 346),
    ScoreRow("warthog", 0.0000140, "n02397096", 343),
)
"""../shared/photos/demo/expected.json, african_elephant.jpg, keras, single."""

TEN_WINNERS = (0.9628, 0.9847, 0.5204, 0.9873, 0.9662, 0.9792, 0.9771, 0.9827, 0.9816, 0.9624)
"""As `ten_each_top1` there; the third is made to dissent."""

FACTS = (
    ("Network", "ResNet-50, Keras form, 1000 classes"),
    ("Looked at", "centre crop of 256 px, 56 % of the picture"),
    ("Speed", "Exact · 43 pictures/s here"),
    ("This picture", "500 × 375, 26 ms"),
)


def single_plan(width: int, height: int) -> CropPlan:
    """Resize 256, centre crop 224, by hand."""
    factor = 256 / min(width, height)
    wide, tall = round(width * factor), round(height * factor)
    return CropPlan(wide, tall, (_box((wide - 224) // 2, (tall - 224) // 2, False, factor, wide),))


def ten_plan(width: int, height: int) -> CropPlan:
    """Resize 256, ten crops of 224 in TenCrop's order, by hand."""
    factor = 256 / min(width, height)
    wide, tall = round(width * factor), round(height * factor)
    right, bottom = wide - 224, tall - 224
    corners = ((0, 0), (right, 0), (0, bottom), (right, bottom), (right // 2, bottom // 2))
    boxes = [_box(left, top, mirrored, factor, wide) for mirrored in (False, True) for left, top in corners]
    return CropPlan(wide, tall, tuple(boxes))


def _box(left: int, top: int, mirrored: bool, factor: float, wide: int) -> CropBox:
    upright = wide - 224 - left if mirrored else left
    return CropBox(left, top, mirrored, upright / factor, top / factor, 224 / factor, 224 / factor)


def votes() -> tuple[CropVote, ...]:
    """Ten votes, the third for another class."""
    made = []
    for number, probability in enumerate(TEN_WINNERS, start=1):
        agrees = number != 3
        first, second = ("African elephant", "tusker") if agrees else ("tusker", "African elephant")
        best = (ScoreRow(first, probability, "", 386), ScoreRow(second, (1 - probability) * 0.8, "", 101))
        made.append(CropVote(number, number > 5, best, agrees))
    return tuple(made)


def single_answer() -> AnswerView:
    """One crop, sure."""
    return AnswerView("african_elephant.jpg", Verdict.SURE, ELEPHANTS, (), 0, FACTS)


def ten_answer() -> AnswerView:
    """Ten crops, nine of which agree."""
    facts = (FACTS[0], ("Looked at", "ten crops, 90 % of the picture"), *FACTS[2:])
    return AnswerView("african_elephant.jpg", Verdict.SURE, ELEPHANTS, votes(), 9, facts)


def failed_answer() -> AnswerView:
    """A picture that could not be read."""
    message = "Cannot read IMG_2041.JPG: the file ends after 12 kB of 3.1 MB. It is listed as truncated."
    return AnswerView("IMG_2041.JPG", Verdict.FAILED, (), (), 0, (("Status", "truncated"), ("Size", "12 kB")), message)


def ten_lens(width: int, height: int) -> LensView:
    """Ten windows with their votes."""
    return LensView(ten_plan(width, height), votes())


def bar_view(crops: str = "1", busy: str = "", assumed: AssumedView | None = None) -> BarView:
    """Depth 50 is there, the others are not."""
    why = "No weights for ResNet-{0} yet. Drop or open a weight file of torchvision, timm or Keras."
    depths = tuple(Choice(d, d, "", "" if d == "50" else why.format(d)) for d in ("18", "34", "50", "101", "152"))
    speeds = (
        Choice("exact", "Exact", "fp32, 43 pictures/s here"),
        Choice("fast", "Fast", "bf16, 71 pictures/s here"),
        Choice("turbo", "Turbo", "int8, 112 pictures/s here"),
    )
    devices = (
        Choice("auto", "Auto", "CPU, because no NVIDIA driver was found"),
        Choice("cpu", "CPU"),
        Choice("cuda:0", "CUDA", "", "No NVIDIA driver was found"),
    )
    return BarView(
        depths,
        "50",
        (Choice("v1", "v1"), Choice("v2", "v2", "", "Pre-activation ResNets. ResNet-50 v2: get it (102 MB)…")),
        "v1",
        (Choice("1", "1", "One crop from the centre"), Choice("10", "10", "Corners, centre and their mirror images")),
        crops,
        speeds,
        "exact",
        devices,
        "auto",
        "ResNet-50 · ImageNet · built in",
        assumed,
        busy,
    )


def run_view() -> RunView:
    """A folder run in its middle."""
    return RunView(
        "Camera trap, June · 23,410 pictures",
        "1,204 labelled",
        "38.4/s",
        "9 min left · 3 skipped",
        (("red fox", 494), ("wild boar", 265), ("hare", 169), ("roe deer (ram)", 108), ("grey fox", 72)),
        (
            ("Folder", "/data/projects/north/camera_traps/june"),
            ("Saved", "every row, as it is done"),
            ("Network", "ResNet-50, single crop"),
            ("Speed", "Exact, fp32"),
        ),
        running=True,
    )


def picture_view(
    image: QImage | None, width: int = 0, height: int = 0, caption: str = "", lens: LensView | None = None
) -> PictureView:
    """A picture that is there, or (None) one that is being read."""
    picture = None if image is None else Picture(image, image, image)
    return PictureView(caption, image is None, picture, (width, height), lens=lens)


def answer_panel(answer: AnswerView | None, picture: PictureView | None = None) -> AnswerPanelView:
    """The right-hand panel."""
    return AnswerPanelView(answer, picture or PictureView())


def use_actions(panel: RunSummaryPanel | DropCardPanel | NetworkPanePanel | PicturePanel) -> dict[str, QAction]:
    """The panel's buttons with the action table's keys and tips, as the program gives them; its actions, by id."""
    made = {}
    for button, name in panel.buttons().items():
        (row,) = (one for one in ACTIONS if one.id == name)
        action = made[name] = QAction(row.text, panel)
        action.setShortcut(row.key)
        action.setToolTip(row.tip)
        action.setCheckable(row.on is not None)
        follow(button, action)
    return made


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of the list.  thumbnail: a path, or empty for a generated one."""

    label: str
    file: str
    percent: str
    verdict: Verdict
    thumbnail: str = ""
    status: str = ""
    message: str = ""


class TileModel(QAbstractListModel):
    """Tiles as the run model will give them."""

    def __init__(self, tiles: list[Tile], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tiles = tiles
        self._pictures = [QPixmap.fromImage(thumbnail(tile.thumbnail, number)) for number, tile in enumerate(tiles)]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.tiles)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        tile = self.tiles[index.row()]
        values: dict[int, object] = {
            Role.ID: index.row(),
            Role.LABEL: tile.label,
            Role.FILE: tile.file,
            Role.PERCENT: tile.percent,
            Role.VERDICT: tile.verdict,
            Role.STATUS: tile.status,
            Role.MESSAGE: tile.message,
            Role.THUMBNAIL: None if tile.message else self._pictures[index.row()],
            Qt.ItemDataRole.AccessibleTextRole: f"{tile.label} {tile.percent}, {tile.file}",
        }
        return values.get(role)


def thumbnail(path: str, number: int) -> QImage:
    """The file reduced to 256 px, or a generated picture of an odd size."""
    return reduced_file(path, 256) if path else generated(301 + 13 * (number % 7), 199 + 11 * (number % 5), number)


def reduced_file(path: str | Path, side: int) -> QImage:
    """The file as an RGB image whose longer side is at most `side`."""
    reader = QImageReader(str(path))
    image = reader.read()
    if max(image.width(), image.height()) > side:
        image = image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def generated(width: int, height: int, number: int = 0) -> QImage:
    """A crooked picture: a gradient with shapes, different in each corner."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    gradient = QLinearGradient(0, 0, width, height)
    gradient.setColorAt(0, QColor.fromHsv((40 * number) % 360, 120, 220))
    gradient.setColorAt(1, QColor.fromHsv((40 * number + 70) % 360, 180, 110))
    painter.fillRect(image.rect(), gradient)
    painter.setBrush(QColor.fromHsv((40 * number + 180) % 360, 160, 230))
    painter.drawEllipse(width // 8, height // 6, width // 3, height // 3)
    painter.drawRect(width * 2 // 3, height * 5 // 8, width // 5, height // 4)
    painter.end()
    return image
